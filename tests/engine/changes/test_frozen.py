"""In a freeze nothing begins by itself, a person says that they know, and every way back stays open."""

from __future__ import annotations

import pytest
from moto import mock_aws

from steadyhand.catalogue import discovery as catalogue
from steadyhand.engine.changes.refused import Refused
from steadyhand.model import ChangeState, Mode
from steadyhand.settings.values import Settings
from tests.functions.test_functions import is_open, open_ssh
from tests.reconcilers import Clock, reconciler, table

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
