"""The slow mode: what is written shows late, in the states that AWS documents (`emulator/bridge/settling.py`)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from botocore.exceptions import ClientError

from emulator.launcher import Emulator
from emulator.pace import Pace, slowly
from tests.emulator.contract.tools import unique

pytestmark = pytest.mark.emulator
NOW = datetime.now(UTC)


@pytest.fixture
def pace(aws: Emulator) -> Iterator[Pace]:
    with slowly(aws, NOW) as running:
        yield running


def after(pace: Pace, seconds: float) -> None:
    pace.turn(NOW + timedelta(seconds=seconds))


def group(aws: Emulator) -> str:
    name = unique("slow")
    return str(aws.client("ec2").create_security_group(GroupName=name, Description="x")["GroupId"])


def database(aws: Emulator) -> str:
    name = unique("slow")
    aws.client("rds").create_db_instance(
        DBInstanceIdentifier=name,
        DBInstanceClass="db.t4g.micro",
        Engine="postgres",
        AllocatedStorage=20,
        MasterUsername="owner",
        MasterUserPassword="a-long-made-up-one",
        BackupRetentionPeriod=1,
    )
    return name


def test_what_is_written_shows_late_and_a_rule_before_its_tags(aws: Emulator) -> None:
    ec2, name = aws.client("ec2"), group(aws)
    wanted = [{"Name": "group-id", "Values": [name]}]

    def rules() -> list[list[dict[str, str]]]:
        found = ec2.describe_security_group_rules(Filters=wanted)["SecurityGroupRules"]
        return [one["Tags"] for one in found if not one["IsEgress"]]

    with slowly(aws, NOW) as pace:
        tags = [{"Key": "ticket", "Value": "OPS-1"}]
        said = ec2.authorize_security_group_ingress(
            GroupId=name,
            IpPermissions=[{"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}],
            TagSpecifications=[{"ResourceType": "security-group-rule", "Tags": tags}],
        )  # fmt: skip
        assert said["SecurityGroupRules"], "it is answered at once"
        assert (rules(), pace.waits) == ([], False)
        after(pace, 39)
        assert (rules(), pace.waits) == ([], True)
        after(pace, 41)
        assert rules() == [[]]
        after(pace, 81)
        assert (rules(), pace.waits) == ([tags], False)


def test_an_instance_is_modifying_and_takes_no_other_change(aws: Emulator) -> None:
    rds, name, other = aws.client("rds"), database(aws), database(aws)

    def shown() -> tuple[str, int, dict[str, int]]:
        (one,) = rds.describe_db_instances(DBInstanceIdentifier=name)["DBInstances"]
        return one["DBInstanceStatus"], one["BackupRetentionPeriod"], one["PendingModifiedValues"]

    def modify(instance: str, days: int) -> None:
        rds.modify_db_instance(
            DBInstanceIdentifier=instance, BackupRetentionPeriod=days, ApplyImmediately=True
        )

    with slowly(aws, NOW) as pace:
        modify(name, 7)
        assert shown() == ("modifying", 1, {"BackupRetentionPeriod": 7})
        with pytest.raises(ClientError, match="InvalidDBInstanceState"):
            modify(name, 14)
        modify(other, 14)
        after(pace, 1501)
        assert shown() == ("available", 7, {})


def test_a_volume_is_creating_and_deleting(aws: Emulator) -> None:
    ec2 = aws.client("ec2")

    def states() -> list[str]:
        found = ec2.describe_volumes(Filters=[{"Name": "volume-id", "Values": [name]}])
        return [one["State"] for one in found["Volumes"]]

    with slowly(aws, NOW) as pace:
        name = ec2.create_volume(AvailabilityZone=f"{aws.region}a", Size=8)["VolumeId"]
        assert states() == ["creating"]
        after(pace, 401)
        assert states() == ["available"]
        ec2.delete_volume(VolumeId=name)
        assert states() == ["deleting"]
        after(pace, 701)
        assert states() == []


def test_what_aws_refuses_is_refused_at_once_and_data_is_never_late(
    aws: Emulator, pace: Pace
) -> None:
    ec2, sqs = aws.client("ec2"), aws.client("sqs")
    with pytest.raises(ClientError, match=r"InvalidVolume\.NotFound"):
        ec2.delete_volume(VolumeId="vol-00000000000000000")
    after(pace, 0)
    assert not pace.waits
    url = sqs.create_queue(QueueName=unique("slow"))["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody="x")
    assert sqs.receive_message(QueueUrl=url)["Messages"][0]["Body"] == "x"
    assert url not in sqs.list_queues().get("QueueUrls", ())


def test_after_it_all_shows_or_was_never_written(aws: Emulator) -> None:
    logs = aws.client("logs")

    def retention() -> int | None:
        (one,) = logs.describe_log_groups(logGroupNamePrefix=name)["logGroups"]
        return one.get("retentionInDays")  # type: ignore[no-any-return]

    name = unique("slow")
    logs.create_log_group(logGroupName=name)
    for back, shows in ((True, None), (False, 30)):
        with slowly(aws, NOW, back=back):
            logs.put_retention_policy(logGroupName=name, retentionInDays=30)
            assert retention() is None
        assert retention() == shows


def test_where_nobody_turns_the_clock_each_look_does() -> None:
    with Emulator.start(settings={"BRIDGE_SLOW": "20"}) as aws:
        iam = aws.client("iam")
        iam.create_user(UserName="ann")
        looks = [len(iam.list_users()["Users"]) for _ in range(3)]
        assert looks == [0, 1, 1], "fifteen seconds, twenty a look"
