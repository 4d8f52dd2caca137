"""Resources that somebody changed behind their stack's back: told, set back, undone, or left alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from steadyhand.account import Account
from steadyhand.checks.deploys.resource_drift import ResourceDrift
from steadyhand.model import Call, Finding, Risk, Unknown
from steadyhand.reference.drift import Property, properties, setters, types
from steadyhand.sources.callers import Caller
from steadyhand.sources.drift import DriftedResources
from steadyhand.sources.drifted import Difference, Drifted, StackState
from tests.canonical import ACCOUNT, REGION
from tests.checks.deploys.drift_sides import OWN, SETTINGS, SIDES
from tests.checks.deploys.formation import KEY, QUEUE, STACK, CloudFormation, Detection
from tests.checks.recorded import spot
from tests.trust.lab import World
from tests.trust.scenes import Planting
from tests.verbs import NOW, found, planned

CHECK = ResourceDrift()
NOT_ON_MOTO = "It detects no drift."
ANN = Caller(
    at=NOW - timedelta(hours=2),
    arn=f"arn:aws:iam::{ACCOUNT}:user/ann",
    kind="IAMUser",
    event="SetQueueAttributes",
    through="the console",
)
CALM = StackState(
    id=STACK, name="shop-dev", status="UPDATE_COMPLETE", lately=NOW - timedelta(days=9)
)


def nested(path: str, value: Any) -> dict[str, Any]:
    for name in reversed(path.split(".")):
        value = {name: value}
    return dict(value)


def drifted(row: Property, **more: Any) -> Drifted:
    """One resource in which one property of the table was changed, and everything else is calm."""
    template, actual = OWN.get(row.path, SIDES[row.holds])
    known = {
        "type": row.type,
        "physical": PHYSICAL.get(row.type, "orders"),
        "logical": "Thing",
        "stack": CALM,
        "differences": (Difference(pointer="/" + row.path.replace(".", "/")),),
        "template": nested(row.path, template),
        "actual": {} if actual is None else nested(row.path, actual),
        "whole": SETTINGS[row.type] | {row.field: row.sent(actual)} if row.whole else {},
        "ungranted": "",
        "closely": True,
        "writer": ANN,
    }
    return Drifted(**(known | more))


PHYSICAL = {
    "AWS::SQS::Queue": QUEUE,
    "AWS::SNS::Topic": f"arn:aws:sns:{REGION}:{ACCOUNT}:orders",
    "AWS::StepFunctions::StateMachine": f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:orders",
}


def row(path: str, of: str = "AWS::SQS::Queue") -> Property:
    return next(one for one in types()[of].properties if one.path == path)


VISIBILITY = row("VisibilityTimeout")
BAD = {
    DriftedResources: [
        drifted(one, physical=f"{PHYSICAL.get(one.type, 'orders')}-{n}")
        for n, one in enumerate(properties())
    ]
}
GOOD = {
    DriftedResources: [
        drifted(
            row("Timeout", "AWS::Lambda::Function"),
            differences=(Difference(pointer="/Environment/Variables/A"),),
        )
    ]
}


def one(*, check: ResourceDrift = CHECK, told: Any = None, **more: Any) -> Finding:
    facts = {DriftedResources: [drifted(VISIBILITY, **more)]}
    account = Account(ACCOUNT, REGION, facts, told=told)
    (finding,) = check.find(account, NOW)
    assert isinstance(finding, Finding)
    return finding


# What is told.


def test_says_what_differs_and_who_did_it() -> None:
    finding = one()
    assert finding.summary == (
        "Thing of shop-dev differs from its template: VisibilityTimeout is 30, "
        "the template says 90; ann changed it"
    )
    assert finding.resource == f"arn:aws:sqs:{REGION}:{ACCOUNT}:orders"
    assert finding.evidence["changed_by"] == {
        "who": "ann",
        "arn": ANN.arn,
        "at": "2026-11-23T07:00:00+00:00",
        "call": "SetQueueAttributes",
        "through": "the console",
    }


def test_keeps_no_value_of_what_is_not_in_the_table() -> None:
    """Of an environment variable the path alone; of the whole template the one line."""
    secret = {"Environment": {"Variables": {"KEY": "hunter2"}}}
    finding = one(
        differences=(
            Difference(pointer="/VisibilityTimeout"),
            Difference(pointer="/KmsMasterKeyId"),
        ),
        template={"VisibilityTimeout": 90, "KmsMasterKeyId": "hunter2"} | secret,
        actual={"VisibilityTimeout": 30, "KmsMasterKeyId": "hunter3"},
        body="Resources:\n  Thing:\n    Properties:\n      KmsMasterKeyId: hunter2\n      VisibilityTimeout: 90\n",
    )
    assert "hunter" not in repr(finding)
    assert finding.evidence["others"] == ["/KmsMasterKeyId (not equal)"]
    assert "-      VisibilityTimeout: 90\n+      VisibilityTimeout: 30" in finding.evidence["adopt"]


@pytest.mark.parametrize(("part", "count"), [("kill-switch", 0), ("steadyhand", 1)])
def test_who_turns_our_kill_switch_has_not_drifted(part: str, count: int) -> None:
    own = {"Value": "go", "Tags": {"steadyhand:part": part}}
    switch = drifted(row("Value", "AWS::SSM::Parameter"), template=own, actual={"Value": "stop"})
    account = Account(ACCOUNT, REGION, {DriftedResources: [switch]})
    assert len([*CHECK.find(account, NOW)]) == count


def test_what_an_event_says_counts_until_cloudtrail_knows_better() -> None:
    zoe = Caller(
        at=NOW - timedelta(seconds=9), arn=f"arn:aws:iam::{ACCOUNT}:user/zoe", kind="IAMUser"
    )
    assert one(told=zoe).evidence["changed_by"]["who"] == "zoe"
    assert one(told=zoe, writer=None).evidence["changed_by"]["who"] == "zoe"
    old = Caller(at=NOW - timedelta(days=2), arn=zoe.arn, kind="IAMUser")
    assert one(told=old).evidence["changed_by"]["who"] == "ann"


# Unknown, and never a finding.


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"unchecked": "AWS was asked too much at once"}, "AWS was asked too much at once"),
        ({"ungranted": "sqs:ListQueueTags"}, "CloudFormation may not call sqs:ListQueueTags"),
        ({"ungranted": None}, "nobody knows whether CloudFormation could read all"),
    ],
)
def test_what_could_not_be_read_is_unknown_for_this_resource(more: Any, words: str) -> None:
    """resource-providers-kms#69: without the read of tags, a key shows drift that is none."""
    account = Account.of({DriftedResources: [drifted(VISIBILITY, **more), drifted(VISIBILITY)]})
    unknown, finding = CHECK.find(account, NOW)
    assert isinstance(unknown, Unknown)
    assert words in unknown.reason
    assert unknown.concerns == f"AWS::SQS::Queue {QUEUE}"
    assert isinstance(finding, Finding)


# The plans.


@pytest.mark.parametrize("of", list(properties()), ids=lambda of: f"{of.type}.{of.path}")
def test_sets_back_what_differs_and_undoes_exactly(of: Property) -> None:
    (finding,) = found(CHECK, {DriftedResources: [drifted(of)]})
    (step,) = planned(CHECK, finding)
    template, actual = OWN.get(of.path, SIDES[of.holds])
    if kind := types()[of.type].whole if of.whole else None:
        before = SETTINGS[of.type] | {of.field: of.sent(of.spelled(actual))}
        after = before | {of.field: of.sent(of.spelled(template))}
        assert step.makes == kind.spelled(after)
        assert step.makes != kind.spelled(before)
        assert step.do == Call(kind.set, {setters()[kind.set].on: "orders"} | after)
        assert step.undo == Call(kind.set, {setters()[kind.set].on: "orders"} | before)
    else:
        assert step.makes == of.spelled(template)
        assert step.do == of.call(finding.evidence["physical"], of.spelled(template))
        assert step.undo == of.call(finding.evidence["physical"], of.spelled(actual))
    may = of.is_safe(actual, template) and not of.owners
    assert CHECK.risk_of(finding) is (Risk.SAFE if may and step.undo else Risk.APPROVAL)


def test_without_a_value_in_the_template_there_is_no_plan() -> None:
    finding = one(template={})
    assert planned(CHECK, finding) == []
    assert CHECK.risk_of(finding) is Risk.ADVICE


def test_a_value_that_is_none_is_never_set() -> None:
    finding = one(template={"VisibilityTimeout": "{{resolve:ssm:/x}}"})
    assert planned(CHECK, finding) == []
    finding = one(actual={"VisibilityTimeout": "soon"})
    assert planned(CHECK, finding) == []
    assert CHECK.risk_of(finding) is Risk.ADVICE


def early(finding: Finding, environment: str, seen: datetime, now: datetime) -> str:
    """Why it waits; nothing where it does not. The time that is told is when that reason passes, to the second."""
    if (said := CHECK.early(finding, environment, seen, now)) is None:
        return ""
    assert CHECK.early(finding, environment, seen, said.at - timedelta(seconds=1)) == said
    after = CHECK.early(finding, environment, seen, said.at)
    assert after is None or (after.reason != said.reason and after.at > said.at)
    return said.reason


def test_grace_is_over_by_environment_and_an_open_door_has_none() -> None:
    fresh = Caller(at=NOW - timedelta(minutes=11), arn=ANN.arn, kind="IAMUser")
    finding = one(writer=fresh)
    assert early(finding, "development", NOW, NOW) == ""
    assert early(finding, "staging", NOW, NOW) == ""
    assert "60 minutes" in early(finding, "production", NOW, NOW)
    assert early(finding, "production", NOW, NOW + timedelta(minutes=49)) == ""
    door = drifted(row("PublicAccessBlockConfiguration", "AWS::S3::Bucket"), writer=fresh)
    (open_door,) = found(CHECK, {DriftedResources: [door]})
    assert early(open_door, "production", NOW, NOW) == ""


def test_a_deployment_has_a_look_of_its_own_when_it_is_over_and_an_open_door_waits_for_it_too() -> (
    None
):
    lately = NOW - timedelta(minutes=12)
    for stack, minutes, words in (
        (replace(CALM, lately=lately), 18, "was deployed within 30 minutes"),
        (replace(CALM, status="UPDATE_IN_PROGRESS"), 30, "is update in progress"),
    ):
        door = drifted(row("PublicAccessBlockConfiguration", "AWS::S3::Bucket"), stack=stack)
        (finding,) = found(CHECK, {DriftedResources: [door]})
        assert finding.evidence["asks"] == []
        assert words in early(finding, "development", NOW, NOW)
        assert early(finding, "development", NOW, NOW + timedelta(minutes=minutes)) == ""


def test_of_an_unknown_hand_grace_counts_from_when_it_was_seen() -> None:
    finding, minute = one(writer=None), timedelta(minutes=1)
    assert finding.evidence["asks"] == []
    assert "nobody knows yet" in early(finding, "development", NOW - 14 * minute, NOW)
    assert early(finding, "development", NOW - 15 * minute, NOW) == ""
    assert "60 minutes" in early(finding, "production", NOW - 59 * minute, NOW)
    assert early(finding, "production", NOW - 60 * minute, NOW) == ""
    door = drifted(row("PublicAccessBlockConfiguration", "AWS::S3::Bucket"), writer=None)
    (open_door,) = found(CHECK, {DriftedResources: [door]})
    assert "nobody knows yet" in early(open_door, "production", NOW, NOW)


def test_event_and_sweep_see_the_same_though_the_stack_says_in_sync() -> None:
    """roadmap#2283: a stack may say IN_SYNC while one of its resources is MODIFIED."""
    (finding,) = spot(CHECK, CloudFormation().said(), [KEY])
    assert finding.evidence["changed_by"]["who"] == "ann"
    assert finding.evidence["construct"] == "shop-dev/Orders/Resource"
    assert finding.evidence["asks"] == []
    assert '+    "VisibilityTimeout": 30,' in finding.evidence["adopt"]


def plant(world: World) -> str:
    """A queue whose visibility timeout and delay somebody changed."""
    made = {"VisibilityTimeout": "30", "DelaySeconds": "5"}
    world.client("sqs").create_queue(QueueName="orders", Attributes=made)
    Detection(world, {"VisibilityTimeout": 90, "DelaySeconds": 0})
    return KEY


def attributes(world: World) -> dict[str, str]:
    said = world.client("sqs").get_queue_attributes(QueueUrl=QUEUE, AttributeNames=["All"])
    return {name: said["Attributes"][name] for name in ("VisibilityTimeout", "DelaySeconds")}


def wait(seconds: int) -> Any:
    attribute = {"ReceiveMessageWaitTimeSeconds": str(seconds)}
    return lambda world: world.client("sqs").set_queue_attributes(
        QueueUrl=QUEUE, Attributes=attribute
    )


PLANTING = Planting(
    plant=plant,
    truth=attributes,
    fixed=lambda said: said == {"VisibilityTimeout": "90", "DelaySeconds": "0"},
    beside=[(wait(9), wait(0))],
)
