"""Sessions of roles that a client assumes: the same one while it lasts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from steadyhand.model import Answer, Call, MalformedAnswer

SESSION_SECONDS = 900


KEYS = {
    "aws_access_key_id": "AccessKeyId",
    "aws_secret_access_key": "SecretAccessKey",
    "aws_session_token": "SessionToken",
}
"""What a client takes, and how AssumeRole calls it."""


Made = Callable[[dict[str, str], str], Any]
"""What is made of a session's credentials, as a client takes them, and the caller's ARN in it."""


class Assumed(NamedTuple):
    """What asks in the session of a role, and when that ends."""

    aws: Any
    until: datetime


def assumed(aws: Any, said: Mapping[str, str], region: str, made: Made) -> Any:
    """What is made of the session of a region that `said` asks for, as AssumeRole takes it."""
    now, which = datetime.now(UTC), f"{region} {sorted(said.items())}"
    held = aws.sessions.get(which)
    if held and held.until > now:
        return held.aws
    answer = aws.ask(Call("sts:AssumeRole", {**said, "DurationSeconds": SESSION_SECONDS}))
    credentials = {told: said_in(answer, "Credentials", name) for told, name in KEYS.items()}
    user = answer.get("AssumedRoleUser")
    identity = said_in(answer, "AssumedRoleUser", "Arn") if user else aws.identity
    one = made(credentials, identity)
    until = now + timedelta(seconds=SESSION_SECONDS - 120)
    aws.sessions = {name: one for name, one in aws.sessions.items() if one.until > now}
    aws.sessions[which] = Assumed(one, until)
    return one


def reading(aws: Any, region: str) -> Made:
    """A client that asks in the session of a role as `aws` does in its own."""

    def made(credentials: dict[str, str], identity: str) -> Any:
        return aws.with_(
            region=region, credentials=credentials, identity=identity, workers=False, roles={}
        )

    return made


class Lent:
    """A session of its own that borrows a client: to make one costs more than what it is made for.

    Whoever sends has the client alone, so no call ever goes out with credentials of another session. Nothing
    is tried twice.
    """

    def __init__(self, aws: Any, region: str, credentials: dict[str, str], identity: str) -> None:
        self.aws, self.region = aws, region
        self.credentials, self.identity = credentials, identity

    def ask(self, call: Call) -> Answer:
        """One call, one answer; `ReadFailed` where there is none."""
        idle = self.aws.lent.setdefault(self.region, [])
        try:
            client = idle.pop()
        except IndexError:  # asked first, another thread might take the last one in between
            client = self.client()
        become(client, self.credentials)
        try:
            answer: Answer = client.ask(call)
        finally:
            idle.append(client)
        return answer

    def client(self) -> Any:
        """One that sends each call once."""
        return self.aws.with_(
            region=self.region, identity=self.identity, workers=False, attempts=1, roles={}
        )


def become(aws: Any, credentials: dict[str, str]) -> None:
    """Sign what comes with these credentials: botocore reads them anew for each signature."""
    aws.credentials = credentials
    for client in aws.clients.values():
        held = client._request_signer._credentials  # noqa: SLF001 - it has no public place
        held.access_key = credentials["aws_access_key_id"]
        held.secret_key = credentials["aws_secret_access_key"]
        held.token = credentials["aws_session_token"]


def said_in(answer: Any, part: str, name: str) -> str:
    """A text of AssumeRole's answer; `MalformedAnswer` where it is none, for then there is no session."""
    found = answer.get(part) if isinstance(answer, Mapping) else None
    said = found.get(name) if isinstance(found, Mapping) else None
    if not said or not isinstance(said, str):
        raise MalformedAnswer(f"the answer of sts:AssumeRole has no {part}.{name}")
    return said
