"""Performs the calls of a change, under credentials that can do these calls and nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from steadyhand.ledger.codec import text
from steadyhand.model import GLOBAL, Answer, Answered, Call, Permit, Step, pick

LEASE = timedelta(minutes=10)
"""How long a worker may act on what it wrote down. Later, somebody else may have taken over."""

POLL = 2.0
BRACE = re.compile(r"\{(\w+)(:last)?\}")
WITHOUT_REGION = ("iam", "route53", "s3")


class Abandoned(Exception):
    """The worker was away too long: its change is somebody else's now. Nothing was done."""


class Overreach(Exception):
    """A call that no permit covers, or a parameter that would mean more than one resource."""


class RoleSession(Protocol):
    """Credentials for one plan."""

    def ask(self, call: Call) -> Answer:
        """One call, one answer."""

    def wait(self, seconds: float) -> None:
        """Let time pass."""


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

    def do(
        self,
        steps: Sequence[Step],
        permits: Iterable[Permit],
        *,
        name: str,
        region: str,
        since: datetime,
        answers: Sequence[Answer] = (),
    ) -> Iterable[Answer]:
        """Perform the steps that have no answer yet; yields each answer as it comes."""
        done = list(answers)
        session = self._role_session([step.do for step in steps], permits, name, region)
        for step in steps[len(done) :]:
            self._still_mine(since)
            done.append(session.ask(filled(step.do, done)))
            if step.until:
                self._await(step, done)
            yield done[-1]

    def undo(
        self,
        steps: Sequence[Step],
        permits: Iterable[Permit],
        *,
        name: str,
        region: str,
        since: datetime,
        answers: Sequence[Answer],
    ) -> None:
        """Take back what was done, last step first. Steps that were never done are passed."""
        done = [step for step in steps[: len(answers)] if step.undo]
        calls = [filled(step.undo, answers) for step in reversed(done) if step.undo]
        session = self._role_session(calls, permits, name, region)
        for call in calls:
            self._still_mine(since)
            session.ask(call)

    def _role_session(
        self, calls: Sequence[Call], permits: Iterable[Permit], name: str, region: str
    ) -> RoleSession:
        where = self.aws.region if region == GLOBAL else region
        declared = tuple(permits)
        statements = [
            one
            for call in calls
            for one in permitted(call, declared, self.aws.partition, where, self.aws.account)
        ]
        unique = {text(one): one for one in statements}
        policy = text(
            {"Version": "2012-10-17", "Statement": [unique[key] for key in sorted(unique)]}
        )
        return self.aws.narrowed(self.role, policy, name, where)

    def _still_mine(self, since: datetime) -> None:
        if self.clock() - since > LEASE:
            raise Abandoned("the lease ran out before the call")

    def _await(self, step: Step, done: Sequence[Answer]) -> None:
        """Ask with our own eyes, not with the narrowed hands, until the step's effect is there."""
        if step.until is None:
            return
        ends = self.clock() + timedelta(seconds=step.until.seconds)
        read_client: Any = self.aws
        while True:
            said = read_client.ask(filled(step.until.call, done))
            if list(pick(said, step.until.path)) == [step.until.wanted]:
                return
            if self.clock() > ends:
                raise Abandoned(f"{step.do.action} did not finish in {step.until.seconds:.0f} s")
            read_client.wait(POLL)


def filled(call: Call, answers: Sequence[Answer]) -> Call:
    """A call with what earlier answers said in the places that wait for it."""
    return Call(call.action, _filled(call.params, answers), call.permission)


def _filled(value: Any, answers: Sequence[Answer]) -> Any:
    if isinstance(value, Answered):
        return next(pick(answers[value.step], value.path))
    if isinstance(value, Mapping):
        return {key: _filled(inner, answers) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_filled(inner, answers) for inner in value]
    return value


def permitted(
    call: Call, permits: Iterable[Permit], partition: str, region: str, account: str
) -> list[dict[str, Any]]:
    """What a session may do to make this call, as IAM statements: it, and what it needs besides."""
    for permit in permits:
        if permit.action == call.granted_by:
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
    name, last = brace.groups()
    if name in place:
        return place[name]
    said = "*" if params is None else params.get(name)
    if params is None or isinstance(said, Answered):
        return "*"
    if not isinstance(said, str) or not said or "*" in said or "?" in said:
        raise Overreach(f"{name} is {said!r}, which is not the name of one resource")
    return re.split("[/:]", said)[-1] if last else said
