"""CloudFormation tells the default bus when a stack is made, changed and gone; a rule can call a function."""

from __future__ import annotations

import json

import pytest

from tests.emulator.contract.tools import Queue, allow, function, listen, role, unique, until

pytestmark = [pytest.mark.emulator]
CHANGE = {"source": ["aws.cloudformation"], "detail-type": ["CloudFormation Stack Status Change"]}


def template(**tags):
    queue = {"Type": "AWS::SQS::Queue", "Properties": {"VisibilityTimeout": 30, **tags}}
    return json.dumps({"Resources": {"Queue": queue}})


def statuses(received):
    return [one["detail"]["status-details"]["status"] for one in received]


def test_each_status_of_a_stack_is_told(aws):
    formation, name = aws.client("cloudformation"), unique("told")
    received = listen(aws, CHANGE)
    stack = formation.create_stack(StackName=name, TemplateBody=template())["StackId"]

    def mine():
        return [one for one in received.read() if one["detail"]["stack-id"] == stack]

    assert until(lambda: "CREATE_COMPLETE" in statuses(mine()))
    (made,) = [
        one for one in mine() if one["detail"]["status-details"]["status"] == "CREATE_COMPLETE"
    ]
    assert made["resources"] == [stack]
    assert made["account"] == aws.account
    assert set(made["detail"]) == {"stack-id", "status-details", "client-request-token"}
    assert not [one for one in mine() if "Queue" in json.dumps(one["detail"])], "stacks alone"
    formation.update_stack(StackName=name, TemplateBody=template(VisibilityTimeout=31))
    assert until(lambda: "UPDATE_COMPLETE" in statuses(mine()))
    formation.delete_stack(StackName=name)
    assert until(lambda: "DELETE_COMPLETE" in statuses(mine()))
    assert statuses(mine()).count("CREATE_COMPLETE") == 1


def test_a_stack_of_another_name_does_not_fire(aws):
    formation = aws.client("cloudformation")
    narrow = {**CHANGE, "detail": {"status-details": {"status": ["CREATE_COMPLETE"]}}}
    received = listen(aws, narrow)
    stack = formation.create_stack(StackName=unique("one"), TemplateBody=template())["StackId"]
    assert received.wait()
    assert set(statuses(received.bodies)) == {"CREATE_COMPLETE"}
    assert stack in {one["detail"]["stack-id"] for one in received.bodies}


def test_creation_calls_a_function_with_what_the_rule_says(aws):
    seen = Queue(aws, "called")
    sends = role(aws, allow("sqs:SendMessage"), name="sender")
    arn = function(aws, "recall", role_arn=sends, SEEN=seen.url)
    events, rule = aws.client("events"), unique("rule")
    events.put_rule(
        Name=rule,
        EventPattern=json.dumps(
            {**CHANGE, "detail": {"status-details": {"status": ["CREATE_COMPLETE"]}}}
        ),
    )
    events.put_targets(
        Rule=rule, Targets=[{"Id": "f", "Arn": arn, "Input": json.dumps({"cadence": "first"})}]
    )
    aws.client("cloudformation").create_stack(StackName=unique("fires"), TemplateBody=template())
    assert seen.wait()
    assert seen.bodies[0] == {"cadence": "first"}
