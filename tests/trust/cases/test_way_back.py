"""What is done is its own, and so is its undo."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from steadyhand.catalogue import discovery
from steadyhand.engine.changes.actor import permitted
from steadyhand.ledger.change_rows import change_row
from steadyhand.model import Answer, Call, ChangeState, ReadFailed
from tests.canonical import ACCOUNT
from tests.checks.exposure.groups import lets_in
from tests.reconcilers import KEY, REGION
from tests.trust.cases.said import changes, fixed, mutated
from tests.trust.lab import OTHER, account, no, tried
from tests.trust.scenes import Scene, scene
from tests.verbs import planned

pytestmark = pytest.mark.moto


@pytest.mark.parametrize("order", [1, -1])
def test_two_grants_of_one_group_are_undone_in_any_order(order: int) -> None:
    with account() as world:
        here = scene("open_admin_ports", world)
        world.client("ec2").authorize_security_group_ingress(
            GroupId=here.key, IpPermissions=[lets_in(22, cidr="::/0", said="six")]
        )
        before = here.truth()
        here.event()
        here.settle()
        here.event()
        assert changes(here) == [ChangeState.VERIFIED] * 2
        for change in world.changes()[::order]:
            assert here.undo(change).state is ChangeState.UNDONE
        assert here.truth() == before


def test_what_aws_adds_or_settles_beside_the_part_is_no_difference() -> None:
    with account() as world:
        here = scene("imdsv1_allowed", world)
        before, change = here.truth(), fixed(here)

        def newer(answer: Answer) -> None:
            for reservation in answer["Reservations"]:
                for one in reservation["Instances"]:
                    one["MetadataOptions"] |= {"NewerField": "x", "State": "applied"}

        world.touch["ec2:DescribeInstances"] = newer
        assert here.undo(change).state is ChangeState.UNDONE
        world.touch.clear()
        assert here.truth() == before


def test_what_failed_and_lands_a_day_later_can_be_undone() -> None:
    with account() as world:
        here = scene("open_admin_ports", world)
        before, late = here.truth(), list[Callable[[], Answer]]()

        def swallowed(call: Call, go: Callable[[], Answer]) -> Answer:
            if call.action == "ec2:RevokeSecurityGroupIngress":
                late.append(go)
                raise ReadFailed("ConnectTimeout", "no answer")
            return go()

        world.hook = swallowed
        here.event()
        here.settle(20)
        (change,) = world.changes()
        assert (change.state, len(late)) == (ChangeState.FAILED, 3)
        world.hook = lambda call, go: go()
        world.clock.turn(days=1)
        late[0]()
        assert here.truth() != before
        assert here.undo(change).state is ChangeState.UNDONE
        assert here.truth() == before


def test_what_somebody_changes_before_our_own_event_is_theirs() -> None:
    with account() as world:
        here = scene("endless_logs", world)
        here.event()
        world.client("logs").put_retention_policy(logGroupName=here.key, retentionInDays=30)
        here.event(by=OTHER)
        here.settle(20)
        (change,) = world.changes()
        assert change.state is ChangeState.THEIRS
        assert tried(lambda: here.undo(change)).startswith("refused")
        assert here.truth()[here.key] == 30


def made_again(here: Scene) -> None:
    """Deleted, and there again under the same name, as the fix left it."""
    if here.check.id == "endless_logs":
        logs = here.world.client("logs")
        logs.delete_log_group(logGroupName=here.key)
        logs.create_log_group(logGroupName=here.key)
        logs.put_retention_policy(logGroupName=here.key, retentionInDays=365)
        return
    tables = here.world.client("dynamodb")
    tables.delete_table(TableName=here.key)
    here.planting.plant(here.world)
    tables.update_continuous_backups(
        TableName=here.key,
        PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True},
    )


@pytest.mark.parametrize("check", ["endless_logs", "dynamodb_pitr_off"])
def test_an_old_undo_does_not_hit_what_was_made_anew_under_the_name(check: str) -> None:
    with account() as world:
        here, born = scene(check, world), ["1"]

        def identified(answer: Answer) -> None:
            """A table's id is its own, and moto's is not: API_TableDescription.html."""
            answer["Table"]["TableId"] = born[-1]

        world.touch["dynamodb:DescribeTable"] = identified
        change = fixed(here)
        made_again(here)
        born.append("2")
        now, sent = here.truth(), len(world.mutations)
        said = tried(lambda: here.undo(change))
        assert "is gone, or was made anew" in said or "changed" in said
        assert (here.truth(), len(world.mutations)) == (now, sent)


def test_a_row_is_bounded_however_much_lies_on_the_resource() -> None:
    """A group holds 60 rules unless AWS raises it, each with a description of 255 characters:
    docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html."""
    with account() as world:
        here = scene("open_admin_ports", world)
        for n in range(50):
            world.client("ec2").authorize_security_group_ingress(
                GroupId=here.key, IpPermissions=[lets_in(1000 + n, said="x" * 255)]
            )
        change = fixed(here)
        row = change_row(change, ACCOUNT, world.clock.at, KEY)
        assert len(json.dumps(row)) < 2048
        assert all(len(json.dumps(one)) < 4096 for one in world.rows())
        assert here.undo(change).state is ChangeState.UNDONE


def test_a_name_that_begins_like_another_is_another() -> None:
    """`/app` and `/app#blue`: keys are compared whole."""
    with account() as world:
        here = scene("endless_logs", world)
        change = fixed(here)
        blue = world.worker(here.check)
        logs = world.client("logs")
        logs.delete_retention_policy(logGroupName="/app#blue")
        blue.on_event([here.check], "/app#blue")
        blue.on_event([here.check], "/app#blue")
        assert changes(here) == [ChangeState.VERIFIED] * 2
        assert here.undo(change).state is ChangeState.UNDONE
        assert here.truth() == {"/app": None, "/app#blue": 365}


def test_tags_of_a_rule_come_back_with_it() -> None:
    with account() as world:
        here = scene("open_admin_ports", world)
        before = here.truth()
        assert [["ticket", "OPS-1"]] in [list(map(list, one[-1])) for one in before]
        here.undo(fixed(here))
        assert here.truth() == before


def test_what_aws_denied_and_somebody_did_is_theirs() -> None:
    with account() as world:
        here = scene("open_admin_ports", world)
        (finding,) = here.findings()
        (step,) = here.check.plan(finding)

        def denied(call: Call, go: Callable[[], Answer]) -> Answer:
            if call.action == step.do.action:
                world.client("ec2").revoke_security_group_ingress(**dict(call.params))
                raise no("UnauthorizedOperation", 403)
            return go()

        world.hook = denied
        here.event()
        world.hook = lambda call, go: go()
        here.settle()
        (change,) = world.changes()
        assert change.state in {ChangeState.THEIRS, ChangeState.FAILED}
        now = here.truth()
        assert tried(lambda: here.undo(change)).startswith("refused")
        assert here.truth() == now, "what somebody closed is not opened by us"


def test_each_change_has_a_session_of_its_name() -> None:
    with account() as world:
        here, names = scene("endless_logs", world), list[str]()

        def heard(call: Call, go: Callable[[], Answer]) -> Answer:
            if call.action == "sts:AssumeRole":
                names.append(call.params["RoleSessionName"])
            return go()

        world.hook = heard
        world.client("logs").delete_retention_policy(logGroupName="/app#blue")
        here.sweep()
        made = [one.id for one in world.changes()]
        assert len(made) == 2
        assert sorted(names) == sorted(made)


def test_an_undo_deletes_no_queue_that_was_there_before() -> None:
    with account() as world:
        sqs = world.client("sqs")
        theirs = sqs.create_queue(QueueName="orders-dlq")["QueueUrl"]
        sqs.send_message(QueueUrl=theirs, MessageBody="somebody's")
        here = scene("queue_without_dlq", world)
        tried(here.fix)
        here.settle(20)
        for change in world.changes():
            tried(lambda one=change: here.undo(one))  # type: ignore[misc]
        here.settle(20)
        assert "sqs:DeleteQueue" not in mutated(world)
        assert sqs.receive_message(QueueUrl=theirs)["Messages"][0]["Body"] == "somebody's"


def test_the_copy_of_an_encrypted_volume_is_permitted_its_key_through_ec2_alone() -> None:
    """docs.aws.amazon.com/ebs/latest/userguide/ebs-encryption-requirements.html"""
    (check,) = discovery.load(["unattached_volume"])
    call = Call(
        "ec2:CreateVolume",
        {
            "AvailabilityZone": f"{REGION}a", "Size": 8, "VolumeType": "gp3", "Encrypted": True,
            "KmsKeyId": f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1", "SnapshotId": "snap-1",
            "ClientToken": "ch_0123456789_1_undo",
        },
    )  # fmt: skip
    policy = permitted(call, check.writes, "aws", REGION, ACCOUNT)
    uses = [one for one in policy if any(name.startswith("kms:") for name in actions(one))]
    assert {"kms:CreateGrant", "kms:Decrypt"} <= {name for one in uses for name in actions(one)}
    for one in uses:
        assert "kms:ViaService" in json.dumps(one["Condition"])
        if "kms:CreateGrant" in actions(one):
            assert one["Condition"]["Bool"] == {"kms:GrantIsForAWSResource": "true"}


def actions(statement: Any) -> list[str]:
    said = statement["Action"]
    return [said] if isinstance(said, str) else list(said)


def test_no_backup_is_stopped_to_undo_it() -> None:
    """docs.aws.amazon.com/aws-backup/latest/devguide/API_StopBackupJob.html names what it cannot stop."""
    (check,) = discovery.load(["backup_job_failed"])
    assert "backup:StopBackupJob" not in {
        one.action for permit in check.writes for one in permit.all
    }
    with account() as world:
        here = scene("backup_job_failed", world)
        (finding,) = here.findings()
        for names in (True, False):
            other = replace(finding, evidence={**finding.evidence, "names_its_point": names})
            steps = planned(check, other)
            assert steps
            assert [bool(one.undo) for one in steps] == [names] * len(steps)
            assert check.risk_of(other).value == ("safe" if names else "approval")
