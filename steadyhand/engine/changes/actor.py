"""Sends the calls of a change, under credentials that can make this one call and nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from steadyhand.engine.changes.shape import misfit
from steadyhand.ledger.codec import text
from steadyhand.model import GLOBAL, Answer, Call, Permit, ReadFailed

BRACE = re.compile(r"\{(\w+)(:last|:path)?\}")
WITHOUT_REGION = ("iam", "route53", "s3")


class Overreach(Exception):
    """A call that no permit covers, or a parameter that would mean more than it should."""


class NotSent(Exception):
    """The credentials could not be had, so the call certainly did not go out."""

    def __init__(self, failed: ReadFailed) -> None:
        super().__init__(f"no credentials: {failed.reason}")
        self.failed = failed


class RoleSession(Protocol):
    """Credentials for one call."""

    def ask(self, call: Call) -> Answer:
        """One call, one answer."""


class RoleClient(Protocol):
    """Where narrowed credentials come from."""

    account: str
    partition: str
    region: str

    def narrowed(self, role: str, policy: str, name: str, region: str) -> RoleSession:
        """Credentials of a role, cut down by a session policy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """`role` is the one role that may write. `clock` tells when a lease is over."""

    aws: RoleClient
    role: str
    clock: Callable[[], datetime]

    def send(self, call: Call, permits: Iterable[Permit], *, name: str, region: str) -> Answer:
        """Send one call, whose parameters are all known, in a session called after its change."""
        where = self.aws.region if region == GLOBAL else region
        statements = permitted(call, permits, self.aws.partition, where, self.aws.account)
        policy = text({"Version": "2012-10-17", "Statement": statements})
        try:
            session = self.aws.narrowed(self.role, policy, name, where)
        except ReadFailed as failed:
            raise NotSent(failed) from failed
        return session.ask(call)


def permitted(
    call: Call, permits: Iterable[Permit], partition: str, region: str, account: str
) -> list[dict[str, Any]]:
    """What a session may do to make this call, as IAM statements: it, and what it needs besides.

    `Overreach` where no permit covers the call in its action and in the shape of its parameters.
    """
    for permit in permits:
        if permit.action == call.granted_by:
            if why := misfit(permit.shape, call.params):
                raise Overreach(f"{call.action}: {why}")
            return [
                statement(one, resources(one, partition, region, account, call.params))
                for one in permit.all
            ]
    raise Overreach(f"{call.granted_by} is not declared")


def statement(permit: Permit, found: Sequence[str]) -> dict[str, Any]:
    """One IAM statement that allows a permit on these resources."""
    said: dict[str, Any] = {"Effect": "Allow", "Action": permit.action, "Resource": list(found)}
    return said | ({"Condition": permit.condition} if permit.condition else {})


def resources(
    permit: Permit,
    partition: str,
    region: str,
    account: str,
    params: Mapping[str, Any] | None = None,
) -> list[str]:
    """The ARNs of a permit; without `params`, of any call: a star for every brace."""
    place = {"partition": partition, "region": region, "account": account}
    service = permit.action.partition(":")[0]
    found = []
    for pattern in permit.on:
        whole = pattern
        if not pattern.startswith("arn:"):
            where = "" if service in WITHOUT_REGION else "{region}"
            whole = f"arn:{{partition}}:{service}:{where}:{{account}}:{pattern}"
        found.append(BRACE.sub(lambda brace: _brace(brace, place, params), whole))
    return found or ["*"]


def _brace(brace: re.Match[str], place: Mapping[str, str], params: Mapping[str, Any] | None) -> str:
    name, part = brace.groups()
    if name in place:
        return place[name]
    if params is None:
        return "*"
    said = params.get(name)
    if isinstance(said, list | tuple) and len(said) == 1:
        (said,) = said
    if not isinstance(said, str) or not said or "*" in said or "?" in said:
        raise Overreach(f"{name} is {said!r}, which is not the name of one resource")
    if part == ":path":
        return said.lstrip("/")
    return re.split("[/:]", said)[-1] if part == ":last" else said
