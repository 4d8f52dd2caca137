"""Trust policies of roles for build systems, as people write them."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import pytest

from steadyhand.checks.access.loose_ci_trust import LooseCiTrust
from steadyhand.sources.iam import Roles
from tests.canonical import ACCOUNT
from tests.verbs import found, spot

CHECK = LooseCiTrust()
GITHUB, GITLAB, HCP = "token.actions.githubusercontent.com", "gitlab.com", "app.terraform.io"
AUD = {"StringEquals": {f"{GITHUB}:aud": "sts.amazonaws.com"}}


def role(
    name: str, *conditions: dict[str, Any], issuer: str = GITHUB, **more: Any
) -> dict[str, Any]:
    said = [
        {
            "Effect": "Allow",
            "Principal": {"Federated": f"arn:aws:iam::{ACCOUNT}:oidc-provider/{issuer}"},
            "Action": "sts:AssumeRoleWithWebIdentity",
            **({"Condition": one} if one else {}),
        }
        | more
        for one in conditions
    ]
    document = {"Version": "2012-10-17", "Statement": said}
    return {
        "RoleName": name,
        "Arn": f"arn:aws:iam::{ACCOUNT}:role/{name}",
        "AssumeRolePolicyDocument": document,
    }


def like(*subjects: str, issuer: str = GITHUB, operator: str = "StringLike") -> dict[str, Any]:
    return {operator: {f"{issuer}:sub": subjects[0] if len(subjects) == 1 else list(subjects)}}


def as_text(said: dict[str, Any]) -> dict[str, Any]:
    """As IAM itself answers it: RFC 3986."""
    document = quote(json.dumps(said["AssumeRolePolicyDocument"]))
    return said | {"AssumeRolePolicyDocument": document}


WIDE = {
    "no-condition": role("no-condition", {}),
    "only-audience": role("only-audience", AUD),
    "all": role("all", like("*")),
    "any-owner": role("any-owner", AUD | like("repo:*/app:*")),
    "owner-may-go-on": role("owner-may-go-on", like("repo:acme*")),
    "one-of-two": role("one-of-two", like("repo:acme/app:*", "repo:*:pull_request")),
    "second-statement": role("second-statement", like("repo:acme/app:*"), AUD),
    "for-any": role("for-any", like("repo:*", operator="ForAnyValue:StringLike")),
    "not-this-one": role("not-this-one", like("repo:evil/app:*", operator="StringNotLike")),
    "text": as_text(role("text", AUD)),
    "gitlab": role("gitlab", like("project_path:*:ref:main", issuer=GITLAB), issuer=GITLAB),
    "hcp": role("hcp", like("organization:*:workspace:x", issuer=HCP), issuer=HCP),
    "another-issuer-s": role("another-issuer-s", like("repo:acme/app:*", issuer=GITLAB)),
    "if-exists": role("if-exists", like("*", operator="StringLikeIfExists")),
}
NARROW = [
    role("exact", like("repo:acme/app:ref:refs/heads/main", operator="StringEquals")),
    role("starred-exactly", like("repo:*", operator="StringEquals")),
    role("one-owner", AUD | like("repo:acme/*")),
    role("two-owners", like("repo:acme/app:*", "repo:acme-labs/tool:*")),
    role("by-repository", {"StringLike": {f"{GITHUB}:repository": "acme/*"}}),
    role("by-owner", {"StringEquals": {f"{GITHUB}:repository_owner": "acme"}}),
    role("mixed-case", {"StringLike": {f"{GITHUB}:SUB": "repo:acme/app:*"}}),
    role("denied", {}, Effect="Deny"),
    role("if-it-exists", like("repo:acme/app:*", operator="StringLikeIfExists")),
    as_text(role("narrow-text", like("repo:acme/app:*"))),
    role("gitlab-ours", like("project_path:acme/*:*", issuer=GITLAB), issuer=GITLAB),
    role("own-issuer", {}, issuer="oidc.eks.eu-central-1.amazonaws.com/id/EXAMPLE"),
    {"RoleName": "broken", "Arn": "arn", "AssumeRolePolicyDocument": "%7Bnot json"},
    {"RoleName": "none", "Arn": "arn"},
    {"RoleName": "list", "Arn": "arn", "AssumeRolePolicyDocument": {"Statement": "x"}},
]
BAD = {Roles: list(WIDE.values())}
GOOD = {Roles: NARROW}


@pytest.mark.parametrize("name", WIDE)
def test_what_lets_strangers_in(name: str) -> None:
    (one,) = found(CHECK, {Roles: [WIDE[name]]})
    assert one.key == name


def test_says_whose_builds() -> None:
    assert found(CHECK, {Roles: [WIDE["gitlab"]]})[0].summary == (
        "gitlab can be taken by anybody's build on gitlab.com"
    )


@pytest.mark.moto
def test_on_moto() -> None:
    def plant(client: Any, *said: dict[str, Any]) -> list[str]:
        return [
            client("iam").create_role(
                RoleName=one["RoleName"],
                AssumeRolePolicyDocument=json.dumps(one["AssumeRolePolicyDocument"]),
            )["Role"]["RoleName"]
            for one in said
        ]

    spot(
        CHECK,
        lambda client: plant(client, WIDE["all"], WIDE["only-audience"]),
        lambda client: plant(client, NARROW[0], NARROW[2]),
    )
