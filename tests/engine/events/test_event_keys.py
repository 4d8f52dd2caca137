"""What events name: in every spelling, of any account, malformed, several at once."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from steadyhand.catalogue import discovery as catalogue
from steadyhand.engine.event_index import FIELD, MalformedEvent, woken_by
from steadyhand.engine.wakes import index
from steadyhand.triggers import EVERY
from tests.engine.events.test_event_index import call

CHECKS = catalogue.load()
EVENT_INDEX = index(CHECKS)
ACCOUNT = "123456789012"


def event_for(wake: Any, said: Any) -> dict[str, Any]:
    """An event that a wake waits for, which calls its subject so."""
    detail: dict[str, Any] = {}
    event: dict[str, Any] = {
        "source": wake["source"],
        "detail-type": wake["detail_type"],
        "account": ACCOUNT,
        "region": "eu-central-1",
        "detail": detail,
    }
    for path, values in {**wake["where"], **wake.get("only", {})}.items():
        put(detail, path, values[0])
    put_key(event, wake["key"], said)
    return event


def put_key(event: dict[str, Any], key: str, said: Any) -> None:
    """Name the subject at its place; in a form of several places, a part at each."""
    places = FIELD.findall(key)
    literal = FIELD.split(key)[::2]
    form = "([^/]+)".join(re.escape(part) for part in literal)
    found = re.fullmatch(form, said) if places and isinstance(said, str) else None
    for number, place in enumerate(places or [key]):
        put(event, place, found[number + 1] if found else said)


def named_by(wake: Any, said: str) -> bool:
    """Can what rings so call its subject so? A form of several places says it in one way."""
    places = FIELD.findall(wake["key"])
    return wake["key"] != EVERY and (
        not places or (said.count("/") == len(places) - 1 and ":" not in said)
    )


def put(into: Any, path: str, value: Any) -> None:
    *above, last = path.split(".")
    for name in above:
        into = into.setdefault(name, {})
    into[last] = value


def why_nobody(event: Any) -> str:
    """Why nobody is woken, in whichever way it is said."""
    try:
        woken_now = woken_by(event, EVENT_INDEX, ACCOUNT)
    except MalformedEvent as malformed:
        return str(malformed)
    assert not woken_now.woken
    return str(woken_now.ignored)


def nested(depth: int) -> Any:
    value: Any = "x"
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize(
    "change",
    [
        {"detail": {"eventName": {"a": 1}, "errorCode": ["x"]}},
        {"detail": {"eventName": ["AuthorizeSecurityGroupIngress"]}},
        {"detail": {"eventName": nested(5000)}},
        {
            "detail": {
                "eventName": "AuthorizeSecurityGroupIngress",
                "requestParameters": {"groupId": nested(5000)},
            }
        },
        {"detail": {"eventName": "AuthorizeSecurityGroupIngress", "requestParameters": "x"}},
        {"region": "nowhere"},
        {"region": 5},
        {"region": {"a": 1}},
        {"account": {"a": 1}},
        {"source": {}},
        {"detail-type": 5},
    ],
    ids=range(11),
)
def test_whatever_it_says_it_is_ignored_or_malformed(change: Any) -> None:
    event = call("AuthorizeSecurityGroupIngress", groupId="sg-1") | change
    assert "\n" not in why_nobody(event)


def test_an_event_of_another_account_is_not_ours() -> None:
    event = call("AuthorizeSecurityGroupIngress", groupId="sg-1") | {"account": "999999999999"}
    assert "999999999999, which is not ours" in str(woken_by(event, EVENT_INDEX, ACCOUNT).ignored)


def test_a_bucket_of_another_account_is_not_ours() -> None:
    """CloudTrail gives a call on a bucket to the caller's account too, and names the owner."""
    event = call("PutBucketVersioning", "s3", bucketName="theirs") | {"account": ACCOUNT}
    owner = {"accountId": "999999999999", "ARN": "arn:aws:s3:::theirs", "type": "AWS::S3::Bucket"}
    event["detail"]["resources"] = [owner]
    assert "not ours" in str(woken_by(event, EVENT_INDEX, ACCOUNT).ignored)


def test_a_rename_wakes_for_both_names() -> None:
    said = {"dBInstanceIdentifier": "Orders", "newDBInstanceIdentifier": "Sales"}
    woken_now = woken_by(call("ModifyDBInstance", "rds", **said), EVENT_INDEX, ACCOUNT)
    assert set(woken_now.woken) == {"orders", "sales", "AWS::RDS::DBInstance orders"}


STACKS = [
    {"sourceIPAddress": "cloudformation.amazonaws.com"},
    {"userIdentity": {"type": "IAMUser", "invokedBy": "cloudformation.amazonaws.com"}},
]


@pytest.mark.parametrize("sent", STACKS)
def test_what_cloudformation_calls_for_a_template_is_no_drift(sent: Any) -> None:
    """CloudTrail names the service that calls in somebody's name: `invokedBy` and the source address."""
    by_hand = call("SetQueueAttributes", "sqs", queueUrl="https://queue.example/1/orders")
    drifted = "AWS::SQS::Queue https://queue.example/1/orders"
    assert "resource_drift" in woken_by(by_hand, EVENT_INDEX).woken[drifted]
    by_hand["detail"] |= sent
    woken_now = woken_by(by_hand, EVENT_INDEX)
    assert drifted not in woken_now.woken
    assert woken_now.woken, "what others look for may be in a template too"


def test_a_group_that_is_named_by_its_name_is_found_in_the_answer() -> None:
    event = call("AuthorizeSecurityGroupIngress", groupName="web")
    event["detail"]["responseElements"] = {
        "securityGroupRuleSet": {"items": [{"groupId": "sg-7"}, {"groupId": "sg-7"}]}
    }
    assert list(woken_by(event, EVENT_INDEX, ACCOUNT).woken) == ["sg-7"]


def test_what_is_good_is_served_and_what_is_not_is_said() -> None:
    event = json.loads(json.dumps(call("AuthorizeSecurityGroupIngress", groupId=["sg-1", "?", 3])))
    woken_now = woken_by(event, EVENT_INDEX, ACCOUNT)
    assert list(woken_now.woken) == ["sg-1"]
    assert woken_now.malformed == ("'?'", "3")


@pytest.mark.parametrize(
    ("source", "detail_type", "detail", "check", "key"),
    [
        ("rds", "RDS DB Instance Event",
         {"EventID": "RDS-EVENT-0043", "SourceIdentifier": "orders"}, "rds_backups_off", "orders"),
        ("rds", "RDS DB Instance Event",
         {"EventID": "RDS-EVENT-0019", "SourceIdentifier": "orders"}, "rds_backups_off", "orders"),
        ("ce", "Anomaly Detected", {"rootCauses": [{"service": "Amazon Redshift"}]},
         "cost_anomaly", "Amazon Redshift"),
    ],
)  # fmt: skip
def test_services_say_so(source: str, detail_type: str, detail: Any, check: str, key: str) -> None:
    event = {"source": f"aws.{source}", "detail-type": detail_type, "detail": detail}
    assert check in woken_by(event, EVENT_INDEX).woken[key]


@pytest.mark.parametrize(
    ("source", "name", "params", "check", "key"),
    [
        ("rds", "RestoreDBInstanceFromS3", {"dBInstanceIdentifier": "a"}, "rds_backups_off", "a"),
        ("rds", "DeleteDBInstance", {"dBInstanceIdentifier": "a"}, "rds_backups_off", "a"),
        ("logs", "DeleteLogGroup", {"logGroupName": "/a"}, "endless_logs", "/a"),
        ("lambda", "DeleteFunction20150331", {"functionName": "a:1"}, "deprecated_runtime", "a"),
        ("dynamodb", "DeleteTable", {"tableName": "abc"}, "dynamodb_pitr_off", "abc"),
        ("ec2", "DisassociateAddress", {"associationId": "eipassoc-1"}, "idle_elastic_ip", "*"),
        ("ec2", "AssociateAddress", {"publicIp": "203.0.113.7"}, "idle_elastic_ip", "*"),
        ("ec2", "ReleaseAddress", {"publicIp": "203.0.113.7"}, "idle_elastic_ip", "*"),
    ],
)
def test_calls_that_had_no_rule(source: str, name: str, params: Any, check: str, key: str) -> None:
    assert check in woken_by(call(name, source, **params), EVENT_INDEX).woken[key]


def test_ones_own_key_need_not_say_whose_it_is() -> None:
    event = call("UpdateAccessKey", "iam", accessKeyId="AKIA")
    event["detail"]["userIdentity"] = {"type": "IAMUser", "userName": "ann"}
    assert "unused_access_key" in woken_by(event, EVENT_INDEX).woken["ann"]


GROUP = f"arn:aws:ec2:eu-west-1:{ACCOUNT}:security-group/sg-9"
CIS12 = "arn:aws:securityhub:::ruleset/cis-aws-foundations-benchmark/v/1.2.0/rule/"


@pytest.mark.parametrize(
    ("generator", "resource", "check", "key"),
    [
        ("security-control/EC2.8", f"arn:aws:ec2:eu-west-1:{ACCOUNT}:instance/i-1",
         "imdsv1_allowed", "i-1"),
        ("security-control/IAM.3", f"arn:aws:iam::{ACCOUNT}:user/ann", "old_access_key", "ann"),
        ("security-control/IAM.8", f"arn:aws:iam::{ACCOUNT}:user/ann", "unused_access_key", "ann"),
        ("aws-foundational-security-best-practices/v/1.0.0/RDS.2",
         f"arn:aws:rds:eu-west-1:{ACCOUNT}:db:orders", "public_rds_instance", "orders"),
        ("security-control/S3.8", "arn:aws:s3:::attic", "public_bucket", "attic"),
        (f"{CIS12}4.1", GROUP, "open_admin_ports", "sg-9"),
        (f"{CIS12}1.4", f"arn:aws:iam::{ACCOUNT}:user/ann", "old_access_key", "ann"),
        ("cis-aws-foundations-benchmark/v/1.4.0/1.14", f"arn:aws:iam::{ACCOUNT}:user/ann",
         "old_access_key", "ann"),
    ],
)  # fmt: skip
def test_a_finding_of_security_hub_wakes_its_peer(
    generator: str, resource: str, check: str, key: str
) -> None:
    """Each finding for itself, in its own region; those of members of our organization are theirs."""
    finding = {
        "GeneratorId": generator,
        "AwsAccountId": ACCOUNT,
        "Region": "eu-west-1",
        "Resources": [{"Id": resource, "Type": "X"}],
    }
    theirs = finding | {"AwsAccountId": "999999999999", "Resources": [{"Id": "arn:aws:s3:::b"}]}
    foreign = finding | {"GeneratorId": "guardduty", "Resources": [{"Id": "arn:aws:s3:::other"}]}
    event = {
        "source": "aws.securityhub",
        "detail-type": "Security Hub Findings - Imported",
        "account": ACCOUNT,
        "region": "us-east-1",
        "detail": {"findings": [theirs, foreign, finding]},
    }
    woken_now = woken_by(event, EVENT_INDEX, ACCOUNT)
    assert list(woken_now.woken) == [key]
    assert check in woken_now.woken[key]
    assert woken_now.regions == {key: "eu-west-1"}
