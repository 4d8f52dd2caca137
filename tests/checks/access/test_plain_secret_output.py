"""Stacks that show a secret, all of them made up and of a length that opens nothing."""

from __future__ import annotations

import json
from typing import Any

import pytest

from steadyhand.checks.access.plain_secret_output import PlainSecretOutput
from steadyhand.sources.cloudformation import Stacks
from tests.canonical import ACCOUNT, REGION
from tests.checks.access.test_plain_secret import HELD, LED
from tests.verbs import found, spot

CHECK = PlainSecretOutput()
STATELESS = "what a stack shows is read in whatever state it is, and we change nothing"
RARE = "a made-up output would have to hold a secret"


def stack(name: str, status: str = "CREATE_COMPLETE", **outputs: str) -> dict[str, Any]:
    return {
        "StackId": f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/{name}/7c6b",
        "StackName": name,
        "StackStatus": status,
        "Outputs": [{"OutputKey": key, "OutputValue": value} for key, value in outputs.items()],
    }


def given(name: str, key: str, value: str) -> dict[str, Any]:
    return stack(name) | {"Parameters": [{"ParameterKey": key, "ParameterValue": value}]}


BAD = {
    Stacks: [
        *(stack(name, **said) for name, said in HELD.items()),
        stack("camel", DbPassword="Tr0ub4dor"),
        given("asked", "AdminToken", "a1b2c3d4e5"),
    ]
}
GOOD = {
    Stacks: [
        *(stack(name, **said) for name, said in LED.items()),
        stack("gone", "DELETE_COMPLETE", DbPassword="Tr0ub4dor"),
        given("hidden", "DbPassword", "****"),
        {"StackId": f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/bare/1"},
    ]
}
ANSWERS = {
    "cloudformation:DescribeStacks": lambda params: (
        {} if "StackName" in params else {"Stacks": [stack("shown", DbPassword="Tr0ub4dor")]}
    )
}


def test_names_what_it_is_called_and_never_what_it_holds() -> None:
    said = {one.evidence["variables"][0]: one for one in found(CHECK, BAD)}
    assert said["DbPassword"].summary == (
        "the stack camel holds what looks like a secret in DbPassword"
    )
    assert "AdminToken" in said
    every = [*HELD.values(), {"": "Tr0ub4dor"}, {"": "a1b2c3d4e5"}]
    assert not [value for held in every for value in held.values() if value in repr(said)]


@pytest.mark.moto
def test_on_moto() -> None:
    def made(client: Any, name: str, value: str) -> str:
        topic = {"Type": "AWS::SNS::Topic", "Properties": {}}
        template = {
            "Resources": {"Topic": topic},
            "Outputs": {"DbPassword": {"Value": value}},
        }
        done = client("cloudformation").create_stack(
            StackName=name, TemplateBody=json.dumps(template)
        )
        return str(done["StackId"])

    spot(
        CHECK,
        lambda client: [made(client, "shop", "Tr0ub4dor")],
        lambda client: made(client, "fine", "/prod/db/password1"),
    )
