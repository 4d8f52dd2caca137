"""Whatever valid answer AWS gives, every check judges it and plans, and no risk is safer than its plan.

Real answers leave out what a test writer thinks is always there: an address without a number, a
certificate without a domain, a volume without a size.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import fields
from typing import Any, get_args

import pytest

from steadyhand.account import Account
from steadyhand.catalogue import discovery as catalogue
from steadyhand.check import Check
from steadyhand.engine.survey import Survey
from steadyhand.model import Finding, Risk, Unknown
from steadyhand.source import NOT_AWS, Child, Report
from tests.canonical import family
from tests.checks import rules
from tests.checks.proofs import proof
from tests.checks.shapes import BOTO, ValidAnswers, thinned, words_of
from tests.verbs import NOW

SEEDS = range(24)
SPARSE = (0.03, 0.15, 0.4, 0.8)


class Watched(dict[str, Any]):
    """An item that tells which of its members were asked for."""

    def __init__(self, asked: set[str]) -> None:
        super().__init__()
        self.asked = asked

    def __getitem__(self, name: str) -> Any:
        self.asked.add(name)
        return 1

    def get(self, name: str, default: Any = None) -> Any:
        return self[name] if default is None else super().get(name, default)


def required(operation: str) -> set[str]:
    """The members that are never missing in what an operation answers."""
    service, _, name = operation.partition(":")
    found: set[str] = set()
    if service in NOT_AWS:
        return found
    seen: set[str] = set()
    todo = [BOTO.get_service_model(service).operation_model(name).output_shape]
    while todo:
        shape = todo.pop()
        if shape is None or shape.name in seen:
            continue
        seen.add(shape.name)
        if shape.type_name == "structure":
            found |= set(shape.required_members)
            todo += shape.members.values()
        elif shape.type_name in {"list", "map"}:
            todo.append(shape.member if shape.type_name == "list" else shape.value)
    return found


def naming(check: Check) -> frozenset[str]:
    """The members by which a source knows its items: without them nothing can be said of one."""
    asked: set[str] = {"Key", "Value"}
    for source in family(check.reads):
        if not isinstance(source, Child | Report):
            with suppress(TypeError):  # its items are names already
                source.key(Watched(asked))
        asked |= required(source.operation)
    return frozenset(asked | NEEDED | set(getattr(proof(check), "NEEDED", ())))


NEEDED = frozenset(
    {
        *("Status", "AccessKeyId", "CreateDate", "StackId"),
        *("Keys", "Metrics", "Amount", "TimePeriod"),
    }
)
"""What names an item of a list within an answer."""


def judged(check: Check, findings: Any) -> Iterator[tuple[Finding, int]]:
    """Each finding with the length of its plan; none with a risk that is safer than that."""
    for one in findings:
        if isinstance(one, Unknown):
            assert "not as AWS describes it" not in one.reason, one.reason
            continue
        steps = list(check.plan(one))
        risk = check.risk_of(one)
        whole = bool(steps) and all(step.undo for step in steps)
        assert whole or risk is not Risk.SAFE, one.summary
        assert steps or risk is Risk.ADVICE, one.summary
        assert one.resource.startswith(("arn:", "https://")), one
        assert one.key, one
        assert "None" not in one.summary, one.summary
        yield one, len(steps)


@pytest.fixture(params=catalogue.names())
def check(request: pytest.FixtureRequest) -> Check:
    (made,) = catalogue.load([request.param])
    return made


def test_any_valid_answer_is_judged(check: Check) -> None:
    needed, words = naming(check), words_of(proof(check).BAD)
    said = 0
    for seed in SEEDS:
        for sparse in SPARSE:
            aws = ValidAnswers(seed, sparse, needed, words)
            said += len([*judged(check, Survey([check], aws, NOW))])
    assert said or getattr(proof(check), "RARE", ""), rules.RARE.format(rules.proof_of(check))


def test_facts_that_are_found_are_judged_with_less_of_them(check: Check) -> None:
    """What leaves out a member is judged by the rest."""
    told = proof(check)
    needed = naming(check)
    now = getattr(told, "NOW", NOW)
    dice = random.Random(check.id)
    plans = findings = 0
    for _ in range(60):
        for sparse in (0.0, 0.05, 0.3):
            facts: Mapping[Any, Any] = {
                source: told.BAD.get(source, [])
                if isinstance(source, Report)
                else thinned(told.BAD.get(source, []), dice, needed, sparse)
                for source in check.reads
            }
            for _, steps in judged(check, check.find(Account.of(facts), now)):
                findings += 1
                plans += bool(steps)
    assert findings
    assert bool(plans) == bool(check.writes)


def test_no_check_says_its_risk_past_its_plan(check: Check) -> None:
    """`risk_of` is the same for all: it asks the plan, and then `risk_with_plan`."""
    assert "risk_of" not in vars(type(check))


def extremes(knob: Any) -> list[Any]:
    """Values far from the default, of the same kind."""
    default = knob.default
    if isinstance(default, bool) or not isinstance(default, int | float):
        return []
    choices = get_args(knob.type) if not isinstance(knob.type, str) else ()
    return list(choices) or [type(default)(0), type(default)(1), type(default)(30)]


def test_no_knob_makes_a_fix_safer(check: Check) -> None:
    """What is safe with an owner's numbers is found and safe with ours, or is asked about."""
    told = proof(check)
    now = getattr(told, "NOW", NOW)
    whole = {
        source: [*told.BAD.get(source, ()), *told.GOOD.get(source, ())] for source in check.reads
    }
    usual = {
        one.id: check.risk_of(one)
        for one in check.find(Account.of(whole), now)
        if isinstance(one, Finding)
    }
    for knob in fields(type(check)):  # type: ignore[arg-type]
        for value in extremes(knob):
            other = type(check)(**{knob.name: value})
            for one in other.find(Account.of(whole), now):
                if isinstance(one, Finding) and other.risk_of(one) is Risk.SAFE:
                    assert usual.get(one.id) is Risk.SAFE or (
                        one.id not in usual and getattr(told, "HARMLESS", "")
                    ), one.summary
