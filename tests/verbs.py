"""The verbs that test a check.

A check's test file is `tests/checks/<category>/test_<check>.py`. It holds

* `BAD` and `GOOD`: facts, as `Account.of` takes them. Everything in BAD is found, and its findings
  show every plan the check can make; GOOD is silent. `tests/checks/test_catalogue.py` walks them.
* moto tests, marked `moto`, that call `fix_and_undo` (the check can plan) or `spot` (it only finds).

Pure: `silent(check, facts)`, `found(check, facts)`. On moto: `fix_and_undo(check, bad, good)` and
`spot(check, bad, good)`, where `bad` and `good` are functions that plant with boto3: they take
`client` ("ec2" → a boto3 client) and `bad` returns the source's key of each finding to come.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from unittest.mock import patch

import boto3
from moto import mock_aws
from moto.ec2.models.elastic_block_store import Volume
from moto.ec2.models.instances import InstanceBackend

from steadyhand.aws import client as aws
from steadyhand.check import Check
from steadyhand.engine.changes.actor import permitted
from steadyhand.engine.changes.worker import in_force
from steadyhand.engine.reconcile import Reconciler
from steadyhand.engine.survey import Survey
from steadyhand.ledger.change_rows import change_row
from steadyhand.ledger.table import Ledger
from steadyhand.model import (
    Call,
    Change,
    ChangeState,
    Finding,
    Risk,
    Severity,
    Step,
    WrittenStep,
    filled,
)
from steadyhand.settings.values import Settings
from steadyhand.source import Source
from tests.canonical import ACCOUNT, KEPT, REGION, asks, names, state
from tests.checks import sentences
from tests.checks.declared import seen
from tests.reconcilers import KEY, TABLE, Clock, reconciler, table

HOME = "eu-west-1"
"""Where the ledger lies, so that no check finds our own table."""

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)

PERSON = f"arn:aws:iam::{ACCOUNT}:user/ann"

ANY = Finding(
    check="", account=ACCOUNT, region=REGION, resource="", key="", name="", summary="",
    severity=Severity.LOW,
)  # fmt: skip

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
    findings = list(check.find(seen(check, whole), now))
    one_by_one = [
        finding
        for item in whole[subject]
        for finding in check.find(seen(check, whole | {subject: [item]}), now)
    ]
    if findings != one_by_one:
        raise AssertionError(sentences.self_join(check))
    alike = Counter(finding.id for finding in findings)
    for finding in findings:
        if alike[finding.id] > 1:
            raise AssertionError(sentences.two_alike(check, finding.resource))
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
    return permitted(known(call), check.writes, "aws", REGION, ACCOUNT)[0]


def known(call: Call) -> Call:
    """A call with something plausible wherever a value is filled in when it is sent."""
    step = WrittenStep(call, keep=KEPT)
    change = Change(
        id="ch-0123456789", finding=ANY, steps=(step, step), state=ChangeState.DOING, by="", at=NOW
    )
    made: Call = filled(call, change, 0)
    if "ClientToken" in made.params:
        made = Call(made.action, {**made.params, "ClientToken": "ch_0123456789_1_undo"})
    return made


# On moto.


def spot(
    check: Check, bad: Plant, good: Plant | None = None, *, now: datetime | None = None
) -> list[Finding]:
    """Exactly the planted are found, by sweep and by event, with reads that were declared."""
    with planted(bad, good) as (aws_client, keys):
        return spotted(check, aws_client, keys, now or datetime.now(UTC))


def fix_and_undo(
    check: Check,
    bad: Plant,
    good: Plant | None = None,
    *,
    now: datetime | None = None,
    exact: bool = True,
) -> list[Finding]:
    """Found, fixed, silent, undone, and then as before; by the engine, ledger and guardrails included.

    `exact=False` where the check itself says that its undo is not: the findings are the same
    again, and its risk is not safe. Gives back what was found.
    """
    now = now or datetime.now(UTC)
    with planted(bad, good) as (aws_client, keys):
        findings = spotted(check, aws_client, keys, now)
        assert findings, "nothing was planted"
        for finding in findings:
            assert planned(check, finding), f"{check.id} plans nothing for: {finding.summary}"
        before = state(check, aws_client, now)
        here, clock = at_work(check, aws_client, now)
        assert here.sweep([check]).troubles == []
        changes = [fixed(here, clock, check, finding) for finding in findings]
        assert list(Survey([check], aws_client, now)) == [], "still found after the fix"
        for change in reversed(changes):
            undone(here, clock, change)
        again = list(Survey([check], aws_client, now))
        assert names(again) == names(findings), "not found again after the undo"
        if exact:
            assert state(check, aws_client, now) == before, "the undo did not restore what was"
        else:
            safe = [finding for finding in findings if check.risk_of(finding) is Risk.SAFE]
            assert not safe, f"{check.id} is safe: its undo must be exact"
        return findings


def at_work(check: Check, aws_client: aws.Botocore, now: datetime) -> tuple[Reconciler, Clock]:
    """The engine over this account, and its clock."""
    clock = Clock(now)
    table(boto3.client("dynamodb", HOME))
    here = reconciler(Settings(regions=[REGION], home=REGION), clock)
    aws_client.wait = here.aws.wait  # type: ignore[method-assign]
    ledger = Ledger(aws_client.elsewhere(HOME), TABLE, lambda: KEY)
    actor = replace(here.actor, aws=aws_client)
    return replace(
        here,
        aws=aws_client,
        ledger=ledger,
        actor=actor,
        checks=lambda _: check,
        exemptions=in_force(ledger, clock),
    ), clock


def fixed(here: Reconciler, clock: Clock, check: Check, finding: Finding) -> Change:
    """One finding fixed as a person asks for it, however often AWS must be looked at."""
    record = here.ledger.record(finding.id)
    assert record, f"the sweep did not write down: {finding.summary}"
    change = at_rest(here, clock, here.fix(check, record, PERSON))
    assert change.state is ChangeState.VERIFIED, (change.state, change.reason)
    row = sum(len(str(part)) for part in change_row(change, ACCOUNT, clock.at, b"").values())
    assert row < 2048 + len(str(finding.evidence)), f"its row has {row} bytes"
    return change


def undone(here: Reconciler, clock: Clock, change: Change) -> Change:
    """A change undone as a person asks for it, where it can be."""
    clock.turn(hours=1)
    if not any(step.undo for step in change.steps):
        return change
    done = at_rest(here, clock, here.undo(change, PERSON))
    assert done.state is ChangeState.UNDONE, (done.state, done.reason)
    return done


def at_rest(here: Reconciler, clock: Clock, change: Change) -> Change:
    """What became of a change, once it is not on its way any more."""
    for _ in range(20):
        if not change.state.moves:
            break
        clock.turn(**{"hours": 6} if change.waits else {"minutes": 10})
        here.settle()
        change = here.ledger.change(change.id) or change
    return change


@contextmanager
def planted(bad: Plant, good: Plant | None) -> Iterator[tuple[aws.Botocore, list[str]]]:
    """A moto account with both in it, its client, and the keys that must be found."""
    with mock_aws(), kept_options():
        if good:
            good(client)
        keys = list(bad(client) or ())
        identity = f"arn:aws:iam::{ACCOUNT}:user/test"
        yield aws.Botocore(REGION, session=aws.session(), identity=identity, workers=False), keys


@contextmanager
def kept_options() -> Iterator[None]:
    """EC2 leaves the metadata options that a call does not name as they are; moto resets them. The speed
    of a gp2 volume follows from its size; moto keeps what it had as gp3.

    docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyInstanceMetadataOptions.html: "If no
    parameter is specified, the existing state is maintained."
    """
    whole = InstanceBackend.modify_instance_metadata_options

    def merged(self: Any, instance_id: str, **said: Any) -> Any:
        was = self.get_instance(instance_id).metadata_options
        options = whole(self, instance_id, **said)
        longer = {
            "hop_limit": "http_put_response_hop_limit",
            "http_protocol": "http_protocol_ipv6",
            "metadata_tags": "instance_metadata_tags",
        }
        named = {longer.get(name, name) for name, value in said.items() if value is not None}
        for name, value in vars(was).items():
            if name not in named and name != "state":
                setattr(options, name, value)
        return options

    changed = Volume.modify

    def by_size(self: Any, *args: Any, **said: Any) -> None:
        changed(self, *args, **said)
        if self.volume_type == "gp2":
            self.iops = self.throughput = None

    with (
        patch.object(InstanceBackend, "modify_instance_metadata_options", merged),
        patch.object(Volume, "modify", by_size),
    ):
        yield


def client(service: str) -> Any:
    """A boto3 client of the test's region."""
    return boto3.client(service, region_name=REGION)


def spotted(
    check: Check, aws_client: aws.Botocore, keys: list[str], now: datetime
) -> list[Finding]:
    """The findings of a sweep; each key's event finds the same."""
    findings = list(Survey([check], aws_client, now))
    by_key = sorted(str(getattr(one, "key", one)) for one in findings)
    assert by_key == sorted(keys), f"a sweep finds {by_key}; planted as bad are {sorted(keys)}"
    for key in set(keys):
        woken = names(Survey([check], aws_client, now, only=key))
        swept = names(f for f in findings if getattr(f, "key", None) == key)
        assert woken == swept, f"an event that names {key} finds {woken}, a sweep {swept}"
    undeclared = aws_client.counts.keys() - asks(check)
    assert not undeclared, f"reads that were not declared: {sorted(undeclared)}"
    return [finding for finding in findings if isinstance(finding, Finding)]


def calls(step: Step) -> Iterator[Call]:
    """Every call of a step."""
    yield step.do
    if step.undo:
        yield step.undo
