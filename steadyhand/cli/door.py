"""How a person's command gets something done: it asks the deployed function, and proves who asks."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from steadyhand.aws.pace import PACES, Pace
from steadyhand.aws.proof import Unproven, proof
from steadyhand.check import Check
from steadyhand.cli.errors import CliError, NotAllowed, from_aws
from steadyhand.cli.session import DEPLOY, Session
from steadyhand.engine.ask import answer, request
from steadyhand.ledger import codec
from steadyhand.ledger.change_rows import change_in
from steadyhand.model import Call, Change, Finding, ReadFailed, Step
from steadyhand.settings.deployed import installed

PATIENCE = Pace(1, 10, 310)
"""A person waits as long as the function may take."""

NO_FUNCTION = "ResourceNotFoundException"


def planned(check: Check, finding: Finding) -> tuple[Sequence[Step], str]:
    """The steps of a fix, and their hash: it goes with the request, so that these are made or none."""
    steps = tuple(check.plan(finding))
    if not steps:
        raise NotAllowed(
            f"there is no plan for {finding.id}: it is for a person",
            f"steadyhand show {finding.id}",
        )
    return steps, codec.plan_hash(steps)


def changed(session: Session, verb: str, **said: Any) -> Change:
    """Ask for a change; what became of it."""
    return change_in(ask(session, verb, **said)["change"])


def ask(session: Session, verb: str, **said: Any) -> Mapping[str, Any]:
    """Ask, once. `Refused` where a guardrail says no; else every no is a sentence."""
    aws = session.aws
    function = request.function_arn(aws.partition, aws.region, aws.account)
    body = request.written(verb, said)
    try:
        sent = request.whole(body, proof(aws, function, body), installed())
        found = answered(session, function, sent)
    except Unproven as no:
        raise NotAllowed(str(no)) from no
    if found.get("protocol") != request.PROTOCOL:
        raise CliError(other_version(found), other_then(found))
    if "refused" in found:
        raise answer.refusal(found["refused"])
    if "denied" in found:
        raise NotAllowed(f"nothing was changed: {found['denied']['said']}", then(found["denied"]))
    if "failed" in found:
        failed = ReadFailed(found["failed"]["code"], found["failed"]["reason"])
        raise from_aws(failed, "the deployed function")
    return found


def answered(session: Session, function: str, sent: Mapping[str, Any]) -> Mapping[str, Any]:
    """What the function answers. It is called once: what became of a lost answer is looked at."""
    there = session.aws.with_(attempts=1, paces={**PACES, "lambda": PATIENCE})
    params = {"FunctionName": function, "Payload": json.dumps(sent).encode()}
    try:
        got = there.ask(Call("lambda:Invoke", params))
    except ReadFailed as failed:
        if failed.code != NO_FUNCTION:
            raise from_aws(failed, f"asking {request.FUNCTION}") from failed
        said = f"the function {request.FUNCTION}, which alone may change things, is not deployed"
        raise NotAllowed(f"{said} in {session.aws.region}", DEPLOY) from failed
    if got.get("FunctionError"):
        raise CliError(
            f"{request.FUNCTION} failed; what it did by then stands in the ledger",
            f"its log is /aws/lambda/{request.FUNCTION}",
        )
    found = json.loads(got["Payload"].read())
    return found if isinstance(found, dict) else {}


def other_version(found: Mapping[str, Any]) -> str:
    """Which of the two is another version."""
    there = found.get("version") or "another version"
    return (
        f"nothing was changed: {there} is deployed, and this command is {installed() or 'another'}"
    )


def other_then(found: Mapping[str, Any]) -> str:
    """What makes them one."""
    theirs = found.get("protocol")
    is_newer = isinstance(theirs, int) and theirs > request.PROTOCOL
    return "update this command" if is_newer else "steadyhand deploy, from this version"


def then(denied: Mapping[str, Any]) -> str:
    """What helps who was not let in."""
    if "operators" in denied["said"]:
        return "name the role in steadyhand.toml, [owner] operators, then: steadyhand deploy"
    return "say it again" if denied["why"] == "unproven" else ""
