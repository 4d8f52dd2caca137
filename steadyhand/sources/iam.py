"""What is read of IAM. One report tells of every key; asking users takes a call for each."""

from __future__ import annotations

from collections.abc import Mapping
from csv import DictReader
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from steadyhand.model import Call, ReadFailed, Wait, pick
from steadyhand.source import Conversation, Each, Report, Source

if TYPE_CHECKING:
    from types_boto3_iam.type_defs import AccessKeyMetadataTypeDef, RoleTypeDef

ROOT = "<root_account>"
LONG_IDLE = timedelta(days=30)
"""From here on a user's keys are asked for by id."""

ROUNDS = 36
"""How often we ask whether the report is done: for a minute."""


ONESELF = ("userIdentity.userName",)
"""Who changes a key of their own need not say whose it is."""


@dataclass(frozen=True, slots=True)
class Key:
    """One of a user's two access keys as the report tells of it: everything but its id.

    `slot` is 1 or 2. `changed` is when it was made or last changed. `age` and `idle` are as of the
    look; a key that was never used is idle since it was made.
    """

    slot: int
    active: bool
    changed: datetime | None
    used: datetime | None
    age: timedelta
    idle: timedelta


@dataclass(frozen=True, slots=True)
class Credential:
    """One line of the credential report: a user, or the root of the account.

    `signed_in` is when its password was last used; `by_password` says that it has one, `second_factor`
    that it had a device for one when the report was written.
    """

    user: str
    arn: str
    keys: tuple[Key, ...]
    signed_in: datetime | None = None
    by_password: bool = False
    second_factor: bool = True

    @property
    def is_root(self) -> bool:
        """The account itself, whose keys no API of ours can reach."""
        return self.user == ROOT

    @property
    def called(self) -> str:
        """The user as a person says it."""
        return "the root user" if self.is_root else self.user

    @property
    def active(self) -> tuple[Key, ...]:
        """The keys that open something."""
        return tuple(key for key in self.keys if key.active)

    @property
    def last_used(self) -> datetime | None:
        """When somebody last came in by its password or a key; None: never, or longer ago than IAM tells."""
        return max(filter(None, (self.signed_in, *(key.used for key in self.keys))), default=None)


def credential_report(now: datetime) -> Conversation[Credential]:
    """Ask for the report until it is there. IAM makes a new one every four hours at most."""
    for asked in range(ROUNDS):
        if (yield Call("iam:GenerateCredentialReport"))["State"] == "COMPLETE":
            break
        yield Wait(0.5 if asked < 4 else 2)
    else:
        raise ReadFailed("ReportNotReady", "IAM did not finish its credential report in a minute")
    report = yield Call("iam:GetCredentialReport")
    lines = DictReader(report["Content"].decode().splitlines())
    return [
        Credential(
            line["user"],
            line["arn"],
            tuple(key_in(line, slot, now) for slot in (1, 2)),
            day_in(line, "password_last_used"),
            by_password=line.get("password_enabled") == "true",
            second_factor=line.get("mfa_active") != "false",
        )
        for line in lines
    ]


def key_in(line: Mapping[str, str], slot: int, now: datetime) -> Key:
    """One key of a line."""
    changed = day_in(line, f"access_key_{slot}_last_rotated")
    used = day_in(line, f"access_key_{slot}_last_used_date")
    seen = [moment for moment in (changed, used) if moment]
    none = timedelta(0)
    return Key(
        slot=slot,
        active=line.get(f"access_key_{slot}_active") == "true",
        changed=changed,
        used=used,
        age=now - changed if changed else none,
        idle=now - max(seen) if seen else none,
    )


def day_in(line: Mapping[str, str], column: str) -> datetime | None:
    """A time; None for N/A, no_information and not_supported."""
    said = line.get(column) or ""
    return datetime.fromisoformat(said) if said[:1].isdigit() else None


Credentials: Report[Credential] = Report(
    operation="iam:GetCredentialReport",
    extra_permissions=("iam:GenerateCredentialReport",),
    items="",
    key=lambda credential: credential.user,
    kind="user",
    talk=credential_report,
    is_global=True,
)

AccountSummary: Source[Mapping[str, int]] = Source(
    operation="iam:GetAccountSummary",
    items="SummaryMap",
    key=lambda _: ROOT,
    kind="user",
    is_global=True,
)
"""How many of everything there are; what it says of the root user is 0 or 1. Source:
docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountSummary.html"""

AccessKeys: Each[AccessKeyMetadataTypeDef] = Each(
    operation="iam:ListAccessKeys",
    items="AccessKeyMetadata",
    of=Credentials,
    when=lambda user: not user.is_root and any(key.idle >= LONG_IDLE for key in user.active),
    ask=lambda user: {"UserName": user},
    gone=frozenset({"NoSuchEntity"}),
)

SecondFactors: Each[Mapping[str, Any]] = Each(
    operation="iam:ListMFADevices",
    items="MFADevices",
    of=Credentials,
    when=lambda user: user.by_password and not user.second_factor and not user.is_root,
    ask=lambda user: {"UserName": user},
    gone=frozenset({"NoSuchEntity"}),
)
"""The devices of those who had none when the report was written, up to four hours ago."""

KeyLastUsed: Each[Mapping[str, datetime]] = Each(
    operation="iam:GetAccessKeyLastUsed",
    items="AccessKeyLastUsed",
    of=AccessKeys,
    ask=lambda key: {"AccessKeyId": key},
    gone=frozenset({"NoSuchEntity", "AccessDenied"}),
)
"""When a key was last used, as IAM knows it now; the credential report is up to four hours old."""

Roles: Source[RoleTypeDef] = Source(
    operation="iam:ListRoles",
    items="Roles",
    key=lambda role: str(role["RoleName"]),
    params={"MaxItems": 1000},
    is_global=True,
)


QUARANTINE = "AWSCompromisedKeyQuarantine"
"""How the policies begin that AWS attaches to a user whose key it found in public. Source:
docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSCompromisedKeyQuarantineV3.html"""


def is_quarantined(user: Mapping[str, Any]) -> bool:
    """Did AWS find a key of theirs in public?"""
    attached = pick(user, "AttachedManagedPolicies.PolicyName")
    return any(str(name).startswith(QUARANTINE) for name in attached)


Users: Source[Mapping[str, Any]] = Source(
    operation="iam:GetAccountAuthorizationDetails",
    items="UserDetailList",
    key=lambda user: str(user["UserName"]),
    kind="user",
    params={"Filter": ["User"], "MaxItems": 1000},
    is_global=True,
)
"""Every user, with the policies attached to them."""

QuarantinedKeys: Each[AccessKeyMetadataTypeDef] = Each(
    operation="iam:ListAccessKeys",
    items="AccessKeyMetadata",
    of=Users,
    when=is_quarantined,
    ask=lambda user: {"UserName": user},
    gone=frozenset({"NoSuchEntity"}),
)
"""The keys of those users of whom AWS found one in public."""

RoleDetails: Source[Mapping[str, Any]] = Source(
    operation="iam:GetAccountAuthorizationDetails",
    items="RoleDetailList",
    key=lambda role: str(role["RoleName"]),
    params={"Filter": ["Role"], "MaxItems": 1000},
    is_global=True,
)
"""Every role, with who may take it and what its policies say."""


def has_own_policy(who: Mapping[str, Any]) -> bool:
    """Is a policy of this account attached to it?"""
    attached = pick(who, "AttachedManagedPolicies.PolicyArn")
    return any(not str(arn).partition(":iam::")[2].startswith("aws:") for arn in attached)


OwnPolicies: Source[Mapping[str, Any]] = Source(
    operation="iam:GetAccountAuthorizationDetails",
    items="Policies",
    key=lambda policy: str(policy["Arn"]),
    params={"Filter": ["LocalManagedPolicy"], "MaxItems": 1000},
    is_global=True,
    only_if=has_own_policy,
)
"""The policies of the account, with their versions: read where one of them matters."""
