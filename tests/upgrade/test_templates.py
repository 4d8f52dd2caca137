"""No deploy over an earlier version makes anew, or drops, what holds something.

What makes CloudFormation replace a resource is in its own schemas: the properties that are `createOnly`.
(docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html; cfn-lint ships them.)
"""

from __future__ import annotations

from typing import Any

import pytest
from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER

from tests.stacks.conftest import Installation, _tools, widest  # noqa: F401 - fixtures
from tests.upgrade.before import REGION, STATEFUL

HELD = [(stack, logical) for stack, held in STATEFUL.items() for logical in held]


def replacing(kind: str) -> list[list[str]]:
    """The properties of a type whose change makes it anew, each as a path."""
    schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema(REGION, kind).schema
    named = [
        *schema.get("createOnlyProperties", ()),
        *schema.get("conditionalCreateOnlyProperties", ()),
    ]
    return [path.split("/")[2:] for path in named]


def said(properties: Any, path: list[str]) -> Any:
    for name in path:
        properties = properties.get(name) if isinstance(properties, dict) else None
    return properties


def test_every_type_that_holds_something_is_recorded() -> None:
    kinds = {one["Type"] for held in STATEFUL.values() for one in held.values()}
    assert {"AWS::DynamoDB::GlobalTable", "AWS::S3::Bucket", "AWS::SQS::Queue"} <= kinds
    assert {"AWS::SSM::Parameter", "AWS::Logs::LogGroup"} <= kinds
    for kind in kinds - {"AWS::SNS::Topic", "AWS::CloudTrail::Trail"}:
        assert replacing(kind), kind
    assert ["TableName"] in replacing("AWS::DynamoDB::GlobalTable")
    assert ["KeySchema"] in replacing("AWS::DynamoDB::GlobalTable")


@pytest.mark.parametrize(("stack", "logical"), HELD)
def test_it_is_there_and_never_made_anew(
    widest: Installation,  # noqa: F811
    stack: str,
    logical: str,
) -> None:
    before = STATEFUL[stack][logical]
    assert stack in widest.templates
    now = widest.templates[stack]["Resources"].get(logical)
    assert now is not None, f"{logical} is dropped"
    assert now["Type"] == before["Type"]
    for path in replacing(before["Type"]):
        assert said(now["Properties"], path) == said(before["Properties"], path), path


def test_indexes_of_the_table_change_one_at_a_time(widest: Installation) -> None:  # noqa: F811
    """DynamoDB takes one new index in an update ("Managing global secondary indexes")."""
    (before,) = (
        one["Properties"]
        for one in STATEFUL["steadyhand-memory"].values()
        if one["Type"] == "AWS::DynamoDB::GlobalTable"
    )
    (now,) = widest.of_type("AWS::DynamoDB::GlobalTable").values()
    indexes = [
        {one["IndexName"]: one for one in of["GlobalSecondaryIndexes"]} for of in (before, now)
    ]
    assert len(indexes[1].keys() - indexes[0].keys()) <= 1
    for name, index in indexes[0].items():
        assert indexes[1][name]["KeySchema"] == index["KeySchema"]
        assert indexes[1][name]["Projection"] == index["Projection"]
