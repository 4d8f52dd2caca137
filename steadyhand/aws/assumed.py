"""Sessions of roles that a client assumes: the same one while it lasts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from steadyhand.model import Call, ReadFailed

SESSION_SECONDS = 900


KEYS = {
    "aws_access_key_id": "AccessKeyId",
    "aws_secret_access_key": "SecretAccessKey",
    "aws_session_token": "SessionToken",
}
"""What a client takes, and how AssumeRole calls it."""


class Assumed(NamedTuple):
    """A client in the session of a role, and when that ends."""

    aws: Any
    until: datetime


def assumed(aws: Any, said: Mapping[str, str], region: str, *, attempts: int) -> Any:
    """A client of a region in the session that `said` asks for, as AssumeRole takes it."""
    now, which = datetime.now(UTC), f"{region} {sorted(said.items())}"
    held = aws.sessions.get(which)
    if held and held.until > now:
        return held.aws
    answer = aws.ask(Call("sts:AssumeRole", {**said, "DurationSeconds": SESSION_SECONDS}))
    credentials = {told: said_in(answer, "Credentials", name) for told, name in KEYS.items()}
    user = answer.get("AssumedRoleUser")
    identity = said_in(answer, "AssumedRoleUser", "Arn") if user else aws.identity
    made = aws.with_(
        region=region,
        credentials=credentials,
        identity=identity,
        workers=False,
        attempts=attempts,
        roles={},
    )
    until = now + timedelta(seconds=SESSION_SECONDS - 120)
    aws.sessions = {name: one for name, one in aws.sessions.items() if one.until > now}
    aws.sessions[which] = Assumed(made, until)
    return made


def said_in(answer: Any, part: str, name: str) -> str:
    """A text of AssumeRole's answer; `ReadFailed` where it is none, for then there is no session."""
    found = answer.get(part) if isinstance(answer, Mapping) else None
    said = found.get(name) if isinstance(found, Mapping) else None
    if not said or not isinstance(said, str):
        raise ReadFailed("Misshapen", f"the answer of sts:AssumeRole has no {part}.{name}")
    return said
