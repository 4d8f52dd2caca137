"""The same stacks where IAM is enforced: the functions have what they need, and no more."""

from __future__ import annotations

import json
from typing import Any

import pytest

from steadyhand.deployed import ACTOR
from steadyhand.model import State
from tests.emulator.living import Living, eventually

pytestmark = [pytest.mark.emulator, pytest.mark.xdist_group("enforced")]


def policies(here: Living, role: str) -> list[tuple[str, Any]]:
    iam = here.aws.client("iam")
    names = iam.list_role_policies(RoleName=role)["PolicyNames"]
    found = [iam.get_role_policy(RoleName=role, PolicyName=name) for name in names]
    return [
        (
            one["PolicyName"],
            json.loads(one["PolicyDocument"])
            if isinstance(one["PolicyDocument"], str)
            else one["PolicyDocument"],
        )
        for one in found
    ]


def test_react_can_do_its_work_with_what_it_was_granted(guarded_living: Living) -> None:
    group = guarded_living.group("guarded")
    guarded_living.open(group, 22)
    eventually(lambda: guarded_living.grants(group) == [])
    eventually(lambda: [one.state for one in guarded_living.changes(group)] == [State.VERIFIED])


def test_sweep_can_read_all_it_declares(guarded_living: Living) -> None:
    here = guarded_living
    message = {"account": here.aws.account, "region": here.aws.region, "hours": 24}
    here.aws.client("sqs").send_message(
        QueueUrl=here.queue("steadyhand-sweep"), MessageBody=json.dumps(message)
    )
    eventually(here.ledger.sweeps, within=120)
    denied = [
        one
        for _, _, said in here.ledger.sweeps()
        for one in said["unknown"]
        if "not authorized" in one[2] or "AccessDenied" in one[2] or "Unauthorized" in one[2]
    ]
    assert denied == []


def test_without_the_actors_grant_nothing_is_changed(guarded_living: Living) -> None:
    here = guarded_living
    iam = here.aws.client("iam")
    kept = policies(here, ACTOR)
    for name, document in kept:
        for statement in document["Statement"]:
            actions = statement["Action"]
            listed = [actions] if isinstance(actions, str) else actions
            statement["Action"] = [
                one for one in listed if one != "ec2:RevokeSecurityGroupIngress"
            ] or ["ec2:DescribeRegions"]
        iam.put_role_policy(RoleName=ACTOR, PolicyName=name, PolicyDocument=json.dumps(document))
    try:
        group = here.group("helpless")
        here.open(group, 22)
        eventually(lambda: [one.state for one in here.changes(group)] == [State.FAILED])
        (change,) = here.changes(group)
        assert "RevokeSecurityGroupIngress" in change.reason
        assert len(here.grants(group)) == 1
    finally:
        for name, document in policies(here, ACTOR):
            del document
            iam.delete_role_policy(RoleName=ACTOR, PolicyName=name)


def test_a_function_may_not_change_anything_by_itself(guarded_living: Living) -> None:
    from stacks.permissions import mutating

    granted = {
        action
        for role in ("steadyhand-react", "steadyhand-sweep", "steadyhand-evaluate")
        for _, document in policies(guarded_living, role)
        for statement in document["Statement"]
        for action in (
            [statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"]
        )
    }
    allowed = ("dynamodb:", "sqs:", "logs:", "sts:", "config:PutEvaluations")
    assert [one for one in granted if mutating(one) and not one.startswith(allowed)] == []
