"""Undo a change, if nobody changed the resource since.

If somebody did, nothing is done, and what differs is shown: before our fix, as we left
it, and as it is now.
"""

from __future__ import annotations

from typing import Annotated

from typer import Argument, Option

from steadyhand.cli import door
from steadyhand.cli.options import Here
from steadyhand.cli.output import details, result
from steadyhand.cli.output.shape import Shape
from steadyhand.cli.session import open_session
from steadyhand.cli.terminal import err
from steadyhand.ledger import codec


def command(
    here: Here,
    change: Annotated[str, Argument(metavar="CHANGE", help="Its id: ch-1a2b3c4d5e.")],
    output: Annotated[Shape, Option("--output", "-o", help="How to write it.")] = Shape.TEXT,
) -> int:
    """Undo it."""
    session = open_session(here)
    made = session.change(change)
    details.way_back(err(), made)
    with result.refusing(made.finding.id):
        plan = codec.plan_hash(made.steps)
        done = door.changed(session, "undo", change=made.id, plan=plan)
    return result.ended(done, output)
