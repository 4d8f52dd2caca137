"""Each guardrail says no to what it is there for, and nothing else; all of them, in order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steadyhand.account import Account
from steadyhand.check import Check
from steadyhand.engine import guardrails
from steadyhand.engine.guardrails import Case
from steadyhand.model import (
    Call,
    Exemption,
    Finding,
    FindingStatus,
    Mode,
    Permit,
    Record,
    Risk,
    Severity,
    Step,
)
from steadyhand.sources.ec2 import Volumes

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


class Sample(Check):
    """A check with one permitted move."""

    severity = Severity.LOW
    risk = Risk.SAFE
    reads = (Volumes,)
    writes = (
        Permit("ec2:DoIt", ("volume/{VolumeId}",)),
        Permit("ec2:UndoIt", ("volume/{VolumeId}",)),
    )

    def find(self, account: Account, now: datetime) -> Iterator[Finding]:
        yield from ()


class RiskySample(Sample):
    """The same, but felt in production."""

    risk = Risk.APPROVAL


FINDING = Finding(
    check="test_guardrails",
    account="1",
    region="eu-central-1",
    resource="arn:aws:ec2:eu-central-1:1:volume/vol-1",
    key="vol-1",
    name="vol-1",
    summary="vol-1 ticks",
    severity=Severity.LOW,
)
STEP = Step(Call("ec2:DoIt", {"VolumeId": "vol-1"}), Call("ec2:UndoIt", {"VolumeId": "vol-1"}))
RECORD = Record(finding=FINDING, status=FindingStatus.OPEN, first_seen=NOW, changed_at=NOW)
FREE = Case(
    check=Sample(),
    finding=FINDING,
    steps=(STEP,),
    mode=Mode.AUTO,
    now=NOW,
    looked_at=NOW,
    tags={},
    record=RECORD,
)


def exemption(scope: str, **ends: float) -> Exemption:
    return Exemption(scope=scope, until=NOW + timedelta(**ends), because="b", by="ann", at=NOW)


def test_what_is_free_may_be_done() -> None:
    assert guardrails.ask(FREE) is None


REFUSALS = {
    "stopped": replace(FREE, stopped="the switch says stop"),
    "no_plan": replace(FREE, steps=()),
    "undeclared": replace(FREE, steps=(Step(Call("ec2:Else"), STEP.undo),)),
    "exempt": replace(FREE, exemptions=(exemption(FINDING.id, days=1),)),
    "hands_off": replace(FREE, tags={"steadyhand:hands-off": ""}),
    "stale": replace(FREE, looked_at=NOW - timedelta(minutes=15, seconds=1)),
    "irreversible": replace(FREE, steps=(Step(STEP.do),)),
    "risky": replace(FREE, check=RiskySample()),
    "taken_back": replace(FREE, record=replace(RECORD, undone_at=NOW)),
    "contested": replace(
        FREE, record=replace(RECORD, fixed_at=(NOW - timedelta(hours=1), NOW - timedelta(hours=23)))
    ),
    "crowded": replace(FREE, crowd=(4, 10)),
    "not_yet_trusted": replace(FREE, mode=Mode.APPROVE),
}


def test_every_guardrail_is_tried_here() -> None:
    assert list(REFUSALS) == [guardrail.__name__ for guardrail in guardrails.GUARDRAILS]


@pytest.mark.parametrize("name", REFUSALS)
def test_each_says_no_in_a_sentence(name: str) -> None:
    held = guardrails.ask(REFUSALS[name])
    assert held is not None
    assert held.guardrail == name
    assert len(held.reason.split()) > 2


def test_the_undo_must_be_declared_too() -> None:
    held = guardrails.ask(replace(FREE, steps=(Step(STEP.do, Call("ec2:Else")),)))
    assert held is not None
    assert held.guardrail == "undeclared"


def test_tags_that_could_not_be_read_are_a_reason() -> None:
    held = guardrails.ask(replace(FREE, tags=None))
    assert held is not None
    assert held.guardrail == "hands_off"


@pytest.mark.parametrize("said", ["false", "no", "0", "False"])
def test_a_tag_that_says_no_is_no_tag(said: str) -> None:
    assert guardrails.ask(replace(FREE, tags={"steadyhand:hands-off": said})) is None


@pytest.mark.parametrize("scope", [FINDING.id, FINDING.resource, Sample().id])
def test_exemptions_hold_for_a_finding_a_resource_or_a_check_until_they_end(scope: str) -> None:
    assert guardrails.ask(replace(FREE, exemptions=(exemption(scope, seconds=1),))) is not None
    assert guardrails.ask(replace(FREE, exemptions=(exemption(scope, seconds=0),))) is None


def test_an_exemption_of_something_else_is_none() -> None:
    assert guardrails.ask(replace(FREE, exemptions=(exemption("fi-0000000000", days=1),))) is None


def test_a_person_may_do_what_we_only_ask_for() -> None:
    for name in ("irreversible", "risky", "taken_back", "contested", "crowded", "not_yet_trusted"):
        assert guardrails.ask(replace(REFUSALS[name], person="ann")) is None, name


def test_a_person_is_held_by_the_rest() -> None:
    for name in ("stopped", "no_plan", "undeclared", "exempt", "hands_off", "stale"):
        assert guardrails.ask(replace(REFUSALS[name], person="ann")) is not None, name


@given(count=st.integers(0, 2000), seen=st.integers(0, 20000))
def test_the_cap_is_three_or_five_per_cent(count: int, seen: int) -> None:
    refused = guardrails.crowded(replace(FREE, crowd=(count, seen))) is not None
    assert refused == (count > 3 and count > int(0.05 * seen))


@given(ages=st.lists(st.floats(0, 72), max_size=2))
def test_contested_is_twice_within_a_day(ages: list[float]) -> None:
    fixed = tuple(NOW - timedelta(hours=age) for age in sorted(ages))
    refused = (
        guardrails.contested(replace(FREE, record=replace(RECORD, fixed_at=fixed))) is not None
    )
    assert refused == (len([age for age in ages if age < 24]) == 2)
