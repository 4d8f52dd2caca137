"""Every fix and its undo on the emulator in slow mode: ledger, guardrails, actor and back, with all that lies in the demo's account.

`make trust` does the same with a fault at every call (`tests/trust/every.py`).
"""

from __future__ import annotations

import pytest

from steadyhand.model import ChangeState
from tests.trust.lab import tried
from tests.trust.scenes import fixing
from tests.trust.settling import emulated
from tests.trust.walk import made

pytestmark = pytest.mark.emulator


def test_what_is_not_carried_is_known() -> None:
    assert set(emulated.NOT_CARRIED) < set(fixing())


@pytest.mark.parametrize("name", emulated.carried())
def test_a_fix_and_its_undo_wait_until_aws_shows_them(name: str) -> None:
    with emulated.setting(name, slow=True) as here:
        before = here.truth()
        change = made(here)
        assert change is not None, [(str(one.state), one.reason) for one in here.world.changes()]
        back = any(step.undo for step in change.steps)
        out = tried(lambda: here.undo(change))
        here.settle()
        assert out == "ok" if back else out.startswith("refused irreversible"), out
        (ended,) = here.world.changes()
        assert ended.state is (ChangeState.UNDONE if back else ChangeState.VERIFIED)
        assert (here.truth() == before) is back
        sent = len(here.world.mutations)
        here.event()
        here.sweep()
        assert len(here.world.mutations) == sent, "fixed again after its undo"
        assert here.world.unrecorded == []
