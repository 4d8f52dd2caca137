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
from tests.emulator.contract.tools import unique, until

pytestmark = [pytest.mark.emulator]


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


def test_a_detector_looks_until_it_is_suspended(aws):
    """docs.aws.amazon.com/guardduty/latest/APIReference: one a region, and BadRequestException for all else."""
    guard = aws.client("guardduty")
    name = guard.create_detector(Enable=True, Tags={"team": "a"})["DetectorId"]
    assert guard.list_detectors()["DetectorIds"] == [name]
    with pytest.raises(ClientError, match="BadRequestException"):
        guard.create_detector(Enable=True)
    guard.update_detector(DetectorId=name, Enable=False)
    said = guard.get_detector(DetectorId=name)
    assert (said["Status"], said["Tags"]) == ("DISABLED", {"team": "a"})
    assert said["UpdatedAt"] >= said["CreatedAt"]
    with pytest.raises(ClientError, match="BadRequestException"):
        guard.get_detector(DetectorId="0" * 32)


def test_no_engine_s_support_ends_here(aws):
    assert aws.client("rds").describe_db_major_engine_versions()["DBMajorEngineVersions"] == []
