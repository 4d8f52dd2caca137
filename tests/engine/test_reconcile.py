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
from steadyhand.engine.reconcile import Reconciler, Refused
from steadyhand.model import Call, ChangeState, Exemption, FindingStatus, Mode, ReadFailed
from steadyhand.settings.values import Settings
from tests.rooms import REGION, Clock, reconciler, table

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


def echo(here: Reconciler, check: Check, group_id: str) -> None:
    """Our own change rings our own bell."""
    here.on_event([check], group_id)


@pytest.mark.usefixtures("aws")
def test_an_event_becomes_an_effect_a_row_and_a_way_back(check: Check) -> None:
    here, group_id = reconciler(AUTO, Clock()), group()
    open_ssh(group_id, OFFICE, WORLD)
    (change,) = here.on_event([check], group_id).changes
    assert grants(group_id) == [("10.20.0.0/16", "office VPN")]
    kept = here.ledger.change(change.id)
    assert kept is not None
    assert kept.steps[0].undo is not None
    assert kept.before

    echo(here, check, group_id)
    verified = here.ledger.change(change.id)
    assert verified is not None
    assert verified.state is ChangeState.VERIFIED
    record = here.ledger.record(change.finding.id)
    assert record is not None
    assert record.status is FindingStatus.FIXED

    undone = here.undo(check, verified, "ann")
    assert (undone.state, undone.reason) == (ChangeState.UNDONE, "")
    assert grants(group_id) == [("0.0.0.0/0", "quick test"), ("10.20.0.0/16", "office VPN")]
    again = here.on_event([check], group_id)
    assert again.changes == []
    assert again.held[change.finding.id].guardrail == "taken_back"


@pytest.mark.usefixtures("aws")
def test_an_event_costs_three_calls(check: Check) -> None:
    here, group_id = reconciler(AUTO, Clock()), group()
    open_ssh(group_id)
    here.on_event([check], group_id)
    echo(here, check, group_id)
    open_ssh(group_id)
    aws: Any = here.aws
    aws.counts.clear()
    here.on_event([check], group_id)
    assert dict(aws.counts) == {
        "ec2:DescribeSecurityGroups": 1,
        "dynamodb:TransactWriteItems": 1,
        "ec2:RevokeSecurityGroupIngress": 1,
    }
    assert grants(group_id) == []


@pytest.mark.usefixtures("aws")
def test_the_same_event_twice_is_one_change(check: Check) -> None:
    here, group_id = reconciler(AUTO, Clock()), group()
    open_ssh(group_id)
    look = here.look([check], group_id)
    first = here.on_event([check], group_id)
    stale = here.carry_out(
        check, look.findings[0], tuple(check.plan(look.findings[0])), look, first
    )
    assert len(first.changes) == 1
    assert stale is None
    assert first.held[look.findings[0].id].guardrail == "busy"
    assert len(here.ledger.changes()) == 1


@pytest.mark.usefixtures("aws")
def test_what_was_seen_before_another_worker_was_done_is_not_acted_on(check: Check) -> None:
    here, group_id = reconciler(AUTO, Clock()), group()
    open_ssh(group_id)
    look = here.look([check], group_id)
    outcome = here.on_event([check], group_id)
    echo(here, check, group_id)
    late = here.carry_out(
        check, look.findings[0], tuple(check.plan(look.findings[0])), look, outcome
    )
    assert late is None
    assert outcome.held[look.findings[0].id].guardrail == "busy"
    assert len(here.ledger.changes()) == 1


@pytest.mark.usefixtures("aws")
def test_nothing_is_changed_until_the_owner_says_so(check: Check) -> None:
    here, group_id = reconciler(Settings(), Clock()), group()
    open_ssh(group_id)
    outcome = here.on_event([check], group_id)
    assert outcome.changes == []
    assert len(grants(group_id)) == 1
    (record,) = here.ledger.known(REGION).values()
    assert record.held is not None
    assert record.held.guardrail == "not_yet_trusted"


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
def test_put_back_twice_in_a_day_is_contested(check: Check) -> None:
    clock = Clock()
    here, group_id = reconciler(AUTO, clock), group()
    for _ in range(2):
        open_ssh(group_id)
        assert len(here.on_event([check], group_id).changes) == 1
        echo(here, check, group_id)
    open_ssh(group_id)
    outcome = here.on_event([check], group_id)
    assert outcome.changes == []
    assert [held.guardrail for held in outcome.held.values()] == ["contested"]
    clock.turn(hours=25)
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
def test_a_sweep_finds_mends_remembers_and_forgets(check: Check) -> None:
    here, group_id = reconciler(AUTO, Clock()), group()
    open_ssh(group_id)
    outcome = here.sweep([check])
    assert len(outcome.changes) == 1
    assert grants(group_id) == []
    here.sweep([check])
    (record,) = here.ledger.known(REGION).values()
    assert record.status is FindingStatus.FIXED
    aws: Any = here.aws
    aws.counts.clear()
    here.sweep([check])
    assert not [action for action in aws.counts if "Put" in action or "Update" in action]


@pytest.mark.usefixtures("aws")
def test_what_a_person_mended_is_gone(check: Check) -> None:
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
def test_undo_refuses_if_somebody_changed_it_since(check: Check) -> None:
    here, group_id = reconciler(AUTO, Clock()), group()
    open_ssh(group_id)
    (change,) = here.on_event([check], group_id).changes
    echo(here, check, group_id)
    ec2().authorize_security_group_ingress(GroupId=group_id, IpPermissions=[permit(443, WORLD)])
    kept = here.ledger.change(change.id)
    assert kept is not None
    with pytest.raises(Refused) as refused:
        here.undo(check, kept, "ann")
    assert refused.value.held.guardrail == "changed"
    assert set(refused.value.difference) == {"before", "after", "now"}
    assert grants(group_id) == [("0.0.0.0/0", "quick test")]


@pytest.mark.usefixtures("aws")
def test_a_person_is_bound_to_the_plan_they_saw(check: Check) -> None:
    here, group_id = reconciler(Settings(), Clock()), group()
    open_ssh(group_id)
    here.sweep([check])
    (record,) = here.ledger.known(REGION).values()
    with pytest.raises(Refused) as refused:
        here.fix(check, record, "ann", "another plan")
    assert refused.value.held.guardrail == "stale"
    change = here.fix(check, record, "ann", record.plan)
    assert (change.state, change.by) == (ChangeState.VERIFIED, "ann")
    assert grants(group_id) == []


class Broken:
    """AWS that refuses one action, or loses its answer after having done it."""

    def __init__(self, aws: Any, action: str, *, lost: bool) -> None:
        self.aws, self.action, self.lost = aws, action, lost
        self.ask_before = aws.ask

    def __call__(self, call: Call) -> Any:
        if call.action == self.action:
            if self.lost:
                self.ask_before(call)
            raise ReadFailed("ServiceUnavailable", "no answer")
        return self.ask_before(call)


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize("lost", [True, False])
def test_an_outcome_that_is_not_known_is_looked_at_and_never_repeated_blindly(
    check: Check, lost: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, group_id = reconciler(AUTO, Clock()), group()
    open_ssh(group_id)
    aws: Any = here.aws
    narrowed = aws.narrowed

    def broken(*said: Any) -> Any:
        workers = narrowed(*said)
        workers.ask = Broken(workers, "ec2:RevokeSecurityGroupIngress", lost=lost)
        return workers

    monkeypatch.setattr(aws, "narrowed", broken)
    (change,) = here.on_event([check], group_id).changes
    assert change.state is (ChangeState.VERIFIED if lost else ChangeState.FAILED)
    record = here.ledger.record(change.finding.id)
    assert record is not None
    assert record.open_change == ""
    assert record.status is (FindingStatus.FIXED if lost else FindingStatus.OPEN)


@pytest.mark.usefixtures("aws")
def test_a_worker_that_slept_does_nothing(check: Check, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    here, group_id = reconciler(AUTO, clock), group()
    open_ssh(group_id)
    intend = here.ledger.intend

    def sleepy(*said: Any, **more: Any) -> Any:
        answer = intend(*said, **more)
        clock.turn(minutes=11)
        return answer

    monkeypatch.setattr(here.ledger, "intend", sleepy)
    (change,) = here.on_event([check], group_id).changes
    assert change.state is ChangeState.FAILED
    assert "lease" in change.reason
    assert len(grants(group_id)) == 1


@pytest.mark.usefixtures("aws")
def test_a_worker_that_died_is_followed_by_the_next_look(
    check: Check, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock()
    here, group_id = reconciler(AUTO, clock), group()
    open_ssh(group_id)
    with monkeypatch.context() as killed:
        killed.setattr(Reconciler, "act", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            here.on_event([check], group_id)
    assert here.on_event([check], group_id).changes == []
    clock.turn(minutes=21)
    here.sweep([check])
    here.sweep([check])
    assert grants(group_id) == []


@pytest.mark.usefixtures("aws")
def test_an_undo_that_was_cut_off_is_concluded_by_the_next_look(
    check: Check, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock()
    here, group_id = reconciler(AUTO, clock), group()
    open_ssh(group_id)
    (change,) = here.on_event([check], group_id).changes
    echo(here, check, group_id)
    kept = here.ledger.change(change.id)
    assert kept is not None
    with monkeypatch.context() as killed:
        killed.setattr(Reconciler, "undone", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            here.undo(check, kept, "ann")
    assert here.on_event([check], group_id).changes == []
    clock.turn(minutes=21)
    assert [one.state for one in here.sweep([check]).changes] == [ChangeState.UNDONE]
    assert len(grants(group_id)) == 1


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
    outcome = here.on_event(catalogue.load(["open_admin_ports", "open_data_ports"]), group_id)
    assert len(outcome.findings) == 2
    assert len(outcome.changes) == 1
    assert grants(group_id) == []


def test_an_old_look_says_nothing_of_what_has_been_mended_since(aws: None, check: Check) -> None:
    """A sweep that read the group before the doorbell mended it writes after it."""
    here = reconciler(AUTO, clock=Clock())
    group_id = group()
    open_ssh(group_id)
    look = here.look([check], group_id)
    here.on_event([check], group_id)
    echo(here, check, group_id)
    (fixed,) = here.ledger.known(REGION).values()
    assert fixed.status is FindingStatus.FIXED
    (finding,) = look.findings
    late = here.record_of(check, finding, tuple(check.plan(finding)), look.at)
    assert not here.ledger.observe(late, replace(fixed, status=FindingStatus.OPEN, plan=""))
    assert here.ledger.known(REGION)[finding.id].status is FindingStatus.FIXED
