"""Roles that trust builds of a name that is free at GitLab."""

from __future__ import annotations

import json
from typing import Any

from steadyhand.checks.access.gitlab_owner_gone import ISSUER, GitlabOwnerGone, Namespaces
from steadyhand.model import ReadFailed, Unknown
from steadyhand.sources.iam import Roles
from tests.canonical import ACCOUNT
from tests.checks.access.test_loose_ci_trust import as_text, like, role
from tests.checks.recorded import outcomes, spot
from tests.verbs import NOW, found

CHECK = GitlabOwnerGone()
THERE, FREE = {"exists": True, "suggests": ["x1"]}, {"exists": False, "suggests": list[str]()}


def trusts(name: str, *subjects: str, **more: Any) -> dict[str, Any]:
    return role(name, like(*subjects, issuer=ISSUER) | more, issuer=ISSUER)


BY_ID = {"StringEquals": {f"{ISSUER}:namespace_id": "1"}}
BAD = {
    Roles: [
        trusts("sub", "project_path:old_acme/app:ref_type:branch:ref:main"),
        as_text(trusts("as-text", "project_path:old_acme/app:*")),
        trusts("one-of-two", "project_path:acme/*:*", "project_path:old_acme/*:*"),
        role(
            "by-path", {"StringEquals": {f"{ISSUER}:project_path": "old_acme/app"}}, issuer=ISSUER
        ),
    ],
    Namespaces: [("acme", THERE), ("old_acme", FREE)],
}
GOOD = {
    Roles: [
        trusts("ours", "project_path:acme/app:*"),
        trusts("by-id", "project_path:old_acme/app:*", **BY_ID),
        trusts("not-told", "project_path:unasked/app:*"),
        role("elsewhere", like("repo:old_acme/app:*")),
    ],
    Namespaces: [("acme", THERE), ("old_acme", FREE), ("odd", {})],
}


def test_says_which_name() -> None:
    told = found(CHECK, BAD)
    assert len(told) == len(BAD[Roles])
    assert told[0].summary == "sub trusts builds of old_acme, a name that is free at GitLab"


def account(answer: Any) -> dict[str, Any]:
    made = trusts("deploy", "project_path:old_acme/app:*")
    text = json.dumps(made["AssumeRolePolicyDocument"])
    made |= {"Path": "/", "RoleId": "AROAEXAMPLE000000", "CreateDate": NOW}
    made["Arn"] = f"arn:aws:iam::{ACCOUNT}:role/deploy"

    def api(params: Any) -> Any:
        assert params == {"Path": "/namespaces/old_acme/exists"}
        return answer

    return {
        "iam:ListRoles": lambda _: {"Roles": [made | {"AssumeRolePolicyDocument": text}]},
        "gitlab:Get": api,
    }


def test_exactly_what_is_free_is_found() -> None:
    spot(CHECK, account({"result": FREE}), ["deploy"])
    spot(CHECK, account({"result": THERE}), [])


def test_what_could_not_be_asked_is_unknown_and_never_free() -> None:
    (one,) = outcomes(CHECK, account(ReadFailed("NotFound", "GitLab shows nothing there (404)")))
    assert isinstance(one, Unknown)
