"""What must hold before a drifted resource is set back without asking, each for itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any, get_args

import pytest
from types_boto3_cloudformation.literals import StackStatusType

from steadyhand.checks import drift_conditions as conditions
from steadyhand.checks.deploys.resource_drift import differs
from steadyhand.checks.drift_conditions import (
    CONDITIONS,
    Case,
    asks,
    grace_passed,
    too_soon_to_tell,
)
from steadyhand.checks.drift_plan import look_at
from steadyhand.reference.drift import types
from steadyhand.sources.callers import Caller
from steadyhand.sources.drifted import Difference, Drifted, StackState
from steadyhand.sources.stack_states import AT_REST
from tests.verbs import NOW

STACK = StackState(
    id="arn:aws:cloudformation:eu-central-1:1:stack/shop/1",
    name="shop",
    status="UPDATE_COMPLETE",
    lately=NOW - timedelta(days=2),
    above=(("root", "CREATE_COMPLETE"),),
)
ANN = Caller(at=NOW, arn="arn:aws:iam::1:user/ann", kind="IAMUser")
CALM = Case(
    drifted=Drifted(
        type="AWS::Logs::LogGroup",
        physical="/shop",
        logical="Logs",
        stack=STACK,
        template={"RetentionInDays": 90},
        actual={"RetentionInDays": 30},
        ungranted="",
        closely=True,
    ),
    differences=(Difference(pointer="/RetentionInDays"),),
    writer=ANN,
    now=NOW,
)


def case(*, writer: Any = ANN, roles: Any = (), differences: Any = None, **more: Any) -> Case:
    known = CALM.differences if differences is None else differences
    drifted = replace(CALM.drifted, **more)
    return Case(drifted, known, writer, NOW, roles)


def stack(**more: Any) -> Case:
    return case(stack=replace(STACK, **more))


def by(**said: Any) -> Case:
    return case(writer=replace(ANN, **said))


def test_where_all_hold_nobody_is_asked() -> None:
    assert asks(CALM) == []
    assert asks(stack(above=())) == []


BROKEN = {
    "shortening destroys": (conditions.may_go_back, case(template={"RetentionInDays": 7})),
    "something else differs": (
        conditions.nothing_else,
        case(differences=(*CALM.differences, Difference(pointer="/KmsKeyId"))),
    ),
    "no value in the template": (conditions.values_known, case(template={})),
    "a value that is computed": (conditions.values_known, case(template={"RetentionInDays": {}})),
    "a value that is not told": (
        conditions.values_known,
        case(template={"RetentionInDays": "****"}),
    ),
    "a policy may hide it": (
        conditions.values_known,
        case(
            type="AWS::S3::Bucket",
            template={"PublicAccessBlockConfiguration": {"BlockPublicAcls": True}},
            actual={},
            differences=(Difference(pointer="/PublicAccessBlockConfiguration"),),
        ),
    ),
    "a value nobody can read": (conditions.values_known, case(actual={"RetentionInDays": "x"})),
    "being deleted": (conditions.at_rest, stack(status="DELETE_IN_PROGRESS")),
    "never made": (conditions.at_rest, stack(status="REVIEW_IN_PROGRESS")),
    "stuck": (conditions.at_rest, stack(status="UPDATE_ROLLBACK_FAILED")),
    "gone": (conditions.at_rest, stack(status="")),
    "the root stuck": (conditions.at_rest, stack(above=(("root", "UPDATE_ROLLBACK_FAILED"),))),
    "an open change set": (conditions.at_rest, stack(change_sets=("release-7",))),
    "of a stack set": (conditions.at_rest, stack(name="StackSet-base-7c6b")),
    "not looked at": (conditions.at_rest, case(closely=False)),
    "a history too long": (conditions.by_a_person, case(writer=None, searched=False)),
    "CloudFormation": (conditions.by_a_person, by(service="cloudformation.amazonaws.com")),
    "a service": (conditions.by_a_person, by(kind="AWSService")),
    "a service's role": (
        conditions.by_a_person,
        by(kind="AssumedRole", role="AWSServiceRoleForApplicationAutoScaling_DynamoDBTable"),
    ),
    "a pipeline": (conditions.by_a_person, by(kind="AssumedRole", role="GitHubActions-shop")),
    "the CDK": (conditions.by_a_person, by(role="cdk-hnb659fds-deploy-role-1-eu-central-1")),
    "ourselves": (conditions.by_a_person, by(role="steadyhand-actor")),
    "a role the owner names": (
        conditions.by_a_person,
        case(writer=replace(ANN, role="robot-7"), roles=("Robot",)),
    ),
    "a missing read": (conditions.all_was_read, case(ungranted="logs:ListTagsForResource")),
    "nobody knows the reads": (conditions.all_was_read, case(ungranted=None)),
}


@pytest.mark.parametrize("name", BROKEN)
def test_each_asks_in_a_sentence_and_is_the_only_one(name: str) -> None:
    condition, broken = BROKEN[name]
    said = condition(broken)
    assert said
    assert len(said.split()) > 3
    assert not said.endswith(".")
    others = [one for one in CONDITIONS if one is not condition]
    assert [one(broken) for one in others] == [None] * len(others)


def test_every_condition_is_broken_here() -> None:
    assert {condition for condition, _ in BROKEN.values()} == set(CONDITIONS)


def test_a_person_by_any_way_in_is_a_person() -> None:
    assert asks(by(kind="AssumedRole", role="AWSReservedSSO_Admin_0123")) == []
    assert asks(by(kind="Root")) == []
    assert asks(by(kind="AssumedRole", role="operator")) == []
    assert asks(by(kind="AssumedRole", role="incident-commander")) == []


def test_what_had_no_value_goes_back_to_none_only_where_a_call_does_that() -> None:
    longer = case(actual={}, template={"RetentionInDays": 90})
    assert conditions.values_known(longer) is None
    alarm = next(iter(types()["AWS::SNS::Topic"].properties))
    topic = Drifted(
        type=alarm.type,
        physical="arn:aws:sns:eu-central-1:1:a",
        logical="Topic",
        stack=STACK,
        template={"DisplayName": "Shop"},
        ungranted="",
        closely=True,
    )
    said = conditions.values_known(Case(topic, (Difference(pointer="/DisplayName"),), ANN, NOW))
    assert said == "DisplayName has no value now, and cannot be made to have none again"


STATES = get_args(StackStatusType)


def test_where_the_service_says_that_there_is_no_value_nobody_is_asked() -> None:
    """A lifted public access block is an open door: the bucket itself says that there is none."""
    _, hidden = BROKEN["a policy may hide it"]
    proven = replace(hidden.drifted, absent=("PublicAccessBlockConfiguration",))
    assert asks(hidden._replace(drifted=proven)) == []


@pytest.mark.parametrize("status", STATES)
def test_in_every_state_of_a_stack_that_aws_knows_it_is_at_rest_waits_or_asks(status: str) -> None:
    """A stack that AWS can neither roll back nor forward is repaired by hand, as AWS advises: no time ends that."""
    for one in (stack(status=status), stack(above=(("root", status),))):
        asked, waits = conditions.at_rest(one), conditions.not_deployed_now(one)
        is_calm = status in AT_REST and status != "UPDATE_ROLLBACK_FAILED"
        assert (asked is None and waits is None) == is_calm
        assert not (asked and waits)
        if waits:
            assert waits.at > NOW
            assert status.endswith("_IN_PROGRESS")


def test_tags_that_aws_sets_are_no_difference_and_others_are() -> None:
    for key, said in (("aws:backup:source-resource", False), ("by hand", True)):
        one = replace(case().drifted, actual={"Tags": [{"Key": key, "Value": "x"}]})
        assert differs(one, types()[one.type], "/Tags/0") == said


def test_a_deployment_is_over_to_the_second() -> None:
    """And then it is looked at again, by a message and no sweep: `early` says when."""
    quiet = timedelta(minutes=30)
    assert conditions.not_deployed_now(stack(lately=NOW - quiet)) is None
    waits = conditions.not_deployed_now(stack(lately=NOW - quiet + timedelta(seconds=1)))
    assert waits
    assert waits.at == NOW + timedelta(seconds=1)
    assert waits.reason == "shop was deployed within 30 minutes"


def test_grace_ends_to_the_second() -> None:
    hour = timedelta(hours=1)
    assert grace_passed(NOW - hour, hour, NOW) is None
    assert grace_passed(NOW - hour + timedelta(seconds=1), hour, NOW)
    assert grace_passed(NOW, timedelta(0), NOW) is None


def test_whom_cloudtrail_does_not_show_after_fifteen_minutes_nobody_knows() -> None:
    """An event may take 15 minutes to its history: until then it may yet be a role that deploys."""
    assert asks(case(writer=None)) == []
    minute = timedelta(minutes=1)
    said = too_soon_to_tell(NOW - 15 * minute + timedelta(seconds=1), NOW)
    assert said
    assert said.reason == "nobody knows yet who changed it"
    assert too_soon_to_tell(NOW - 15 * minute, NOW) is None


NOW_SAID = {
    "StackResourceDriftStatus": "IN_SYNC",
    "PhysicalResourceId": "/shop",
    "ActualProperties": '{"RetentionInDays": 90}',
}


@pytest.mark.parametrize(
    ("answer", "shows"),
    [
        ([NOW_SAID], "before"),
        ([NOW_SAID | {"StackResourceDriftStatus": "DELETED"}], "gone"),
        ([NOW_SAID | {"PhysicalResourceId": "/another"}], "gone"),
        ([NOW_SAID | {"StackResourceDriftStatus": "NOT_CHECKED"}], "not compared"),
        ([NOW_SAID | {"StackResourceDriftStatus": None}], "not compared"),
        ([NOW_SAID | {"PhysicalResourceId": None}], "not compared"),
        ([{}], "not compared"),
        ([], "not compared"),
    ],
)
def test_what_says_nothing_is_not_gone(answer: list[dict[str, Any]], shows: str) -> None:
    """Of what is gone an undo is refused for ever: an answer full of nulls must not say so."""
    row = types()["AWS::Logs::LogGroup"].properties[0]
    look = look_at({"stack_id": STACK.id, "logical": "Logs", "physical": "/shop"}, row)()
    next(look)
    with pytest.raises(StopIteration) as end:
        look.send(answer)
    seen = end.value.value
    said = "gone" if seen.identity is None else seen.moving or "before"
    assert said == shows
