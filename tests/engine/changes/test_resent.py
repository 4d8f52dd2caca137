"""A call that was sent again, or was held up: what AWS says to it is no word about the one before.

A write may show minutes after its answer, or its loss (docs.aws.amazon.com/AWSEC2/latest/APIReference/
query-api-troubleshooting.html#eventual-consistency); the same call again is then refused, because it was done.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from steadyhand.model import Answer, Became, Call, ChangeState
from tests.trust.lab import World, account, no, straight, tried
from tests.trust.scenes import Scene, scene
from tests.trust.slow import Slow

pytestmark = pytest.mark.moto
CLOSE = "ec2:RevokeSecurityGroupIngress"


@pytest.fixture
def here() -> Iterator[Scene]:
    with account() as world:
        yield scene("open_admin_ports", world)


def in_turn(world: World, *answers: Callable[[Callable[[], Answer]], Answer]) -> None:
    """Each of our closing calls gets another answer."""
    left = list(answers)

    def hook(call: Call, go: Callable[[], Answer]) -> Answer:
        return left.pop(0)(go) if call.action == CLOSE else go()

    world.hook = hook


def lost(go: Callable[[], Answer]) -> Answer:
    """It is on its way, and nobody hears of it."""
    del go
    raise no("ReadTimeoutError", 0)


def done_before(go: Callable[[], Answer]) -> Answer:
    """The one before lands now, so that this one is refused."""
    go()
    return go()


def busy(go: Callable[[], Answer]) -> Answer:
    """The one before lands now, and AWS is too busy to listen to this one."""
    go()
    raise no("ThrottlingException")


def denied(go: Callable[[], Answer]) -> Answer:
    del go
    raise no("AccessDenied", 403)


def again(here: Scene, times: int) -> None:
    for _ in range(times):
        here.world.clock.turn(minutes=10)
        tried(here.world.worker(here.check).settle)


@pytest.mark.parametrize("second", [done_before, busy])
def test_what_the_first_call_did_is_ours_whatever_the_second_was_told(
    here: Scene, second: Callable[[Callable[[], Answer]], Answer]
) -> None:
    in_turn(here.world, lost, second)
    here.event()
    again(here, 3)
    (change,) = here.world.changes()
    assert (change.state, change.steps[0].became) == (ChangeState.VERIFIED, Became.DONE)
    assert change.waits == ""
    here.world.hook = straight
    before = here.truth()
    assert here.undo(change).state is ChangeState.UNDONE
    assert here.truth() != before


def test_where_the_first_did_nothing_the_second_no_is_told(here: Scene) -> None:
    in_turn(here.world, lost, denied)
    here.event()
    again(here, 1)
    (change,) = here.world.changes()
    assert change.state is ChangeState.DOING
    assert "AccessDenied" in change.waits
    again(here, 2)
    (change,) = here.world.changes()
    assert change.state is ChangeState.FAILED
    assert "AccessDenied" in change.reason
    assert change.waits == ""


@pytest.mark.parametrize("is_heard", [True, False])
def test_a_call_that_was_held_up_is_not_sent_again_at_once(is_heard: bool) -> None:
    with account(Slow()) as world:
        here = scene("open_admin_ports", world)

        def held_up(go: Callable[[], Answer]) -> Answer:
            world.clock.turn(minutes=11)
            answer = go()
            return answer if is_heard else lost(go)

        in_turn(world, held_up, lambda go: go())
        here.event()
        tried(here.world.worker(here.check).settle)  # its message is due by now
        again(here, 3)
        (change,) = world.changes()
        assert change.state is ChangeState.VERIFIED
        assert [one.action for one in world.mutations].count(CLOSE) == 1
