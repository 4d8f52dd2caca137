"""What the cases ask of an account."""

from __future__ import annotations

from steadyhand.model import Change, ChangeState
from tests.trust.lab import World
from tests.trust.scenes import Scene

HANDS_OFF = "steadyhand:hands-off"


def mutated(world: World) -> list[str]:
    return [one.action for one in world.mutations]


def changes(here: Scene) -> list[ChangeState]:
    return [one.state for one in here.world.changes()]


def fixed(here: Scene) -> Change:
    """By an event, and its own echo; seen to be."""
    here.fix()
    here.echo()
    here.settle(20)
    (change,) = here.world.changes()
    assert change.state is ChangeState.VERIFIED, change.reason
    return change
