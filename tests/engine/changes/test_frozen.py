"""In a freeze nothing begins by itself, a person says that they know, and every way back stays open."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from moto import mock_aws

from steadyhand.catalogue import discovery as catalogue
from steadyhand.engine.changes.refused import Refused
from steadyhand.model import Call, ChangeState, Mode
from steadyhand.settings.values import Settings
from tests.functions.test_functions import is_open, open_ssh
from tests.reconcilers import Clock, reconciler, table
from tests.trust.lab import Killed, account, straight, tried
from tests.trust.scenes import scene

pytestmark = pytest.mark.moto
AUTO = {"open_admin_ports": {"*": Mode.AUTO}}


def test_nothing_begins_by_itself_and_a_person_must_say_so() -> None:
    with mock_aws():
        table()
        clock = Clock()
        settings = Settings(modes=AUTO, freeze=(f"{clock.at:%Y-%m-%d}",))
        here, group = reconciler(settings, clock), open_ssh()
        checks = catalogue.load(["open_admin_ports"])
        outcome = here.on_event(checks, group)
        assert outcome.changes == []
        assert {held.guardrail for held in outcome.held.values()} == {"frozen"}
        (record,) = here.ledger.records()
        with pytest.raises(Refused) as refused:
            here.fix(checks[0], record, "ann")
        assert refused.value.held.guardrail == "frozen"
        assert is_open(group)
        change = here.fix(checks[0], record, "ann", during_freeze=True)
        assert change.state is ChangeState.VERIFIED
        assert not is_open(group)
        assert here.undo(change, "ann").state is ChangeState.UNDONE
        assert is_open(group)


def test_after_the_freeze_it_goes_on() -> None:
    with mock_aws():
        table()
        clock = Clock()
        settings = Settings(modes=AUTO, freeze=(f"{clock.at:%Y-%m-%d}",))
        here, group = reconciler(settings, clock), open_ssh()
        checks = catalogue.load(["open_admin_ports"])
        here.on_event(checks, group)
        clock.turn(days=1)
        here.sweep(checks)
        assert not is_open(group)


def test_what_a_freeze_meets_on_its_way_waits_for_its_end() -> None:
    """Taken back, it would be one more change in the window. What a person began goes on."""
    with account() as world:
        here = scene("open_admin_ports", world)
        world.hook = die_before_a_change
        tried(here.fix)
        world.hook = straight
        worker = world.worker(here.check)
        frozen = replace(worker.settings, freeze=(f"{world.clock.at:%Y-%m-%d}",))
        for _ in range(3):
            world.clock.turn(minutes=5)
            replace(worker, settings=frozen).settle()
        assert world.mutations == []
        assert [one.state for one in world.changes()] == [ChangeState.DOING]
        world.clock.turn(days=1)
        replace(worker, settings=frozen).settle()
        here.settle()
        assert [one.action for one in world.mutations] == ["ec2:RevokeSecurityGroupIngress"]
        assert [one.state for one in world.changes()] == [ChangeState.VERIFIED]


def die_before_a_change(call: Call, go: Any) -> Any:
    """The worker dies once it wrote down what it would do."""
    if call.action == "ec2:RevokeSecurityGroupIngress":
        raise Killed
    return go()
