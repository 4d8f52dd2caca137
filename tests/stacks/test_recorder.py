"""AWS Config and CloudTrail, where the owner wants ours."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from aws_cdk import App, Stack
from aws_cdk import aws_lambda as lambda_
from aws_cdk.assertions import Template

from stacks.access.grants import evaluated, recorded, types
from stacks.permissions import permissions
from stacks.recorder import Rules
from steadyhand.catalogue import discovery as catalogue
from steadyhand.reference import drift
from tests.stacks.conftest import Installation


def test_a_rule_for_each_check_that_config_can_ask(widest: Installation) -> None:
    rules = widest.named("AWS::Config::ConfigRule", "ConfigRuleName")
    checks = {f"steadyhand-{check.id}": check for check in evaluated(catalogue.load())}
    assert set(rules) == set(checks)
    for name, rule in rules.items():
        asked = [one for one in types(checks[name]) if one in recorded(checks.values())]
        assert rule["Scope"] == {"ComplianceResourceTypes": asked}
        assert asked, "Config would take an empty scope for everything"
        assert rule["Source"]["Owner"] == "CUSTOM_LAMBDA"
        assert len(rule["Description"]) <= 256


def test_only_what_is_asked_for_is_recorded(widest: Installation) -> None:
    (recorder,) = widest.of_type("AWS::Config::ConfigurationRecorder").values()
    asked = recorded(catalogue.load())
    assert set(recorder["RecordingGroup"]["ResourceTypes"]) == asked
    by_the_way = {name for check in catalogue.load() for name in types(check)} - asked
    assert "AWS::SQS::Queue" in by_the_way, "every recorded change is billed"
    assert recorder["RecordingGroup"]["AllSupported"] is False


def test_whoever_answers_config_may_have_stacks_compared(widest: Installation) -> None:
    may = permissions(widest.templates)["steadyhand-evaluate"]["may"]
    (taken,) = [one["on"] for one in may if one["actions"] == ["sts:AssumeRole"]]
    assert taken == ["arn:aws:iam::{account}:role/steadyhand-drift"]


def scopes(*, ours: bool) -> dict[str, list[str]]:
    """The types of each rule, where the recorder is ours or the owner's own."""
    stack = Stack(App(), "rules")
    answers = lambda_.Function.from_function_name(stack, "Evaluate", "steadyhand-evaluate")
    evaluate: Any = SimpleNamespace(function=answers)
    Rules(stack, "Rules", checks=evaluated(catalogue.load()), evaluate=evaluate, ours=ours)
    found = Template.from_stack(stack).find_resources("AWS::Config::ConfigRule").values()
    return {
        one["Properties"]["ConfigRuleName"]: one["Properties"]["Scope"]["ComplianceResourceTypes"]
        for one in found
    }


def test_where_the_owner_records_config_judges_every_type_of_drift_that_it_can_name(
    plainest: Installation,
) -> None:
    """With a recorder of the owner's ("exists") every type that drift.toml says Config names; with ours what we
    record anyway; without one ("none") there is no rule."""
    name, known = "steadyhand-resource_drift", set(drift.table()["recorded"])
    exists, create = scopes(ours=False), scopes(ours=True)
    assert set(exists[name]) == known
    assert set(exists[name]) <= set(drift.types())
    assert set(create[name]) == known & recorded(catalogue.load())
    assert set(create[name]) < set(exists[name])
    assert {one: those for one, those in exists.items() if one != name} == {
        one: those for one, those in create.items() if one != name
    }
    assert not plainest.of_type("AWS::Config::ConfigRule")


def test_rules_wait_for_the_recorder(widest: Installation) -> None:
    resources = widest.templates["steadyhand"]["Resources"]
    recorders = {
        logical
        for logical, said in resources.items()
        if said["Type"] in ("AWS::Config::ConfigurationRecorder", "AWS::Config::DeliveryChannel")
    }
    assert len(recorders) == 2
    for said in resources.values():
        if said["Type"] == "AWS::Config::ConfigRule":
            assert recorders <= set(said["DependsOn"])


def test_the_trail_writes_where_only_it_may(widest: Installation) -> None:
    (trail,) = widest.of_type("AWS::CloudTrail::Trail").values()
    assert trail["IsMultiRegionTrail"]
    assert trail["EnableLogFileValidation"]
    assert trail["S3BucketName"] == "steadyhand-records-111122223333-eu-central-1"
    policies = widest.of_type("AWS::S3::BucketPolicy").values()
    writers = {
        said["Principal"]["Service"]: said["Condition"]["StringEquals"]
        for policy in policies
        for said in policy["PolicyDocument"]["Statement"]
        if said["Effect"] == "Allow"
    }
    assert writers == {
        "cloudtrail.amazonaws.com": {
            "aws:SourceArn": "arn:aws:cloudtrail:eu-central-1:111122223333:trail/steadyhand"
        },
        "config.amazonaws.com": {"aws:SourceAccount": "111122223333"},
    }


def test_the_recorder_itself_may_deliver(widest: Installation) -> None:
    """Config delivers as the recorder's role ("Required permissions when using IAM roles")."""
    may = permissions(widest.templates)["steadyhand-recorder"]["may"]
    bucket = "arn:aws:s3:::steadyhand-records-{account}-{home}"
    whole = {"StringLike": {"s3:x-amz-acl": "bucket-owner-full-control"}}
    assert may == [
        {
            "actions": ["s3:PutObject"],
            "on": [f"{bucket}/AWSLogs/{{account}}/Config/*"],
            "if": whole,
        },
        {"actions": ["s3:GetBucketAcl"], "on": [bucket]},
    ]


def test_nothing_of_it_is_made_unasked(plainest: Installation) -> None:
    for kind in ("AWS::Config::", "AWS::CloudTrail::"):
        for template in plainest.templates.values():
            assert not any(r["Type"].startswith(kind) for r in template["Resources"].values())
    patterns = [r["EventPattern"] for r in plainest.of_type("AWS::Events::Rule").values()]
    told = "Config Rules Compliance Change"
    assert not any(told in pattern["detail-type"] for pattern in patterns)
