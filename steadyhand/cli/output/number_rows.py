"""The rows behind a number of a review: a table for people, JSON for programs."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from rich.text import Text

from steadyhand.cli.errors import Misused
from steadyhand.cli.output import details
from steadyhand.cli.output.shape import Shape
from steadyhand.cli.terminal import columns, out, text
from steadyhand.settings.nearest import either

if TYPE_CHECKING:
    from steadyhand.connect.message import Mail
    from steadyhand.reports.explain import Explained, ExplainedRow, Noted
    from steadyhand.rhythm.core.facts import Facts

WHEN = 18
"""Columns of a day with its time: "19 September, 10:42"."""


def explain(
    facts: Facts, mail: Mail, asked: str, noted: Noted, *, shape: Shape, again: str
) -> None:
    """Print the rows of the one number that is meant; of several, how they are called.

    `again` is the command line without the number. `Misused` where nothing is called so.
    """
    from steadyhand.reports import explain as explaining  # noqa: PLC0415
    from steadyhand.rhythm.core.facts import as_of  # noqa: PLC0415

    keys = explaining.found(mail.explain, asked)
    if not keys:
        near = explaining.nearest(mail.explain, asked)
        perhaps = f", perhaps {either(near)} is meant" if near else ""
        raise Misused(f'no number here is called or reads "{asked}"{perhaps}', again)
    then = as_of(facts)
    rows = explaining.rows_of(then)
    known = [explaining.explained(key, mail.explain[key], rows, noted) for key in keys]
    if shape is Shape.JSON:
        write([one.plain() for one in known])
    elif len(known) > 1:
        several(known, again)
    else:
        show(known[0], then)


def every(mail: Mail) -> None:
    """Every number of a mail with the ids of its rows, as JSON."""
    write({name: list(ids) for name, ids in mail.explain.items()})


def values(mail: Mail) -> None:
    """Everything a mail says, as JSON."""
    write(json.loads(mail.values))


def write(value: Any) -> None:
    """JSON on stdout, in ASCII, so that no name can write on a screen."""
    sys.stdout.write(json.dumps(value, indent=2) + "\n")


def several(known: Sequence[Explained], again: str) -> None:
    """Which numbers read so, and how to ask for one."""
    console = out()
    console.print(text(f"{len(known)} numbers read so."), style="h")
    details.facts(
        console,
        (
            (one.name, f"{one.words}  ({len(one.rows)} row{'s' if len(one.rows) != 1 else ''})")
            for one in known
        ),
    )
    details.then(console, (f"{again} {known[0].name}", "the rows of one"))


def show(one: Explained, facts: Facts) -> None:
    """The number, and each row it was made from."""
    console = out()
    console.print(Text.assemble(text(one.words, "h"), "  ", text(one.name, "m")))
    if not one.rows:
        console.print("[m]Nothing was counted, so there is no row.[/]")
        return
    console.print()
    table = columns(WHEN, None)
    for row in one.rows:
        table.add_row(text(moment(row, facts), "m"), said(row))
    console.print(table)


def said(row: ExplainedRow) -> Text:
    """What it says, and below it what it is."""
    return Text.assemble(
        text(row.what),
        "\n",
        text(" · ".join(filter(None, (row.kind, row.id, row.state))), "m"),
    )


def moment(row: ExplainedRow, facts: Facts) -> str:
    """When, by the owner's clock."""
    when: datetime | None = row.at and facts.period.local(row.at)
    return f"{when.day} {when:%b %Y, %H:%M}" if when else ""
