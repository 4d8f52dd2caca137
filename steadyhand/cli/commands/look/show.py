"""One finding: what was seen, the plan, the undo, the runbook.

Where Steadyhand is deployed, the ledger tells; else the account is looked at again. An id
may be shortened as long as it means only one finding.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any, NamedTuple

from rich.console import Console
from typer import Argument, Option

from steadyhand.cli.lookup import Known, known
from steadyhand.cli.options import Here
from steadyhand.cli.output import details
from steadyhand.cli.output.shape import Shape
from steadyhand.cli.session import now
from steadyhand.cli.status import from_ledger, until_now
from steadyhand.cli.terminal import dollars, out, text
from steadyhand.formats.words import public
from steadyhand.model import FindingStatus, Lane, Record, Risk
from steadyhand.rhythm.backlog.items import items_of
from steadyhand.rhythm.backlog.used_by import used_by
from steadyhand.rhythm.core.facts import Facts
from steadyhand.rhythm.core.figures import spoken
from steadyhand.rhythm.core.handling import WORDS, Handled, handled
from steadyhand.rhythm.core.kinds import kinds
from steadyhand.settings.local_date import day_of

OFFERED = frozenset({Handled.YOU, Handled.AUTO})
"""Where a person may approve. What the owner's tag leaves alone is offered to nobody."""


def command(
    here: Here,
    finding: Annotated[str, Argument(metavar="FINDING", help="Its id: fi-1a2b3c4d5e.")],
    check: Annotated[
        list[str] | None, Option("--check", metavar="ID", help="Only look with this check.")
    ] = None,
    output: Annotated[Shape, Option("--output", "-o", help="How to write it.")] = Shape.TEXT,
) -> int:
    """Show it."""
    one = known(here, finding, check or ())
    if output is Shape.JSON:
        from steadyhand.formats.schema import finding_out  # noqa: PLC0415

        found, stands = one.found, standing(one)
        if stands:
            found = replace(found, lane=stands.lane, handled=stands.handled)
        said = finding_out(found, one.session.decided)
        sys.stdout.write(said.model_dump_json(indent=2, ensure_ascii=True) + "\n")
    else:
        show(out(), one)
    return 0


def show(console: Console, one: Known) -> None:
    """The verdict first, then the evidence, then what can be done."""
    found, finding = one.found, one.found.finding
    console.print(text(finding.summary), style="h")
    console.print(text(found.check.consequence), style="m")
    console.print()
    stands = standing(one)
    details.facts(console, _facts(one, stands))
    console.print("\n[h]Evidence[/]")
    details.facts(console, ((name, _said(value)) for name, value in finding.evidence.items()))
    if found.plan:
        console.print("\n[h]Plan[/]")
        details.commands(console, found.plan, finding.region)
    console.print()
    details.prose(console, found.check.runbook.strip().partition("\n")[2])
    details.then(console, *_next(one, stands))


class Stands(NamedTuple):
    """Where it waits, how it is handled, until when people let it stay, who uses it: as mails and pages say."""

    lane: Lane
    handled: Handled
    exempt_until: datetime | None
    users: str


def standing(one: Known) -> Stands | None:
    """By the ledger, where there is one, moves and exemptions included; nothing of what is over."""
    if one.record and one.record.status is not FindingStatus.OPEN:
        return None
    facts = from_ledger(one.session).facts if one.record else alone(one)
    name = one.found.finding.id
    record = facts.by_id.get(name)
    if record is None:
        return None
    items = (item for item in items_of(facts) if name in item.ids)
    lane = next((one.lane for one in items), one.found.lane) if one.record else one.found.lane
    users = spoken(used_by(record, facts) or ())
    return Stands(lane, handled(record, facts), record.exempt_until, users)


def alone(one: Known) -> Facts:
    """What is known of a finding that no ledger holds: as if it were new."""
    finding, decided = one.found.finding, one.session.decided
    record = Record(
        finding=finding,
        status=FindingStatus.OPEN,
        first_seen=now(),
        changed_at=now(),
        environment=decided.environment(finding),
        risk=one.found.risk,
    )
    return Facts(
        account=finding.account,
        period=until_now(decided, now()),
        settings=decided,
        records=(record,),
        kinds=kinds({finding.check}, decided.knobs),
    )


def _facts(one: Known, stands: Stands | None) -> list[tuple[str, object]]:
    found, finding, record = one.found, one.found.finding, one.record
    said: list[tuple[str, object]] = [
        ("finding", f"{finding.id} of {finding.check}"),
        ("resource", finding.resource),
        ("region", finding.region),
        (
            "environment",
            record.environment if record else one.session.decided.environment(finding),
        ),
        ("severity", finding.severity),
        ("lane", stands.lane if stands else ""),
        ("handled", WORDS[stands.handled] if stands else ""),
        ("used by", stands.users if stands else ""),
        ("happens", _day(one, finding.detonates_at)),
        ("a month", dollars(finding.usd_per_month)),
        ("fix", {Risk.SAFE: "safe", Risk.APPROVAL: "asks first"}.get(found.risk, "by hand")),
    ]
    if record:
        said += [
            ("status", record.status),
            ("seen since", _day(one, record.first_seen)),
            ("waits because", record.held.reason if record.held else ""),
            ("exempt until", _day(one, (stands or record).exempt_until)),
        ]
    return said


def _next(one: Known, stands: Stands | None) -> list[tuple[str, str]]:
    name = one.found.finding.id
    exempt = (f"steadyhand exempt {name} --until DATE --because REASON", "")
    if not (one.found.plan and stands and stands.handled in OFFERED):
        return [exempt]
    fix = "approve" if one.found.risk is Risk.APPROVAL else "fix"
    why = "fix it; the undo is written down first"
    return [(f"steadyhand {fix} {name}", why), exempt]


def _said(value: Any) -> str:
    """A value of the evidence on one line."""
    plain = public(value)
    if isinstance(plain, dict):
        return ", ".join(f"{name} {_said(inner)}" for name, inner in plain.items())
    if isinstance(plain, list):
        return ", ".join(map(_said, plain))
    return str(plain)


def _day(one: Known, when: datetime | None) -> str:
    """A day as the owner's calendar shows it."""
    if when is None:
        return ""
    day = day_of(when, one.session.decided.time_zone)
    return f"{day.day} {day:%B %Y}"
