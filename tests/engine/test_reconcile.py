"""From an event to an effect and back, on moto, with the real check for open admin ports."""

from __future__ import annotations

from typing import Any

import pytest
from moto.ec2.exceptions import EC2ClientError
from moto.ec2.responses import EC2Response

from steadyhand.check import Check
from steadyhand.engine.changes.begin import Wanted, begin
from steadyhand.model import (
    ChangeState,
    Finding,
    FindingStatus,
    Held,
)
from steadyhand.settings.values import Settings
from tests.engine.ssh import AUTO, WORLD, ec2, echo, fixed, grants, group, open_ssh, permit, record
from tests.reconcilers import REGION, Clock, reconciler

pytestmark = pytest.mark.moto


ASKED = Settings(regions=[REGION], home=REGION)
OFFICE = {"CidrIp": "10.20.0.0/16", "Description": "office VPN"}


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
def test_an_event_costs_three_reads_a_record_and_a_call(check: Check) -> None:
    """The second read shows the tags of the rule, which no other does; the third whether the region is shut."""
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
        "ec2:DescribeVpcBlockPublicAccessOptions": 1,
        "dynamodb:TransactWriteItems": 1,
        "ec2:RevokeSecurityGroupIngress": 1,
    }
    assert grants(group_id) == []
    verified = echo(here, check, change)
    aws.counts.clear()
    here.undo(verified, "ann")
    assert sum(aws.counts.values()) <= 9, aws.counts


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize("code", ["UnauthorizedOperation", "InvalidAction"])
def test_what_a_finding_stands_without_holds_no_fix(
    check: Check, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether the region lets anybody in at all was not read: by itself, and as a person asks."""

    def refused(_: Any) -> None:
        raise EC2ClientError(code, "no")

    monkeypatch.setattr(EC2Response, "describe_vpc_block_public_access_options", refused)
    for mode, name in ((AUTO, "a"), (ASKED, "b")):
        here, group_id = reconciler(mode, Clock()), group(name)
        open_ssh(group_id)
        outcome = here.on_event([check], group_id)
        assert bool(outcome.unknown) is (code == "UnauthorizedOperation")
        if mode is ASKED:
            found = here.ledger.record(outcome.findings[0].id)
            assert found is not None
            here.fix(check, found, "ann")
        assert grants(group_id) == []


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
