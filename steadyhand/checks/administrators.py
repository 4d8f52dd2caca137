"""Who may do everything: by AdministratorAccess, or by a policy that allows every action on everything."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from steadyhand.checks.trust_policies import statements

ALL_RIGHTS = ":iam::aws:policy/AdministratorAccess"
"""docs.aws.amazon.com/aws-managed-policy/latest/reference/AdministratorAccess.html"""

EVERY_ACTION = frozenset({"*", "*:*"})


def makes_administrator(who: Mapping[str, Any], inline: str, ours: Iterable[Any]) -> str:
    """The policy by which a user or role may do everything; empty where none says so, or a boundary stops it.

    `inline` is where its own policies are, `ours` the account's policies with their versions. What is
    bound to a condition is not everything.
    """
    if who.get("PermissionsBoundary"):
        return ""
    attached = [str(one.get("PolicyArn")) for one in who.get("AttachedManagedPolicies") or ()]
    named = {str(one.get("Arn")): one for one in ours}
    found = (
        *(arn.rpartition("/")[2] for arn in attached if arn.endswith(ALL_RIGHTS)),
        *(
            str(one.get("PolicyName") or "a policy")
            for one in who.get(inline) or ()
            if allows_everything(one.get("PolicyDocument"))
        ),
        *(
            arn.rpartition("/")[2]
            for arn in attached
            if arn in named and any(map(allows_everything, current(named[arn])))
        ),
    )
    return next(iter(found), "")


def current(policy: Mapping[str, Any]) -> Iterator[Any]:
    """The document of a policy that is in force."""
    for version in policy.get("PolicyVersionList") or ():
        if version.get("IsDefaultVersion"):
            yield version.get("Document")


def allows_everything(document: Any) -> bool:
    """Does a policy allow every action on everything, on no condition?"""
    return any(
        EVERY_ACTION & set(listed(one.get("Action")))
        and "*" in listed(one.get("Resource"))
        and not one.get("Condition")
        for one in statements(document)
    )


def listed(said: Any) -> list[str]:
    """One or several, as policies write them."""
    return [str(one) for one in said] if isinstance(said, list) else [str(said)]
