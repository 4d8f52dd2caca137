"""The official CDK CLI deploys into the embedded AWS; types that ministack lacks are really made."""

from __future__ import annotations

import json

import pytest

from steadyhand.demo import deployment
from steadyhand.demo.deployment import DeploymentError
from tests.emulator.contract.tools import function, unique, until

pytestmark = [pytest.mark.emulator]


def assembly(aws, folder, name, resources, outputs=None):
    """A cloud assembly of one stack, as `cdk synth` writes it."""
    template = {"Resources": resources, "Outputs": outputs or {}}
    (folder / f"{name}.template.json").write_text(json.dumps(template))
    stack = {
        "type": "aws:cloudformation:stack",
        "environment": f"aws://{aws.account}/{aws.region}",
        "properties": {"templateFile": f"{name}.template.json"},
    }
    manifest = {"version": "36.0.0", "artifacts": {name: stack}}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder


def kept(kind, **properties):
    return {"Type": kind, "DeletionPolicy": "RetainExceptOnCreate", "Properties": properties}


def test_what_stayed_blocks_a_create_and_is_adopted_by_its_name(aws, tmp_path):
    """CloudFormation "Import AWS resources automatically": retained, and named by a text alone."""
    name, table, bucket = unique("Kept"), unique("kept"), unique("kept")
    folder = assembly(
        aws,
        tmp_path,
        name,
        {
            "Bucket": kept("AWS::S3::Bucket", BucketName=bucket),
            "Table": kept(
                "AWS::DynamoDB::GlobalTable",
                TableName=table,
                BillingMode="PAY_PER_REQUEST",
                AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
                KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
                Replicas=[{"Region": aws.region}],
            ),
        },
    )
    deployment.deploy(aws, folder, name)
    rows = aws.client("dynamodb")
    rows.put_item(TableName=table, Item={"pk": {"S": "kept"}})
    aws.client("s3").put_object(Bucket=bucket, Key="kept", Body=b"kept")
    deployment.destroy(aws, folder, name)
    with pytest.raises(DeploymentError):
        deployment.deploy(aws, folder, name)
    deployment.destroy(aws, folder, name)
    assert rows.scan(TableName=table)["Count"] == 1
    deployment.deploy(aws, folder, name, adopt=True)
    assert rows.scan(TableName=table)["Count"] == 1
    assert aws.client("s3").get_object(Bucket=bucket, Key="kept")["Body"].read() == b"kept"
    resources = aws.client("cloudformation").describe_stack_resources(StackName=name)
    named = {one["PhysicalResourceId"] for one in resources["StackResources"]}
    assert named == {table, bucket}


def test_stacks_come_live_and_go(aws, tmp_path):
    name, judge = unique("Box"), function(aws, "judge")
    open_port = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "CidrIp": "0.0.0.0/0"}
    rule = {
        "Source": {
            "Owner": "CUSTOM_LAMBDA",
            "SourceIdentifier": judge,
            "SourceDetails": [
                {
                    "EventSource": "aws.config",
                    "MessageType": "ConfigurationItemChangeNotification",
                }
            ],
        },
        "Scope": {"ComplianceResourceTypes": ["AWS::EC2::SecurityGroup"]},
    }
    folder = assembly(
        aws,
        tmp_path,
        name,
        {
            "Trail": {
                "Type": "AWS::CloudTrail::Trail",
                "Properties": {
                    "IsLogging": True,
                    "S3BucketName": "logs",
                    "IsMultiRegionTrail": True,
                },
            },
            "Recorder": {
                "Type": "AWS::Config::ConfigurationRecorder",
                "Properties": {
                    "RoleARN": "arn:aws:iam::111122223333:role/config",
                    "RecordingGroup": {"ResourceTypes": ["AWS::EC2::SecurityGroup"]},
                },
            },
            "Channel": {
                "Type": "AWS::Config::DeliveryChannel",
                "Properties": {"S3BucketName": "config"},
            },
            "Rule": {
                "Type": "AWS::Config::ConfigRule",
                "Properties": rule,
                "DependsOn": ["Recorder"],
            },
            "Group": {
                "Type": "AWS::EC2::SecurityGroup",
                "Properties": {"GroupDescription": "of the stack"},
            },
            "Port": {
                "Type": "AWS::EC2::SecurityGroupIngress",
                "Properties": {"GroupId": {"Fn::GetAtt": ["Group", "GroupId"]}, **open_port},
            },
            "Template": {
                "Type": "AWS::SES::Template",
                "Properties": {"Template": {"TemplateName": name, "SubjectPart": "s"}},
            },
        },
        {"Group": {"Value": {"Fn::GetAtt": ["Group", "GroupId"]}}},
    )
    lines = []
    deployment.deploy(aws, folder, name, tell=lines.append)
    assert any("CREATE_COMPLETE" in line for line in lines)
    made = deployment.outputs(aws, name)["Group"]
    config, ec2 = aws.client("config"), aws.client("ec2")
    status = config.describe_configuration_recorder_status()["ConfigurationRecordersStatus"]
    assert any(s["name"].startswith(name) and s["recording"] for s in status)
    assert any(
        t["Name"].startswith(name) for t in aws.client("cloudtrail").describe_trails()["trailList"]
    )
    permissions = ec2.describe_security_groups(GroupIds=[made])["SecurityGroups"][0]
    assert [p["FromPort"] for p in permissions["IpPermissions"]] == [22]
    (rule_name,) = [
        r["ConfigRuleName"]
        for r in config.describe_config_rules()["ConfigRules"]
        if r["Source"]["SourceIdentifier"] == judge
    ]
    config.start_config_rules_evaluation(ConfigRuleNames=[rule_name])

    def compliance():
        found = config.get_compliance_details_by_config_rule(ConfigRuleName=rule_name)
        judged = {
            r["EvaluationResultIdentifier"]["EvaluationResultQualifier"]["ResourceId"]: r
            for r in found["EvaluationResults"]
        }
        return judged.get(made, {}).get("ComplianceType")

    assert until(compliance) == "NON_COMPLIANT"
    deployment.destroy(aws, folder, name)
    assert until(
        lambda: (
            not any(
                t["Name"].startswith(name)
                for t in aws.client("cloudtrail").describe_trails()["trailList"]
            )
        )
    )
    assert judge not in json.dumps(config.describe_config_rules()["ConfigRules"])


def test_a_deployment_that_fails_says_why(aws, tmp_path):
    name = unique("Broken")
    folder = assembly(aws, tmp_path, name, {"What": {"Type": "AWS::Nothing::AtAll"}})
    with pytest.raises(DeploymentError, match="AWS::Nothing::AtAll"):
        deployment.deploy(aws, folder, name)
