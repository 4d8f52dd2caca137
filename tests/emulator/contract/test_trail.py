"""API calls arrive as CloudTrail events, in AWS's spelling."""

from __future__ import annotations

import json

import pytest
from botocore.exceptions import ClientError

from tests.emulator.contract.tools import Queue, function, listen, role, subscribe, unique, until

pytestmark = [pytest.mark.emulator]
WORLD = {
    "IpProtocol": "tcp",
    "FromPort": 22,
    "ToPort": 22,
    "IpRanges": [{"CidrIp": "0.0.0.0/0", "Description": "for me"}],
    "Ipv6Ranges": [{"CidrIpv6": "::/0"}],
}


def group(aws, **more):
    return aws.client("ec2", **more).create_security_group(
        GroupName=unique("group"), Description="contract"
    )["GroupId"]


def received(queue, count=1):
    return [body["detail"] for body in queue.wait(count)]


def test_a_change_is_told_with_who_what_and_how(aws):
    calls = subscribe(aws, "AuthorizeSecurityGroupIngress", "RevokeSecurityGroupIngress")
    ec2, changed = aws.client("ec2", user="maria"), group(aws)
    ec2.authorize_security_group_ingress(GroupId=changed, IpPermissions=[WORLD])
    opened = calls.wait()[0]
    detail = opened["detail"]
    assert opened["source"] == "aws.ec2"
    assert opened["account"] == aws.account
    assert opened["region"] == detail["awsRegion"] == aws.region
    assert detail["eventSource"] == "ec2.amazonaws.com"
    assert detail["requestParameters"] == {
        "groupId": changed,
        "ipPermissions": {
            "items": [
                {
                    "ipProtocol": "tcp",
                    "fromPort": 22,
                    "toPort": 22,
                    "groups": {},
                    "ipRanges": {"items": [{"cidrIp": "0.0.0.0/0", "description": "for me"}]},
                    "ipv6Ranges": {"items": [{"cidrIpv6": "::/0"}]},
                    "prefixListIds": {},
                }
            ]
        },
    }
    assert detail["responseElements"]["_return"] is True
    assert detail["userIdentity"]["type"] == "IAMUser"
    assert detail["userIdentity"]["userName"] == "maria"
    assert detail["userIdentity"]["arn"] == f"arn:aws:iam::{aws.account}:user/maria"
    assert detail["readOnly"] is False
    assert "errorCode" not in detail

    rule = ec2.describe_security_group_rules(Filters=[{"Name": "group-id", "Values": [changed]}])
    ids = [r["SecurityGroupRuleId"] for r in rule["SecurityGroupRules"] if not r["IsEgress"]]
    ec2.revoke_security_group_ingress(GroupId=changed, SecurityGroupRuleIds=ids)
    revoked = received(calls, 2)[-1]["requestParameters"]
    assert [i["securityGroupRuleId"] for i in revoked["securityGroupRuleIds"]["items"]] == ids


def test_a_refused_change_is_told_with_its_error(aws):
    calls = subscribe(aws, "AuthorizeSecurityGroupIngress", errorCode=[{"exists": True}])
    with pytest.raises(ClientError):
        aws.client("ec2").authorize_security_group_ingress(
            GroupId="sg-00000000000000000", IpPermissions=[WORLD]
        )
    detail = received(calls)[0]
    assert detail["errorCode"] == "Client.InvalidGroup.NotFound"
    assert detail["errorMessage"]
    assert detail["responseElements"] is None


def test_reads_and_data_are_not_told(aws):
    calls = listen(aws, {"detail-type": ["AWS API Call via CloudTrail"]})
    bucket, table = unique("quiet"), unique("quiet")
    s3, dynamodb = aws.client("s3"), aws.client("dynamodb")
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": aws.region})
    dynamodb.create_table(
        TableName=table,
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    aws.client("ec2").describe_volumes()
    s3.put_object(Bucket=bucket, Key="a", Body=b"a")
    s3.list_buckets()
    dynamodb.put_item(TableName=table, Item={"pk": {"S": "a"}})
    calls.client.send_message(QueueUrl=calls.url, MessageBody='{"detail": {"eventName": "noise"}}')
    s3.delete_object(Bucket=bucket, Key="a")
    s3.delete_bucket(Bucket=bucket)
    until(lambda: "DeleteBucket" in [c["detail"]["eventName"] for c in calls.read()])
    names = [c["detail"]["eventName"] for c in calls.bodies if c["detail"]["eventName"] != "noise"]
    ours = [n for n in names if n not in ("PutRule", "PutTargets")]
    assert ours == ["CreateBucket", "CreateTable", "DeleteBucket"]


def test_ec2_speaks_both_of_its_dialects(aws):
    ec2 = aws.client("ec2")
    calls = subscribe(
        aws,
        *("ModifySecurityGroupRules", "CreateVolume", "AllocateAddress", "DisassociateAddress"),
        *("RunInstances", "ModifyInstanceMetadataOptions"),
    )
    changed = group(aws)
    made = ec2.authorize_security_group_ingress(GroupId=changed, IpPermissions=[WORLD])
    rule = made["SecurityGroupRules"][0]["SecurityGroupRuleId"]
    narrower = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "CidrIpv4": "10.0.0.0/8"}
    ec2.modify_security_group_rules(
        GroupId=changed,
        SecurityGroupRules=[{"SecurityGroupRuleId": rule, "SecurityGroupRule": narrower}],
    )
    volume = ec2.create_volume(AvailabilityZone=f"{aws.region}a", Size=9, VolumeType="gp2")
    address = ec2.allocate_address(Domain="vpc")
    machine = ec2.run_instances(ImageId="ami-12345678", MinCount=1, MaxCount=1)["Instances"][0]
    held = ec2.associate_address(
        AllocationId=address["AllocationId"], InstanceId=machine["InstanceId"]
    )
    ec2.disassociate_address(AssociationId=held["AssociationId"])
    ec2.modify_instance_metadata_options(InstanceId=machine["InstanceId"], HttpTokens="required")
    told = {d["eventName"]: d for d in received(calls, 6)}
    asked = {name: d["requestParameters"] for name, d in told.items()}
    answered = {name: d["responseElements"] for name, d in told.items()}
    modified = asked["ModifySecurityGroupRules"]["ModifySecurityGroupRulesRequest"]
    assert modified["GroupId"] == changed
    assert modified["SecurityGroupRule"]["SecurityGroupRuleId"] == rule
    assert modified["SecurityGroupRule"]["SecurityGroupRule"]["CidrIpv4"] == "10.0.0.0/8"
    expected = {"size": "9", "zone": f"{aws.region}a", "volumeType": "gp2"}
    assert {k: v for k, v in asked["CreateVolume"].items() if k != "clientToken"} == expected
    assert answered["CreateVolume"]["volumeId"] == volume["VolumeId"]
    assert asked["AllocateAddress"] == {"domain": "vpc"}
    assert answered["AllocateAddress"]["allocationId"] == address["AllocationId"]
    assert asked["DisassociateAddress"] == {"associationId": held["AssociationId"]}
    image = {"imageId": "ami-12345678", "minCount": 1, "maxCount": 1}
    assert asked["RunInstances"]["instancesSet"]["items"] == [image]
    ran = answered["RunInstances"]["instancesSet"]["items"][0]
    assert ran["instanceId"] == machine["InstanceId"]
    options = asked["ModifyInstanceMetadataOptions"]["ModifyInstanceMetadataOptionsRequest"]
    assert options == {"InstanceId": machine["InstanceId"], "HttpTokens": "required"}


def test_s3_names_its_sub_resources(aws):
    s3, bucket = aws.client("s3"), unique("bucket")
    calls = listen(
        aws, {"source": ["aws.s3"], "detail": {"requestParameters": {"bucketName": [bucket]}}}
    )
    s3.create_bucket(
        Bucket=bucket,
        ObjectOwnership="BucketOwnerPreferred",
        CreateBucketConfiguration={"LocationConstraint": aws.region},
    )
    s3.put_public_access_block(
        Bucket=bucket, PublicAccessBlockConfiguration={"BlockPublicPolicy": False}
    )
    s3.delete_public_access_block(Bucket=bucket)
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Suspended"})
    statement = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject"}
    policy = {"Statement": [{**statement, "Resource": f"arn:aws:s3:::{bucket}/*"}]}
    s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps(policy))
    s3.put_bucket_acl(Bucket=bucket, ACL="private")
    told = {d["eventName"]: d["requestParameters"] for d in received(calls, 6)}
    assert list(told) == [
        "CreateBucket",
        "PutBucketPublicAccessBlock",
        "DeleteBucketPublicAccessBlock",
        "PutBucketVersioning",
        "PutBucketPolicy",
        "PutBucketAcl",
    ]
    assert told["PutBucketVersioning"]["VersioningConfiguration"]["Status"] == "Suspended"
    blocked = told["PutBucketPublicAccessBlock"]["PublicAccessBlockConfiguration"]
    assert blocked == {"BlockPublicPolicy": False}
    assert told["PutBucketPolicy"]["bucketPolicy"] == policy
    assert told["PutBucketAcl"]["x-amz-acl"] == "private"


def test_other_services_lower_their_first_letters(aws):
    calls = listen(aws, {"detail": {"readOnly": [False], "eventName": [{"exists": True}]}})
    table, logs, queue = unique("table"), unique("/logs"), unique("queue")
    database = unique("database")
    aws.client("dynamodb").create_table(
        TableName=table,
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    aws.client("dynamodb").update_continuous_backups(
        TableName=table, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
    )
    aws.client("logs").create_log_group(logGroupName=logs)
    aws.client("logs").put_retention_policy(logGroupName=logs, retentionInDays=14)
    aws.client("logs").delete_retention_policy(logGroupName=logs)
    url = aws.client("sqs").create_queue(QueueName=queue)["QueueUrl"]
    aws.client("sqs").set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "40"})
    aws.client("rds").create_db_instance(
        DBInstanceIdentifier=database,
        DBInstanceClass="db.t3.micro",
        Engine="postgres",
        AllocatedStorage=20,
        MasterUsername="owner",
        MasterUserPassword="not-to-be-seen",
    )
    aws.client("rds").modify_db_instance(
        DBInstanceIdentifier=database, BackupRetentionPeriod=0, ApplyImmediately=True
    )
    worker = function(aws, "recall", SEEN="nowhere")
    until(lambda: "CreateFunction20150331" in [c["detail"]["eventName"] for c in calls.read()])
    told = {c["detail"]["eventName"]: c["detail"]["requestParameters"] for c in calls.bodies}
    assert told["CreateTable"]["tableName"] == table
    assert told["CreateTable"]["keySchema"] == [{"attributeName": "pk", "keyType": "HASH"}]
    assert told["UpdateContinuousBackups"]["tableName"] == table
    assert told["CreateLogGroup"] == {"logGroupName": logs}
    assert told["PutRetentionPolicy"] == {"logGroupName": logs, "retentionInDays": 14}
    assert told["DeleteRetentionPolicy"] == {"logGroupName": logs}
    assert told["CreateQueue"] == {"queueName": queue}
    expected = {"queueUrl": url, "attributes": {"VisibilityTimeout": "40"}}
    assert told["SetQueueAttributes"] == expected
    assert told["CreateDBInstance"]["dBInstanceIdentifier"] == database
    assert "not-to-be-seen" not in json.dumps(told)
    assert told["ModifyDBInstance"]["backupRetentionPeriod"] == 0
    assert told["CreateFunction20150331"]["functionName"] in worker


def test_iam_is_told_in_virginia_only(aws):
    here, virginia = subscribe(aws, "UpdateAccessKey"), Queue(aws, "virginia")
    sqs = aws.client("sqs", "us-east-1")
    url = sqs.create_queue(QueueName=virginia.name)["QueueUrl"]
    virginia.client, virginia.url = sqs, url
    virginia.arn = virginia.arn.replace(aws.region, "us-east-1")
    pattern = {"source": ["aws.iam"], "detail": {"eventName": ["UpdateAccessKey"]}}
    listen(aws, pattern, "us-east-1", virginia)
    iam, name = aws.client("iam"), unique("user")
    iam.create_user(UserName=name)
    key = iam.create_access_key(UserName=name)["AccessKey"]["AccessKeyId"]
    iam.update_access_key(UserName=name, AccessKeyId=key, Status="Inactive")
    told = received(virginia)[0]
    assert told["awsRegion"] == "us-east-1"
    assert told["requestParameters"] == {"userName": name, "accessKeyId": key, "status": "Inactive"}
    assert here.read() == []


def test_a_function_acts_as_its_role(aws):
    calls, arn = subscribe(aws, "CreateLogGroup"), role(aws)
    worker, group_name = function(aws, "attempt", role_arn=arn), unique("/by-role")
    asked = {"service": "logs", "operation": "create_log_group"}
    event = {**asked, "params": {"logGroupName": group_name}}
    invoked = aws.client("lambda").invoke(FunctionName=worker, Payload=json.dumps(event))
    assert json.load(invoked["Payload"]) == "done"
    who = received(calls)[0]["userIdentity"]
    session, name = worker.rsplit(":", 1)[-1], arn.rsplit("/", 1)[-1]
    assert who["type"] == "AssumedRole"
    assert who["arn"] == f"arn:aws:sts::{aws.account}:assumed-role/{name}/{session}"
    assert who["sessionContext"]["sessionIssuer"]["arn"] == arn
    assert who["sessionContext"]["sessionIssuer"]["userName"] == name


def test_no_trail_no_events():
    from emulator.launcher import Emulator

    with Emulator.start(trail=False) as bare:
        calls = subscribe(bare, "CreateLogGroup")
        logs, trails = bare.client("logs"), bare.client("cloudtrail")
        logs.create_log_group(logGroupName="/unheard")
        trails.create_trail(Name="new", S3BucketName="logs", IsMultiRegionTrail=True)
        trails.start_logging(Name="new")
        logs.create_log_group(logGroupName="/received")
        told = received(calls)
        assert [t["requestParameters"]["logGroupName"] for t in told] == ["/received"]


def test_the_past_can_be_looked_up(aws):
    ec2, changed = aws.client("ec2", user="hans"), group(aws)
    ec2.authorize_security_group_ingress(GroupId=changed, IpPermissions=[WORLD])
    named = [{"AttributeKey": "ResourceName", "AttributeValue": changed}]

    def look():
        found = aws.client("cloudtrail").lookup_events(LookupAttributes=named)["Events"]
        return [e for e in found if e["EventName"] == "AuthorizeSecurityGroupIngress"]

    event = until(look)[0]
    assert event["Username"] == "hans"
    assert event["EventSource"] == "ec2.amazonaws.com"
    record = json.loads(event["CloudTrailEvent"])
    assert record["requestParameters"]["groupId"] == changed
