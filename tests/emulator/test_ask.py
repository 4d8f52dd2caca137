"""The one door where IAM is enforced: an operator's command goes through it, and nobody else's."""

from __future__ import annotations

import pytest

from steadyhand.model import ChangeState
from tests.emulator.door import OPERATORS, operator, say
from tests.emulator.living import Living, eventually

pytestmark = [pytest.mark.emulator]


def test_an_operator_undoes_a_change_and_whoever_is_none_does_not(guarded_living: Living) -> None:
    here = guarded_living
    group = here.group("door")
    here.open(group, 22)
    eventually(lambda: [one.state for one in here.changes(group)] == [ChangeState.VERIFIED])
    (change,) = here.changes(group)
    root = say(here, {}, "undo", change.id)
    assert root.returncode == 5, root.stderr
    assert "not among the operators" in root.stderr
    assert here.grants(group) == []
    tomas = operator(here)
    undone = say(here, tomas, "undo", change.id)
    assert undone.returncode == 0, undone.stderr
    assert "Undone." in undone.stdout
    assert here.grants(group) == [(22, "0.0.0.0/0", "quick test")]
    (change,) = here.changes(group)
    assert change.undone_by.endswith(f":assumed-role/{OPERATORS}/tomas")
