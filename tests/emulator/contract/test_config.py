"""AWS Config runs custom rules when resources change, keeps their verdicts, and tells those that flip."""

from __future__ import annotations

import json

import pytest
from botocore.exceptions import ClientError

from emulator.launcher import Emulator
from tests.emulator.contract.test_trail import WORLD, group
from tests.emulator.contract.tools import Queue, function, listen, unique, until

pytestmark = [pytest.mark.emulator]
TYPES = [
    "AWS::EC2::SecurityGroup",
    "AWS::S3::Bucket",
    "AWS::DynamoDB::Table",
    "AWS::RDS::DBInstance",
]


@pytest.fixture
def recording(aws):
    """A recorder that is on, for the types that rules here ask for."""
    config = aws.client("config")
    config.put_configuration_recorder(
        ConfigurationRecorder={
            "name": "default",
            "roleARN": f"arn:aws:iam::{aws.account}:role/config",
            "recordingGroup": {"allSupported": False, "resourceTypes": TYPES},
        }
    )
    config.put_delivery_channel(DeliveryChannel={"name": "default", "s3BucketName": "config"})
    config.start_configuration_recorder(ConfigurationRecorderName="default")
    yield config
    config.stop_configuration_recorder(ConfigurationRecorderName="default")


def put_rule(config, arn, *types, name=None):
    name = name or unique("rule")
    change = {"EventSource": "aws.config", "MessageType": "ConfigurationItemChangeNotification"}
    source = {"Owner": "CUSTOM_LAMBDA", "SourceIdentifier": arn, "SourceDetails": [change]}
    scope = {"ComplianceResourceTypes": list(types)}
    config.put_config_rule(ConfigRule={"ConfigRuleName": name, "Source": source, "Scope": scope})
    return name


def verdict(config, rule, resource):
    found = config.get_compliance_details_by_config_rule(ConfigRuleName=rule)["EvaluationResults"]
    for result in found:
        qualifier = result["EvaluationResultIdentifier"]["EvaluationResultQualifier"]
        if qualifier["ResourceId"] == resource:
            return result["ComplianceType"]
    return None


def test_a_change_is_judged_and_a_flip_is_told(aws, recording):
    rule = put_rule(recording, function(aws, "judge"), "AWS::EC2::SecurityGroup")
    received = listen(
        aws,
        {
            "source": ["aws.config"],
            "detail-type": ["Config Rules Compliance Change"],
            "detail": {"configRuleName": [rule]},
        },
    )
    ec2, changed = aws.client("ec2"), group(aws)
    assert until(lambda: verdict(recording, rule, changed)) == "COMPLIANT"
    ec2.authorize_security_group_ingress(GroupId=changed, IpPermissions=[WORLD])
    assert until(lambda: verdict(recording, rule, changed) == "NON_COMPLIANT")
    ec2.revoke_security_group_ingress(GroupId=changed, IpPermissions=[WORLD])
    assert until(lambda: verdict(recording, rule, changed) == "COMPLIANT")
    told = [h["detail"] for h in received.wait(3)]
    assert [t["newEvaluationResult"]["complianceType"] for t in told] == [
        "COMPLIANT",
        "NON_COMPLIANT",
        "COMPLIANT",
    ]
    assert "oldEvaluationResult" not in told[0]
    assert told[1]["oldEvaluationResult"]["complianceType"] == "COMPLIANT"
    assert told[1]["messageType"] == "ComplianceChangeNotification"
    assert (told[1]["resourceType"], told[1]["resourceId"]) == ("AWS::EC2::SecurityGroup", changed)
    assert told[1]["awsAccountId"] == aws.account
    summary = recording.describe_compliance_by_resource(
        ResourceType="AWS::EC2::SecurityGroup", ResourceId=changed
    )["ComplianceByResources"]
    assert summary[0]["Compliance"]["ComplianceType"] == "COMPLIANT"
    details = recording.get_compliance_details_by_resource(
        ResourceType="AWS::EC2::SecurityGroup", ResourceId=changed
    )["EvaluationResults"]
    assert [d["ComplianceType"] for d in details] == ["COMPLIANT"]
    ran = recording.describe_config_rule_evaluation_status(ConfigRuleNames=[rule])
    status = ran["ConfigRulesEvaluationStatus"][0]
    assert status["FirstEvaluationStarted"]
    assert status["LastSuccessfulEvaluationTime"] >= status["FirstActivatedTime"]


def test_items_describe_each_type_as_it_is(aws, recording):
    seen = Queue(aws)
    put_rule(recording, function(aws, "recall", SEEN=seen.url), *TYPES)
    bucket, table, database = unique("bucket"), unique("table"), unique("database")
    aws.client("s3").create_bucket(
        Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": aws.region}
    )
    aws.client("dynamodb").create_table(
        TableName=table,
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    aws.client("rds").create_db_instance(
        DBInstanceIdentifier=database,
        DBInstanceClass="db.t3.micro",
        Engine="postgres",
        AllocatedStorage=20,
        MasterUsername="owner",
        MasterUserPassword="not-to-be-seen",
        BackupRetentionPeriod=0,
    )

    def items():
        invoked = [json.loads(s["invokingEvent"])["configurationItem"] for s in seen.read()]
        return {
            i["resourceType"]: i for i in invoked if i["resourceName"] in (bucket, table, database)
        }

    assert until(lambda: len(items()) == 3)
    found = items()
    assert found["AWS::S3::Bucket"]["ARN"] == f"arn:aws:s3:::{bucket}"
    assert found["AWS::DynamoDB::Table"]["configuration"]["tableName"] == table
    instance = found["AWS::RDS::DBInstance"]
    assert instance["configuration"]["backupRetentionPeriod"] == 0
    assert instance["resourceId"].startswith("db-")
    assert instance["configurationItemStatus"] in ("OK", "ResourceDiscovered")
    aws.client("s3").delete_bucket(Bucket=bucket)
    assert until(lambda: items()["AWS::S3::Bucket"]["configurationItemStatus"] == "ResourceDeleted")


def test_a_rule_can_be_asked_to_judge_everything(aws, recording):
    existing = group(aws)
    rule = put_rule(recording, function(aws, "judge"), "AWS::EC2::SecurityGroup")
    assert verdict(recording, rule, existing) is None
    recording.start_config_rules_evaluation(ConfigRuleNames=[rule])
    assert until(lambda: verdict(recording, rule, existing)) == "COMPLIANT"

    def agree():  # a rule complies where every group does; the account has groups of other tests
        every = recording.get_compliance_details_by_config_rule(ConfigRuleName=rule)
        (one,) = recording.describe_compliance_by_config_rule(ConfigRuleNames=[rule])[
            "ComplianceByConfigRules"
        ]
        verdicts = {result["ComplianceType"] for result in every["EvaluationResults"]}
        return one["Compliance"]["ComplianceType"] == max(verdicts)

    assert until(agree)


def test_an_invented_token_is_refused(recording):
    evaluation = {
        "ComplianceResourceType": "AWS::EC2::SecurityGroup",
        "ComplianceResourceId": "sg-1",
        "ComplianceType": "COMPLIANT",
        "OrderingTimestamp": 1,
    }
    with pytest.raises(ClientError, match="InvalidResultToken"):
        recording.put_evaluations(Evaluations=[evaluation], ResultToken="made-up")


def test_no_recorder_no_rule():
    with Emulator.start() as bare:
        arn = "arn:aws:lambda:eu-central-1:111122223333:function:judge"
        with pytest.raises(ClientError, match="NoAvailableConfigurationRecorder"):
            put_rule(bare.client("config"), arn, "AWS::EC2::SecurityGroup")
