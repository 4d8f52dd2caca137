"""Machines, snapshots and databases are what they were told to be."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from tests.emulator.contract.test_trail import group
from tests.emulator.contract.tools import unique, until

pytestmark = [pytest.mark.emulator]


def test_a_filter_narrows_or_is_refused(aws):
    ec2, one, other = aws.client("ec2"), group(aws), group(aws)
    ec2.create_tags(Resources=[one], Tags=[{"Key": "only", "Value": one}])
    for wanted in (
        {"Name": "group-id", "Values": [one]},
        {"Name": "tag:only", "Values": ["sg-*"]},
    ):
        found = ec2.describe_security_groups(Filters=[wanted])["SecurityGroups"]
        assert [g["GroupId"] for g in found] == [one]
    assert other
    for describe in (ec2.describe_security_groups, ec2.describe_volumes, ec2.describe_instances):
        with pytest.raises(ClientError, match="InvalidParameterValue"):
            describe(Filters=[{"Name": "colour", "Values": ["red"]}])


def test_a_machine_has_options_an_interface_and_a_volume(aws):
    ec2, guarding = aws.client("ec2"), group(aws)
    machine = ec2.run_instances(
        ImageId="ami-12345678",
        MinCount=1,
        MaxCount=1,
        SecurityGroupIds=[guarding],
        MetadataOptions={"HttpTokens": "optional", "HttpPutResponseHopLimit": 2},
    )["Instances"][0]
    assert machine["MetadataOptions"]["HttpTokens"] == "optional"
    machine = machine["InstanceId"]

    def described(**asked):
        found = ec2.describe_instances(**asked)["Reservations"]
        return [i for r in found for i in r["Instances"]]

    (instance,) = described(InstanceIds=[machine])
    assert instance["MetadataOptions"]["HttpTokens"] == "optional"
    assert instance["MetadataOptions"]["HttpPutResponseHopLimit"] == 2
    by_group = [{"Name": "group-id", "Values": [guarding]}]
    (interface,) = ec2.describe_network_interfaces(Filters=by_group)["NetworkInterfaces"]
    assert interface["Attachment"]["InstanceId"] == machine
    (same,) = instance["NetworkInterfaces"]
    assert same["NetworkInterfaceId"] == interface["NetworkInterfaceId"]
    ec2.modify_instance_metadata_options(InstanceId=machine, HttpTokens="required")
    required = [{"Name": "metadata-options.http-tokens", "Values": ["required"]}]
    assert machine in [i["InstanceId"] for i in described(Filters=required)]
    attached = [{"Name": "attachment.instance-id", "Values": [machine]}]
    assert len(ec2.describe_volumes(Filters=attached)["Volumes"]) == 1
    ec2.terminate_instances(InstanceIds=[machine])
    assert ec2.describe_network_interfaces(Filters=by_group)["NetworkInterfaces"] == []
    assert ec2.describe_volumes(Filters=attached)["Volumes"] == []


def test_a_snapshot_shared_with_everyone_is_seen_to_be(aws):
    ec2 = aws.client("ec2")
    volume = ec2.create_volume(AvailabilityZone=f"{aws.region}a", Size=1)["VolumeId"]
    snapshot = ec2.create_snapshot(VolumeId=volume)["SnapshotId"]
    about = {"SnapshotId": snapshot, "Attribute": "createVolumePermission"}

    def public():
        found = ec2.describe_snapshots(OwnerIds=["self"], RestorableByUserIds=["all"])
        return snapshot in [s["SnapshotId"] for s in found["Snapshots"]]

    assert not public()
    ec2.modify_snapshot_attribute(**about, OperationType="add", GroupNames=["all"])
    assert public()
    held = ec2.describe_snapshot_attribute(**about)["CreateVolumePermissions"]
    assert held == [{"Group": "all"}]
    ec2.modify_snapshot_attribute(**about, CreateVolumePermission={"Remove": [{"Group": "all"}]})
    assert not public()
    ec2.modify_snapshot_attribute(**about, OperationType="add", GroupNames=["all"])
    ec2.reset_snapshot_attribute(**about)
    assert not public()


def test_a_database_changes_as_it_is_told(aws):
    rds, name = aws.client("rds"), unique("database")
    rds.create_db_instance(
        DBInstanceIdentifier=name,
        DBInstanceClass="db.t3.micro",
        Engine="postgres",
        AllocatedStorage=20,
        MasterUsername="owner",
        MasterUserPassword="not-to-be-seen",
        BackupRetentionPeriod=0,
        PubliclyAccessible=True,
    )

    def described():
        return rds.describe_db_instances(DBInstanceIdentifier=name)["DBInstances"][0]

    assert until(lambda: described()["DBInstanceStatus"] == "available")
    assert (described()["BackupRetentionPeriod"], described()["PubliclyAccessible"]) == (0, True)
    rds.modify_db_instance(
        DBInstanceIdentifier=name,
        BackupRetentionPeriod=7,
        PubliclyAccessible=False,
        ApplyImmediately=True,
    )
    assert (described()["BackupRetentionPeriod"], described()["PubliclyAccessible"]) == (7, False)
    rds.modify_db_instance(DBInstanceIdentifier=name, DBInstanceClass="db.t3.large")
    assert described()["DBInstanceClass"] == "db.t3.micro"
    assert described()["PendingModifiedValues"] == {"DBInstanceClass": "db.t3.large"}
    snapshot = unique("snapshot")
    rds.create_db_snapshot(DBInstanceIdentifier=name, DBSnapshotIdentifier=snapshot)
    rds.modify_db_snapshot_attribute(
        DBSnapshotIdentifier=snapshot, AttributeName="restore", ValuesToAdd=["all"]
    )
    shared = rds.describe_db_snapshot_attributes(DBSnapshotIdentifier=snapshot)
    (attribute,) = shared["DBSnapshotAttributesResult"]["DBSnapshotAttributes"]
    assert attribute == {"AttributeName": "restore", "AttributeValues": ["all"]}


def test_recovery_points_come_from_jobs_and_can_go(aws):
    backup, vault = aws.client("backup"), unique("vault")
    resource = f"arn:aws:dynamodb:{aws.region}:{aws.account}:table/{unique('table')}"
    backup.create_backup_vault(BackupVaultName=vault)
    job = backup.start_backup_job(
        BackupVaultName=vault,
        ResourceArn=resource,
        IamRoleArn=f"arn:aws:iam::{aws.account}:role/backup",
    )
    jobs = backup.list_backup_jobs(ByResourceArn=resource)["BackupJobs"]
    assert [j["BackupJobId"] for j in jobs] == [job["BackupJobId"]]

    def points():
        found = backup.list_recovery_points_by_backup_vault(BackupVaultName=vault)
        return found["RecoveryPoints"]

    assert [p["ResourceType"] for p in points()] == ["DynamoDB"]
    of_it = backup.list_recovery_points_by_resource(ResourceArn=resource)["RecoveryPoints"]
    assert [p["RecoveryPointArn"] for p in of_it] == [job["RecoveryPointArn"]]
    here = {"BackupVaultName": vault, "RecoveryPointArn": job["RecoveryPointArn"]}
    assert backup.describe_recovery_point(**here)["Status"] == "COMPLETED"
    backup.delete_recovery_point(**here)
    assert points() == []
    with pytest.raises(ClientError, match="ResourceNotFound"):
        backup.describe_recovery_point(**here)
