"""Which resource types nobody compares, stack by stack: what drifts there is not seen, and not called clean."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from steadyhand.cli.doctor.line import Line, Sign, asked
from steadyhand.engine.reading import Aws
from steadyhand.model import Call, ReadFailed, pick
from steadyhand.reference.drift import types
from steadyhand.rhythm.core.words import listed
from steadyhand.settings.deployed import DRIFT
from steadyhand.sources.stack_states import AT_REST

NAME = "drift"
MOST = 20
"""Stacks that are told one by one."""

SHOWN = 4
AT_ONCE = 100
"""Actions that one question to IAM may name."""

NO_RESOURCES = ("AWS::CDK::Metadata", "AWS::CloudFormation::Stack")
"""What stands in a template and is nothing that drifts; a nested stack is compared as a stack of its own."""


def of_stacks(aws: Aws) -> Iterator[Line]:
    """One line for each stack with types that cannot be read; one line where there is none."""
    try:
        yield from _of_stacks(aws)
    except ReadFailed as failed:
        yield Line(NAME, Sign.UNREAD, f"may not be read ({failed.code})", "ask for read access")


def _of_stacks(aws: Aws) -> Iterator[Line]:
    role = asked(aws, "iam:GetRole", {"RoleName": DRIFT})
    if role is None:
        yield Line(NAME, Sign.LATER, f"no role {DRIFT}: CloudFormation compares nothing for us")
        return
    stacks = dict(_stacks(aws))
    used = {one for those in stacks.values() for one in those}
    lacking = _lacking(aws, str(role["Role"]["Arn"]), used)
    blind = {
        stack: unread for stack, those in stacks.items() if (unread := _unread(those, lacking))
    }
    for stack in list(blind)[:MOST]:
        yield Line(NAME, Sign.LATER, f"{stack}: {_said(blind[stack])} cannot be read")
    if (more := len(blind) - MOST) > 0:
        yield Line(NAME, Sign.LATER, f"{more} stacks more have types that cannot be read")
    if denied := sorted({one for those in lacking.values() for one in those}):
        said = f"{DRIFT} lacks {_said(denied)}; types that need it are not judged"
        yield Line(NAME, Sign.MISSING, said, "steadyhand deploy")
    if not blind:
        yield Line(NAME, Sign.OK, f"every type of {len(stacks)} stacks can be compared")


def _stacks(aws: Aws) -> Iterator[tuple[str, list[str]]]:
    """The types of each stack at rest, by its name."""
    wanted = Call("cloudformation:ListStacks", {"StackStatusFilter": list(AT_REST)})
    for stack in pick(list(aws.pages(wanted)), "StackSummaries"):
        of_one = Call("cloudformation:ListStackResources", {"StackName": stack["StackId"]})
        found = pick(list(aws.pages(of_one)), "StackResourceSummaries")
        kinds = {str(one["ResourceType"]) for one in found} - {*NO_RESOURCES}
        yield str(stack["StackName"]), sorted(kinds)


def _lacking(aws: Aws, role: str, used: Iterable[str]) -> Mapping[str, list[str]]:
    """Of the types that we know, those reads that the role may not make."""
    known = {name: types()[name].reads for name in used if name in types()}
    reads = sorted({read for those in known.values() for read in those})
    allowed = set()
    for n in range(0, len(reads), AT_ONCE):
        question = {"PolicySourceArn": role, "ActionNames": reads[n : n + AT_ONCE]}
        answers = list(aws.pages(Call("iam:SimulatePrincipalPolicy", question)))
        allowed |= {
            str(one["EvalActionName"])
            for one in pick(answers, "EvaluationResults")
            if one["EvalDecision"] == "allowed"
        }
    missing = {name: [one for one in those if one not in allowed] for name, those in known.items()}
    return {name: those for name, those in missing.items() if those}


def _unread(those: Iterable[str], lacking: Mapping[str, list[str]]) -> list[str]:
    """The types that nobody compares: unknown to our table, or not readable."""
    return [one for one in those if one not in types() or one in lacking]


def _said(names: list[str]) -> str:
    """The first of them, and how many more."""
    shown = names[:SHOWN]
    more = len(names) - len(shown)
    return listed([*shown, f"{more} more"] if more else shown)
