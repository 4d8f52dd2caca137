"""One finding: what was seen, the plan, the undo, the runbook.

Where Steadyhand is deployed, the ledger tells; else the account is looked at again. An id
may be shortened as long as it means only one finding.
"""

from __future__ import annotations

import sys
from datetime import datetime
from typing import Annotated, Any

from rich.console import Console
from typer import Argument, Option

from steadyhand.cli.lookup import Known, known
from steadyhand.cli.options import Here
from steadyhand.cli.output import details
from steadyhand.cli.output.shape import Shape
from steadyhand.cli.terminal import dollars, out, text
from steadyhand.formats.words import public
from steadyhand.model import Risk
from steadyhand.settings.local_date import day_of


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

        said = finding_out(one.found, one.session.decided)
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
    details.facts(console, _facts(one))
    console.print("\n[h]Evidence[/]")
    details.facts(console, ((name, _said(value)) for name, value in finding.evidence.items()))
    if found.plan:
        console.print("\n[h]Plan[/]")
        details.commands(console, found.plan, finding.region)
    console.print()
    details.prose(console, found.check.runbook.strip().partition("\n")[2])
    details.then(console, *_next(one))


def _facts(one: Known) -> list[tuple[str, object]]:
    found, finding, record = one.found, one.found.finding, one.record
    said: list[tuple[str, object]] = [
        ("finding", f"{finding.id} of {finding.check}"),
        ("resource", finding.resource),
        ("region", finding.region),
        ("environment", one.session.decided.environment(finding)),
        ("severity", finding.severity),
        ("lane", found.lane),
        ("happens", _day(one, finding.detonates_at)),
        ("a month", dollars(finding.usd_per_month)),
        ("fix", {Risk.SAFE: "safe", Risk.APPROVAL: "asks first"}.get(found.risk, "by hand")),
    ]
    if record:
        said += [
            ("status", record.status),
            ("seen since", _day(one, record.first_seen)),
            ("waits because", record.held.reason if record.held else ""),
            ("exempt until", _day(one, record.exempt_until)),
        ]
    return said


def _next(one: Known) -> list[tuple[str, str]]:
    name = one.found.finding.id
    exempt = (f"steadyhand exempt {name} --until DATE --because REASON", "")
    if not one.found.plan:
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
