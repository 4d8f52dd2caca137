"""What is read is true: each of these was wrong in ministack, or is relied on to stay right."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime, timedelta

import pytest
from botocore.exceptions import ClientError

from steadyhand.aws.client import Botocore, session
from steadyhand.model import Call, ReadFailed
from tests.emulator.contract.test_trail import WORLD, group
from tests.emulator.contract.tools import Queue, unique, until

pytestmark = [pytest.mark.emulator]
NEAR = {"CidrIp": "10.0.0.0/8", "Description": "office"}


def ingress(ec2, changed):
    return ec2.describe_security_groups(GroupIds=[changed])["SecurityGroups"][0]["IpPermissions"]


def rules(ec2, changed):
    of_it = [{"Name": "group-id", "Values": [changed]}]
    found = ec2.describe_security_group_rules(Filters=of_it)["SecurityGroupRules"]
    return [r for r in found if not r["IsEgress"]]


def test_one_range_is_taken_back_and_the_others_stay(aws):
    ec2, changed = aws.client("ec2"), group(aws)
    both = {**WORLD, "IpRanges": [*WORLD["IpRanges"], NEAR]}
    ec2.authorize_security_group_ingress(GroupId=changed, IpPermissions=[both])
    before = rules(ec2, changed)
    assert len({r["SecurityGroupRuleId"] for r in before}) == 3
    described = {r.get("CidrIpv4", r.get("CidrIpv6")): r.get("Description") for r in before}
    assert described == {"0.0.0.0/0": "for me", "10.0.0.0/8": "office", "::/0": None}

    world = {k: WORLD[k] for k in ("IpProtocol", "FromPort", "ToPort", "IpRanges")}
    ec2.revoke_security_group_ingress(GroupId=changed, IpPermissions=[world])
    (left,) = ingress(ec2, changed)
    assert left["IpRanges"] == [NEAR]
    assert left["Ipv6Ranges"] == [{"CidrIpv6": "::/0"}]

    ec2.authorize_security_group_ingress(GroupId=changed, IpPermissions=[world])
    (merged,) = ingress(ec2, changed)
    assert sorted(r["CidrIp"] for r in merged["IpRanges"]) == ["0.0.0.0/0", "10.0.0.0/8"]
    again = next(r for r in rules(ec2, changed) if r.get("CidrIpv4") == "0.0.0.0/0")
    assert again["SecurityGroupRuleId"] not in {r["SecurityGroupRuleId"] for r in before}


def test_a_grant_cannot_be_given_twice_nor_half(aws):
    ec2, changed = aws.client("ec2"), group(aws)
    ec2.authorize_security_group_ingress(GroupId=changed, IpPermissions=[WORLD])
    new = {**WORLD, "IpRanges": [NEAR, {"CidrIp": "0.0.0.0/0"}], "Ipv6Ranges": []}
    with pytest.raises(ClientError, match=r"InvalidPermission\.Duplicate"):
        ec2.authorize_security_group_ingress(GroupId=changed, IpPermissions=[new])
    assert len(rules(ec2, changed)) == 2
    vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    inside = ec2.create_security_group(GroupName=unique("g"), Description="x", VpcId=vpc)["GroupId"]
    with pytest.raises(ClientError, match=r"InvalidPermission\.NotFound"):
        ec2.revoke_security_group_ingress(GroupId=inside, IpPermissions=[WORLD])


def test_a_rule_is_modified_in_place(aws):
    ec2, changed = aws.client("ec2"), group(aws)
    ec2.authorize_security_group_ingress(GroupId=changed, IpPermissions=[WORLD])
    rule = next(r for r in rules(ec2, changed) if r.get("CidrIpv4"))
    new = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "CidrIpv4": "0.0.0.0/0"}
    asked = {"SecurityGroupRuleId": rule["SecurityGroupRuleId"], "SecurityGroupRule": new}
    ec2.modify_security_group_rules(GroupId=changed, SecurityGroupRules=[asked])
    ids = [rule["SecurityGroupRuleId"]]
    (now,) = ec2.describe_security_group_rules(SecurityGroupRuleIds=ids)["SecurityGroupRules"]
    assert (now["FromPort"], now.get("Description")) == (443, None)
    assert sorted(p["FromPort"] for p in ingress(ec2, changed)) == [22, 443]


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


def certificate(name, ends):
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    names = x509.SubjectAlternativeName([x509.DNSName(name), x509.DNSName(f"www.{name}")])
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(4711)
        .not_valid_before(ends - timedelta(days=90))
        .not_valid_after(ends)
        .add_extension(names, critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return {"Certificate": made.public_bytes(serialization.Encoding.PEM), "PrivateKey": private}


def test_an_imported_certificate_is_what_it_says(aws):
    acm, ends = aws.client("acm"), datetime(2026, 12, 1, tzinfo=UTC)
    name = f"{unique('shop')}.example.com"
    arn = acm.import_certificate(**certificate(name, ends))["CertificateArn"]
    found = acm.describe_certificate(CertificateArn=arn)["Certificate"]
    assert (found["DomainName"], found["NotAfter"]) == (name, ends)
    assert found["SubjectAlternativeNames"] == [name, f"www.{name}"]
    assert (found["Type"], found["KeyAlgorithm"]) == ("IMPORTED", "EC_prime256v1")
    assert found["RenewalEligibility"] == "INELIGIBLE"
    assert found["InUseBy"] == []

    def listed(**asked):
        found = acm.list_certificates(**asked)["CertificateSummaryList"]
        return {c["CertificateArn"]: c for c in found}

    assert arn not in listed()  # as in AWS, only RSA is listed unless asked
    summary = listed(Includes={"keyTypes": ["EC_prime256v1"]})[arn]
    assert (summary["NotAfter"], summary["InUse"]) == (ends, False)


def test_keys_remember_their_last_use(aws):
    iam, name = aws.client("iam"), unique("user")
    iam.create_user(UserName=name)
    key = iam.create_access_key(UserName=name)["AccessKey"]

    def used():
        found = iam.get_access_key_last_used(AccessKeyId=key["AccessKeyId"])
        return found["AccessKeyLastUsed"]

    assert "LastUsedDate" not in used()
    aws.client("sqs", credentials=key).list_queues()
    assert until(lambda: "LastUsedDate" in used())
    assert used()["ServiceName"] == "sqs"
    iam.generate_credential_report()
    report = iam.get_credential_report()["Content"].decode()
    row = {r["user"]: r for r in csv.DictReader(io.StringIO(report))}[name]
    assert row["access_key_1_active"] == "true"
    assert row["access_key_1_last_used_service"] == "sqs"
    assert row["mfa_active"] == "false"


def test_a_bucket_is_blocked_until_it_is_opened(aws):
    s3, bucket = aws.client("s3"), unique("bucket")
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": aws.region})
    blocked = s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]
    assert set(blocked.values()) == {True}
    with pytest.raises(ClientError, match="NoSuchBucketPolicy"):
        s3.get_bucket_policy_status(Bucket=bucket)
    with pytest.raises(ClientError, match="NoSuchTagSet"):
        s3.get_bucket_tagging(Bucket=bucket)
    assert "Status" not in s3.get_bucket_versioning(Bucket=bucket)

    def put(**more):
        statement = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", **more}
        statement["Resource"] = f"arn:aws:s3:::{bucket}/*"
        s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps({"Statement": [statement]}))
        return s3.get_bucket_policy_status(Bucket=bucket)["PolicyStatus"]["IsPublic"]

    with pytest.raises(ClientError, match="AccessDenied"):
        put()
    s3.delete_public_access_block(Bucket=bucket)
    with pytest.raises(ClientError, match="NoSuchPublicAccessBlockConfiguration"):
        s3.get_public_access_block(Bucket=bucket)
    assert put() is True
    assert put(Principal={"AWS": f"arn:aws:iam::{aws.account}:root"}) is False
    inside = {"StringEquals": {"aws:PrincipalOrgID": "o-123"}}
    assert put(Condition=inside) is False
    assert put(Condition={"IpAddress": {"aws:SourceIp": "0.0.0.0/0"}}) is True
    s3.put_object(Bucket=bucket, Key="a", Body=b"kept")
    assert s3.get_object(Bucket=bucket, Key="a")["Body"].read() == b"kept"


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


def test_a_cancelled_transaction_says_why(aws):
    dynamodb, table = aws.client("dynamodb"), unique("ledger")
    keys = [("pk", "HASH"), ("sk", "RANGE")]
    dynamodb.create_table(
        TableName=table,
        KeySchema=[{"AttributeName": n, "KeyType": k} for n, k in keys],
        AttributeDefinitions=[
            {"AttributeName": n, "AttributeType": "S"} for n in ("pk", "sk", "lane")
        ],
        BillingMode="PAY_PER_REQUEST",
        GlobalSecondaryIndexes=[
            {
                "IndexName": "by-lane",
                "KeySchema": [{"AttributeName": "lane", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
    )
    row = {"pk": {"S": "a"}, "sk": {"S": "1"}, "lane": {"S": "now"}}
    dynamodb.put_item(TableName=table, Item=row)
    again = {
        "TableName": table,
        "Item": {**row, "lane": {"S": "later"}},
        "ConditionExpression": "attribute_not_exists(pk)",
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }
    other = {"TableName": table, "Item": {"pk": {"S": "b"}, "sk": {"S": "1"}}}
    with pytest.raises(ClientError) as cancelled:
        dynamodb.transact_write_items(TransactItems=[{"Put": other}, {"Put": again}])
    reasons = cancelled.value.response["CancellationReasons"]
    assert [r["Code"] for r in reasons] == ["None", "ConditionalCheckFailed"]
    assert reasons[1]["Item"] == row
    assert dynamodb.scan(TableName=table)["Items"] == [row]
    now = dynamodb.query(
        TableName=table,
        IndexName="by-lane",
        KeyConditionExpression="lane = :lane",
        ExpressionAttributeValues={":lane": {"S": "now"}},
    )
    assert now["Items"] == [row]


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


def test_a_stack_that_drifted_says_where(aws):
    formation, name = aws.client("cloudformation"), unique("stack")
    queue = {"Type": "AWS::SQS::Queue", "Properties": {"VisibilityTimeout": 40}}
    template = {"Resources": {"Queue": queue}}
    formation.create_stack(StackName=name, TemplateBody=json.dumps(template))
    status = lambda: formation.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"]  # noqa: E731
    assert until(lambda: status() == "CREATE_COMPLETE")
    (made,) = formation.describe_stack_resources(StackName=name)["StackResources"]
    aws.client("sqs").set_queue_attributes(
        QueueUrl=made["PhysicalResourceId"], Attributes={"VisibilityTimeout": "99"}
    )
    detection = formation.detect_stack_drift(StackName=name)["StackDriftDetectionId"]

    def drift():
        found = formation.describe_stack_drift_detection_status(StackDriftDetectionId=detection)
        return found["DetectionStatus"] == "DETECTION_COMPLETE" and found["StackDriftStatus"]

    assert until(drift) == "DRIFTED"
    (drifted,) = formation.describe_stack_resource_drifts(StackName=name)["StackResourceDrifts"]
    (difference,) = drifted["PropertyDifferences"]
    assert difference["PropertyPath"] == "/VisibilityTimeout"
    assert (difference["ExpectedValue"], difference["ActualValue"]) == ("40", "99")


def test_names_are_kept_and_wrong_changes_refused(aws):
    route53 = aws.client("route53")
    zone = route53.create_hosted_zone(Name="example.com", CallerReference=unique("zone"))
    zone_id = zone["HostedZone"]["Id"]
    record = {
        "Name": "_proof.example.com.",
        "Type": "CNAME",
        "TTL": 60,
        "ResourceRecords": [{"Value": "proof.acm-validations.aws."}],
    }

    def change(action, **more):
        batch = {"Changes": [{"Action": action, "ResourceRecordSet": {**record, **more}}]}
        route53.change_resource_record_sets(HostedZoneId=zone_id, ChangeBatch=batch)
        found = route53.list_resource_record_sets(HostedZoneId=zone_id)["ResourceRecordSets"]
        return [r for r in found if r["Type"] == "CNAME"]

    assert change("CREATE") == [record]
    with pytest.raises(ClientError, match="InvalidChangeBatch"):
        change("CREATE")
    with pytest.raises(ClientError, match="InvalidChangeBatch"):
        change("DELETE", TTL=99)
    assert change("DELETE") == []


def test_tagged_resources_are_found_across_services(aws):
    value, bucket = unique("tag"), unique("bucket")
    tag = {"Key": "owner", "Value": value}
    s3, owned = aws.client("s3"), group(aws)
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": aws.region})
    s3.put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": [tag]})
    aws.client("ec2").create_tags(Resources=[owned], Tags=[tag])
    logs = unique("/logs")
    aws.client("logs").create_log_group(logGroupName=logs, tags={"owner": value})
    found = aws.client("resourcegroupstaggingapi").get_resources(
        TagFilters=[{"Key": "owner", "Values": [value]}]
    )["ResourceTagMappingList"]
    assert {r["ResourceARN"].split(":", 5)[-1] for r in found} == {
        bucket,
        f"security-group/{owned}",
        f"log-group:{logs}",
    }


def test_small_reads_are_right(aws):
    logs, name = aws.client("logs"), unique("/logs")
    logs.create_log_group(logGroupName=name)

    def of_it():
        return logs.describe_log_groups(logGroupNamePrefix=name)["logGroups"][0]

    assert "retentionInDays" not in of_it()
    logs.put_retention_policy(logGroupName=name, retentionInDays=30)
    assert of_it()["retentionInDays"] == 30
    logs.delete_retention_policy(logGroupName=name)
    assert "retentionInDays" not in of_it()
    ssm, parameter = aws.client("ssm"), f"/{unique('switch')}"
    with pytest.raises(ClientError, match="ParameterNotFound"):
        ssm.get_parameter(Name=parameter)
    ssm.put_parameter(Name=parameter, Value="off", Type="String")
    assert ssm.get_parameter(Name=parameter)["Parameter"]["Value"] == "off"
    bare = Queue(aws)
    asked = bare.client.get_queue_attributes(QueueUrl=bare.url, AttributeNames=["All"])
    assert "RedrivePolicy" not in asked["Attributes"]
    assert "QueueUrls" not in bare.client.list_queues(QueueNamePrefix="no-such-queue")
    address = aws.client("ec2").allocate_address(Domain="vpc")
    by_id = {"AllocationIds": [address["AllocationId"]]}
    (free,) = aws.client("ec2").describe_addresses(**by_id)["Addresses"]
    assert "AssociationId" not in free
    assert aws.client("lambda").list_event_source_mappings(EventSourceArn=bare.arn)
    assert aws.client("elb").describe_load_balancers()["LoadBalancerDescriptions"] == []


def test_a_description_is_changed_without_the_rule(aws):
    ec2, changed = aws.client("ec2"), group(aws)
    ec2.authorize_security_group_ingress(GroupId=changed, IpPermissions=[WORLD])
    rule = next(r for r in rules(ec2, changed) if r.get("CidrIpv4"))["SecurityGroupRuleId"]
    new = [{"SecurityGroupRuleId": rule, "Description": "by id"}]
    ec2.update_security_group_rule_descriptions_ingress(
        GroupId=changed, SecurityGroupRuleDescriptions=new
    )
    described = {r["SecurityGroupRuleId"]: r.get("Description") for r in rules(ec2, changed)}
    assert described[rule] == "by id"
    six = {**WORLD, "IpRanges": [], "Ipv6Ranges": [{"CidrIpv6": "::/0", "Description": "by rule"}]}
    ec2.update_security_group_rule_descriptions_ingress(GroupId=changed, IpPermissions=[six])
    assert sorted(r["Description"] for r in rules(ec2, changed)) == ["by id", "by rule"]


def test_small_settings_are_kept(aws):
    ec2, rds, name = aws.client("ec2"), aws.client("rds"), unique("events")
    assert ec2.get_ebs_encryption_by_default()["EbsEncryptionByDefault"] is False
    ec2.enable_ebs_encryption_by_default()
    assert ec2.get_ebs_encryption_by_default()["EbsEncryptionByDefault"] is True
    ec2.disable_ebs_encryption_by_default()
    assert ec2.get_ebs_encryption_by_default()["EbsEncryptionByDefault"] is False
    topic = f"arn:aws:sns:{aws.region}:{aws.account}:topic"
    rds.create_event_subscription(SubscriptionName=name, SnsTopicArn=topic, Enabled=True)
    found = rds.describe_event_subscriptions(SubscriptionName=name)["EventSubscriptionsList"]
    assert [(f["CustSubscriptionId"], f["SnsTopicArn"]) for f in found] == [(name, topic)]
    rds.delete_event_subscription(SubscriptionName=name)
    assert rds.describe_event_subscriptions()["EventSubscriptionsList"] == []
    assert aws.client("iam").list_server_certificates()["ServerCertificateMetadataList"] == []


def test_what_nobody_emulates_says_so(aws):
    with pytest.raises(ClientError, match="NotEmulated") as refused:
        aws.client("guardduty").list_detectors()
    assert "guardduty is not emulated" in str(refused.value)
    with pytest.raises(ClientError, match="NotEmulated"):
        aws.client("redshift").describe_clusters()


def test_a_new_account_has_no_public_access_block(aws):
    """API_control_GetPublicAccessBlock: NoSuchPublicAccessBlockConfiguration, at one host for all."""
    own = aws.client("sts").get_caller_identity()["Account"]
    read = Botocore(
        "us-east-1",
        session=session(),
        endpoint=aws.client("s3").meta.endpoint_url,
        workers=False,
        credentials={"aws_access_key_id": "test", "aws_secret_access_key": "test"},
    )
    with pytest.raises(ReadFailed) as failed:
        read.ask(Call("s3control:GetPublicAccessBlock", {"AccountId": own}))
    assert failed.value.code == "NoSuchPublicAccessBlockConfiguration"
