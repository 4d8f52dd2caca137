"""Buckets block public access when new, as since 2023, and say whether their policy is public.

ministack does the first under AUTH only, answers the second with nothing, and does not know the block
of an account.
"""

import json
from typing import Any

import ministack.app
from ministack.services import s3

from ..http.answers import RefusedError, answer

ACCOUNT_BLOCK = "/v20180820/configuration/publicAccessBlock"

# Conditions on these, with fixed values, make a policy not public.
FIXED = {
    "aws:principalarn",
    "aws:principalorgid",
    "aws:principalaccount",
    "aws:sourceaccount",
    "aws:sourcearn",
    "aws:sourceip",
    "aws:sourceorgid",
    "aws:sourcevpc",
    "aws:sourcevpce",
    "aws:userid",
    "aws:username",
    "aws:calledvia",
    "s3:dataaccesspointarn",
    "s3:x-amz-server-side-encryption-aws-kms-key-id",
}


def install() -> None:
    """Block public access to every new bucket."""
    s3._new_bucket_public_access_block = lambda: {
        "_public_access_block": s3._NEW_BUCKET_PUBLIC_ACCESS_BLOCK
    }
    handled = ministack.app._handle_s3_control_request

    async def control(path: str, method: str, *more: Any) -> Any:
        """GetPublicAccessBlock of an account that never set one, as none does when new."""
        if (method, path) != ("GET", ACCOUNT_BLOCK):
            return await handled(path, method, *more)
        code = "NoSuchPublicAccessBlockConfiguration"
        message = "The public access block configuration was not found"
        return s3.s3control_account_error(more[-1] or {}) or s3.s3control_error(code, message, 404)

    ministack.app._handle_s3_control_request = control


@answer("s3", "GetBucketPolicyStatus")
def policy_status(params: dict[str, Any]) -> dict[str, Any]:
    """GetBucketPolicyStatus."""
    if params["Bucket"] not in s3._buckets:
        raise RefusedError("NoSuchBucket", "The specified bucket does not exist", 404)
    policy = s3._bucket_policies.get(params["Bucket"])
    if not policy:
        raise RefusedError("NoSuchBucketPolicy", "The bucket policy does not exist", 404)
    statements = json.loads(policy)["Statement"]
    many = statements if isinstance(statements, list) else [statements]
    return {"PolicyStatus": {"IsPublic": any(_public(s) for s in many)}}


def _public(statement: dict[str, Any]) -> bool:
    if statement.get("Effect") != "Allow":
        return False
    principal = statement.get("Principal")
    named = principal.get("AWS") if isinstance(principal, dict) else principal
    if "*" not in (named if isinstance(named, list) else [named]):
        return False
    for operator, tests in (statement.get("Condition") or {}).items():
        for key, values in tests.items():
            many = values if isinstance(values, list) else [values]
            if (
                key.lower() in FIXED
                and "Not" not in operator
                and not any(_anything(v) for v in many)
            ):
                return False
    return True


def _anything(value: str) -> bool:
    return str(value) in ("*", "0.0.0.0/0", "::/0")
