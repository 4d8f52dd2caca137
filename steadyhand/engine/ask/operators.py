"""Who may ask: the owner's list of roles and users, compared with what STS says of the caller.

STS names a session by its role's name alone: arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION, without the
role's path. Names of roles are unique in an account whatever their path (IAM, "IAM and AWS STS quotas"), so the
last part of a role's ARN says which one is meant. A user's ARN is compared as a whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

SESSION = re.compile(r"arn:(aws[a-z-]*):sts::([0-9]{12}):assumed-role/([^/:]+)/[^/:]+")
ROLE = re.compile(r"arn:(aws[a-z-]*):iam::([0-9]{12}):role/(?:[^:]*/)?([^/:]+)")
USER = re.compile(r"arn:aws[a-z-]*:iam::[0-9]{12}:user/[^:]+")


def is_operator(caller: str, operators: Iterable[str]) -> bool:
    """Is the caller one of those whom the owner named? `caller` is the ARN that STS gave."""
    if session := SESSION.fullmatch(caller):
        roles = filter(None, map(ROLE.fullmatch, operators))
        return any(role.groups() == session.groups() for role in roles)
    return bool(USER.fullmatch(caller)) and caller in set(operators)


def as_operator(caller: str) -> str:
    """How the owner names this caller in the list; nothing where it can be nobody's name there."""
    if session := SESSION.fullmatch(caller):
        partition, account, role = session.groups()
        return f"arn:{partition}:iam::{account}:role/{role}"
    return caller if USER.fullmatch(caller) else ""
