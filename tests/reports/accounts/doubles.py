"""A ledger made of lists, over a client that answers Cost Explorer from a made-up bill."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from steadyhand.model import (
    Call,
    Change,
    Exemption,
    Incident,
    Mode,
    Note,
    ReadFailed,
    Record,
)
from steadyhand.settings.values import Settings
from tests.reports.accounts.explorer import Done, Explorer
from tests.reports.accounts.ledger_rows import (
    ACCOUNT,
    REGION,
    Said,
)
from tests.reports.accounts.measured import NOTHING

SETTINGS = Settings(
    owner="Larkfield",
    mail_to=["maya@larkfield.example"],
    mail_from="Steadyhand <steadyhand@larkfield.example>",
    time_zone="Europe/Dublin",
    regions=[REGION],
    home=REGION,
    monthly_budget_usd=4500,
    modes={
        "open_admin_ports": {"*": Mode.AUTO},
        "acm_renewal_blocked": {"*": Mode.AUTO},
        "dynamodb_pitr_off": {"*": Mode.AUTO},
        "endless_logs": {"development": Mode.AUTO, "staging": Mode.AUTO},
        "unattached_volume": {"*": Mode.APPROVE},
    },
)

UNUSED: Mapping[str, Any] = {"NetworkInterfaces": []}


@dataclass
class Client:
    """Cost Explorer from a bill, and nothing else that is there. `denied` refuses the bill."""

    bill: Mapping[date, Mapping[str, float]] = field(default_factory=dict)
    band: tuple[float, float] | None = None
    deeds: Sequence[Done] = ()
    quantities: Mapping[tuple[str, date], float] = field(default_factory=dict)
    denied: str = ""
    account: str = ACCOUNT
    region: str = REGION
    partition: str = "aws"
    calls: list[Call] = field(default_factory=list)

    def elsewhere(self, region: str) -> Client:
        return replace(self, region=region)

    def ask(self, call: Call) -> Mapping[str, Any]:
        self.calls.append(call)
        (about,) = call.params.get("LookupAttributes", [{}])
        if not (call.action.startswith("ce:") or about.get("AttributeKey") == "EventSource"):
            return (
                UNUSED if call.action == "ec2:DescribeNetworkInterfaces" else NOTHING[call.action]
            )
        if self.denied:
            raise ReadFailed(self.denied, "no")
        return Explorer(self.bill, self.band, self.deeds, self.quantities).ask(call)


@dataclass
class Ledger:
    """What a review needs of the ledger, from lists."""

    aws: Client = field(default_factory=Client)
    table: str = "steadyhand"
    found: list[Record] = field(default_factory=list)
    made: list[Change] = field(default_factory=list)
    fired: list[Incident] = field(default_factory=list)
    said: list[Exemption] = field(default_factory=list)
    swept: list[Said] = field(default_factory=list)
    remembered: dict[str, Note] = field(default_factory=dict)
    unreadable: list[str] = field(default_factory=list)

    def take_unreadable(self) -> tuple[str, ...]:
        said = tuple(dict.fromkeys(self.unreadable))
        self.unreadable.clear()
        return said

    def records(self) -> Iterator[Record]:
        return iter(self.found)

    def changes(self, since: datetime | None = None, until: datetime | None = None) -> list[Change]:
        return [one for one in self.made if (not since or one.at >= since)]

    def incidents(
        self, since: datetime | None = None, until: datetime | None = None
    ) -> list[Incident]:
        return [one for one in self.fired if (not since or one.began_at >= since)]

    def exemptions(self) -> list[Exemption]:
        return list(self.said)

    def sweeps(self) -> list[Said]:
        return list(self.swept)

    def note(self, new: Note, over: Note | None = None) -> bool:
        if self.remembered.get(new.id) != over:
            return False
        self.remembered[new.id] = new
        return True

    def noted(self, kind: str, name: str) -> Note | None:
        return self.remembered.get(f"{kind}#{name}")

    def notes(
        self, kind: str, since: datetime | None = None, until: datetime | None = None
    ) -> list[Note]:
        return [
            one
            for one in self.remembered.values()
            if one.kind == kind and (not since or one.at >= since) and (not until or one.at < until)
        ]


SHAPE = [129, 128, 133, 135, 134, 136, 133, 132, 124, 123, 134, 166, 169, 167, 133, 127, 126]
SHAPE += [134, 136, 139, 140, 141, 133, 132, 139, 140, 141, 140, 139, 132, 131]
SERVICES = {
    "Amazon Relational Database Service": (0.34, 0.33),
    "Amazon Elastic Compute Cloud - Compute": (0.27, 0.28),
    "EC2 - Other": (0.13, 0.15),
    "AmazonCloudWatch": (0.09, 0.13),
    "Amazon Simple Storage Service": (0.08, 0.07),
    "Amazon OpenSearch Service": (0.04, 0.0),
    "AWS Lambda": (0.03, 0.025),
    "Amazon DynamoDB": (0.02, 0.015),
}


def bill(*, credited: bool = True) -> dict[date, dict[str, float]]:
    """April at $151 a day, May as it was: three days ran high."""
    days: dict[date, dict[str, float]] = {}
    for n in range(30):
        days[date(2026, 4, 1) + timedelta(days=n)] = {
            name: 151 * share for name, (_, share) in SERVICES.items()
        }
    for n, usd in enumerate(SHAPE):
        on = date(2026, 5, 1) + timedelta(days=n)
        days[on] = {name: usd * share for name, (share, _) in SERVICES.items()}
        if credited:
            days[on]["-AWS Lambda"] = -400 / 31
    return days


def example() -> Note:
    """That everything before noon UTC on 30 May was written down as an example."""
    said = {"until": datetime(2026, 5, 30, 12, tzinfo=UTC).isoformat()}
    return Note(kind="example", name="history", at=datetime(2026, 1, 1, tzinfo=UTC), said=said)
