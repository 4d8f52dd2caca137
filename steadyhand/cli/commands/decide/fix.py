"""Fix one finding, if its fix is safe; the undo is written down first.

It goes the way that Steadyhand goes by itself: the same guardrails, the same narrowed
credentials, the same ledger. What may affect users is approved instead.
"""

from __future__ import annotations

from typing import Annotated

from typer import Argument, Option

from steadyhand.cli import door
from steadyhand.cli.errors import NotAllowed
from steadyhand.cli.options import Here
from steadyhand.cli.output import details, result
from steadyhand.cli.output.shape import Shape
from steadyhand.cli.session import open_session
from steadyhand.cli.terminal import err
from steadyhand.model import Risk


def command(
    here: Here,
    finding: Annotated[str, Argument(metavar="FINDING", help="Its id: fi-1a2b3c4d5e.")],
    during_freeze: Annotated[
        bool, Option("--during-freeze", help="Though [freeze] says that nothing is changed now.")
    ] = False,
    output: Annotated[Shape, Option("--output", "-o", help="How to write it.")] = Shape.TEXT,
) -> int:
    """Fix it."""
    session = open_session(here)
    record = session.record(finding)
    check = session.check(record.finding.check)
    name = record.finding.id
    if check.risk_of(record.finding) is Risk.APPROVAL:
        raise NotAllowed(
            f"the fix of {name} may affect users in production, so it is approved, not just done",
            f"steadyhand approve {name}",
        )
    steps, plan = door.planned(check, record.finding)
    details.commands(err(), steps, record.finding.region)
    with result.refusing(name):
        change = door.changed(session, "fix", finding=name, plan=plan, during_freeze=during_freeze)
    return result.ended(change, output)
