"""Who made a call: CloudTrail's `userIdentity`, and the role a function works under.

ministack gives functions the account's own key unless AUTH is on, so that every call looked like root's.
"""

import time
from typing import Any

import ministack.app
from ministack.core import lambda_runtime
from ministack.core.iam_evaluator import find_iam_access_key_account, is_root_access_key
from ministack.services import iam, sts


def install() -> None:
    """Functions work under a session of their role, with or without AUTH."""
    given = lambda_runtime.execution_credentials

    def of_the_role(config: dict) -> dict[str, str]:
        if ministack.app.AUTH or not config.get("Role"):
            return given(config)
        ministack.app.AUTH = True
        try:
            return given(config)
        finally:
            ministack.app.AUTH = False

    lambda_runtime.execution_credentials = of_the_role


def identity(access_key: str, account: str) -> dict[str, Any]:
    """`userIdentity` of the one who holds this key."""
    if session := sts._sessions.get(access_key):
        return _assumed(session, access_key)
    if is_root_access_key(access_key):
        return {
            "type": "Root",
            "principalId": account,
            "arn": f"arn:aws:iam::{account}:root",
            "accountId": account,
            "accessKeyId": access_key,
        }
    owner = find_iam_access_key_account(access_key) or account
    key = iam._access_keys.get_scoped(owner, None, access_key) or {}
    name = key.get("UserName", "unknown")
    user = iam._users.get_scoped(owner, None, name) or {}
    return {
        "type": "IAMUser",
        "principalId": user.get("UserId", "AIDAUNKNOWN"),
        "arn": user.get("Arn", f"arn:aws:iam::{owner}:user/{name}"),
        "accountId": owner,
        "accessKeyId": access_key,
        "userName": name,
    }


def name(who: dict[str, Any]) -> str:
    """The name LookupEvents and people use for an identity."""
    if who["type"] == "AssumedRole":
        return who["arn"].rsplit("/", 1)[-1]
    return who.get("userName", "root")


def _assumed(session: dict[str, Any], access_key: str) -> dict[str, Any]:
    arn = str(session["Arn"])
    account, role = arn.split(":")[4], arn.split("/")[1]
    known = iam._roles.get_scoped(account, None, role) or {}
    role_id = known.get("RoleId", "AROAUNKNOWN")
    issued = session.get("IssuedAt", time.time())
    return {
        "type": "AssumedRole",
        "principalId": f"{role_id}:{arn.rsplit('/', 1)[-1]}",
        "arn": arn,
        "accountId": account,
        "accessKeyId": access_key,
        "sessionContext": {
            "sessionIssuer": {
                "type": "Role",
                "principalId": role_id,
                "arn": known.get("Arn", f"arn:aws:iam::{account}:role/{role}"),
                "accountId": account,
                "userName": role,
            },
            "webIdFederationData": {},
            "attributes": {
                "creationDate": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(issued)),
                "mfaAuthenticated": "false",
            },
        },
    }
