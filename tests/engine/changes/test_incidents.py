"""While an incident is open, what a person changed by hand stays as it is; then it is set back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from steadyhand.ledger.table import Ledger
from steadyhand.model import ChangeState, Incident
from tests.reconcilers import ACCOUNT, KEY, REGION, TABLE
from tests.trust.lab import HOME, account
from tests.trust.scenes import scene

pytestmark = pytest.mark.moto


def test_drift_is_left_alone_until_the_incident_of_its_region_ends() -> None:
    with account() as world:
        drifted = scene("resource_drift", world)
        assert drifted.safe
        ledger = Ledger(world.aws().elsewhere(HOME), TABLE, lambda: KEY)
        began = world.clock.at - timedelta(minutes=20)
        down = Incident(
            id="incident-shop-1",
            account=ACCOUNT,
            region=REGION,
            signature="shop",
            summary="the shop is down",
            began_at=began,
        )
        assert ledger.incident(down)
        outcome = drifted.event()
        (held,) = outcome.held.values()
        assert held.guardrail == "in_incident"
        assert "the shop is down" in held.reason
        assert world.mutations == []
        assert ledger.incident(replace(down, ended_at=world.clock.at), over=down)
        (change,) = drifted.event().changes
        drifted.settle()
        assert not drifted.wrong()
        assert {one.state for one in world.changes()} == {ChangeState.VERIFIED}
        assert change.by == "steadyhand"
