"""Keys of users whom AWS put under quarantine. Their ids end in EXAMPLE: they open nothing."""

from __future__ import annotations

import json
from typing import Any

import pytest

from steadyhand.checks.access.leaked_access_key import LeakedAccessKey
from steadyhand.sources.iam import QuarantinedKeys, Users
from tests.canonical import ACCOUNT
from tests.trust.lab import World
from tests.trust.scenes import Planting
from tests.verbs import NOW, fix_and_undo, found

CHECK = LeakedAccessKey()
POLICY = "AWSCompromisedKeyQuarantineV3"


def user(name: str, *policies: str) -> dict[str, Any]:
    said = [{"PolicyName": one, "PolicyArn": f"arn:aws:iam::aws:policy/{one}"} for one in policies]
    arn = f"arn:aws:iam::{ACCOUNT}:user/{name}"
    return {"UserName": name, "Arn": arn, "AttachedManagedPolicies": said}


def key(name: str, number: int, status: str = "Active") -> tuple[str, dict[str, Any]]:
    said = {"AccessKeyId": f"AKIA{number}EXAMPLE", "Status": status, "CreateDate": NOW}
    return name, {"UserName": name} | said


BAD = {
    Users: [user("ci", "ReadOnlyAccess", POLICY), user("old", "AWSCompromisedKeyQuarantine")],
    QuarantinedKeys: [key("ci", 1), key("ci", 2, "Inactive"), key("old", 3)],
}
GOOD = {
    Users: [user("fine", "ReadOnlyAccess"), user("repaired", POLICY), user("none", POLICY)],
    QuarantinedKeys: [key("repaired", 4, "Inactive")],
}


def plant(client: Any, name: str, *, leaked: bool) -> str:
    iam = client("iam")
    iam.create_user(UserName=name)
    iam.create_access_key(UserName=name)
    if leaked:  # moto has no such managed policy, so one of the same name stands for AWS's
        denied = {"Effect": "Deny", "Action": "iam:*", "Resource": "*"}
        document = {"Version": "2012-10-17", "Statement": denied}
        arn = iam.create_policy(PolicyName=POLICY, PolicyDocument=json.dumps(document))
        iam.attach_user_policy(UserName=name, PolicyArn=arn["Policy"]["Arn"])
    return name


def inactive(world: World) -> bool:
    (one,) = world.client("iam").list_access_keys(UserName="ci")["AccessKeyMetadata"]
    return bool(one["Status"] == "Inactive")


PLANTING = Planting(
    plant=lambda world: plant(world.client, "ci", leaked=True), truth=inactive, fixed=bool
)


def test_names_the_key_that_is_active() -> None:
    assert [one.summary for one in found(CHECK, BAD)] == [
        "AWS found an access key of ci in public, and AKIA1EXAMPLE is active",
        "AWS found an access key of old in public, and AKIA3EXAMPLE is active",
    ]


@pytest.mark.moto
def test_on_moto() -> None:
    fix_and_undo(
        CHECK,
        lambda client: [plant(client, "ci", leaked=True)],
        lambda client: [plant(client, "fine", leaked=False)],
    )
