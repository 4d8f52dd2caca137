"""Every granted action is needed: a mutation over permissions.json, one action of one statement a mutant.

What a role needs is told without asking how it was granted: what the files that its function can
reach spell, what the sources read that they name or that its checks declare, what the plans of fixes
permit, and what AWS documents for whoever acts in its name. A need must be allowed by the role's policy
within its boundary; a mutant is noticed where a need is not allowed any more.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache, partial
from importlib import import_module
from pathlib import Path
from typing import Any

import grimp

from stacks.access.grants import evaluated, woken
from stacks.access.operations import operations_in
from stacks.permissions import FILE
from steadyhand.catalogue import discovery as catalogue
from steadyhand.check import Check
from steadyhand.reference.cloudtrail import event_source
from steadyhand.reference.drift import types
from steadyhand.source import Source
from tests.trust.proofs import Group

ROOT = Path(__file__).parents[3]
ACTOR = "steadyhand-actor"
DRIFT = "steadyhand-drift"
COMPARING = ("cloudformation", "cloudtrail", "drift", "drift_context")
"""The files of sources that speak in the role that compares stacks."""

RUNS: Mapping[str, Any] = {
    "ask": lambda checks: checks,
    "evaluate": evaluated,
    "react": woken,
    "review": lambda checks: checks,
    "sweep": lambda checks: checks,
}
"""The checks that a function looks with."""

WRITTEN = ("logs:CreateLogStream", "logs:PutLogEvents")
"""By the runtime, whatever a function prints. Source:
docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html"""

TAKEN = ("sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage")
"""By a mapping, as the function's role. Source:
docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html (execution role permissions)."""

GIVEN = ("sqs:SendMessage",)
"""By Lambda, as the function's role, to its destination of failures. Source:
docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html"""

DECRYPTED = {"sweep": ("kms:Decrypt",)}
"""By SSM, as the role of who reads a token that is encrypted with a key of the owner's. Source:
docs.aws.amazon.com/kms/latest/developerguide/services-parameter-store.html"""

TRANSACTION = {
    "dynamodb:TransactWriteItems": ("dynamodb:ConditionCheckItem", "dynamodb:PutItem", "dynamodb:UpdateItem"),
}  # fmt: skip
"""A transaction needs what it is made of. Source:
docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html"""

RAW = {"ses:SendEmail": ("ses:SendRawEmail",)}
"""A mail with attachments may be checked as a raw one: cases/aws 12."""

SERVED = {
    "steadyhand-ears-{region}": ("events:PutEvents",),
    "steadyhand-recorder": ("s3:GetBucketAcl", "s3:PutObject"),
    "steadyhand-reviews": ("lambda:InvokeFunction", "sqs:SendMessage"),
    "steadyhand-sweeps": ("sqs:SendMessage",),
    "steadyhand-ticketing": ("lambda:InvokeFunction", "sqs:SendMessage"),
}
"""Roles that a service takes, and what it does with them. Sources, below docs.aws.amazon.com:
/eventbridge/latest/userguide/eb-cross-region.html, /config/latest/developerguide/iamrole-permissions.html,
/scheduler/latest/UserGuide/setting-up.html and /scheduler/latest/UserGuide/configuring-schedule-dlq.html."""


@dataclass(frozen=True, order=True)
class Mutant:
    """One action that is taken away from one statement of a role."""

    role: str
    statement: int
    action: str


Page = Mapping[str, Any]
"""permissions.json: roles by name, and their boundary."""


def mutants(page: Page) -> list[Mutant]:
    """Every action that anything is granted."""
    return [
        Mutant(role, number, action)
        for role, said in sorted(page.items())
        for number, statement in enumerate(said.get("may", ()))
        if statement.get("effect") != "Deny"
        for action in statement["actions"]
    ]


def is_noticed(mutant: Mutant, page: Page) -> bool:
    """Is something that the role does forbidden without it?"""
    said = page[mutant.role]
    cut = dict(said["may"][mutant.statement])
    cut["actions"] = [one for one in cut["actions"] if one != mutant.action]
    may = [cut if n == mutant.statement else one for n, one in enumerate(said["may"])]
    without = {**page, mutant.role: {**said, "may": may}}
    does = needs(mutant.role, page, mutant.action)
    return any(not is_allowed(mutant.role, *one, without) for one in does)


def every() -> Iterator[Group]:
    """As a proof: each mutant of the page that lies in the repository."""
    page = json.loads(FILE.read_text())

    def missed(mutant: Mutant) -> list[str]:
        return [] if is_noticed(mutant, page) else ["nobody would miss it"]

    yield lambda: [(f"{one.role} {one.action}", partial(missed, one)) for one in mutants(page)]


def contradicted(page: Page) -> list[tuple[str, str, str]]:
    """What a role is granted and needs, and is denied all the same: by itself or by its boundary."""
    return [
        (role, *one)
        for role, said in sorted(page.items())
        if "may" in said
        for one in sorted(needs(role, page))
        if not is_allowed(role, *one, page)
    ]


def is_allowed(role: str, action: str, on: str, page: Page) -> bool:
    """As IAM decides: a denial ends it, else the policy must allow it. What conditions ask for is so.

    What looking around is granted on everything is no grant on a thing of ours: which checks look, and
    at what, is another story.
    """
    may = page[role]["may"]
    denials = [one for one in may if one.get("effect") == "Deny"]
    denials += page[page[role]["within"]]["denies"]
    if any(speaks_of(one, action, on) and not leaves_out(one, role) for one in denials):
        return False
    grants = (one for one in may if one.get("effect") != "Deny")
    return any(speaks_of(one, action, on) for one in grants if (on == "*") == ("*" in one["on"]))


def speaks_of(statement: Mapping[str, Any], action: str, on: str) -> bool:
    """Is a statement about this action on this resource?"""
    if not any(fnmatchcase(action.lower(), one.lower()) for one in statement["actions"]):
        return False
    if "not on" in statement:
        return not any(fnmatchcase(on, one) for one in statement["not on"])
    return any(fnmatchcase(on, one) for one in statement["on"])


def leaves_out(denial: Mapping[str, Any], role: str) -> bool:
    """Does a denial name this role as the one it is not for?"""
    named = denial.get("if", {}).get("ArnNotEquals", {}).get("aws:PrincipalArn", "")
    return str(named).endswith(f":role/{role}")


def needs(role: str, page: Page, only: str = "") -> set[tuple[str, str]]:
    """What a role does, and on what: an example of each resource that it is granted for that."""
    does = used(role) & {only} if only else used(role)
    return {
        (action, on.replace("*", "x") if on != "*" else on)
        for statement in page[role]["may"]
        if statement.get("effect") != "Deny"
        for action in statement["actions"]
        if action in does
        for on in statement["on"]
    }


@cache
def used(role: str) -> frozenset[str]:
    """The actions that a role needs, as IAM spells them."""
    if role in SERVED:
        return frozenset(SERVED[role])
    checks = catalogue.load()
    if role == ACTOR:
        permits = (one for check in checks for each in check.writes for one in each.all)
        return frozenset(permit.action for permit in permits)
    if role == DRIFT:
        files = [ROOT / "steadyhand" / "sources" / f"{one}.py" for one in COMPARING]
        compared = {read for one in types().values() for read in one.reads}
        return frozenset({*operations_in(files), *compared})
    name = role.removeprefix("steadyhand-")
    module = f"functions.{name}"
    if module not in graph().modules:
        return frozenset()
    files = [file_of(one) for one in {module, *graph().find_upstream_modules(module)}]
    core = [one for one in files if not {"checks", "sources"} & set(one.parts)]
    spelled = {way for one in operations_in(core) for way in (one, as_iam(one))}
    named = {source for one in core for source in named_in(one) if not source.role}
    read = {action for source in named for action in source.permissions}
    looked = {action for check in RUNS.get(name, none)(checks) for action in reads_of(check)}
    more = {action for one in spelled for action in {**TRANSACTION, **RAW}.get(one, ())}
    more |= {*DECRYPTED.get(name, ()), *WRITTEN, *TAKEN, *GIVEN}
    return frozenset({*spelled, *read, *looked, *more})


def none(checks: Sequence[Check]) -> Sequence[Check]:
    """Of these checks none."""
    return checks[:0]


def reads_of(check: Check) -> Iterator[str]:
    """What looking for a check reads, its plans' looks too."""
    for one in (*check.reads, *check.looks):
        for source in one.lineage:
            if not source.role:
                yield from source.permissions


def named_in(file: Path) -> Iterator[Source[Any]]:
    """The sources that a file imports by name, and what they hang from."""
    for node in ast.walk(ast.parse(file.read_bytes())):
        if isinstance(node, ast.ImportFrom) and str(node.module).startswith("steadyhand.sources."):
            for name in node.names:
                found = getattr(import_module(str(node.module)), name.name)
                if isinstance(found, Source):
                    yield from found.lineage


def as_iam(operation: str) -> str:
    """An operation as IAM names its service: "sesv2:SendEmail" is `ses:SendEmail`."""
    client, _, name = operation.partition(":")
    return f"{event_source(client)}:{name}"


@cache
def graph() -> Any:
    """Who imports whom, lazy imports too."""
    return grimp.build_graph("steadyhand", "functions")


def file_of(module: str) -> Path:
    """Where a module lies."""
    path = ROOT / module.replace(".", "/")
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
