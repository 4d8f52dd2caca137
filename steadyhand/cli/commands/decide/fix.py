"""Fix one finding, if its fix is safe; the undo is written down first.

It goes the way that Steadyhand goes by itself: the same guardrails, the same narrowed
credentials, the same ledger. What may affect users is approved instead.
"""

from __future__ import annotations

from typing import Annotated

from typer import Argument, Option

from steadyhand.cli.errors import NotAllowed
from steadyhand.cli.options import Here
from steadyhand.cli.output import result
from steadyhand.cli.output.shape import Shape
from steadyhand.cli.session import open_session
from steadyhand.model import Risk


def command(
    here: Here,
    finding: Annotated[str, Argument(metavar="FINDING", help="Its id: fi-1a2b3c4d5e.")],
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
    with result.refusing(name):
        change = session.reconciler(record.finding.region).fix(check, record, session.person)
    return result.ended(change, output)
