"""Where each guardrail begins and ends, to the instant: what a mutant of one comparison would turn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from steadyhand.engine.changes import guardrails
from steadyhand.engine.changes.guardrails import FRESH, code_owner
from steadyhand.ledger.change_rows import MONTH
from steadyhand.model import Finding, Risk
from tests.engine.changes.test_guardrails import FREE, NOW, RECORD, Sample

INSTANT = timedelta(microseconds=1)


def test_a_look_is_fresh_for_a_quarter_of_an_hour_and_no_longer() -> None:
    assert guardrails.stale(replace(FREE, looked_at=NOW - FRESH)) is None
    assert guardrails.stale(replace(FREE, looked_at=NOW - FRESH - INSTANT))


@pytest.mark.parametrize(("first", "held"), [(MONTH - INSTANT, True), (MONTH, False)])
def test_two_fixes_within_thirty_days_are_too_many(first: timedelta, held: bool) -> None:
    record = replace(RECORD, fixed_at=(NOW - first, NOW - timedelta(days=1)))
    assert (guardrails.contested(replace(FREE, record=record)) is not None) is held


@pytest.mark.parametrize(("count", "held"), [(3, False), (4, True)])
def test_three_are_few(count: int, held: bool) -> None:
    assert (guardrails.crowded(replace(FREE, crowd=(count, 10))) is not None) is held


@pytest.mark.parametrize(
    ("until", "held"), [(NOW + INSTANT, True), (NOW, False), (NOW - INSTANT, False)]
)
def test_what_the_record_says_is_exempt_is_so_until_then(until: datetime, held: bool) -> None:
    said = guardrails.exempt(replace(FREE, record=replace(RECORD, exempt_until=until)))
    assert said == ("exempt until 23 November 2026" if held else None)


def test_a_stack_owns_what_it_made_unless_it_is_put_back_beside_it() -> None:
    tags = {"aws:cloudformation:stack-name": "shop"}
    assert code_owner(tags) == "the stack shop"
    assert code_owner(tags, beside_its_stack=True) == ""
    assert code_owner({}) == ""


class Asking(Sample):
    """Its fix is asked for, for reasons of its own where the finding has some."""

    risk = Risk.APPROVAL

    def asks(self, finding: Finding) -> Sequence[str]:
        return finding.evidence.get("asks", ())


@pytest.mark.parametrize(
    ("asks", "said"),
    [
        ([], "it may affect users, so we ask"),
        (["a StackSet sets it back", "it is open"], "a StackSet sets it back, so we ask"),
    ],
)
def test_who_is_asked_reads_the_reason_of_the_check_where_it_has_one(
    asks: list[str], said: str
) -> None:
    finding = replace(FREE.finding, evidence={"asks": asks})
    assert guardrails.risky(replace(FREE, check=Asking(), finding=finding)) == said
