"""Lost answers, workers that slept, rivals and forgers: what is not known is looked at."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from steadyhand.catalogue import discovery as catalogue
from steadyhand.check import Check
from steadyhand.engine.changes.begin import Wanted, begin
from steadyhand.engine.outcome import Outcome
from steadyhand.ledger.change_rows import Forged
from steadyhand.ledger.table import Ledger
from steadyhand.model import (
    Call,
    ChangeState,
    FindingStatus,
    Held,
    Mode,
    ReadFailed,
)
from tests.engine.ssh import AUTO, WORLD, ec2, echo, fixed, grants, group, open_ssh, permit, record
from tests.reconcilers import TABLE, Clock, reconciler

pytestmark = pytest.mark.moto


@pytest.mark.usefixtures("aws")
def test_what_was_seen_before_another_worker_was_done_is_not_acted_on(check: Check) -> None:
    here, group_id = reconciler(AUTO, Clock()), group()
    open_ssh(group_id)
    look = here.look([check], group_id)
    fixed(here, check, group_id)
    late = begin(here, Wanted(check=check, finding=look.findings[0], looking=look.through))
    assert late == Held("touched", "something became of it since it was looked at")


class Broken:
    """AWS that refuses one action, or loses its answer after having done it."""

    def __init__(self, aws: Any, *, lost: bool) -> None:
        self.lost, self.ask_before = lost, aws.ask

    def __call__(self, call: Call) -> Any:
        if self.lost:
            self.ask_before(call)
        raise ReadFailed("InternalError", "no answer")


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize("lost", [True, False])
def test_an_outcome_that_is_not_known_is_looked_at_and_never_believed(
    check: Check, lost: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock()
    here, group_id = reconciler(AUTO, clock), group()
    open_ssh(group_id)
    aws: Any = here.aws
    narrowed = aws.narrowed

    def broken(*said: Any) -> Any:
        session = narrowed(*said)
        session.ask = Broken(session, lost=lost)
        return session

    monkeypatch.setattr(aws, "narrowed", broken)
    (change,) = here.on_event([check], group_id).changes
    assert change.state is ChangeState.DOING
    assert not change.steps[0].proven
    for _ in range(8):
        clock.turn(minutes=7)
        here.settle()
    ended = here.ledger.change(change.id)
    assert ended is not None
    assert ended.state is (ChangeState.VERIFIED if lost else ChangeState.FAILED)
    assert record(here, change).status is (FindingStatus.FIXED if lost else FindingStatus.OPEN)
    assert record(here, change).open_change == ""


@pytest.mark.usefixtures("aws")
def test_a_worker_that_slept_does_nothing(check: Check, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    here, group_id = reconciler(AUTO, clock), group()
    open_ssh(group_id)
    write = here.ledger.begin

    def sleepy(*said: Any, **more: Any) -> Any:
        answer = write(*said, **more)
        clock.turn(minutes=11)
        return answer

    monkeypatch.setattr(here.ledger, "begin", sleepy)
    (change,) = here.on_event([check], group_id).changes
    assert change.state is ChangeState.DOING
    assert len(grants(group_id)) == 1
    here.settle()
    assert grants(group_id) == [], "the next look sends what was never sent"


@pytest.mark.usefixtures("aws")
def test_two_checks_that_want_the_same_make_one_change() -> None:
    settings = replace(
        AUTO, modes={name: {"*": Mode.AUTO} for name in ("open_admin_ports", "open_data_ports")}
    )
    here, group_id = reconciler(settings, Clock()), group()
    ec2().authorize_security_group_ingress(
        GroupId=group_id,
        IpPermissions=[
            {"IpProtocol": "tcp", "FromPort": 3306, "ToPort": 3389, "IpRanges": [WORLD]}
        ],
    )
    twins = catalogue.load(["open_admin_ports", "open_data_ports"])
    outcome = here.on_event(twins, group_id)
    assert len(outcome.findings) == 2
    (change,) = outcome.changes
    verified = echo(here, twins[0], change)
    here.undo(verified, "ann")
    again = here.on_event(twins, group_id)
    assert again.changes == [], "a person's word is about the part, whoever asks"
    assert {held.guardrail for held in again.held.values()} == {"undone"}


@pytest.mark.usefixtures("aws")
def test_a_row_that_somebody_else_wrote_is_never_acted_on(check: Check) -> None:
    """cases/security 1: the sweep replayed it with the actor's rights."""
    clock = Clock()
    here, group_id, victim = reconciler(AUTO, clock), group(), group("victim")
    open_ssh(group_id)
    change = fixed(here, check, group_id)
    evil = Call(
        "ec2:AuthorizeSecurityGroupIngress",
        {"GroupId": victim, "IpPermissions": [permit(22, WORLD)]},
    )
    forged = replace(change, state=ChangeState.UNDOING).with_step(0, undo=evil)
    Ledger(here.aws, TABLE, lambda: b"somebody else's key").put(forged)
    clock.turn(hours=1)
    outcome = here.sweep([check])
    assert grants(victim) == []
    assert any("was not written by the engine" in one.reason for one in outcome.troubles)
    with pytest.raises(Forged):
        here.undo(change.id, "ann")
    here.ledger.put(forged)  # even sealed with our own key: it is not what the check plans
    outcome = here.sweep([check])
    assert grants(victim) == []
    assert any("is not what open_admin_ports plans" in one.reason for one in outcome.troubles)


def test_an_old_look_says_nothing_of_what_has_been_fixed_since(aws: None, check: Check) -> None:
    """A sweep that read the group before the event's fix writes after it."""
    here, group_id = reconciler(AUTO, Clock()), group()
    open_ssh(group_id)
    look = here.look([check], group_id)
    change = fixed(here, check, group_id)
    here.remember({check.id: check}, look.findings, look, group_id, Outcome())
    assert record(here, change).status is FindingStatus.FIXED


@pytest.mark.usefixtures("aws")
def test_an_echo_that_comes_after_somebody_else_saw_the_effect_proves_it_all_the_same(
    check: Check,
) -> None:
    """Standard queues keep no order.

    docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/standard-queues.html
    """
    here, group_id = reconciler(AUTO, Clock()), group()
    open_ssh(group_id)
    (change,) = here.on_event([check], group_id).changes
    (seen,) = here.on_event([check], group_id).changes
    assert (seen.state, seen.steps[0].proven) == (ChangeState.VERIFIED, False)
    before = record(here, change)
    proven = echo(here, check, change)
    assert (proven.state, proven.steps[0].proven) == (ChangeState.VERIFIED, True)
    assert proven.ended_at == seen.ended_at
    assert record(here, change) == before, "nothing became of it: it is not fixed twice"
    undone = here.undo(proven, "ann")
    assert (undone.state, undone.reason) == (ChangeState.UNDONE, "")
