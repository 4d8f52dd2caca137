"""What happens when, half a year ahead, and who takes care of it.

From the ledger where Steadyhand is deployed, else by looking; nothing is changed. With --out
the dates are written as a file that calendar programs read.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Any

from rich.console import Console
from rich.text import Text
from typer import Option

from steadyhand.cli.errors import Exit
from steadyhand.cli.options import Here
from steadyhand.cli.output import details
from steadyhand.cli.output.shape import Shape
from steadyhand.cli.saved import save
from steadyhand.cli.status import AccountStatus, account_status, blind
from steadyhand.cli.terminal import MARKED, columns, mark, out, text
from steadyhand.formats.words import moment
from steadyhand.rhythm.calendar.entries import DAYS, Calendar, Entry, calendar_of
from steadyhand.rhythm.core import words
from steadyhand.rhythm.core.handling import WAITING


def command(
    here: Here,
    days: Annotated[
        int, Option("--days", metavar="N", help="How far ahead.", min=1, max=3650)
    ] = DAYS,
    file: Annotated[
        Path | None, Option("--out", metavar="FILE", help="Write it as an .ics file.")
    ] = None,
    scan: Annotated[
        bool, Option("--scan", help="Look now, even where a ledger could be asked.")
    ] = False,
    output: Annotated[Shape, Option("--output", "-o", help="How to write it.")] = Shape.TEXT,
) -> int:
    """Show it, or write it."""
    known = account_status(here, look=scan)
    calendar = calendar_of(known.facts, days, is_deployed=known.is_remembered)
    if file:
        write(file, calendar)
        sys.stdout.write(f"{file}\n")
    elif output is Shape.JSON:
        sys.stdout.write(json.dumps(as_json(calendar, known), indent=2) + "\n")
    else:
        show(out(), calendar, known, days)
    return Exit.INCOMPLETE if known.unknown else Exit.CLEAN


def write(file: Path, calendar: Calendar) -> None:
    """The file for calendar programs."""
    from steadyhand.reports.calendar_file import feed  # noqa: PLC0415

    save(file, feed(calendar))


def show(console: Console, calendar: Calendar, known: AccountStatus, days: int) -> None:
    """The verdict, then one date after the other: when, what, what happens then, who, how sure."""
    console.print(verdict(calendar, days), style="h")
    if not known.is_remembered:
        at = f", {known.seen_at:%-d %B, %H:%M} UTC" if known.seen_at else ""
        console.print(f"[m]Nothing is deployed, so this is what the last scan found{at}.[/]")
    console.print()
    widest = max((len(one.day) for one in calendar.entries), default=6)
    for one in calendar.entries:
        table = columns(widest, None, MARKED)
        more = Text(f" and {one.others}", "m") if one.others else Text()
        table.add_row(
            Text(one.day),
            Text.assemble(text(one.what.rstrip("."), "bold"), more),
            mark(one.handled),
        )
        table.add_row("", text(f"{one.then} {sure(one)}".strip(), "m"), "")
        console.print(table)
    if names := blind(known):
        console.print(
            f"\n[act]?[/] [h]Not read[/] [m]{', '.join(names)}: their dates are unknown[/]"
        )
    then(console, calendar)


def verdict(calendar: Calendar, days: int) -> str:
    """5 dates in 180 days. 2 wait for you."""
    count = len([one for one in calendar.entries if one.kind != "review"])
    if not count:
        return f"Nothing that we watch has a date in the next {words.plural(days, 'day')}."
    yours = len([one for one in calendar.entries if one.handled in WAITING])
    waits = "None waits" if not yours else "One waits" if yours == 1 else f"{yours} wait"
    return f"{words.plural(count, 'date')} in {words.plural(days, 'day')}. {waits} for you."


def sure(entry: Entry) -> str:
    """Certain, or likely and why."""
    return "Certain." if entry.is_certain else words.sentence(entry.certainty)


def then(console: Console, calendar: Calendar) -> None:
    """The next command: of the first that waits, and the file."""
    mine = [one for one in calendar.entries if one.handled in WAITING]
    said = [(mine[0].note, "the first that waits for you")] if mine else []
    said.append(("steadyhand calendar --out dates.ics", "for your calendar program"))
    details.then(console, *said)


def as_json(calendar: Calendar, known: AccountStatus) -> dict[str, Any]:
    """All of it, for programs."""
    return {
        "schema_version": "1",
        "account": known.facts.account,
        "from_ledger": known.is_remembered,
        "until": calendar.last_day.isoformat(),
        "dates": [
            {
                "uid": one.uid,
                "kind": one.kind,
                "at": moment(one.at),
                "on": one.on.isoformat(),
                "what": one.what,
                "consequence": one.then,
                "handled": one.handled,
                "confidence": "certain" if one.is_certain else "likely",
                "because": one.certainty.partition(": ")[2],
                "next": one.note,
                "findings": list(one.ids) if one.kind == "finding" else [],
                "sequence": one.sequence,
            }
            for one in calendar.entries
        ],
        "unknown": list(blind(known)),
    }
