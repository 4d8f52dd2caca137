"""Users who may do everything."""

from __future__ import annotations

import json
from typing import Any

import pytest

from steadyhand.checks.access.admin_user import AdminUser
from steadyhand.sources.iam import OwnPolicies, Users
from tests.canonical import ACCOUNT
from tests.checks.access.test_admin_machine import ADMIN, ALL, OWN, POLICIES, SOME, document
from tests.verbs import found, spot

CHECK = AdminUser()
EVENT = ("iam:AttachUserPolicy", {"UserName": "ann", "PolicyArn": ADMIN})


def user(name: str, *attached: str, inline: Any = None, **more: Any) -> dict[str, Any]:
    own = [{"PolicyName": "own", "PolicyDocument": inline}] if inline else []
    return {
        "UserName": name,
        "Arn": f"arn:aws:iam::{ACCOUNT}:user/{name}",
        "UserPolicyList": own,
        "AttachedManagedPolicies": [
            {"PolicyArn": arn, "PolicyName": arn.rpartition("/")[2]} for arn in attached
        ],
    } | more


BAD = {
    OwnPolicies: POLICIES,
    Users: [user("ann", ADMIN), user("bob", inline=document(ALL)), user("ci", OWN + "everything")],
}
GOOD = {
    OwnPolicies: POLICIES,
    Users: [
        user("eve", OWN + "tamed", inline=SOME),
        user("group", GroupList=["Administrators"]),
        user("fenced", ADMIN, PermissionsBoundary={"PermissionsBoundaryArn": OWN + "fence"}),
        user(
            "factor",
            inline=document(ALL | {"Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}}),
        ),
    ],
}


def test_says_by_what() -> None:
    assert [one.summary for one in found(CHECK, BAD)] == [
        "ann is an administrator by AdministratorAccess, given to the user alone",
        "bob is an administrator by own, given to the user alone",
        "ci is an administrator by everything, given to the user alone",
    ]


@pytest.mark.moto
def test_on_moto() -> None:
    def made(client: Any, name: str, said: dict[str, Any]) -> str:
        iam = client("iam")
        iam.create_user(UserName=name)
        iam.put_user_policy(UserName=name, PolicyName="own", PolicyDocument=json.dumps(said))
        return name

    spot(
        CHECK,
        lambda client: [made(client, "ann", document(ALL))],
        lambda client: [made(client, "eve", SOME)],
    )
