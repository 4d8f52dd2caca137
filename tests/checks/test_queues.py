"""Queues where services put what failed, and queues that have the name of a dead-letter queue already."""

from __future__ import annotations

import json
from typing import Any

import pytest

from steadyhand.account import Account
from steadyhand.model import Finding, ReadFailed, Unknown
from steadyhand.sources.dead_letters import (
    AsyncDestinations,
    RuleTargets,
    Schedules,
    SendingFunctions,
    SubscriptionAttributes,
)
from steadyhand.sources.lambda_ import EventSourceMappings
from steadyhand.sources.sqs import Beside
from tests.canonical import ACCOUNT
from tests.checks.jobs.test_queue_without_dlq import ARN, BASE, CHECK, facts, queue
from tests.verbs import NOW, found, planned, spot

END = ARN + "graves"
FAILED = {"DestinationConfig": {"OnFailure": {"Destination": END}}}
DONE = {"DestinationConfig": {"OnSuccess": {"Destination": END}, "OnFailure": {}}}
REDRIVE = {"RedrivePolicy": json.dumps({"deadLetterTargetArn": END})}
ENDS: dict[str, tuple[Any, list[Any], bool]] = {
    "a function's own": (SendingFunctions, [{"DeadLetterConfig": {"TargetArn": END}}], True),
    "a function's destination": (AsyncDestinations, [("f", FAILED)], True),
    "where a function's successes go": (AsyncDestinations, [("f", DONE)], False),
    "an event source's": (EventSourceMappings, [FAILED], True),
    "a subscription's": (SubscriptionAttributes, [("arn", REDRIVE)], True),
    "a rule's target's": (RuleTargets, [{"DeadLetterConfig": {"Arn": END}}], True),
    "a rule's target": (RuleTargets, [{"Arn": END}], False),
    "a schedule's": (Schedules, [{"Target": {"DeadLetterConfig": {"Arn": END}}}], True),
    "another's": (SendingFunctions, [{"DeadLetterConfig": {"TargetArn": END + "2"}}], False),
    "a function without one": (SendingFunctions, [{"DeadLetterConfig": {}}], False),
    "a subscription without one": (SubscriptionAttributes, [("arn", {})], False),
}


@pytest.mark.parametrize(("source", "items", "is_end"), ENDS.values(), ids=ENDS)
def test_where_a_service_puts_what_failed_is_an_end(
    source: Any, items: list[Any], is_end: bool
) -> None:
    known = facts(queue("graves", 1)) | {source: items}
    assert bool(found(CHECK, known)) != is_end


@pytest.mark.parametrize("source", [SendingFunctions, AsyncDestinations, Schedules])
def test_a_queue_that_only_holds_messages_is_unknown_where_senders_are(source: Any) -> None:
    """It may be somebody's end: nobody says that it has a consumer."""
    denied: Any = {source: {None: ReadFailed("AccessDenied", "you may not")}}
    both = facts(queue("graves", 1), queue("fed"), feeds=("fed",))
    unknown, fed = CHECK.find(Account.of(both, denied), NOW)
    assert unknown == Unknown(CHECK.id, "eu-central-1", "you may not", BASE + "graves")
    assert isinstance(fed, Finding)
    assert fed.key == BASE + "fed"


def policy(principal: Any, action: Any, **more: Any) -> str:
    one = {"Effect": "Allow", "Principal": principal, "Action": action, "Resource": "*"} | more
    return json.dumps({"Version": "2012-10-17", "Statement": [one]})


OWN, STRANGER = f"arn:aws:iam::{ACCOUNT}:root", "arn:aws:iam::999999999999:root"
BY_QUEUE = {"redrivePermission": "byQueue", "sourceQueueArns": [ARN + "other"]}
FOR_US = {"redrivePermission": "byQueue", "sourceQueueArns": [ARN + "orders"]}
PRESENT: dict[str, tuple[dict[str, str], bool]] = {
    "nothing said": ({}, True),
    "all may": ({"RedriveAllowPolicy": '{"redrivePermission": "allowAll"}'}, True),
    "we may": ({"RedriveAllowPolicy": json.dumps(FOR_US)}, True),
    "another one may": ({"RedriveAllowPolicy": json.dumps(BY_QUEUE)}, False),
    "nobody may": ({"RedriveAllowPolicy": '{"redrivePermission": "denyAll"}'}, False),
    "it sends on": ({"RedrivePolicy": '{"deadLetterTargetArn": "x"}'}, False),
    "its owner reads": ({"Policy": policy({"AWS": OWN}, "sqs:*")}, True),
    "its account reads": ({"Policy": policy({"AWS": ACCOUNT}, "SQS:ReceiveMessage")}, True),
    "strangers send": ({"Policy": policy({"AWS": STRANGER}, "sqs:SendMessage")}, True),
    "topics send": ({"Policy": policy({"Service": "sns.amazonaws.com"}, "sqs:SendMessage")}, True),
    "a stranger reads": ({"Policy": policy({"AWS": STRANGER}, "sqs:ReceiveMessage")}, False),
    "one of two reads": ({"Policy": policy({"AWS": [OWN, STRANGER]}, ["sqs:Rec*"])}, False),
    "everybody reads": ({"Policy": policy("*", "sqs:*")}, False),
    "everybody, if": ({"Policy": policy("*", "*", Condition={"Bool": {"x": "true"}})}, False),
    "a stranger changes it": (
        {"Policy": policy({"AWS": STRANGER}, "SQS:SetQueueAttributes")},
        False,
    ),
    "a stranger is denied": ({"Policy": policy({"AWS": STRANGER}, "sqs:*", Effect="Deny")}, True),
    "no policy at all": ({"Policy": "not JSON"}, False),
}


@pytest.mark.parametrize(("known", "is_used"), PRESENT.values(), ids=PRESENT)
def test_what_is_there_already_is_used_only_where_it_may_be(
    known: dict[str, str], is_used: bool
) -> None:
    """A queue of that name may be anybody's: security.md, row 11."""
    beside = queue("orders-dlq", **known)[1]
    whole = facts(queue("orders"), feeds=("orders",), others=[BASE + "orders-dlq"])
    (finding,) = found(CHECK, whole | {Beside: [(BASE + "orders", beside)]})
    steps = planned(CHECK, finding)
    assert bool(steps) == is_used, finding.summary
    assert "orders-dlq" in finding.summary
    assert finding.evidence["beside_is"] == {
        name: value for name, value in known.items() if name != "RedrivePolicy"
    }
    assert all(step.do.action == "sqs:SetQueueAttributes" for step in steps)


def test_what_is_there_and_cannot_be_read_is_a_persons() -> None:
    whole: Any = facts(queue("orders"), feeds=("orders",), others=[BASE + "orders-dlq"])
    denied: Any = {Beside: {BASE + "orders-dlq": ReadFailed("AccessDenied", "you may not")}}
    (finding,) = CHECK.find(Account.of(whole, denied), NOW)
    assert isinstance(finding, Finding)
    assert planned(CHECK, finding) == []


def doubts(finding: Finding, *there: tuple[str, dict[str, str]]) -> str:
    talk = CHECK.doubt(finding, NOW)
    next(talk)
    with pytest.raises(StopIteration) as end:
        talk.send(list(there))
    return str(end.value.value)


def test_who_makes_a_queue_of_that_name_meanwhile_stops_the_fix() -> None:
    (new,) = found(CHECK, facts(queue("orders", 1)))
    assert doubts(new) == ""
    assert "made meanwhile" in doubts(new, queue("orders-dlq"))
    (old,) = found(CHECK, facts(queue("orders", 1), others=[BASE + "orders-dlq"]))
    assert doubts(old, queue("orders-dlq")) == ""
    assert "everybody" in doubts(old, queue("orders-dlq", Policy=policy("*", "sqs:*")))


@pytest.mark.moto
def test_on_moto_the_ends_of_services_are_silent() -> None:
    def ends(client: Any) -> None:
        sqs, ends = client("sqs"), {}
        for name in ("topics", "rules", "schedules"):
            allow = policy(
                {"Service": ["sns.amazonaws.com", "events.amazonaws.com"]}, "sqs:SendMessage"
            )
            made = sqs.create_queue(QueueName=name, Attributes={"Policy": allow})
            sqs.send_message(QueueUrl=made["QueueUrl"], MessageBody="x")
            ends[name] = ARN + name
        topic = client("sns").create_topic(Name="t")["TopicArn"]
        sent = client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=ARN + "elsewhere")
        client("sns").set_subscription_attributes(
            SubscriptionArn=sent["SubscriptionArn"],
            AttributeName="RedrivePolicy",
            AttributeValue=json.dumps({"deadLetterTargetArn": ends["topics"]}),
        )
        client("events").put_rule(Name="r", ScheduleExpression="rate(1 day)")
        target = {"Id": "1", "Arn": topic, "DeadLetterConfig": {"Arn": ends["rules"]}}
        client("events").put_targets(Rule="r", Targets=[target])
        client("scheduler").create_schedule(
            Name="s",
            ScheduleExpression="rate(1 day)",
            FlexibleTimeWindow={"Mode": "OFF"},
            Target={
                "Arn": topic,
                "RoleArn": f"arn:aws:iam::{ACCOUNT}:role/x",
                "DeadLetterConfig": {"Arn": ends["schedules"]},
            },
        )

    def bad(client: Any) -> list[str]:
        url = client("sqs").create_queue(QueueName="orders")["QueueUrl"]
        client("sqs").send_message(QueueUrl=url, MessageBody="x")
        return [url]

    spot(CHECK, bad, ends)
