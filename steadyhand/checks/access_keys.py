"""An access key of a user: made inactive, and active again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from steadyhand.model import Call, Look, Part, Permit, Read, Seen, Step

if TYPE_CHECKING:
    from types_boto3_iam.type_defs import AccessKeyMetadataTypeDef

    from steadyhand.source import Each

SET_STATUS = Permit(
    "iam:UpdateAccessKey",
    ("user/{UserName}", "user/*/{UserName}"),
    shape={
        "UserName": r"[\w+=,.@-]+",
        "AccessKeyId": r"[\w-]+",
        "Status": r"Active|Inactive",
    },
)


def deactivated(arn: str, user: str, key: str, keys: Each[AccessKeyMetadataTypeDef]) -> Step:
    """One key made inactive. `arn` is its user's, `keys` the source that tells of the user's keys."""
    return Step(
        owns=Part(arn, f"access key {key}", lambda: see_key(user, key, keys)),
        makes="Inactive",
        do=set_status(user, key, "Inactive"),
        undo=set_status(user, key, "Active"),
    )


def see_key(user: str, key: str, keys: Each[AccessKeyMetadataTypeDef]) -> Look:
    """One key's status, as IAM knows it now."""
    for _, one in (yield Read(keys, user)):
        if one["AccessKeyId"] == key:
            return Seen(value=one["Status"], identity=str(one["CreateDate"]))
    return Seen(identity=None)


def set_status(user: str, key: str, status: str) -> Call:
    """Activate a key or deactivate it."""
    params = {"UserName": user, "AccessKeyId": key, "Status": status}
    return Call("iam:UpdateAccessKey", params)
