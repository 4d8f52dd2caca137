"""What drift detection reads of the types that ministack only looks for, or reads half.

A reader gives the properties of a resource as a template writes them, None where it is gone.
"""

import json
from typing import Any
from xml.etree import ElementTree as ET

from ministack.core.responses import get_account_id, get_region
from ministack.services import cloudwatch, dynamodb, ec2, eventbridge, s3
from ministack.services.cloudformation import drift, provisioners

from .resource_type import Properties

ALARM = (
    "ActionsEnabled",
    "AlarmActions",
    "AlarmDescription",
    "AlarmName",
    "ComparisonOperator",
    "DatapointsToAlarm",
    "Dimensions",
    "EvaluationPeriods",
    "ExtendedStatistic",
    "InsufficientDataActions",
    "MetricName",
    "Namespace",
    "OKActions",
    "Period",
    "Statistic",
    "Threshold",
    "TreatMissingData",
    "Unit",
)
RULE = ("Description", "EventPattern", "Name", "RoleArn", "ScheduleExpression", "State")
GROUP = ("GroupDescription", "GroupName", "SecurityGroupEgress", "SecurityGroupIngress", "VpcId")
BLOCK, OWNERSHIP = "PublicAccessBlockConfiguration", "OwnershipControls"
RECOVERY = "PointInTimeRecoverySpecification"


def install() -> None:
    """Put the readers before ministack's."""
    readers = drift._DRIFT_READERS
    readers["AWS::CloudWatch::Alarm"] = (_alarm, frozenset({*ALARM, "Tags"}))
    readers["AWS::Events::Rule"] = (_rule, frozenset({*RULE, "Tags"}))
    readers["AWS::EC2::SecurityGroup"] = (_group, frozenset({*GROUP, "Tags"}))
    for kind, more, added in (
        ("AWS::S3::Bucket", _bucket, {BLOCK, OWNERSHIP}),
        ("AWS::DynamoDB::Table", _table, {RECOVERY}),
    ):
        read, known = readers[kind]
        readers[kind] = (_both(read, more), known | added)


def _both(read: Any, more: Any) -> Any:
    def whole(physical: str, properties: Properties) -> Properties | None:
        found = read(physical, properties)
        return found if found is None else {**found, **more(physical, properties)}

    return whole


def _tags(held: Any, properties: Properties) -> list[dict[str, str]]:
    """Tags have no order: the same ones are as the template lists them."""
    there, said = provisioners._tag_map(held), properties.get("Tags") or []
    if provisioners._tag_map(said) == there:
        return list(said)
    return [{"Key": key, "Value": value} for key, value in there.items()]


def _alarm(name: str, properties: Properties) -> Properties | None:
    alarm = cloudwatch._alarms.get(name)
    if alarm is None:
        return None
    found = {k: alarm[k] for k in ALARM if alarm.get(k) not in (None, "", [])}
    if "Threshold" in found and float(properties.get("Threshold", "nan")) == found["Threshold"]:
        found["Threshold"] = properties["Threshold"]  # 5 and 5.0 are one number
    tags = cloudwatch._resource_tags.get(alarm["AlarmArn"]) or {}
    return {**found, "Tags": _tags(tags, properties)}


def _rule(name: str, properties: Properties) -> Properties | None:
    bus = provisioners._eb_rule_bus_name(properties)
    rule = eventbridge._rules.get(eventbridge._rule_key(name, bus))
    if rule is None:
        return None
    found = {k: rule[k] for k in RULE if rule.get(k)}
    if isinstance(found.get("EventPattern"), str):
        found["EventPattern"] = json.loads(found["EventPattern"])
    return {**found, "Tags": _tags(eventbridge._tags.get(rule["Arn"]), properties)}


def _group(group_id: str, properties: Properties) -> Properties | None:
    group = ec2._security_groups.get(group_id)
    if group is None:
        return None
    return {
        "GroupDescription": group["Description"],
        "GroupName": group["GroupName"],
        "SecurityGroupEgress": _rules(group.get("IpPermissionsEgress", []), "Destination"),
        "SecurityGroupIngress": _rules(group.get("IpPermissions", []), "Source"),
        "Tags": _tags(ec2._tags.get(group_id), properties),
        "VpcId": group["VpcId"],
    }


def _rules(permissions: list[Properties], other: str) -> list[Properties]:
    """Each grant as a template's rule: one range, list or group in each."""
    found = []
    for permission in permissions:
        base = {k: permission[k] for k in ("IpProtocol", "FromPort", "ToPort") if k in permission}
        for kind, key, written in (
            ("IpRanges", "CidrIp", "CidrIp"),
            ("Ipv6Ranges", "CidrIpv6", "CidrIpv6"),
            ("PrefixListIds", "PrefixListId", f"{other}PrefixListId"),
            ("UserIdGroupPairs", "GroupId", f"{other}SecurityGroupId"),
        ):
            for one in permission.get(kind, []):
                said = {"Description": one["Description"]} if one.get("Description") else {}
                found.append({**base, written: one[key], **said})
    return found


def _bucket(name: str, _properties: Properties) -> Properties:
    kept = s3._buckets[name]
    found: Properties = {}
    if block := kept.get("_public_access_block"):
        found[BLOCK] = {k: v == "true" for k, v in _texts(block).items()}
    if controls := kept.get("_ownership_controls"):
        found[OWNERSHIP] = {"Rules": [_texts(controls)]}
    return found


def _texts(document: str | bytes) -> dict[str, str]:
    """The leaves of an S3 document: name to text."""
    leaves = (one for one in ET.fromstring(document).iter() if not len(one))
    return {one.tag.rpartition("}")[2]: (one.text or "").strip() for one in leaves}


def _table(name: str, _properties: Properties) -> Properties:
    return {RECOVERY: {"PointInTimeRecoveryEnabled": bool(dynamodb._pitr_settings.get(name))}}


def arn_of(kind: str, physical: str) -> str:
    """The ARN that IAM is asked about for a read of a resource; `*` for what EC2 describes."""
    if physical.startswith("arn:"):
        return physical
    where = f"{get_region()}:{get_account_id()}"
    return {
        "AWS::CloudWatch::Alarm": f"arn:aws:cloudwatch:{where}:alarm:{physical}",
        "AWS::DynamoDB::Table": f"arn:aws:dynamodb:{where}:table/{physical}",
        "AWS::ECR::Repository": f"arn:aws:ecr:{where}:repository/{physical}",
        "AWS::Events::Rule": f"arn:aws:events:{where}:rule/{physical.replace('|', '/')}",
        "AWS::IAM::Role": f"arn:aws:iam::{get_account_id()}:role/{physical}",
        "AWS::Kinesis::Stream": f"arn:aws:kinesis:{where}:stream/{physical}",
        "AWS::Lambda::Function": f"arn:aws:lambda:{where}:function:{physical}",
        "AWS::Logs::LogGroup": f"arn:aws:logs:{where}:log-group:{physical}:*",
        "AWS::S3::Bucket": f"arn:aws:s3:::{physical}",
        "AWS::SQS::Queue": f"arn:aws:sqs:{where}:{physical.rsplit('/', 1)[-1]}",
        "AWS::SSM::Parameter": f"arn:aws:ssm:{where}:parameter/{physical.lstrip('/')}",
    }.get(kind, "*")
