"""An account whose backlog is kept as tickets: findings, a ledger made of a dict, and a clock."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from steadyhand.catalogue import discovery as catalogue
from steadyhand.connect.tickets.github import GitHub
from steadyhand.connect.tickets.gitlab import GitLab
from steadyhand.connect.tickets.sync import Sync
from steadyhand.connect.tickets.writer import Done
from steadyhand.ledger import codec
from steadyhand.model import Exemption, Finding, FindingStatus, Note, Record, Risk, Severity
from steadyhand.rhythm.backlog.items import Item, items_of
from steadyhand.rhythm.backlog.moves import item_id
from steadyhand.rhythm.core.facts import Facts, Sweep
from steadyhand.rhythm.core.kinds import kinds
from steadyhand.rhythm.core.period import Cadence, Period
from steadyhand.settings.values import Settings
from tests.connect.tickets.double import TOKEN, Double
from tests.connect.tickets.github_double import GitHubDouble
from tests.connect.tickets.github_on_issues import PROJECT

ACCOUNT, REGION = "123456789012", "eu-central-1"
ZONE = ZoneInfo("Europe/Berlin")
START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
CHECKS = catalogue.load()
KINDS = kinds([check.id for check in CHECKS], {})
RUNBOOKS = {check.id: check.runbook for check in CHECKS}


class Store:
    """The ledger's notes and exemptions, with its conditions, over its own JSON."""

    def __init__(self) -> None:
        self.rows: dict[tuple[str, str], tuple[datetime, str]] = {}
        self.exemptions: dict[str, Exemption] = {}
        self.lock = threading.Lock()
        self.writes = 0

    def note(self, new: Note, over: Note | None = None) -> bool:
        with self.lock:
            was = self.rows.get((new.kind, new.name))
            wanted = codec.text(over.said) if over else None
            if (was[1] if was else None) != wanted:
                return False
            self.writes += 1
            self.rows[new.kind, new.name] = (new.at, codec.text(new.said))
            return True

    def noted(self, kind: str, name: str) -> Note | None:
        row = self.rows.get((kind, name))
        return Note(kind=kind, name=name, at=row[0], said=codec.value(row[1])) if row else None

    def notes(self, kind: str) -> list[Note]:
        with self.lock:
            names = [name for one, name in self.rows if one == kind]
        return [note for name in names if (note := self.noted(kind, name))]

    def exempt(self, exemption: Exemption, concerned: Sequence[Record]) -> None:
        self.exemptions[exemption.scope] = exemption

    def forget(self, item: str) -> None:
        """A note is lost."""
        del self.rows["ticket", item]


@dataclass
class World:
    """One account, one tracker."""

    double: Double
    store: Store = field(default_factory=Store)
    records: dict[str, Record] = field(default_factory=dict)
    sweeps: list[Sweep] = field(default_factory=list)
    now: datetime = START
    token: str = TOKEN
    project: str = PROJECT
    runs: int = 0

    # The account.

    def find(self, check: str = "open_admin_ports", n: int = 1, **more: Any) -> Finding:
        """Something is found."""
        record = {name: more.pop(name) for name in ("environment", "risk", "plan") if name in more}
        said = {
            "check": check,
            "account": ACCOUNT,
            "region": REGION,
            "resource": f"arn:aws:ec2:{REGION}:{ACCOUNT}:security-group/sg-{n}",
            "key": f"sg-{n}",
            "name": f"sg-{n}",
            "summary": f"sg-{n} lets the internet reach SSH",
            "severity": Severity.HIGH,
        }
        finding = Finding(**(said | more))
        self.records[finding.id] = Record(
            **{"environment": "production", "risk": Risk.APPROVAL, **record},
            finding=finding,
            status=FindingStatus.OPEN,
            first_seen=self.now - timedelta(days=2),
            changed_at=self.now - timedelta(days=2),
        )
        return finding

    def become(self, finding: Finding, status: FindingStatus) -> None:
        """It is fixed, gone, or there again."""
        old = self.records[finding.id]
        self.records[finding.id] = replace(old, status=status, changed_at=self.now)

    def swept(self, *checks: str) -> None:
        """The region is looked at, now."""
        names = checks or tuple(sorted({one.finding.check for one in self.records.values()}))
        self.sweeps = [Sweep(id="sweep#1", region=REGION, at=self.now, checks=names)]

    def turn(self, **by: float) -> None:
        """Time passes."""
        self.now += timedelta(**by)
        self.double.at = self.now

    # The tickets.

    def facts(self) -> Facts:
        at = (self.now + timedelta(seconds=1)).astimezone(ZONE)
        records = []
        for one in self.records.values():
            said = self.store.exemptions.get(one.finding.id)
            records.append(replace(one, exempt_until=said.until) if said else one)
        return Facts(
            account=ACCOUNT,
            period=Period(
                cadence=Cadence.WEEKLY, since=at - timedelta(days=7), until=at, is_running=True
            ),
            settings=Settings(home=REGION, time_zone=str(ZONE)),
            records=records,
            sweeps=self.sweeps,
            notes={kind: self.store.notes(kind) for kind in ("move", "ticket")},
            kinds=KINDS,
        )

    def items(self) -> tuple[Item, ...]:
        return items_of(self.facts(), ended=True)

    def tracker(self) -> GitHub | GitLab:
        url = self.double.url
        if isinstance(self.double, GitHubDouble):
            return GitHub(
                self.project,
                self.token,
                clock=lambda: self.now,
                url=url,
                between_writes=0,
                between_requests=0,
            )
        return GitLab(self.project, self.token, clock=lambda: self.now, url=url)

    def run(
        self,
        going: Callable[[], bool] = lambda: True,
        tracker: GitHub | GitLab | None = None,
        **more: Any,
    ) -> Done:
        """One run, as the function does it."""
        self.runs += 1
        made = tracker or self.tracker()
        try:
            return Sync(
                tracker=made,
                ledger=self.store,
                facts=self.facts(),
                runbooks=RUNBOOKS,
                now=self.now,
                by=f"run-{self.runs}",
                going=going,
                **more,
            ).run()
        finally:
            if tracker is None:
                made.close_connections()

    # What a test reads.

    def ticket(self, check: str = "open_admin_ports", environment: str = "production") -> Any:
        """The issue that the ledger remembers."""
        return self.double.issues[self.said(check, environment)["number"]]

    def said(self, check: str = "open_admin_ports", environment: str = "production") -> Any:
        note = self.store.noted("ticket", item_id(ACCOUNT, check, environment))
        assert note
        return note.said

    @property
    def comments(self) -> list[str]:
        return [one for number in self.double.issues for one in self.double.bodies(number)]


def writes(double: Double, since: int = 0) -> list[str]:
    """What was written, in short."""
    return [f"{one.method} {one.path}" for one in double.writes[since:]]


def checks(of: Iterable[str]) -> list[str]:
    return sorted(of)
