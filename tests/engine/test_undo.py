"""An undo minds its own part alone, and is one when it was seen."""

from __future__ import annotations

from typing import Any

import pytest

from steadyhand.check import Check
from steadyhand.engine.changes.actor import Actor
from steadyhand.engine.changes.refused import Refused
from steadyhand.model import (
    ChangeState,
)
from tests.engine.ssh import AUTO, WORLD, ec2, fixed, grants, group, open_ssh, permit
from tests.reconcilers import Clock, reconciler

pytestmark = pytest.mark.moto


@pytest.mark.usefixtures("aws")
def test_undo_minds_its_own_part_alone(check: Check) -> None:
    """Others may have changed the rest of the group."""
    here, group_id = reconciler(AUTO, Clock()), group()
    open_ssh(group_id)
    change = fixed(here, check, group_id)
    ec2().authorize_security_group_ingress(GroupId=group_id, IpPermissions=[permit(443, WORLD)])
    assert here.undo(change, "ann").state is ChangeState.UNDONE
    assert len(grants(group_id)) == 2


@pytest.mark.usefixtures("aws")
def test_undo_refuses_if_somebody_changed_the_part_since(check: Check) -> None:
    here, group_id = reconciler(AUTO, Clock()), group()
    open_ssh(group_id)
    change = fixed(here, check, group_id)
    open_ssh(group_id, {"CidrIp": "0.0.0.0/0", "Description": "theirs"})
    with pytest.raises(Refused) as refused:
        here.undo(change, "ann")
    assert refused.value.held.guardrail == "changed"
    assert refused.value.difference == {
        "before": {"description": "quick test", "tags": {}},
        "after": None,
        "now": {"description": "theirs", "tags": {}},
    }
    assert grants(group_id) == [("0.0.0.0/0", "theirs")]


@pytest.mark.usefixtures("aws")
def test_an_undo_killed_before_its_call_is_no_undo_and_goes_on(check: Check) -> None:
    """cases/changes 1: it was recorded as undone, with the fix still in force."""
    clock = Clock()
    here, group_id = reconciler(AUTO, clock), group()
    open_ssh(group_id)
    change = fixed(here, check, group_id)

    def killed(*_: Any, **__: Any) -> Any:
        raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as dying:
        dying.setattr(Actor, "send", killed)
        with pytest.raises(KeyboardInterrupt):
            here.undo(change, "ann")
    kept = here.ledger.change(change.id)
    assert kept is not None
    assert kept.state is ChangeState.UNDOING
    assert grants(group_id) == []
    clock.turn(minutes=21)
    here.sweep([check])
    clock.turn(minutes=1)
    here.sweep([check])
    kept = here.ledger.change(change.id)
    assert kept is not None
    assert kept.state is ChangeState.UNDONE
    assert len(grants(group_id)) == 1
