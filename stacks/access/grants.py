"""What each role may do, derived from what checks and the core declare. Values; no CDK.

Reads are granted on everything, since looking everywhere is the job. Writes are granted to one
role alone, on the resources that permits name, and cut down once more for each change at run time.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from stacks.access.operations import operations_in
from steadyhand.check import Check
from steadyhand.engine import tags
from steadyhand.engine.changes import actor
from steadyhand.ledger import changes, queries, table
from steadyhand.settings.deployed import REACT
from steadyhand.triggers import ConfigChanged, Every

EVERYTHING = ("*",)
TRANSACT = "dynamodb:Transact"
"""A transaction needs no permission of its own: it needs those of what it is made of."""


@dataclass(frozen=True)
class Grant:
    """Actions that are allowed on the same resources."""

    actions: tuple[str, ...]
    resources: tuple[str, ...] = EVERYTHING
    condition: str = ""
    """IAM's condition as JSON text."""


def woken(checks: Iterable[Check]) -> list[Check]:
    """The checks that an event can wake."""
    return [one for one in checks if any(not isinstance(wake, Every) for wake in one.wakes)]


def evaluated(checks: Iterable[Check]) -> list[Check]:
    """The checks that AWS Config can ask."""
    return [one for one in checks if types(one)]


def types(check: Check) -> list[str]:
    """The resource types of whose changes Config asks a check."""
    return [wake.resource_type for wake in check.wakes if isinstance(wake, ConfigChanged)]


def recorded(checks: Iterable[Check]) -> set[str]:
    """The resource types whose changes Config is to record for these checks."""
    wakes = (wake for check in checks for wake in check.wakes if isinstance(wake, ConfigChanged))
    return {wake.resource_type for wake in wakes if not wake.if_recorded}


def reads(checks: Iterable[Check], *more: str) -> Grant:
    """What these checks read, with the lists that their sources hang from, and `more`.

    What the looks at a plan's parts read besides is among them; what is read in a role of its own is not.
    """
    every = list(checks)
    sources = {
        source for check in every for one in (*check.reads, *check.looks) for source in one.lineage
    }
    named = {name for one in sources if not one.role for name in one.permissions}
    return Grant(tuple(sorted({*more, *named})))


def detection(checks: Iterable[Check]) -> Grant:
    """What is read in the role that compares stacks with what is there."""
    sources = {one for check in checks for one in (*check.reads, *check.looks) if one.role}
    return Grant(tuple(sorted({name for one in sources for name in one.permissions})))


def tagging() -> tuple[str, ...]:
    """What reading one resource's tags takes."""
    return tags.PERMISSIONS


def remembering() -> tuple[str, ...]:
    """What the ledger asks of its table."""
    said = operations_in([Path(str(one.__file__)) for one in (table, changes, queries)])
    made = {name for name in said if not name.startswith(TRANSACT)}
    return tuple(sorted({*made, "dynamodb:ConditionCheckItem"}))


def reporting(tables: Sequence[str], account: str, *, exempts: bool = False) -> list[Grant]:
    """What a role may that reads the ledger and adds notes to it: no change, no cap is in its reach.

    Those have partition keys of their own (`ch-…`, `cap#…`), and DynamoDB asks for each write's:
    docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html. With
    `exempts` it may write a person's word on parts too, which only makes us do less.
    """
    keys = [f"{account}#*", *([f"word#{account}#*"] if exempts else [])]
    condition = {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": keys}}
    puts = ("dynamodb:PutItem", *(("dynamodb:UpdateItem",) if exempts else ()))
    return [
        Grant(puts, tuple(tables), json.dumps(condition)),
        Grant(("dynamodb:Query",), tuple(tables)),
    ]


def looking_again(where: str, *actions: str) -> Grant:
    """What it takes to have the function that reacts look again; `where` begins its queue's ARN."""
    return Grant(actions or ("sqs:GetQueueUrl", "sqs:SendMessage"), (f"{where}:{REACT}",))


def writes(checks: Iterable[Check], partition: str, region: str, account: str) -> list[Grant]:
    """What all fixes of these checks may do: for each set of resources, the actions on it."""
    reach: dict[tuple[str, str], set[str]] = defaultdict(set)
    for permit in (one for check in checks for each in check.writes for one in each.all):
        condition = json.dumps(permit.condition, sort_keys=True) if permit.condition else ""
        found = actor.resources(permit, partition, region, account)
        reach[permit.action, condition].update(found)
    grouped: dict[tuple[tuple[str, ...], str], list[str]] = defaultdict(list)
    for action, condition in sorted(reach):
        grouped[tuple(sorted(reach[action, condition])), condition].append(action)
    return [Grant(tuple(actions), found, said) for (found, said), actions in grouped.items()]
