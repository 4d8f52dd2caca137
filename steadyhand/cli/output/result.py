"""What a person's word came to: done, refused with the reason, or failed."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from steadyhand.cli.errors import Exit, NotAllowed, sentence
from steadyhand.cli.output import details, difference
from steadyhand.cli.output.shape import Shape
from steadyhand.cli.terminal import err, out
from steadyhand.engine.changes.refused import Refused
from steadyhand.model import Change, ChangeState

FINE = (ChangeState.VERIFIED, ChangeState.UNDONE)
WHAT_THEN = {
    "unknown": "steadyhand doctor",
    "gone": "steadyhand scan",
    "stale": "steadyhand plan {name}",
    "no_plan": "steadyhand show {name}",
    "exempt": "steadyhand show {name}",
    "frozen": "steadyhand approve {name} --during-freeze",
}


@contextmanager
def refusing(name: str) -> Iterator[None]:
    """A guardrail's no is a sentence; where somebody changed it since, with the difference."""
    try:
        yield
    except Refused as refused:
        if refused.difference:
            difference.show(err(), refused.difference)
        held = refused.held
        raise NotAllowed(
            f"nothing was changed: {sentence(held.reason)} ({held.guardrail})",
            WHAT_THEN.get(held.guardrail, "").format(name=name),
        ) from refused


def ended(change: Change, output: Shape) -> int:
    """Say how it ended."""
    if output is Shape.JSON:
        from steadyhand.formats.schema import change_out  # noqa: PLC0415

        sys.stdout.write(change_out(change).model_dump_json(indent=2, ensure_ascii=True) + "\n")
    else:
        details.outcome(out(), change)
    return Exit.CLEAN if change.state in FINE else Exit.ERROR
