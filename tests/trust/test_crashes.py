"""The quick part of the crash matrix and of the races: every check, a few faults, always the same."""

from __future__ import annotations

import pytest

from tests.trust import races, walk
from tests.trust.proofs import shuffled
from tests.trust.scenes import fixing, plantings

EACH = 1

pytestmark = pytest.mark.moto


def test_every_check_with_a_plan_is_planted() -> None:
    """A check that nobody plants is a check whose fix nobody walks."""
    assert set(plantings()) == set(fixing())


@pytest.mark.parametrize("way", ["fix", "undo"])
@pytest.mark.parametrize("name", fixing())
def test_a_fault_at_a_call_leaves_it_converged_or_untouched(name: str, way: str) -> None:
    found = walk.boundaries(name, way)
    assert found, "its fix does not even work"
    labelled = [(str(one), one) for one in found]
    for label, boundary in shuffled(labelled)[:EACH]:  # type: ignore[arg-type]
        assert walk.broken(boundary) == [], label  # type: ignore[arg-type]


@pytest.mark.parametrize("name", fixing())
def test_two_workers_leave_one_change(name: str) -> None:
    tried = [pair for pair in races.PAIRS if races.is_tried(name, pair)]
    pair = tried[sum(map(ord, name)) % len(tried)]
    calls, wrong = races.raced(name, pair)
    assert wrong == [], f"{name} {pair} one after the other"
    for switches in races.schedules(name, pair, calls)[-EACH:]:
        assert races.raced(name, pair, switches)[1] == [], f"{name} {pair} {switches}"


@pytest.mark.parametrize("name", ["open_admin_ports", "rds_backups_off", "unattached_volume"])
def test_slow_settling_is_waited_for(name: str) -> None:
    found = walk.boundaries(name, "undo", slow=True)
    assert found, "its fix does not even work where AWS is slow"
    ((label, boundary), *_) = shuffled([(str(one), one) for one in found])  # type: ignore[misc]
    assert walk.broken(boundary) == [], label  # type: ignore[arg-type]
