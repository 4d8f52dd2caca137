"""Every check holds to every rule; what wakes it is woken by the event that CloudTrail writes."""

from __future__ import annotations

import pytest

from steadyhand.catalogue import discovery as catalogue
from steadyhand.check import Check
from tests.checks import rules
from tests.checks.proofs import ROOT, proof


@pytest.mark.parametrize("rule", rules.RULES, ids=lambda rule: rule.__name__)
def test_a_check_holds_to_it(rule: rules.Rule, check: Check) -> None:
    assert [*rule(check, proof(check))] == []


def test_every_event_belongs_to_a_check() -> None:
    events = {file.stem for file in (ROOT / "events").glob("*.json")}
    assert events <= set(catalogue.names())
