"""IAM is enforced: inside a function's own role, and narrowed by a session's policy."""

from __future__ import annotations

import json

import pytest
from botocore.exceptions import ClientError

from tests.emulator.contract.test_trail import WORLD, group
from tests.emulator.contract.tools import Queue, allow, function, role, subscribe, unique, until

pytestmark = [pytest.mark.emulator]


def attempt(aws, worker, service, operation, **params):
    event = {"service": service, "operation": operation, "params": params}
    invoked = aws.client("lambda").invoke(FunctionName=worker, Payload=json.dumps(event))
    return json.load(invoked["Payload"])


def test_a_function_may_do_what_its_role_may_and_no_more(guarded_aws):
    aws = guarded_aws
    mine, other = Queue(aws, "mine"), Queue(aws, "other")
    arn = role(aws, allow("sqs:SendMessage", mine.arn))
    worker = function(aws, "attempt", role_arn=arn)
    send = ("sqs", "send_message")
    assert attempt(aws, worker, *send, QueueUrl=mine.url, MessageBody="1") == "done"
    assert "AccessDenied" in attempt(aws, worker, *send, QueueUrl=other.url, MessageBody="1")
    assert "AccessDenied" in attempt(aws, worker, "sqs", "purge_queue", QueueUrl=mine.url)
    assert other.read() == []


def test_a_session_policy_narrows_a_role(guarded_aws):
    aws = guarded_aws
    mine, other = group(aws), group(aws)
    grants = ["ec2:RevokeSecurityGroupIngress", "ec2:AuthorizeSecurityGroupIngress"]
    groups = f"arn:aws:ec2:{aws.region}:{aws.account}:security-group/*"
    root = {"AWS": f"arn:aws:iam::{aws.account}:root"}
    actor = role(aws, allow(grants, groups), name="actor", trust=root)
    narrow = allow(grants[1], groups.replace("*", mine))
    held = aws.client("sts").assume_role(
        RoleArn=actor,
        RoleSessionName="one-change",
        Policy=json.dumps({"Version": "2012-10-17", "Statement": [narrow]}),
    )["Credentials"]
    ec2 = aws.client("ec2", credentials=held)
    ec2.authorize_security_group_ingress(GroupId=mine, IpPermissions=[WORLD])
    for refused in (
        lambda: ec2.authorize_security_group_ingress(GroupId=other, IpPermissions=[WORLD]),
        lambda: ec2.revoke_security_group_ingress(GroupId=mine, IpPermissions=[WORLD]),
    ):
        with pytest.raises(ClientError, match="UnauthorizedOperation"):
            refused()
    whole = aws.client("sts").assume_role(RoleArn=actor, RoleSessionName="all")["Credentials"]
    aws.client("ec2", credentials=whole).revoke_security_group_ingress(
        GroupId=mine, IpPermissions=[WORLD]
    )


def test_a_refusal_is_told_with_the_session_that_tried(guarded_aws):
    aws = guarded_aws
    calls = subscribe(aws, "CreateSecurityGroup", errorCode=[{"exists": True}])
    arn = role(aws)
    worker = function(aws, "attempt", role_arn=arn)
    asked = {"GroupName": unique("refused"), "Description": "x"}
    assert attempt(aws, worker, "ec2", "create_security_group", **asked) == "UnauthorizedOperation"
    detail = calls.wait()[0]["detail"]
    assert detail["errorCode"] == "Client.UnauthorizedOperation"
    assert detail["userIdentity"]["sessionContext"]["sessionIssuer"]["arn"] == arn
    assert detail["responseElements"] is None


def test_an_external_id_is_demanded(guarded_aws):
    aws, name = guarded_aws, unique("hub")
    trust = {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{aws.account}:root"},
        "Action": "sts:AssumeRole",
        "Condition": {"StringEquals": {"sts:ExternalId": "secret"}},
    }
    arn = aws.client("iam").create_role(
        RoleName=name,
        AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]}),
    )["Role"]["Arn"]
    sts = aws.client("sts")
    with pytest.raises(ClientError, match="AccessDenied"):
        sts.assume_role(RoleArn=arn, RoleSessionName="visit")
    assert sts.assume_role(RoleArn=arn, RoleSessionName="visit", ExternalId="secret")["Credentials"]


def test_mail_is_allowed_by_identity(guarded_aws):
    aws = guarded_aws
    aws.client("sesv2").create_email_identity(EmailIdentity="box@example.com")
    identity = f"arn:aws:ses:{aws.region}:{aws.account}:identity/box@example.com"
    worker = function(aws, "attempt", role_arn=role(aws, allow("ses:SendEmail", identity)))
    body = {"Simple": {"Subject": {"Data": "s"}, "Body": {"Text": {"Data": "t"}}}}
    mail = {"Destination": {"ToAddresses": ["o@example.com"]}, "Content": body}
    send = ("sesv2", "send_email")
    assert attempt(aws, worker, *send, FromEmailAddress="box@example.com", **mail) == "done"
    refused = attempt(aws, worker, *send, FromEmailAddress="boss@example.com", **mail)
    assert "AccessDenied" in refused
    assert [m.sender for m in aws.mails()] == ["box@example.com"]


def test_insecure_transport_is_not_what_we_are(guarded_aws):
    aws, bucket = guarded_aws, unique("secure")
    s3 = aws.client("s3")
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": aws.region})
    insecure = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps({"Statement": [insecure]}))
    arn = role(aws, allow("s3:PutObject", f"arn:aws:s3:::{bucket}/*"))
    worker = function(aws, "attempt", role_arn=arn)
    asked = {"Bucket": bucket, "Key": "a"}
    assert attempt(aws, worker, "s3", "put_object", **asked) == "done"
    assert attempt(aws, worker, "s3", "get_object", **asked) == "AccessDenied"


def test_added_services_are_guarded_too(guarded_aws):
    aws = guarded_aws
    days = [{"date": "2026-11-01", "service": "Amazon S3", "usd": 1}]
    aws.bill(days)
    asked = {
        "TimePeriod": {"Start": "2026-11-01", "End": "2026-11-02"},
        "Granularity": "DAILY",
        "Metrics": ["UnblendedCost"],
    }
    may = function(aws, "attempt", role_arn=role(aws, allow("ce:GetCostAndUsage")))
    may_not = function(aws, "attempt")
    read = ("ce", "get_cost_and_usage")
    assert attempt(aws, may, *read, **asked) == "done"
    assert "AccessDenied" in attempt(aws, may_not, *read, **asked)


def test_tags_decide_on_ec2(guarded_aws):
    aws = guarded_aws
    ours, theirs = group(aws), group(aws)
    aws.client("ec2").create_tags(Resources=[ours], Tags=[{"Key": "hands", "Value": "on"}])
    tagged = allow("ec2:AuthorizeSecurityGroupIngress")
    tagged["Condition"] = {"StringEquals": {"aws:ResourceTag/hands": "on"}}
    worker = function(aws, "attempt", role_arn=role(aws, tagged))
    opened = ("ec2", "authorize_security_group_ingress")
    assert attempt(aws, worker, *opened, GroupId=ours, IpPermissions=[WORLD]) == "done"
    refused = attempt(aws, worker, *opened, GroupId=theirs, IpPermissions=[WORLD])
    assert refused == "UnauthorizedOperation"


def test_a_queue_wakes_a_guarded_function(guarded_aws):
    aws = guarded_aws
    work, seen = Queue(aws, "work"), Queue(aws)
    read = allow(["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"], work.arn)
    arn = role(aws, read, allow("sqs:SendMessage", seen.arn))
    worker = function(aws, "consume", role_arn=arn, SEEN=seen.url)
    aws.client("lambda").create_event_source_mapping(EventSourceArn=work.arn, FunctionName=worker)
    work.client.send_message(QueueUrl=work.url, MessageBody="good")
    assert until(seen.read) == [{"body": "good"}]
