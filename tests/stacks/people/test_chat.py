"""The topic for what cannot wait: who may write to it, and how little a channel may do."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App

from stacks import made_up, permissions
from stacks.build import build
from steadyhand.settings.values import Settings
from tests.stacks.conftest import Installation

SLACK = "AWS::Chatbot::SlackChannelConfiguration"
TEAMS = "AWS::Chatbot::MicrosoftTeamsChannelConfiguration"


def installed(folder: Path, **said: Any) -> Installation:
    app = App(outdir=str(folder), context=made_up.flags())
    build(app, replace(Settings(), **said), made_up.REGIONS)
    made = app.synth().stacks
    return Installation(folder, {stack.stack_name: stack.template for stack in made})


def topic(of: Installation) -> tuple[str, Any]:
    found = of.of_type("AWS::SNS::Topic").items()
    ((name, said),) = ((name, said) for name, said in found if said["TopicName"].endswith("-chat"))
    return name, said


def test_the_topic_is_encrypted_and_takes_tls_alone(widest: Installation) -> None:
    name, said = topic(widest)
    assert said["TopicName"] == "steadyhand-chat"
    assert "alias/aws/sns" in str(said["KmsMasterKeyId"])
    policies = widest.of_type("AWS::SNS::TopicPolicy").values()
    (policy,) = (one for one in policies if one["Topics"] == [{"Ref": name}])
    (only,) = policy["PolicyDocument"]["Statement"]
    assert (only["Effect"], only["Action"]) == ("Deny", "sns:Publish")
    assert only["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_only_three_functions_may_interrupt(widest: Installation) -> None:
    said = permissions.permissions(widest.templates)
    may = {
        role: statement["on"]
        for role, told in said.items()
        for statement in told["may"]
        if "sns:Publish" in statement["actions"]
    }
    where = ["arn:aws:sns:{home}:{account}:steadyhand-chat"]
    assert may == {f"steadyhand-{name}": where for name in ("alarm", "react", "sweep")}


@pytest.mark.parametrize("kind", [SLACK, TEAMS])
def test_a_channel_shows_and_does_nothing(kind: str, widest: Installation) -> None:
    (said,) = widest.of_type(kind).values()
    assert [
        str(one).rpartition("policy/")[2].rstrip("']})") for one in said["GuardrailPolicies"]
    ] == ["AWSDenyAll"]
    assert said["SnsTopicArns"] == [{"Ref": topic(widest)[0]}]
    assert said["UserRoleRequired"] is False
    role = said["ConfigurationName"]
    (trust,) = permissions.permissions(widest.templates)[role]["trusts"]
    assert permissions.permissions(widest.templates)[role]["may"] == []
    assert trust["who"] == "chatbot.amazonaws.com"
    assert trust["if"]["StringEquals"] == {"aws:SourceAccount": "{account}"}


def test_without_a_word_there_is_no_topic(plainest: Installation) -> None:
    names = [said["TopicName"] for said in plainest.of_type("AWS::SNS::Topic").values()]
    assert names == ["steadyhand-alarms"]
    assert "sns:Publish" not in str(plainest.of_type("AWS::IAM::Policy"))
    assert not plainest.of_type(SLACK)


def test_a_topic_without_a_channel(tmp_path: Path) -> None:
    made = installed(tmp_path, chat="create", slack_workspace="T1")
    assert topic(made)
    assert not made.of_type(SLACK)
    assert not made.of_type(TEAMS)
