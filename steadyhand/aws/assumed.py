"""Sessions of roles that a client assumes: the same one while it lasts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from steadyhand.model import Call

SESSION_SECONDS = 900


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
    got = answer["Credentials"]
    credentials = {
        "aws_access_key_id": got["AccessKeyId"],
        "aws_secret_access_key": got["SecretAccessKey"],
        "aws_session_token": got["SessionToken"],
    }
    identity = answer.get("AssumedRoleUser", {}).get("Arn") or aws.identity
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
