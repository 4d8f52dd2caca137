"""What the actor may do, and that it does exactly that."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steadyhand.engine.actor import LEASE, Abandoned, Actor, Overreach, filled, permitted, resources
from steadyhand.ledger.codec import value
from steadyhand.model import GLOBAL, Answered, Call, Permit, ReadFailed, Step, Until

NOW = datetime(2026, 11, 23, tzinfo=UTC)
GROUP = Permit("ec2:Revoke", ("security-group/{GroupId}",))
PLACE = ("aws", "eu-central-1", "123456789012")


class RoleClient:
    """AWS on paper: what it was asked, and under which policy."""

    account, partition, region = "123456789012", "aws", "eu-central-1"

    def __init__(self, **answers: Any) -> None:
        self.answers, self.asked, self.policies = answers, list[Call](), list[Any]()

    def narrowed(self, role: str, policy: str, name: str, region: str) -> RoleClient:
        self.policies.append((role, value(policy), name, region))
        return self

    def ask(self, call: Call) -> Mapping[str, Any]:
        self.asked.append(call)
        answer = self.answers.get(call.operation, {})
        answer = answer() if callable(answer) else answer
        if isinstance(answer, Exception):
            raise answer
        return dict(answer)

    def wait(self, seconds: float) -> None: ...


def actor(role_client: RoleClient, *times: datetime) -> Actor:
    ticking = iter(times)
    return Actor(aws=role_client, role="role", clock=lambda: next(ticking, NOW))


def act(
    role_client: RoleClient,
    *steps: Step,
    permits: tuple[Permit, ...] = (GROUP,),
    region: str = "eu-central-1",
) -> Any:
    return list(actor(role_client).do(steps, permits, name="fi-1", region=region, since=NOW))


def test_the_session_can_do_this_on_that_and_nothing_else() -> None:
    role_client = RoleClient()
    act(role_client, Step(Call("ec2:Revoke", {"GroupId": "sg-1"})))
    ((role, policy, name, region),) = role_client.policies
    assert (role, name, region) == ("role", "fi-1", "eu-central-1")
    assert policy["Statement"] == [
        {
            "Effect": "Allow",
            "Action": "ec2:Revoke",
            "Resource": ["arn:aws:ec2:eu-central-1:123456789012:security-group/sg-1"],
        }
    ]


def test_what_has_no_region_is_done_from_home() -> None:
    role_client = RoleClient()
    permit = Permit("iam:UpdateAccessKey", ("user/{UserName}", "user/*/{UserName}"))
    act(
        role_client,
        Step(Call("iam:UpdateAccessKey", {"UserName": "ann"})),
        permits=(permit,),
        region=GLOBAL,
    )
    ((_, policy, _, region),) = role_client.policies
    assert region == "eu-central-1"
    assert policy["Statement"][0]["Resource"] == [
        "arn:aws:iam::123456789012:user/ann",
        "arn:aws:iam::123456789012:user/*/ann",
    ]


@given(name=st.sampled_from([None, "", "*", "sg-*", "sg-?", 7, ["sg-1"]]))
def test_a_missing_or_wild_name_never_means_all(name: Any) -> None:
    with pytest.raises(Overreach):
        permitted(Call("ec2:Revoke", {"GroupId": name}), [GROUP], *PLACE)


def test_an_undeclared_call_is_not_made() -> None:
    role_client = RoleClient()
    with pytest.raises(Overreach):
        act(role_client, Step(Call("ec2:TerminateInstances", {"InstanceIds": ["i-1"]})))
    assert role_client.asked == []


def test_what_a_call_needs_besides_is_permitted_with_it() -> None:
    condition = {"StringEquals": {"iam:PassedToService": "backup.amazonaws.com"}}
    passing = Permit("iam:PassRole", ("role/{IamRoleArn:last}",), condition=condition)
    backup = Permit(
        "backup:StartBackupJob", ("backup-vault:{BackupVaultName}",), implies=(passing,)
    )
    params = {"BackupVaultName": "main", "IamRoleArn": "arn:aws:iam::123456789012:role/x/backup"}
    first, second = permitted(Call("backup:StartBackupJob", params), [backup], *PLACE)
    assert first["Resource"] == ["arn:aws:backup:eu-central-1:123456789012:backup-vault:main"]
    assert second["Resource"] == ["arn:aws:iam::123456789012:role/backup"]
    assert second["Condition"] == condition


def test_the_deployed_role_has_a_star_for_every_brace_and_no_other() -> None:
    assert resources(GROUP, *PLACE) == ["arn:aws:ec2:eu-central-1:123456789012:security-group/*"]
    bucket = Permit("s3:PutBucketPublicAccessBlock", ("arn:{partition}:s3:::{Bucket}",))
    assert resources(bucket, *PLACE) == ["arn:aws:s3:::*"]
    queue = Permit("sqs:SetQueueAttributes", ("{QueueUrl:last}",))
    url = {"QueueUrl": "https://sqs.eu-central-1.amazonaws.com/123456789012/jobs"}
    assert resources(queue, *PLACE, url) == ["arn:aws:sqs:eu-central-1:123456789012:jobs"]


SNAPSHOT = Step(Call("ec2:CreateSnapshot", {"VolumeId": "vol-1"}))
DELETE = Step(
    Call("ec2:DeleteVolume", {"VolumeId": "vol-1"}),
    Call("ec2:CreateVolume", {"SnapshotId": Answered(0, "SnapshotId")}),
)
VOLUME = tuple(
    Permit(f"ec2:{name}", ("volume/*",))
    for name in ("CreateSnapshot", "DeleteVolume", "CreateVolume")
)


def test_the_undo_uses_what_was_answered() -> None:
    role_client = RoleClient(CreateSnapshot={"SnapshotId": "snap-9"})
    answers = act(role_client, SNAPSHOT, DELETE, permits=VOLUME)
    actor(role_client).undo(
        (SNAPSHOT, DELETE), VOLUME, name="fi-1", region="eu-central-1", since=NOW, answers=answers
    )
    assert [call.operation for call in role_client.asked] == [
        "CreateSnapshot",
        "DeleteVolume",
        "CreateVolume",
    ]
    assert role_client.asked[-1].params == {"SnapshotId": "snap-9"}


def test_steps_that_were_done_are_not_done_again() -> None:
    role_client = RoleClient()
    done = [{"SnapshotId": "snap-9"}]
    list(
        actor(role_client).do(
            (SNAPSHOT, DELETE), VOLUME, name="f", region="r", since=NOW, answers=done
        )
    )
    assert [call.operation for call in role_client.asked] == ["DeleteVolume"]


def test_a_worker_whose_lease_ran_out_does_nothing() -> None:
    role_client = RoleClient()
    late = actor(role_client, NOW + LEASE + timedelta(seconds=1))
    with pytest.raises(Abandoned):
        list(late.do((SNAPSHOT,), VOLUME, name="f", region="r", since=NOW))
    assert role_client.asked == []


def test_a_step_is_done_when_its_effect_is_there() -> None:
    states = iter(["pending", "completed"])
    role_client = RoleClient(
        CreateSnapshot={"SnapshotId": "snap-9"},
        DescribeSnapshots=lambda: {"Snapshots": [{"State": next(states)}]},
    )
    look = Call("ec2:DescribeSnapshots", {"SnapshotIds": [Answered(0, "SnapshotId")]})
    act(
        role_client,
        Step(SNAPSHOT.do, None, Until(look, "Snapshots.State", "completed")),
        DELETE,
        permits=VOLUME,
    )
    assert [call.operation for call in role_client.asked] == [
        "CreateSnapshot",
        "DescribeSnapshots",
        "DescribeSnapshots",
        "DeleteVolume",
    ]
    assert role_client.asked[1].params == {"SnapshotIds": ["snap-9"]}


def test_what_fails_stops_the_rest() -> None:
    role_client = RoleClient(CreateSnapshot=ReadFailed("Denied", "no"))
    with pytest.raises(ReadFailed):
        act(role_client, SNAPSHOT, DELETE, permits=VOLUME)
    assert [call.operation for call in role_client.asked] == ["CreateSnapshot"]


def test_answers_fill_lists_and_maps() -> None:
    call = Call("a:B", {"x": [{"y": Answered(1, "A.B")}]})
    assert filled(call, [{}, {"A": {"B": "z"}}]).params == {"x": [{"y": "z"}]}
