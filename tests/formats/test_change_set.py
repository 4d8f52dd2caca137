"""A drift-aware change set is read, and refused where it does more than set back what drifted."""

from __future__ import annotations

import copy
import json
import shlex
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import botocore.session
import pytest
from botocore.validate import ParamValidator
from hypothesis import given
from hypothesis import strategies as st

from steadyhand.checks.change_set import creating
from steadyhand.formats.change_set import NotAChangeSet, Read, executing, read

CLOUDFORMATION = botocore.session.Session().get_service_model("cloudformation")
ARN = "arn:aws:cloudformation:eu-central-1:123456789012:changeSet/drift/7c6b"
QUEUE: dict[str, Any] = {
    "Type": "Resource",
    "ResourceChange": {
        "Action": "Modify",
        "LogicalResourceId": "Orders",
        "PhysicalResourceId": "https://sqs.eu-central-1.amazonaws.com/123456789012/orders",
        "ResourceType": "AWS::SQS::Queue",
        "Replacement": "False",
        "Scope": ["Properties"],
        "ResourceDriftStatus": "MODIFIED",
        "ResourceDriftIgnoredAttributes": [
            {"Path": "/Properties/KmsMasterKeyId", "Reason": "MANAGED_BY_AWS"}
        ],
        "Details": [
            {
                "Target": {
                    "Attribute": "Properties",
                    "Name": "VisibilityTimeout",
                    "RequiresRecreation": "Never",
                    "Path": "/Properties/VisibilityTimeout",
                    "BeforeValue": "30",
                    "AfterValue": "90",
                    "BeforeValueFrom": "ACTUAL_STATE",
                    "AfterValueFrom": "TEMPLATE",
                    "AttributeChangeType": "Modify",
                },
                "Evaluation": "Static",
                "ChangeSource": "DirectModification",
            }
        ],
    },
}
SYNC: dict[str, Any] = {
    "Type": "Resource",
    "ResourceChange": {
        "Action": "SyncWithActual",
        "LogicalResourceId": "Jobs",
        "ResourceType": "AWS::SQS::Queue",
        "ResourceDriftStatus": "MODIFIED",
        "Details": [],
    },
}
SET: dict[str, Any] = {
    "ChangeSetName": "drift",
    "ChangeSetId": ARN,
    "StackName": "shop-dev",
    "Status": "CREATE_COMPLETE",
    "ExecutionStatus": "AVAILABLE",
    "DeploymentMode": "REVERT_DRIFT",
    "Changes": [QUEUE, SYNC],
}


def said(change: Callable[[Any, Any, Any], object] = lambda *_: None) -> Read:
    """What is read of the set, with something of it (set, resource's change, detail) changed."""
    one = copy.deepcopy(SET)
    resource = one["Changes"][0]["ResourceChange"]
    change(one, resource, resource["Details"][0])
    return read(json.dumps(one))


def test_it_is_one_that_aws_could_answer() -> None:
    answer = CLOUDFORMATION.operation_model("DescribeChangeSet").output_shape
    assert not ParamValidator().validate(SET, answer).has_errors()


def test_what_only_sets_back_is_told_with_the_command() -> None:
    known = said()
    assert known.refused == ()
    assert known.lines == (
        "Orders/Properties/VisibilityTimeout: 30 → 90",
        "Orders/Properties/KmsMasterKeyId stays as it is: MANAGED_BY_AWS",
    )
    assert shlex.split(executing(known))[-1] == ARN


@pytest.mark.parametrize(
    "name", ["--endpoint-url=x", "$(id)", ARN + "\n", ARN.replace("changeSet", "stack"), "", 7]
)
def test_the_command_names_a_change_set_and_nothing_else(name: Any) -> None:
    """Whoever may write the file that the build hands on steers no command that a person pastes."""
    with pytest.raises(NotAChangeSet):
        said(lambda one, *_: one.update({"ChangeSetId": name}))


def put(where: str, name: str, value: Any) -> Callable[[Any, Any, Any], object]:
    def change(one: Any, resource: Any, detail: Any) -> None:
        places = {"set": one, "resource": resource, "detail": detail, "target": detail["Target"]}
        places[where][name] = value

    return change


MORE = {
    "a standard one": put("set", "DeploymentMode", None),
    "not made": put("set", "Status", "FAILED"),
    "executed": put("set", "ExecutionStatus", "EXECUTE_COMPLETE"),
    "a first page": put("set", "NextToken", "x"),
    "nested": put("set", "IncludeNestedStacks", True),
    "of a nested one": put("set", "ParentChangeSetId", ARN),
    "imports": put("set", "ImportExistingResources", True),
    "nothing": put("set", "Changes", []),
    "another kind": put("set", "Changes", [{"Type": "Stack"}]),
    "adds": put("resource", "Action", "Add"),
    "removes": put("resource", "Action", "Remove"),
    "nobody knows": put("resource", "Action", "Dynamic"),
    "replaces": put("resource", "Replacement", "True"),
    "may replace": put("resource", "Replacement", "Conditional"),
    "deletes": put("resource", "PolicyAction", "Delete"),
    "in sync": put("resource", "ResourceDriftStatus", "IN_SYNC"),
    "not checked": put("resource", "ResourceDriftStatus", "NOT_CHECKED"),
    "deleted by hand": put("resource", "ResourceDriftStatus", "DELETED"),
    "untold": put("resource", "Details", []),
    "known later": put("detail", "Evaluation", "Dynamic"),
    "a policy": put("target", "Attribute", "DeletionPolicy"),
    "recreates": put("target", "RequiresRecreation", "Always"),
    "may recreate": put("target", "RequiresRecreation", "Conditionally"),
    "a new template": put("target", "BeforeValueFrom", "PREVIOUS_DEPLOYMENT_STATE"),
}


@pytest.mark.parametrize("name", MORE)
def test_whatever_does_more_is_refused_for_that_alone(name: str) -> None:
    known = said(MORE[name])
    assert len(known.refused) == 1
    assert len(known.refused[0].split()) > 2


def test_without_values_it_is_refused() -> None:
    """They are told with --include-property-values alone, and without them nobody knows from where to where."""

    def bare(one: Any, resource: Any, detail: Any) -> None:
        for name in ("BeforeValue", "AfterValue", "BeforeValueFrom", "AfterValueFrom", "Path"):
            del detail["Target"][name]

    (why,) = said(bare).refused
    assert "--include-property-values" in why


def test_values_of_what_nobody_reviewed_are_not_shown() -> None:
    def secret(one: Any, resource: Any, detail: Any) -> None:
        detail["Target"] |= {"Path": "/Properties/Secret", "AfterValue": "hunter2"}

    known = said(secret)
    assert known.lines[0] == "Orders/Properties/Secret"
    assert "hunter2" not in repr(known)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["Changes", "ChangeSetId", "ResourceChange", "Type", "Details", "Target"]
            )
            | st.text(max_size=4),
            inner,
            max_size=4,
        )
    ),
)


@given(text=st.text() | JSON.map(json.dumps))
def test_whatever_it_is_it_is_read_refused_or_no_change_set(text: str) -> None:
    with suppress(NotAChangeSet):
        assert read(text).refused


def test_the_command_keeps_parameters_and_names_no_role() -> None:
    words = shlex.split(creating("shop-dev", ("Size", "Name"), ("CAPABILITY_IAM",)))
    assert words[words.index("--parameters") + 1 :][:2] == [
        "ParameterKey=Size,UsePreviousValue=true",
        "ParameterKey=Name,UsePreviousValue=true",
    ]
    assert words[words.index("--capabilities") + 1] == "CAPABILITY_IAM"
    assert "--use-previous-template" in words
    assert "--role-arn" not in words
    asked = CLOUDFORMATION.operation_model("CreateChangeSet").input_shape.members
    for word in words:
        if word.startswith("--"):
            name = "".join(part.capitalize() for part in word[2:].split("-"))
            assert name in asked, word
    assert "--parameters" not in creating("shop-dev", (), ())
