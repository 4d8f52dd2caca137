"""The verbs that test a check.

A check's test file is `tests/checks/<category>/test_<check>.py`. It holds

* `BAD` and `GOOD`: facts, as `Account.of` takes them. Everything in BAD is found, and its findings
  show every plan the check can make; GOOD is silent. `tests/checks/test_catalogue.py` walks them.
* moto tests, marked `moto`, that call `defuse` (the check can plan) or `spot` (it only finds).

Pure: `silent(check, facts)`, `found(check, facts)`. On moto: `defuse(check, bad, good)` and
`spot(check, bad, good)`, where `bad` and `good` are functions that plant with boto3: they take
`client` ("ec2" → a boto3 client) and `bad` returns the source's key of each finding to come.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import boto3
from moto import mock_aws

from steadyhand.account import Account
from steadyhand.aws import client as aws
from steadyhand.check import Check
from steadyhand.engine.actor import filled, permitted
from steadyhand.engine.survey import Survey
from steadyhand.model import Answer, Call, Finding, Risk, Severity, Step, pick
from steadyhand.source import Each, Metric, Report, Source

REGION = "eu-central-1"
ACCOUNT = "123456789012"
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)

Facts = Mapping[Source[Any], Sequence[Any]]
Client = Callable[[str], Any]
Plant = Callable[[Client], Iterable[str] | None]


# Pure.


def silent(check: Check, facts: Facts, now: datetime = NOW) -> None:
    """Nothing of this is found."""
    assert found(check, facts, now) == []


def found(check: Check, facts: Facts, now: datetime = NOW) -> list[Finding]:
    """What is found, and it is the same whether the check sees all of its subject or a part."""
    subject, *_ = check.reads
    whole = {source: facts.get(source, ()) for source in check.reads}
    findings = list(check.find(Account.of(whole), now))
    one_by_one = [
        finding
        for item in whole[subject]
        for finding in check.find(Account.of(whole | {subject: [item]}), now)
    ]
    assert findings == one_by_one, "find(all) is not the concatenation of find(one)"
    assert len({finding.id for finding in findings}) == len(findings), "two findings share an id"
    return findings


def planned(check: Check, finding: Finding) -> list[Step]:
    """The plan, and it keeps the promises of the check: declared, and undone where it is safe."""
    steps = list(check.plan(finding))
    risk = check.risk_of(finding)
    assert not steps or risk is not Risk.ADVICE, f"{check.id} only advises, but has a plan"
    for step in steps:
        permit(check, step.do)
        if step.undo:
            permit(check, step.undo)
        assert step.undo or risk is not Risk.SAFE, f"{check.id} is safe, but has no undo"
    return steps


def permit(check: Check, call: Call) -> Mapping[str, Any]:
    """What a session may do to make this call; raises where the check declares no permit for it."""
    return permitted(call, check.writes, "aws", REGION, ACCOUNT)[0]


# On moto.


def spot(
    check: Check, bad: Plant, good: Plant | None = None, *, now: datetime | None = None
) -> list[Finding]:
    """Exactly the planted are found, by sweep and by event, with reads that were declared."""
    with planted(bad, good) as (aws_client, keys):
        return spotted(check, aws_client, keys, now or datetime.now(UTC))


def defuse(
    check: Check,
    bad: Plant,
    good: Plant | None = None,
    *,
    now: datetime | None = None,
    exact: bool = True,
) -> list[Finding]:
    """Found, fixed, silent, undone, and then as before; with calls that were declared.

    `exact=False` where the check itself says that its undo is not: the findings are the same
    again, and its risk is not safe. Gives back what was found.
    """
    now = now or datetime.now(UTC)
    with planted(bad, good) as (aws_client, keys):
        findings = spotted(check, aws_client, keys, now)
        assert findings, "nothing was planted"
        before = state(check, aws_client, now)
        undos: list[Call] = []
        actions: set[str] = set()
        for finding in findings:
            steps = planned(check, finding)
            assert steps, f"{check.id} plans nothing for: {finding.summary}"
            answers = perform(aws_client, steps)
            undos += [filled(step.undo, answers) for step in steps if step.undo]
            actions |= {call.action for step in steps for call in calls(step)}
        assert list(Survey([check], aws_client, now)) == [], "still found after the fix"
        for undo in reversed(undos):
            aws_client.ask(undo)
        again = list(Survey([check], aws_client, now))
        assert names(again) == names(findings), "not found again after the undo"
        if exact:
            assert state(check, aws_client, now) == before, "the undo did not restore what was"
        else:
            safe = [finding for finding in findings if check.risk_of(finding) is Risk.SAFE]
            assert not safe, f"{check.id} is safe: its undo must be exact"
        assert aws_client.counts.keys() <= asks(check) | actions, "calls that were not declared"
        return findings


@contextmanager
def planted(bad: Plant, good: Plant | None) -> Iterator[tuple[aws.Botocore, list[str]]]:
    """A moto account with both in it, its client, and the keys that must be found."""
    with mock_aws():
        if good:
            good(client)
        keys = list(bad(client) or ())
        identity = f"arn:aws:iam::{ACCOUNT}:user/test"
        yield aws.Botocore(REGION, session=aws.session(), identity=identity, workers=False), keys


def client(service: str) -> Any:
    """A boto3 client of the test's region."""
    return boto3.client(service, region_name=REGION)


def spotted(
    check: Check, aws_client: aws.Botocore, keys: list[str], now: datetime
) -> list[Finding]:
    """The findings of a sweep; each key's event finds the same."""
    findings = list(Survey([check], aws_client, now))
    assert Counter(getattr(f, "key", f) for f in findings) == Counter(keys)
    for key in set(keys):
        woken = list(Survey([check], aws_client, now, only=key))
        assert names(woken) == names(f for f in findings if getattr(f, "key", None) == key)
    assert aws_client.counts.keys() <= asks(check), "reads that were not declared"
    return [finding for finding in findings if isinstance(finding, Finding)]


def perform(aws_client: aws.Botocore, steps: Sequence[Step]) -> list[Answer]:
    """Do the steps; a step that waits for something gets it within a few questions."""
    answers: list[Answer] = []
    for step in steps:
        answers.append(aws_client.ask(filled(step.do, answers)))
        if step.until:
            wanted = step.until
            call = filled(wanted.call, answers)
            assert any(
                wanted.wanted in pick(aws_client.ask(call), wanted.path) for _ in range(5)
            ), wanted
    return answers


def calls(step: Step) -> Iterator[Call]:
    """Every call of a step."""
    yield step.do
    if step.undo:
        yield step.undo
    if step.until:
        yield step.until.call


def asks(check: Check) -> set[str]:
    """The operations that its reads may ask, parents included."""
    return {action for source in family(check.reads) for action in spoken(source)}


def family(sources: Iterable[Source[Any]]) -> Iterator[Source[Any]]:
    """The sources and what they hang from."""
    for source in sources:
        yield source
        if isinstance(source, Each | Metric):
            yield from family([source.of])


def spoken(source: Source[Any]) -> Iterator[str]:
    """The operations of a source as the API spells them."""
    yield source.operation
    if isinstance(source, Report):
        yield from source.extra_permissions


def names(outcomes: Iterable[Any]) -> list[str]:
    """The ids, in order; what is not a finding stands out as it is."""
    return sorted(f.id if isinstance(f, Finding) else repr(f) for f in outcomes)


def state(check: Check, aws_client: aws.Botocore, now: datetime) -> dict[str, str]:
    """Everything the check reads, in one canonical form."""
    return {
        source.operation: canonical(source, look(source, aws_client, now)) for source in check.reads
    }


def look(source: Source[Any], aws_client: aws.Botocore, now: datetime) -> list[Any]:
    """The whole of a source."""
    seen: list[Any] = []

    class Look(Check):
        severity, risk, reads = Severity.LOW, Risk.ADVICE, (source,)

        def find(self, account: Account, now: datetime) -> Iterator[Finding]:
            seen.extend(account[source])
            return iter(())

    assert list(Survey([Look()], aws_client, now)) == []
    return seen


def canonical(source: Source[Any], items: Iterable[Any]) -> str:
    """What lasts of these items, whatever their order and that of their lists."""

    def plain(value: Any, volatile: frozenset[str] = frozenset()) -> Any:
        if isinstance(value, Mapping):
            return {
                str(name): plain(inner)
                for name, inner in value.items()
                if name not in volatile and name != "ResponseMetadata"
            }
        if isinstance(value, tuple):
            return [plain(inner, volatile) for inner in value]
        if isinstance(value, list):
            return sorted((plain(inner) for inner in value), key=written)
        return value

    return written(sorted((plain(item, source.volatile) for item in items), key=written))


def written(value: Any) -> str:
    """As JSON, always the same for the same value."""
    return json.dumps(value, sort_keys=True, default=str)
