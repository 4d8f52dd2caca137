"""Approve a fix that may affect users in production, after its plan.

The yes is bound to the plan that is shown: if it is another one by the time it is done,
nothing is done. Without a terminal, `--yes` says it.
"""

from __future__ import annotations

import sys
from typing import Annotated

import typer
from typer import Argument, Option

from steadyhand.cli import door
from steadyhand.cli.errors import Exit, Misused, NotAllowed
from steadyhand.cli.options import Here
from steadyhand.cli.output import details, result
from steadyhand.cli.output.shape import Shape
from steadyhand.cli.session import open_session
from steadyhand.cli.terminal import err, text


def command(  # noqa: PLR0917 - typer hands them over by name
    here: Here,
    finding: Annotated[str, Argument(metavar="FINDING", help="Its id: fi-1a2b3c4d5e.")],
    plan: Annotated[
        str, Option("--plan", metavar="HASH", help="The plan that you read elsewhere.")
    ] = "",
    yes: Annotated[bool, Option("--yes", help="Do not ask.")] = False,
    during_freeze: Annotated[
        bool, Option("--during-freeze", help="Though [freeze] says that nothing is changed now.")
    ] = False,
    output: Annotated[Shape, Option("--output", "-o", help="How to write it.")] = Shape.TEXT,
) -> int:
    """Show the plan, ask, do it."""
    session = open_session(here)
    record = session.record(finding)
    check = session.check(record.finding.check)
    name = record.finding.id
    steps, shown = door.planned(check, record.finding)
    if plan and plan != shown:
        raise NotAllowed(f"the plan is {shown} now, not {plan}", f"steadyhand plan {name}")
    console = err()
    console.print(text(record.finding.summary), style="h")
    console.print(f"\n[h]Plan[/] [m]{shown}[/]")
    details.commands(console, steps, record.finding.region)
    console.print()
    if not yes and not agreed():
        console.print("Nothing was changed.")
        return Exit.CLEAN
    with result.refusing(name):
        change = door.changed(
            session, "approve", finding=name, plan=shown, during_freeze=during_freeze
        )
    return result.ended(change, output)


def agreed() -> bool:
    """Ask the person at the terminal; without one, there is nobody to ask."""
    if not sys.stdin.isatty():
        raise Misused("nobody is here to ask; read the plan, then say --yes")
    return typer.confirm("Do it?", err=True)
