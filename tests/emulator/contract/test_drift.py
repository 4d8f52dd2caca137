"""Drift detection as AWS does it: of the types we put back, and with the caller's own IAM."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import pytest
from botocore.exceptions import ClientError
from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER

from tests.emulator.contract.tools import allow, listen, role, unique, until
from tests.verify.__main__ import tried
from tests.verify.drifts import HANDS, drifts
from tests.verify.sandbox import Sandbox, removed

pytestmark = [pytest.mark.emulator]
PERMISSIONS = Path("emulator/bridge/resources/cloudformation/drift_permissions.py")
BLOCKED = dict.fromkeys(
    ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"), True
)
PORT = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "CidrIp": "10.0.0.0/8"}
ALARM = {
    "MetricName": "Errors",
    "Namespace": "AWS/Lambda",
    "Statistic": "Sum",
    "Period": 60,
    "EvaluationPeriods": 2,
    "Threshold": 5,
    "ComparisonOperator": "GreaterThanThreshold",
    "Dimensions": [{"Name": "FunctionName", "Value": "pay"}],
}
SCHEDULE = {"ScheduleExpression": "rate(5 minutes)", "State": "ENABLED"}
TABLE = {
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
    "BillingMode": "PAY_PER_REQUEST",
    "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True},
}
RESOURCES = {
    "Alarm": ("AWS::CloudWatch::Alarm", ALARM),
    "Bucket": (
        "AWS::S3::Bucket",
        {
            "PublicAccessBlockConfiguration": BLOCKED,
            "VersioningConfiguration": {"Status": "Enabled"},
            "OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]},
        },
    ),
    "Group": (
        "AWS::EC2::SecurityGroup",
        {"GroupDescription": "of the shop", "SecurityGroupIngress": [PORT]},
    ),
    "Logs": ("AWS::Logs::LogGroup", {"RetentionInDays": 30}),
    "Parameter": ("AWS::SSM::Parameter", {"Type": "String", "Value": "on"}),
    "Queue": (
        "AWS::SQS::Queue",
        {"VisibilityTimeout": 60, "Tags": [{"Key": "team", "Value": "shop"}]},
    ),
    "Rule": ("AWS::Events::Rule", SCHEDULE),
    "Table": ("AWS::DynamoDB::Table", TABLE),
}


class Stack:
    """A stack with one resource of each type."""

    def __init__(self, aws):
        self.name, self.formation = unique("shop"), aws.client("cloudformation")
        resources = {k: {"Type": t, "Properties": p} for k, (t, p) in RESOURCES.items()}
        template = json.dumps({"Resources": resources})
        self.id = self.formation.create_stack(StackName=self.name, TemplateBody=template)["StackId"]
        assert until(lambda: self.status() == "CREATE_COMPLETE")
        listed = self.formation.describe_stack_resources(StackName=self.name)["StackResources"]
        self.ids = {one["LogicalResourceId"]: one["PhysicalResourceId"] for one in listed}

    def status(self):
        return self.formation.describe_stacks(StackName=self.name)["Stacks"][0]["StackStatus"]

    def look(self, logical, api=None):
        """One resource's status and the paths that differ."""
        found = (api or self.formation).detect_stack_resource_drift(
            StackName=self.name, LogicalResourceId=logical
        )["StackResourceDrift"]
        paths = {one["PropertyPath"] for one in found.get("PropertyDifferences", ())}
        return found["StackResourceDriftStatus"], paths

    def detect(self, api):
        """A whole detection's status, and what was found per resource."""
        begun = api.detect_stack_drift(StackName=self.name)["StackDriftDetectionId"]
        ended = api.describe_stack_drift_detection_status(StackDriftDetectionId=begun)
        found = api.describe_stack_resource_drifts(StackName=self.name)["StackResourceDrifts"]
        return ended, {one["LogicalResourceId"]: one for one in found}


@pytest.fixture(scope="module")
def stack(aws):
    """One in the account where IAM is not enforced."""
    return Stack(aws)


@pytest.fixture(scope="module")
def guarded(guarded_aws):
    """One where it is."""
    return Stack(guarded_aws)


def by_hand(aws, ids):
    """Per resource: what somebody changes, what changes it back, and the path that differs."""
    ec2, s3, rule = aws.client("ec2"), aws.client("s3"), {"Name": ids["Rule"]}
    group, world = ids["Group"], {**PORT, "FromPort": 22, "ToPort": 22, "CidrIp": "0.0.0.0/0"}
    queue, alarm = ids["Queue"], aws.client("cloudwatch").put_metric_alarm
    kept = aws.client("dynamodb").update_continuous_backups

    def recovery(on):
        said = {"PointInTimeRecoveryEnabled": on}
        return lambda: kept(TableName=ids["Table"], PointInTimeRecoverySpecification=said)

    def threshold(value):
        return lambda: alarm(**{**ALARM, "AlarmName": ids["Alarm"], "Threshold": value})

    def block(**changed):
        said = {**BLOCKED, **changed}
        return lambda: s3.put_public_access_block(
            Bucket=ids["Bucket"], PublicAccessBlockConfiguration=said
        )

    def retention(days):
        put = aws.client("logs").put_retention_policy
        return lambda: put(logGroupName=ids["Logs"], retentionInDays=days)

    def value(said):
        put = aws.client("ssm").put_parameter
        return lambda: put(Name=ids["Parameter"], Value=said, Overwrite=True)

    def timeout(seconds):
        put = aws.client("sqs").set_queue_attributes
        return lambda: put(QueueUrl=queue, Attributes={"VisibilityTimeout": seconds})

    events = aws.client("events")
    return {
        "Alarm": (threshold(50.0), threshold(5.0), "/Threshold"),
        "Bucket": (
            block(BlockPublicPolicy=False),
            block(),
            "/PublicAccessBlockConfiguration/BlockPublicPolicy",
        ),
        "Group": (
            lambda: ec2.authorize_security_group_ingress(GroupId=group, **world),
            lambda: ec2.revoke_security_group_ingress(GroupId=group, **world),
            "/SecurityGroupIngress/1",
        ),
        "Logs": (retention(7), retention(30), "/RetentionInDays"),
        "Parameter": (value("off"), value("on"), "/Value"),
        "Queue": (timeout("5"), timeout("60"), "/VisibilityTimeout"),
        "Rule": (
            lambda: events.disable_rule(**rule),
            lambda: events.enable_rule(**rule),
            "/State",
        ),
        "Table": (
            recovery(False),
            recovery(True),
            "/PointInTimeRecoverySpecification/PointInTimeRecoveryEnabled",
        ),
    }


@pytest.mark.parametrize("logical", sorted(RESOURCES))
def test_a_change_by_hand_is_seen_until_it_is_put_back(aws, stack, logical):
    drift, repair, path = by_hand(aws, stack.ids)[logical]
    assert stack.look(logical) == ("IN_SYNC", set())
    drift()
    assert stack.look(logical) == ("MODIFIED", {path})
    repair()
    assert stack.look(logical) == ("IN_SYNC", set())


def test_a_repaired_stack_is_in_sync_again(aws, stack):
    """AWS's user guide: a resource that is looked at alone updates the drift status of its stack."""

    def status():
        said = stack.formation.describe_stacks(StackName=stack.name)["Stacks"][0]
        return said["DriftInformation"]["StackDriftStatus"]

    drift, repair, _ = by_hand(aws, stack.ids)["Logs"]
    drift()
    stack.look("Logs")
    assert status() == "DRIFTED"
    repair()
    stack.look("Logs")
    assert status() == "IN_SYNC"


def test_the_end_of_a_detection_is_told(aws, stack):
    """The guide's "CloudFormation Drift Detection Status Change": it names the stack, and no resource."""
    told = listen(aws, {"detail-type": ["CloudFormation Drift Detection Status Change"]})
    stack.detect(stack.formation)
    detail = told.wait()[0]["detail"]
    assert detail["stack-id"] == stack.id
    assert detail["status-details"]["detection-status"] == "DETECTION_COMPLETE"


def test_a_resource_knows_its_stack(stack):
    """`DescribeStackResources`: by `PhysicalResourceId` all resources of the stack that owns it."""
    find = stack.formation.describe_stack_resources
    found = find(PhysicalResourceId=stack.ids["Queue"])["StackResources"]
    assert {one["LogicalResourceId"] for one in found} == set(RESOURCES)
    assert {one["StackId"] for one in found} == {stack.id}
    with pytest.raises(ClientError, match="Stack for nobodys does not exist"):
        find(PhysicalResourceId="nobodys")
    with pytest.raises(ClientError, match="both"):
        find(PhysicalResourceId=stack.ids["Queue"], StackName=stack.name)


def detector(aws, *without):
    """CloudFormation for a caller who may read all types but for these permissions."""
    everything = sorted({action for reads in permissions().values() for action in reads})
    detection = ["cloudformation:*Drift*"]
    root = {"AWS": f"arn:aws:iam::{aws.account}:root"}
    may = allow([*detection, *(one for one in everything if one not in without)])
    arn = role(aws, may, name="detector", trust=root)
    held = aws.client("sts").assume_role(RoleArn=arn, RoleSessionName="look")["Credentials"]
    return aws.client("cloudformation", credentials=held)


def test_who_may_read_everything_sees_everything(guarded_aws, guarded):
    ended, found = guarded.detect(detector(guarded_aws))
    assert ended["DetectionStatus"] == "DETECTION_COMPLETE"
    assert {k: one["StackResourceDriftStatus"] for k, one in found.items()} == dict.fromkeys(
        RESOURCES, "IN_SYNC"
    )


def test_what_the_caller_may_not_read_fails_and_says_what_is_missing(guarded_aws, guarded):
    """The guide: detection needs read permission for each resource. Results are there for the others."""
    api = detector(guarded_aws, "logs:DescribeLogGroups")
    ended, found = guarded.detect(api)
    assert ended["DetectionStatus"] == "DETECTION_FAILED"
    reason = json.loads(ended["DetectionStatusReason"])
    assert [one["Resource"] for one in reason["Failures"]] == ["Logs"]
    assert "not authorized to perform: logs:DescribeLogGroups" in str(reason["Failures"])
    assert found["Logs"]["StackResourceDriftStatus"] == "UNKNOWN"
    assert found["Queue"]["StackResourceDriftStatus"] == "IN_SYNC"
    assert guarded.look("Logs", api) == ("UNKNOWN", set())


def test_half_a_read_shows_a_drift_that_is_none(guarded_aws, guarded):
    """Known of kms:ListResourceTags and ec2:DescribeVpcAttribute: what is not read counts as removed."""
    api = detector(guarded_aws, "sqs:ListQueueTags")
    assert guarded.look("Queue", api) == ("MODIFIED", {"/Tags"})
    assert guarded.look("Queue", detector(guarded_aws)) == ("IN_SYNC", set())


def permissions():
    """What the bridge asks for, per type; read from its text, for its process has its own packages."""
    tree = ast.parse(PERMISSIONS.read_text())
    written = next(
        one.value
        for one in tree.body
        if isinstance(one, ast.AnnAssign) and getattr(one.target, "id", "") == "READS"
    )
    return {
        ast.literal_eval(kind): {
            one.value
            for one in ast.walk(reads)
            if isinstance(one, ast.Constant) and isinstance(one.value, str) and ":" in one.value
        }
        for kind, reads in zip(written.keys, written.values, strict=True)
    }


def test_the_reads_are_those_of_the_types_schemas():
    """AWS's published schema of a type names the permissions of its read."""
    not_needed = {"iam:PassRole", "kms:Decrypt", "secretsmanager:GetSecretValue"}
    for kind, asked in permissions().items():
        schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema("eu-central-1", kind).schema
        assert asked == set(schema["handlers"]["read"]["permissions"]) - not_needed, kind


def test_what_is_tried_in_a_real_account_is_right_here(aws, tmp_path):
    """`make verify-aws` tries the table's own calls on twelve types; on those that the emulator compares it does so here."""
    here = Sandbox(
        account=aws.account,
        region=aws.region,
        identity="",
        client=aws.client,
        environment={},
        scratch=tmp_path,
        endpoint=aws.url,
        patience=0.1,
        tell=lambda _: None,
    )
    with removed(here):
        said = [tried(row, here) for row in drifts(here)]
    assert [one for one in said if one[1] not in {"right", "not tried"}] == []
    assert [one[1] for one in said].count("right") == sum(one.is_emulated for one in HANDS)
    assert here.left == []
