"""From an event to an effect and back, on moto, with the real check for open admin ports."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from functools import cache
from typing import Any

import boto3
import pytest
from moto import mock_aws

from steadyhand.catalogue import discovery as catalogue
from steadyhand.check import Check
from steadyhand.engine.changes.actor import Actor
from steadyhand.engine.changes.begin import Wanted, begin
from steadyhand.engine.changes.refused import Refused
from steadyhand.engine.outcome import Outcome
from steadyhand.engine.reconcile import Reconciler
from steadyhand.ledger.change_rows import Forged
from steadyhand.ledger.table import Ledger
from steadyhand.model import (
    Call,
    Change,
    ChangeState,
    Exemption,
    Finding,
    FindingStatus,
    Held,
    Mode,
    ReadFailed,
    Record,
)
from steadyhand.settings.values import Settings
from tests.reconcilers import REGION, TABLE, Clock, reconciler, table

pytestmark = pytest.mark.moto

AUTO = Settings(modes={"open_admin_ports": {"*": Mode.AUTO}}, regions=[REGION], home=REGION)
OFFICE = {"CidrIp": "10.20.0.0/16", "Description": "office VPN"}
WORLD = {"CidrIp": "0.0.0.0/0", "Description": "quick test"}


@pytest.fixture
def aws() -> Iterator[None]:
    with mock_aws():
        table()
        yield


@pytest.fixture
def check() -> Check:
    return catalogue.load(["open_admin_ports"])[0]


@cache
def ec2() -> Any:
    return boto3.client("ec2", REGION)


def group(name: str = "bastion", tags: dict[str, str] | None = None) -> str:
    vpc = ec2().describe_vpcs()["Vpcs"][0]["VpcId"]
    made: str = ec2().create_security_group(GroupName=name, Description="x", VpcId=vpc)["GroupId"]
    if tags:
        pairs = [{"Key": key, "Value": value} for key, value in tags.items()]
        ec2().create_tags(Resources=[made], Tags=pairs)
    return made


def permit(port: int, *ranges: dict[str, str]) -> dict[str, Any]:
    return {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "IpRanges": list(ranges)}


def open_ssh(group_id: str, *ranges: dict[str, str]) -> None:
    ec2().authorize_security_group_ingress(
        GroupId=group_id, IpPermissions=[permit(22, *(ranges or (WORLD,)))]
    )


def grants(group_id: str) -> list[Any]:
    found = ec2().describe_security_groups(GroupIds=[group_id])["SecurityGroups"][0]
    return sorted(
        (inner["CidrIp"], inner.get("Description"))
        for permission in found["IpPermissions"]
        for inner in permission["IpRanges"]
    )


def echo(here: Reconciler, check: Check, change: Change) -> Change:
    """Our own change comes back as an event, in the session that is called after it."""
    (seen,) = here.on_event([check], change.finding.key, session=change.id).changes
    return seen


def fixed(here: Reconciler, check: Check, group_id: str) -> Change:
    (change,) = here.on_event([check], group_id).changes
    return echo(here, check, change)


def record(here: Reconciler, change: Change) -> Record:
    found = here.ledger.record(change.finding.id)
    assert found is not None
    return found


@pytest.mark.usefixtures("aws")
def test_an_event_becomes_an_effect_a_row_and_a_way_back(check: Check) -> None:
    here, group_id = reconciler(AUTO, Clock()), group()
    open_ssh(group_id, OFFICE, WORLD)
    (change,) = here.on_event([check], group_id).changes
    assert grants(group_id) == [("10.20.0.0/16", "office VPN")]
    kept = here.ledger.change(change.id)
    assert kept is not None
    assert kept.state is ChangeState.DOING
    assert kept.steps[0].undo is not None
    assert kept.steps[0].before == {"description": "quick test", "tags": {}}

    verified = echo(here, check, change)
    assert (verified.state, verified.steps[0].proven) == (ChangeState.VERIFIED, True)
    assert record(here, change).status is FindingStatus.FIXED

    undone = here.undo(verified, "ann")
    assert (undone.state, undone.reason) == (ChangeState.UNDONE, "")
    assert grants(group_id) == [("0.0.0.0/0", "quick test"), ("10.20.0.0/16", "office VPN")]
    again = here.on_event([check], group_id)
    assert again.changes == []
    assert again.held[change.finding.id] == Held("undone", "ann undid our change of it, so we ask")


@pytest.mark.usefixtures("aws")
def test_an_event_costs_two_reads_a_record_and_a_call(check: Check) -> None:
    """The second read shows the tags of the rule, which no other does; it is shared with the check."""
    here, group_id = reconciler(AUTO, Clock()), group()
    open_ssh(group_id)
    fixed(here, check, group_id)
    open_ssh(group_id)
    aws: Any = here.aws
    aws.counts.clear()
    (change,) = here.on_event([check], group_id).changes
    calls = dict(aws.counts)
    assert calls.pop("sts:AssumeRole") == 1, "one session, one change"
    assert calls == {
        "ec2:DescribeSecurityGroups": 1,
        "ec2:DescribeSecurityGroupRules": 1,
        "dynamodb:TransactWriteItems": 1,
        "ec2:RevokeSecurityGroupIngress": 1,
    }
    assert grants(group_id) == []
    verified = echo(here, check, change)
    aws.counts.clear()
    here.undo(verified, "ann")
    assert sum(aws.counts.values()) <= 9, aws.counts


@pytest.mark.usefixtures("aws")
def test_the_same_event_twice_is_one_change(check: Check) -> None:
    here, group_id = reconciler(AUTO, Clock()), group()
    open_ssh(group_id)
    look = here.look([check], group_id)
    here.on_event([check], group_id)
    stale = begin(here, Wanted(check=check, finding=look.findings[0], looking=look.through))
    assert isinstance(stale, Held)
    assert stale.guardrail == "busy"
    assert len(here.ledger.changes()) == 1


@pytest.mark.usefixtures("aws")
def test_what_was_seen_before_another_worker_was_done_is_not_acted_on(check: Check) -> None:
    here, group_id = reconciler(AUTO, Clock()), group()
    open_ssh(group_id)
    look = here.look([check], group_id)
    fixed(here, check, group_id)
    late = begin(here, Wanted(check=check, finding=look.findings[0], looking=look.through))
    assert late == Held("touched", "something became of it since it was looked at")


@pytest.mark.usefixtures("aws")
def test_nothing_is_changed_until_the_owner_says_so(check: Check) -> None:
    here, group_id = reconciler(Settings(), Clock()), group()
    open_ssh(group_id)
    outcome = here.on_event([check], group_id)
    assert outcome.changes == []
    assert len(grants(group_id)) == 1
    (found,) = here.ledger.known(REGION).values()
    assert found.held is not None
    assert found.held.guardrail == "not_yet_trusted"


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize(("stop", "said"), [("stop", "says 'stop'"), (None, "cannot be read")])
def test_the_kill_switch_stops_and_so_does_one_that_cannot_be_read(
    check: Check, stop: str | None, said: str
) -> None:
    here, group_id = reconciler(AUTO, Clock(), stop=stop), group()
    open_ssh(group_id)
    outcome = here.on_event([check], group_id)
    (held,) = outcome.held.values()
    assert held.guardrail == "stopped"
    assert said in held.reason
    assert len(grants(group_id)) == 1


@pytest.mark.usefixtures("aws")
def test_hands_off(check: Check) -> None:
    here, group_id = reconciler(AUTO, Clock()), group(tags={"steadyhand:hands-off": "please"})
    open_ssh(group_id)
    (held,) = here.on_event([check], group_id).held.values()
    assert held.guardrail == "hands_off"
    assert len(grants(group_id)) == 1


@pytest.mark.usefixtures("aws")
def test_an_exemption_holds_until_it_ends(check: Check) -> None:
    clock = Clock()
    here, group_id = reconciler(AUTO, clock), group()
    open_ssh(group_id)
    (finding,) = here.look([check], group_id).findings
    until = clock.at + timedelta(days=3)
    here.ledger.exempt(
        Exemption(scope=finding.id, until=until, because="migration", by="ann", at=clock.at), []
    )
    (held,) = here.on_event([check], group_id).held.values()
    assert held.guardrail == "exempt"
    clock.turn(days=4)
    assert len(here.on_event([check], group_id).changes) == 1


@pytest.mark.usefixtures("aws")
def test_the_third_time_in_thirty_days_is_contested_and_names_who(check: Check) -> None:
    clock = Clock()
    here, group_id = reconciler(AUTO, clock), group()
    for _ in range(2):
        open_ssh(group_id)
        fixed(here, check, group_id)
        clock.turn(hours=25)
    open_ssh(group_id)
    outcome = here.on_event([check], group_id, by="arn:aws:iam::123456789012:user/nightly")
    assert outcome.changes == []
    (held,) = outcome.held.values()
    assert held.guardrail == "contested"
    assert held.reason.endswith(
        "the last to put it back was arn:aws:iam::123456789012:user/nightly"
    )
    clock.turn(days=31)
    assert len(here.on_event([check], group_id).changes) == 1


@pytest.mark.usefixtures("aws")
def test_too_many_at_once_means_none(check: Check) -> None:
    here = reconciler(AUTO, Clock())
    groups = [group(f"g{n}") for n in range(4)]
    for one in groups:
        open_ssh(one)
    outcome = here.sweep([check])
    assert outcome.changes == []
    assert {held.guardrail for held in outcome.held.values()} == {"crowded"}
    assert all(grants(one) for one in groups)


@pytest.mark.usefixtures("aws")
def test_a_crowd_that_comes_as_events_meets_the_same_cap(check: Check) -> None:
    here = reconciler(AUTO, Clock())
    groups = [group(f"g{n}") for n in range(5)]
    outcomes = []
    for one in groups:
        open_ssh(one)
        outcomes.append(here.on_event([check], one))
    assert [len(one.changes) for one in outcomes] == [1, 1, 1, 0, 0]
    assert {held.guardrail for one in outcomes for held in one.held.values()} == {"crowded"}


@pytest.mark.usefixtures("aws")
def test_a_sweep_finds_fixes_remembers_and_forgets(check: Check) -> None:
    here, group_id = reconciler(AUTO, Clock()), group()
    open_ssh(group_id)
    outcome = here.sweep([check])
    assert len(outcome.changes) == 1
    assert grants(group_id) == []
    here.sweep([check])
    (found,) = here.ledger.known(REGION).values()
    assert found.status is FindingStatus.FIXED
    aws: Any = here.aws
    aws.counts.clear()
    here.sweep([check])
    assert not [action for action in aws.counts if "Put" in action or "Update" in action]


@pytest.mark.usefixtures("aws")
def test_one_finding_s_failure_ends_nothing_and_is_told(
    check: Check, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, groups = reconciler(AUTO, Clock()), [group("bad"), group("good")]
    for one in groups:
        open_ssh(one)
    plan = type(check).plan

    def broken(self: Check, finding: Finding) -> Any:
        if finding.key == groups[0] and finding.evidence["group"]:
            raise TypeError("a bug in a plan")
        return plan(self, finding)

    monkeypatch.setattr(type(check), "plan", broken)
    outcome = here.on_event([check], groups[0])
    assert outcome.troubles[0].reason == "TypeError: a bug in a plan"
    assert len(here.on_event([check], groups[1]).changes) == 1


@pytest.mark.usefixtures("aws")
def test_what_a_person_fixed_is_gone(check: Check) -> None:
    here, group_id = reconciler(Settings(), Clock()), group()
    open_ssh(group_id)
    here.sweep([check])
    ec2().revoke_security_group_ingress(GroupId=group_id, IpPermissions=[permit(22, WORLD)])
    (gone,) = here.on_event([check], group_id).gone
    assert gone.status is FindingStatus.GONE


@pytest.mark.usefixtures("aws")
def test_a_group_deleted_meanwhile_is_gone_and_not_unknown(check: Check) -> None:
    here, group_id = reconciler(Settings(), Clock()), group()
    open_ssh(group_id)
    here.sweep([check])
    ec2().delete_security_group(GroupId=group_id)
    outcome = here.on_event([check], group_id)
    assert (outcome.unknown, len(outcome.gone)) == ([], 1)


@pytest.mark.usefixtures("aws")
def test_undo_minds_its_own_part_alone(check: Check) -> None:
    """Others may have changed the rest of the group."""
    here, group_id = reconciler(AUTO, Clock()), group()
    open_ssh(group_id)
    change = fixed(here, check, group_id)
    ec2().authorize_security_group_ingress(GroupId=group_id, IpPermissions=[permit(443, WORLD)])
    assert here.undo(change, "ann").state is ChangeState.UNDONE
    assert len(grants(group_id)) == 2


@pytest.mark.usefixtures("aws")
def test_undo_refuses_if_somebody_changed_the_part_since(check: Check) -> None:
    here, group_id = reconciler(AUTO, Clock()), group()
    open_ssh(group_id)
    change = fixed(here, check, group_id)
    open_ssh(group_id, {"CidrIp": "0.0.0.0/0", "Description": "theirs"})
    with pytest.raises(Refused) as refused:
        here.undo(change, "ann")
    assert refused.value.held.guardrail == "changed"
    assert refused.value.difference == {
        "before": {"description": "quick test", "tags": {}},
        "after": None,
        "now": {"description": "theirs", "tags": {}},
    }
    assert grants(group_id) == [("0.0.0.0/0", "theirs")]


@pytest.mark.usefixtures("aws")
def test_an_undo_killed_before_its_call_is_no_undo_and_goes_on(check: Check) -> None:
    """cases/changes 1: it was recorded as undone, with the fix still in force."""
    clock = Clock()
    here, group_id = reconciler(AUTO, clock), group()
    open_ssh(group_id)
    change = fixed(here, check, group_id)

    def killed(*_: Any, **__: Any) -> Any:
        raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as dying:
        dying.setattr(Actor, "send", killed)
        with pytest.raises(KeyboardInterrupt):
            here.undo(change, "ann")
    kept = here.ledger.change(change.id)
    assert kept is not None
    assert kept.state is ChangeState.UNDOING
    assert grants(group_id) == []
    clock.turn(minutes=21)
    here.sweep([check])
    clock.turn(minutes=1)
    here.sweep([check])
    kept = here.ledger.change(change.id)
    assert kept is not None
    assert kept.state is ChangeState.UNDONE
    assert len(grants(group_id)) == 1


@pytest.mark.usefixtures("aws")
def test_a_person_is_bound_to_the_plan_they_saw(check: Check) -> None:
    here, group_id = reconciler(Settings(), Clock()), group()
    open_ssh(group_id)
    here.sweep([check])
    (found,) = here.ledger.known(REGION).values()
    with pytest.raises(Refused) as refused:
        here.fix(check, found, "ann", "another plan")
    assert refused.value.held.guardrail == "stale"
    change = here.fix(check, found, "ann", found.plan)
    assert (change.state, change.by) == (ChangeState.VERIFIED, "ann")
    assert grants(group_id) == []


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
def test_a_person_s_exemption_binds_the_twin_too() -> None:
    settings = replace(
        AUTO, modes={name: {"*": Mode.AUTO} for name in ("open_admin_ports", "open_data_ports")}
    )
    clock = Clock()
    here, group_id = reconciler(settings, clock), group()
    ec2().authorize_security_group_ingress(
        GroupId=group_id,
        IpPermissions=[
            {"IpProtocol": "tcp", "FromPort": 3306, "ToPort": 3389, "IpRanges": [WORLD]}
        ],
    )
    watching = replace(here, settings=replace(settings, modes={}))
    twins = catalogue.load(["open_admin_ports", "open_data_ports"])
    watching.on_event(twins, group_id)
    admin, _ = sorted(here.ledger.known(REGION).values(), key=lambda one: one.finding.check)
    said = Exemption(
        scope=admin.finding.id, until=clock.at + timedelta(days=3), because="b", by="ann",
        at=clock.at,
    )  # fmt: skip
    here.ledger.exempt(said, [admin])
    outcome = here.on_event(twins, group_id)
    assert outcome.changes == []
    assert {held.guardrail for held in outcome.held.values()} == {"exempt"}


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
