"""A few schedules of anything in any order; `make trust` plays a thousand."""

from __future__ import annotations

import pytest

from tests.trust import chaos

pytestmark = pytest.mark.moto


@pytest.mark.parametrize("slow", [False, True], ids=["fast", "slow"])
def test_anything_in_any_order(slow: bool) -> None:
    assert chaos.play(8, slow=slow) >= 8
