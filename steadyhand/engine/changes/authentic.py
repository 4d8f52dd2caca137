"""The ledger is data, never a program: what is stored is planned anew before it is done."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from steadyhand.check import Check
from steadyhand.ledger.codec import text
from steadyhand.model import GLOBAL, Change, Step, WrittenStep


class Unlike(Exception):
    """A stored change is not what its check plans of its evidence, here: nothing of it is called."""


def planned_anew(check: Check, change: Change, account: str, region: str) -> tuple[Step, ...]:
    """The check's own plan of a stored change, if it is the same in every call and part."""
    finding = change.finding
    here = finding.region in {region, GLOBAL}
    if finding.account != account or not here or finding.check != check.id:
        raise Unlike(f"{change.id} is about {finding.check} in {finding.account} {finding.region}")
    steps = tuple(check.plan(finding))
    if text([essence(one) for one in steps]) != text([stored(one) for one in change.steps]):
        raise Unlike(f"{change.id} is not what {check.id} plans of its evidence")
    for step in steps:
        if owner_of(step.owns.on) not in {"", account}:
            raise Unlike(f"{change.id} would write to {step.owns.on}, of another account")
    return steps


def essence(step: Step) -> Sequence[Any]:
    """What a plan says of a step."""
    return [step.owns.on, step.owns.what, step.makes, step.do, step.undo]


def stored(step: WrittenStep) -> Sequence[Any]:
    """What the ledger says of it."""
    return [step.on, step.what, step.makes, step.do, step.undo]


def owner_of(arn: str) -> str:
    """The account in an ARN; nothing where it names none."""
    parts = arn.split(":", 5)
    return parts[4] if len(parts) > 5 and parts[4].isdigit() else ""
