"""Programs that may do everything."""

from __future__ import annotations

import json
from typing import Any

import pytest

from steadyhand.checks.access.admin_machine import AdminMachine
from steadyhand.sources.iam import OwnPolicies, RoleDetails
from tests.canonical import ACCOUNT
from tests.verbs import found, silent, spot

CHECK = AdminMachine()
ADMIN = "arn:aws:iam::aws:policy/AdministratorAccess"
OWN = f"arn:aws:iam::{ACCOUNT}:policy/"
EVENT = ("iam:AttachRolePolicy", {"RoleName": "api", "PolicyArn": ADMIN})
ALL = {"Effect": "Allow", "Action": "*", "Resource": "*"}


def document(*said: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(said)}


def trust(*services: str, **principal: Any) -> dict[str, Any]:
    who = principal or {"Service": list(services) if len(services) > 1 else services[0]}
    return document({"Effect": "Allow", "Principal": who, "Action": "sts:AssumeRole"})


def role(
    name: str, *attached: str, by: Any = None, inline: Any = None, **more: Any
) -> dict[str, Any]:
    own = [{"PolicyName": "own", "PolicyDocument": inline}] if inline else []
    return {
        "RoleName": name,
        "Arn": f"arn:aws:iam::{ACCOUNT}:role/{name}",
        "AssumeRolePolicyDocument": by or trust("lambda.amazonaws.com"),
        "RolePolicyList": own,
        "AttachedManagedPolicies": [
            {"PolicyArn": arn, "PolicyName": arn.rpartition("/")[2]} for arn in attached
        ],
    } | more


def policy(name: str, *versions: Any) -> dict[str, Any]:
    """Its versions, of which the last is in force."""
    listed = [
        {"VersionId": f"v{n}", "Document": one, "IsDefaultVersion": n == len(versions)}
        for n, one in enumerate(versions, 1)
    ]
    return {"PolicyName": name, "Arn": OWN + name, "PolicyVersionList": listed}


SOME = document({"Effect": "Allow", "Action": "s3:*", "Resource": "*"})
POLICIES = [
    policy("everything", SOME, document(ALL)),
    policy("tamed", document(ALL), SOME),
]
WIDE = [
    role("api", ADMIN),
    role("web", by=trust("codebuild.amazonaws.com", "ec2.amazonaws.com"), inline=document(ALL)),
    role("task", OWN + "everything", by=trust("ecs-tasks.amazonaws.com")),
    role("listed", inline=document(ALL | {"Action": ["s3:*", "*:*"], "Resource": ["*"]})),
    role("text", inline=json.dumps(document(ALL))),
]
RARE = "a made-up role would have to run programs and be allowed everything"
BAD = {RoleDetails: WIDE, OwnPolicies: POLICIES}
GOOD = {
    OwnPolicies: POLICIES,
    RoleDetails: [
        role("some", inline=SOME),
        role("was", OWN + "tamed", OWN + "gone"),
        role("fenced", ADMIN, PermissionsBoundary={"PermissionsBoundaryArn": OWN + "fence"}),
        # duo-labs/cloudmapper issue 531: every action, on some resources
        role("own-bucket", inline=document(ALL | {"Resource": "arn:aws:s3:::attic/*"})),
        role("when", inline=document(ALL | {"Condition": {"Bool": {"aws:ViaAWSService": "true"}}})),
        role("denied", inline=document(ALL | {"Effect": "Deny"})),
        role("power", inline=document({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"})),
        # nccgroup/ScoutSuite issue 1416: somebody must be administrator, and what deploys often is
        role("AWSReservedSSO_Admin_1", ADMIN, by=trust(Federated="arn:aws:iam::1:saml-provider/x")),
        role("people", ADMIN, by=trust(AWS=f"arn:aws:iam::{ACCOUNT}:root")),
        role("cdk-cfn-exec-role", ADMIN, by=trust("cloudformation.amazonaws.com")),
        # prowler-cloud/prowler issue 2314: roles that a service keeps for itself
        role("AWSServiceRoleForX", ADMIN, by=trust("x.amazonaws.com")),
    ],
}


def test_says_what_runs_as_what() -> None:
    assert [one.summary for one in found(CHECK, BAD)] == [
        "functions run as api with administrator rights, by AdministratorAccess",
        "machines run as web with administrator rights, by own",
        "containers run as task with administrator rights, by everything",
        "functions run as listed with administrator rights, by own",
        "functions run as text with administrator rights, by own",
    ]


@pytest.mark.parametrize("one", GOOD[RoleDetails], ids=lambda one: str(one["RoleName"]))
def test_what_is_not_everything_or_no_program(one: dict[str, Any]) -> None:
    silent(CHECK, {RoleDetails: [one], OwnPolicies: POLICIES})


@pytest.mark.moto
def test_on_moto() -> None:
    def made(client: Any, name: str, said: dict[str, Any]) -> str:
        iam = client("iam")
        by = json.dumps(trust("lambda.amazonaws.com"))
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=by)
        own = iam.create_policy(PolicyName=name, PolicyDocument=json.dumps(said))["Policy"]["Arn"]
        iam.attach_role_policy(RoleName=name, PolicyArn=own)
        return name

    spot(
        CHECK,
        lambda client: [made(client, "api", document(ALL))],
        lambda client: [made(client, "web", SOME)],
    )
