"""Roles that trust builds of somebody whom GitHub does not know."""

from __future__ import annotations

import json
from typing import Any

import pytest

from steadyhand.checks.access.github_owner_gone import ISSUER, GithubOwnerGone, Owners, named
from steadyhand.model import ReadFailed, Unknown
from steadyhand.sources.iam import Roles
from tests.canonical import ACCOUNT
from tests.checks.access.test_loose_ci_trust import as_text, like, role
from tests.checks.recorded import outcomes, spot
from tests.verbs import NOW, found

CHECK = GithubOwnerGone()
BY_ID = {"StringEquals": {f"{ISSUER}:repository_owner_id": "1"}}
KNOWN, GONE = {"login": "acme", "id": 1}, dict[str, Any]()
BAD = {
    Roles: [
        role("sub", like("repo:old-acme/app:*")),
        as_text(role("as-text", like("repo:old-acme/app:*"))),
        role("exact", like("repo:old-acme/app:ref:refs/heads/main", operator="StringEquals")),
        role("one-of-two", like("repo:acme/app:*", "repo:old-acme/app:*")),
        role("by-owner", {"StringEquals": {f"{ISSUER}:repository_owner": "old-acme"}}),
        role("second", like("repo:acme/app:*"), like("repo:old-acme/app:*")),
    ],
    Owners: [("acme", KNOWN), ("old-acme", GONE)],
}
GOOD = {
    Roles: [
        role("ours", like("repo:acme/app:*")),
        role("by-id", like("repo:old-acme/app:*") | BY_ID),
        role("id-in-it", like("repo:old-acme@12/app@34:*")),
        role("both", {"StringLike": {f"{ISSUER}:sub": "repo:old-acme/app:*", f"{ISSUER}:repository_owner": "acme"}}),
        role("loose", like("repo:*")),
        role("elsewhere", like("project_path:old-acme/app:*", issuer="gitlab.com"), issuer="gitlab.com"),
        role("not-told", like("repo:unasked/app:*")),
        role("denied", like("repo:old-acme/app:*"), Effect="Deny"),
    ],
    Owners: [("acme", KNOWN), ("old-acme", GONE)],
}  # fmt: skip


def test_says_whom() -> None:
    told = found(CHECK, BAD)
    assert len(told) == len(BAD[Roles])
    assert told[0].summary == "sub trusts builds of old-acme, whom GitHub does not know"
    assert told[3].evidence["owners"] == ["old-acme"]


@pytest.mark.parametrize("owner", ["../zen", "a/b", "a?b", "-a", "a" * 40, "a*", "a b", ""])
def test_what_is_no_name_is_not_asked(owner: str) -> None:
    (one, *_) = [*named(role("x", like(f"repo:{owner}/app:*"))), "nobody"]
    assert one in {"nobody", "a"}, "of a path the first part alone, and never another path"


def account(answer: Any) -> dict[str, Any]:
    made = role("deploy", like("repo:old-acme/app:*"))
    text = json.dumps(made["AssumeRolePolicyDocument"])
    made |= {"Path": "/", "RoleId": "AROAEXAMPLE000000", "CreateDate": NOW}
    made["Arn"] = f"arn:aws:iam::{ACCOUNT}:role/deploy"

    def api(params: Any) -> Any:
        assert params == {"Path": "/users/old-acme"}
        return answer

    return {
        "iam:ListRoles": lambda _: {"Roles": [made | {"AssumeRolePolicyDocument": text}]},
        "github:Get": api,
    }


def test_exactly_who_is_not_there_is_found() -> None:
    spot(CHECK, account(ReadFailed("NotFound", "404")), ["deploy"])
    spot(CHECK, account({"result": KNOWN}), [])


def test_who_could_not_be_asked_is_unknown() -> None:
    (one,) = outcomes(CHECK, account(ReadFailed("Throttled", "GitHub was asked too often")))
    assert isinstance(one, Unknown)
    assert one.reason == "GitHub was asked too often"
