"""Each guardrail says no to what it is there for, and nothing else; all of them, in order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steadyhand.account import Account
from steadyhand.catalogue import discovery as catalogue
from steadyhand.check import Check
from steadyhand.engine.changes import guardrails
from steadyhand.engine.changes.guardrails import Case
from steadyhand.model import (
    Call,
    Exemption,
    Finding,
    FindingStatus,
    Look,
    Mode,
    Part,
    Permit,
    Record,
    Risk,
    Seen,
    Severity,
    Step,
    Until,
)
from steadyhand.sources.ec2 import Volumes

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
HOUR = NOW + timedelta(hours=1)


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

    def plan(self, finding: Finding) -> Iterator[Step]:
        yield STEP


class EarlySample(Sample):
    """The same, which always wants to wait a little."""

    def early(self, finding: Finding, environment: str, seen: datetime, now: datetime) -> Until:
        return Until("whoever did it has an hour", HOUR)


class RestoringSample(Sample):
    """The same, which makes a resource what its own stack says."""

    puts_back_code = True


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


def see() -> Look:
    """Nothing of it is ever looked at here."""
    yield from ()
    return Seen()


STEP = Step(
    owns=Part(FINDING.resource, "size", see),
    makes=1,
    do=Call("ec2:DoIt", {"VolumeId": "vol-1"}),
    undo=Call("ec2:UndoIt", {"VolumeId": "vol-1"}),
)
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
    "undeclared": replace(FREE, steps=(replace(STEP, do=Call("ec2:Else")),)),
    "exempt": replace(FREE, exemptions=(exemption(FINDING.id, days=1),)),
    "hands_off": replace(FREE, tags={"arn:zone": {}, "arn:rule": {"steadyhand:hands-off": ""}}),
    "stale": replace(FREE, looked_at=NOW - timedelta(minutes=15, seconds=1)),
    "irreversible": replace(FREE, steps=(replace(STEP, undo=None),)),
    "risky": replace(FREE, check=RiskySample()),
    "undone": replace(FREE, record=replace(RECORD, undone_at=NOW)),
    "contested": replace(
        FREE, record=replace(RECORD, fixed_at=(NOW - timedelta(days=1), NOW - timedelta(days=29)))
    ),
    "crowded": replace(FREE, crowd=(4, 10)),
    "owned_by_code": replace(FREE, tags={"arn:vol": {"aws:cloudformation:stack-name": "shop"}}),
    "not_yet_trusted": replace(FREE, mode=Mode.APPROVE),
    "too_early": replace(FREE, check=EarlySample()),
    "in_incident": replace(FREE, incident="the shop is down"),
    "frozen": replace(FREE, freeze=("2026-11-22", "Mon 08:00..Mon 13:01")),
    "cooling": replace(FREE, not_before=HOUR),
}


def test_every_guardrail_is_tried_here() -> None:
    assert list(REFUSALS) == [guardrail.__name__ for guardrail in guardrails.GUARDRAILS]


@pytest.mark.parametrize("name", REFUSALS)
def test_each_says_no_in_a_sentence(name: str) -> None:
    held = guardrails.ask(REFUSALS[name])
    assert held is not None
    assert held.guardrail == name
    assert len(held.reason.split()) > 2
    assert held.until == {"too_early": HOUR, "cooling": HOUR}.get(name), (
        "it is looked at again then"
    )


def test_the_undo_must_be_declared_too() -> None:
    held = guardrails.ask(replace(FREE, steps=(replace(STEP, undo=Call("ec2:Else")),)))
    assert held is not None
    assert held.guardrail == "undeclared"


def test_tags_that_could_not_be_read_are_a_reason() -> None:
    held = guardrails.ask(replace(FREE, tags={"arn:vol": {}, "arn:zone": None}))
    assert held is not None
    assert held.guardrail == "hands_off"


@pytest.mark.parametrize("said", ["false", "no", "0", "False"])
def test_a_tag_that_says_no_is_no_tag(said: str) -> None:
    assert guardrails.ask(replace(FREE, tags={"arn:vol": {"steadyhand:hands-off": said}})) is None


@pytest.mark.parametrize("scope", [FINDING.id, FINDING.resource, Sample().id])
def test_exemptions_hold_for_a_finding_a_resource_or_a_check_until_they_end(scope: str) -> None:
    assert guardrails.ask(replace(FREE, exemptions=(exemption(scope, seconds=1),))) is not None
    assert guardrails.ask(replace(FREE, exemptions=(exemption(scope, seconds=0),))) is None


def test_an_exemption_of_something_else_is_none() -> None:
    assert guardrails.ask(replace(FREE, exemptions=(exemption("fi-0000000000", days=1),))) is None


def test_a_person_may_do_what_we_only_ask_for() -> None:
    asked = {"irreversible", "risky", "undone", "contested", "crowded", "owned_by_code"}
    for name in asked | {"not_yet_trusted", "too_early", "in_incident"}:
        assert guardrails.ask(replace(REFUSALS[name], person="ann")) is None, name


def test_who_says_so_acts_during_a_freeze_and_nobody_else() -> None:
    meant = replace(REFUSALS["frozen"], person="ann", during_freeze=True)
    assert guardrails.ask(meant) is None
    later = NOW + timedelta(minutes=61)
    assert guardrails.ask(replace(REFUSALS["frozen"], now=later, looked_at=later)) is None
    assert guardrails.frozen in guardrails.AGAIN
    assert guardrails.frozen not in guardrails.BACK


def test_a_person_is_held_by_the_rest() -> None:
    for name in ("stopped", "no_plan", "undeclared", "exempt", "hands_off", "stale", "frozen"):
        assert guardrails.ask(replace(REFUSALS[name], person="ann")) is not None, name


@given(count=st.integers(0, 2000), seen=st.integers(0, 20000))
def test_the_cap_is_three_or_five_per_cent(count: int, seen: int) -> None:
    refused = guardrails.crowded(replace(FREE, crowd=(count, seen))) is not None
    assert refused == (count > 3 and count > int(0.05 * seen))


CODE = {
    "aws:cloudformation:stack-name": "shop",
    "ManagedBy": "Terraform",
    "managed-by": "opentofu 1.8",
    "terraform": "true",
    "CreatedBy": "cdk",
}


@pytest.mark.parametrize("tag", CODE)
def test_what_code_made_is_proposed_unless_it_is_open_to_the_world(tag: str) -> None:
    owned = replace(FREE, tags={"arn:vol": {tag: CODE[tag]}})
    held = guardrails.ask(owned)
    assert held is not None
    assert held.guardrail == "owned_by_code"
    assert guardrails.ask(replace(owned, code_owned="fix")) is None
    (ports,) = catalogue.load(["open_admin_ports"])
    assert guardrails.owned_by_code(replace(owned, check=ports)) is None


OTHER_OWNERS = [{"ManagedBy": "Terraform"}, {"terraform": "true"}, {"provisioner": "pulumi"}]


def test_what_restores_a_template_is_not_stopped_by_the_stack_it_restores() -> None:
    """The stack and the CDK that wrote it are no other owner; Terraform beside them is."""
    stack = {"aws:cloudformation:stack-name": "shop", "CreatedBy": "cdk"}
    restoring = replace(FREE, check=RestoringSample(), tags={"arn:vol": stack})
    assert guardrails.ask(restoring) is None
    for other in OTHER_OWNERS:
        held = guardrails.ask(replace(restoring, tags={"arn:vol": stack | other}))
        assert held is not None
        assert held.guardrail == "owned_by_code"
    no_stack = guardrails.ask(replace(restoring, tags={"arn:vol": {"CreatedBy": "cdk"}}))
    assert no_stack is not None, "without a stack there is no template to restore"


@pytest.mark.parametrize("tags", [{"terraform": "false"}, {"ManagedBy": "ann"}, {"Name": "cdk"}])
def test_other_tags_name_no_code(tags: dict[str, str]) -> None:
    assert guardrails.ask(replace(FREE, tags={"arn:vol": tags})) is None


def test_a_cool_down_holds_a_person_too_and_is_told_with_the_time() -> None:
    case = replace(FREE, not_before=NOW + timedelta(hours=2, seconds=1), zone="Europe/Berlin")
    for one in (case, replace(case, person="ann", during_freeze=True)):
        held = guardrails.ask(one)
        assert held is not None
        assert held.reason == (
            "AWS takes no further change of it before 23 November 2026, 15:01 Europe/Berlin"
        )
    assert guardrails.ask(replace(case, now=NOW + timedelta(hours=3))) is not None, "it is stale"
    then = case.not_before
    assert then
    assert guardrails.ask(replace(case, now=then, looked_at=then)) is None


def test_an_unknown_environment_is_said() -> None:
    said = "no environment is called 'prodeu', so it counts as production"
    held = guardrails.ask(replace(FREE, mode=Mode.OBSERVE, unsure=said))
    assert held is not None
    assert said in held.reason


def test_before_every_later_step_the_switch_tags_and_exemptions_are_asked_again() -> None:
    again = {one.__name__ for one in guardrails.AGAIN}
    assert again == {"stopped", "undeclared", "exempt", "hands_off", "frozen", "cooling"}
    assert {one.__name__ for one in guardrails.BACK} == {"stopped", "undeclared", "cooling"}


@given(ages=st.lists(st.floats(0, 72), max_size=2))
def test_contested_is_twice_within_thirty_days(ages: list[float]) -> None:
    fixed = tuple(NOW - timedelta(days=age) for age in sorted(ages))
    refused = (
        guardrails.contested(replace(FREE, record=replace(RECORD, fixed_at=fixed))) is not None
    )
    assert refused == (len([age for age in ages if age < 30]) == 2)


def test_it_is_open_since_it_was_seen_again() -> None:
    day, opened = timedelta(days=1), FindingStatus.OPEN
    history = ((NOW - 9 * day, opened), (NOW - 5 * day, FindingStatus.FIXED), (NOW - day, opened))
    record = replace(RECORD, status=opened, history=history)
    assert guardrails.open_since(record, NOW) == NOW - day
    assert guardrails.open_since(replace(record, history=()), NOW) == record.first_seen
    assert guardrails.open_since(replace(record, status=FindingStatus.GONE), NOW) == NOW
    assert guardrails.open_since(None, NOW) == NOW
