"""Whom a role's trust policy lets in, and what narrows it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import unquote

from steadyhand.account import Account
from steadyhand.sources.iam import Roles
from steadyhand.triggers import ApiCalled, Trigger, days

Statement = Mapping[str, Any]

NAMED = "requestParameters.roleName"
WAKES: tuple[Trigger, ...] = (
    days(1),
    ApiCalled("iam:CreateRole", NAMED),
    ApiCalled("iam:UpdateAssumeRolePolicy", NAMED),
)
"""What looks at a role's trust policy again."""

SHARED = {
    "token.actions.githubusercontent.com": "repo:",
    "gitlab.com": "project_path:",
    "app.terraform.io": "organization:",
    "agent.buildkite.com": "organization:",
}
"""Issuers of tokens that serve everybody, and how their subjects begin: what follows is the owner.

Sources: docs.github.com/actions/reference/security/oidc, docs.gitlab.com/ci/secrets/id_token_authentication,
developer.hashicorp.com/terraform/cloud-docs/workspaces/dynamic-provider-credentials,
buildkite.com/docs/pipelines/security/oidc
"""

OWNED = (
    "repository",
    "repository_id",
    "repository_owner",
    "repository_owner_id",
    "job_workflow_ref",
)
"""Claims beside the subject that name whose code runs."""

BY_ORGANIZATION = ("aws:principalorgid", "aws:principalorgpaths", "aws:principalaccount")
BY_NAME = (
    "aws:principalarn",
    "aws:sourceaccount",
    "aws:sourcearn",
    "aws:sourceorgid",
    "aws:userid",
)
NARROWING = (*BY_ORGANIZATION, *BY_NAME)
"""Conditions that say who it is; `sts:ExternalId` says what they know, and is told in no log.

Source: docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

EQUAL = ("stringequals", "stringequalsignorecase", "arnequals", "stringlike", "arnlike")


def roles(account: Account) -> Iterator[tuple[str, str, tuple[Statement, ...]]]:
    """Name and ARN of each role, and what its trust policy allows."""
    for role in account[Roles]:
        allowed = tuple(statements(role.get("AssumeRolePolicyDocument")))
        yield role["RoleName"], arn_of(account, role), allowed


def arn_of(account: Account, role: Mapping[str, Any]) -> str:
    """A role's ARN, made of its name where the list does not say it."""
    return str(role.get("Arn") or account.global_arn("iam", f"role/{role['RoleName']}"))


def trusting(
    account: Account, named: Callable[[Any], Iterable[str]], is_gone: Callable[[str], bool]
) -> Iterator[tuple[str, str, list[str]]]:
    """Name and ARN of each role that trusts somebody who is gone, and whom; `named` says whom it trusts."""
    for role in account[Roles]:
        if gone := [one for one in named(role) if is_gone(one)]:
            yield role["RoleName"], arn_of(account, role), gone


def statements(document: Any) -> Iterator[Statement]:
    """What a trust policy allows. botocore gives a table, IAM itself text of which each sign may be escaped."""
    if isinstance(document, str):
        try:
            document = json.loads(unquote(document))
        except ValueError:
            return
    said = document.get("Statement") if isinstance(document, Mapping) else None
    for one in said if isinstance(said, list) else [said]:
        if isinstance(one, Mapping) and one.get("Effect") == "Allow":
            yield one


def several(said: Any) -> list[str]:
    """One text or a list of them."""
    return (
        [str(one) for one in said]
        if isinstance(said, list | tuple)
        else [str(said)]
        if said
        else []
    )


def principals(statement: Statement, kind: str) -> list[str]:
    """Whom a statement names of a kind: "AWS", "Federated"."""
    said = statement.get("Principal")
    if said == "*":
        return ["*"] if kind == "AWS" else []
    return several(said.get(kind)) if isinstance(said, Mapping) else []


def conditions(statement: Statement) -> Iterator[tuple[str, str, list[str]]]:
    """Operator, key and values, operator and key in small letters, without what they say of several values."""
    said = statement.get("Condition")
    for operator, keys in said.items() if isinstance(said, Mapping) else ():
        for key, values in keys.items() if isinstance(keys, Mapping) else ():
            yield (
                str(operator).rpartition(":")[2].lower().removesuffix("ifexists"),
                str(key).lower(),
                several(values),
            )


def strangers(statement: Statement) -> str:
    """The issuer by whose tokens anybody may come in; nothing where only one owner's code may."""
    for provider in principals(statement, "Federated"):
        issuer = provider.partition(":oidc-provider/")[2]
        prefix = SHARED.get(issuer)
        if prefix and not any(is_owned(issuer, prefix, *one) for one in conditions(statement)):
            return issuer
    return ""


def is_owned(issuer: str, prefix: str, operator: str, key: str, values: list[str]) -> bool:
    """Does a condition hold for the code of named owners alone?"""
    claim = key.removeprefix(f"{issuer}:")
    if operator not in EQUAL or claim == key or not values:
        return False
    exact = not operator.endswith("like")
    if claim in OWNED:
        return exact or not any(is_wild(value.partition("/")[0]) for value in values)
    if claim != "sub":
        return False
    return exact or all(
        value.startswith(prefix) and not is_wild(owner(value.removeprefix(prefix)))
        for value in values
    )


def owner(path: str) -> str:
    """The first part of a path; with nothing behind it, it may go on in any way."""
    return path.partition("/")[0].partition(":")[0]


def is_wild(said: str) -> bool:
    """May it stand for others too?"""
    return not said or "*" in said or "?" in said


def lets_everybody_in(statement: Statement) -> bool:
    """Any account of AWS may take the role, and nothing says which."""
    if "*" not in principals(statement, "AWS"):
        return False
    return not any(
        operator in EQUAL
        and key in NARROWING
        and values
        and not set(values) & {"*", "arn:aws:iam::*"}
        for operator, key, values in conditions(statement)
    )


LASTING = frozenset(
    {"namespace_id", "project_id", "repository_id", "repository_owner_id", "user_id"}
)
"""Claims that stay with who had them: a name that somebody else takes has another id."""

LISTED = ("repository", "repository_owner", "namespace_path", "project_path")
"""Claims beside the subject that begin with the owner's name."""


def owners(role: Mapping[str, Any], issuer: str) -> tuple[str, ...]:
    """The owners of code whose builds may take a role by their names alone, as its trust policy spells them."""
    found: dict[str, None] = {}
    for statement in statements(role.get("AssumeRolePolicyDocument")):
        providers = principals(statement, "Federated")
        if any(one.partition(":oidc-provider/")[2] == issuer for one in providers):
            found |= dict.fromkeys(named_owners(statement, issuer))
    return tuple(found)


def named_owners(statement: Statement, issuer: str) -> list[str]:
    """Those that every condition on an owner lets in; none where an id that lasts says who it is."""
    sets: list[list[str]] = []
    for operator, key, values in conditions(statement):
        claim = key.removeprefix(f"{issuer}:")
        if operator not in EQUAL or claim == key:
            continue
        if claim in LASTING:
            return []
        if claim == "sub":
            prefix = SHARED[issuer]
            sets.append(
                [owner(one.removeprefix(prefix)) for one in values if one[: len(prefix)] == prefix]
            )
        elif claim in LISTED:
            sets.append([owner(one) for one in values])
    first, *others = sets or [[]]
    return [one for one in first if not is_wild(one) and all(one in more for more in others)]
