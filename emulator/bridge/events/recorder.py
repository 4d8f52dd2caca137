"""AWS Config's recorder: resources that changed, described by the API, as configuration items.

ministack keeps recorders and channels, and records nothing.
"""

import json
import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError
from ministack.core.responses import get_account_id, get_region
from ministack.services import config

from ..http import self_client
from ..http.answers import iso
from ..http.call import Call
from ..http.parameters import lowered_names

log = logging.getLogger("bridge.recorder")


@dataclass(frozen=True)
class Kind:
    """One resource type: how it is named in calls, described, and identified."""

    type: str
    service: str
    names: tuple[str, ...]  # the parameters or answers that hold its name
    describe: Callable[[str], dict[str, Any]]
    every: Callable[[], list[str]]
    arn: str
    id: Callable[[dict[str, Any]], str] | None = None  # where it is not the name


def _ec2(operation: str, many: str, key: str, ids: str) -> tuple[Callable, Callable]:
    def describe(name: str) -> dict[str, Any]:
        return getattr(self_client.client("ec2"), operation)(**{ids: [name]})[many][0]

    def every() -> list[str]:
        return [r[key] for r in getattr(self_client.client("ec2"), operation)()[many]]

    return describe, every


def _bucket(name: str) -> dict[str, Any]:
    s3 = self_client.client("s3")
    s3.head_bucket(Bucket=name)
    return {"name": name, "owner": {"id": get_account_id()}}


def _instances() -> list[str]:
    found = self_client.client("ec2").describe_instances()["Reservations"]
    return [i["InstanceId"] for r in found for i in r["Instances"]]


def _instance(name: str) -> dict[str, Any]:
    return self_client.client("ec2").describe_instances(InstanceIds=[name])["Reservations"][0][
        "Instances"
    ][0]


GROUP = _ec2("describe_security_groups", "SecurityGroups", "GroupId", "GroupIds")
VOLUME = _ec2("describe_volumes", "Volumes", "VolumeId", "VolumeIds")
ADDRESS = _ec2("describe_addresses", "Addresses", "AllocationId", "AllocationIds")
KINDS = (
    Kind(
        "AWS::EC2::SecurityGroup",
        "ec2",
        ("GroupId",),
        *GROUP,
        "arn:aws:ec2:{region}:{account}:security-group/{id}",
    ),
    Kind(
        "AWS::EC2::Volume",
        "ec2",
        ("VolumeId",),
        *VOLUME,
        "arn:aws:ec2:{region}:{account}:volume/{id}",
    ),
    Kind(
        "AWS::EC2::EIP",
        "ec2",
        ("AllocationId",),
        *ADDRESS,
        "arn:aws:ec2:{region}:{account}:eip-allocation/{id}",
    ),
    Kind(
        "AWS::EC2::Instance",
        "ec2",
        ("InstanceId",),
        _instance,
        _instances,
        "arn:aws:ec2:{region}:{account}:instance/{id}",
    ),
    Kind(
        "AWS::S3::Bucket",
        "s3",
        ("Bucket",),
        _bucket,
        lambda: [b["Name"] for b in self_client.client("s3").list_buckets()["Buckets"]],
        "arn:aws:s3:::{id}",
    ),
    Kind(
        "AWS::RDS::DBInstance",
        "rds",
        ("DBInstanceIdentifier",),
        lambda n: self_client.client("rds").describe_db_instances(DBInstanceIdentifier=n)[
            "DBInstances"
        ][0],
        lambda: [
            d["DBInstanceIdentifier"]
            for d in self_client.client("rds").describe_db_instances()["DBInstances"]
        ],
        "arn:aws:rds:{region}:{account}:db:{name}",
        id=lambda d: d["DbiResourceId"],
    ),
    Kind(
        "AWS::DynamoDB::Table",
        "dynamodb",
        ("TableName",),
        lambda n: self_client.client("dynamodb").describe_table(TableName=n)["Table"],
        lambda: self_client.client("dynamodb").list_tables()["TableNames"],
        "arn:aws:dynamodb:{region}:{account}:table/{id}",
    ),
    Kind(
        "AWS::SQS::Queue",
        "sqs",
        ("QueueUrl",),
        lambda n: self_client.client("sqs").get_queue_attributes(
            QueueUrl=n, AttributeNames=["All"]
        )["Attributes"],
        lambda: self_client.client("sqs").list_queues().get("QueueUrls", []),
        "arn:aws:sqs:{region}:{account}:{name}",
    ),
    Kind(
        "AWS::Lambda::Function",
        "lambda",
        ("FunctionName",),
        lambda n: self_client.client("lambda").get_function_configuration(FunctionName=n),
        lambda: [
            f["FunctionName"] for f in self_client.client("lambda").list_functions()["Functions"]
        ],
        "arn:aws:lambda:{region}:{account}:function:{id}",
    ),
)
_last: dict[tuple[str, str, str, str], dict[str, Any]] = {}


def changed(call: Call) -> Iterator[tuple[Kind, str]]:
    """The resources that a call changed."""
    for kind in KINDS:
        if kind.service != call.service:
            continue
        seen = set()
        for part in _parts([call.params, call.result]):
            for name in kind.names:
                value = part.get(name)
                if isinstance(value, str) and value not in seen:
                    seen.add(value)
                    yield kind, value
                many = part.get(name + "s") or []
                for value in many if isinstance(many, list) else []:
                    if isinstance(value, str) and value not in seen:
                        seen.add(value)
                        yield kind, value


def _parts(found: list[Any]) -> Iterator[dict[str, Any]]:
    while found:
        part = found.pop()
        if isinstance(part, dict):
            yield part
            found.extend(part.values())
        elif isinstance(part, list):
            found.extend(part)


def records(kind: Kind) -> bool:
    """Whether a recorder that is on covers this type."""
    for kept in config._recorders.values():
        group = kept["recorder"].get("recordingGroup") or {"allSupported": True}
        strategy = (group.get("recordingStrategy") or {}).get("useOnly", "")
        named = kind.type in (group.get("resourceTypes") or [])
        excluded = kind.type in (group.get("exclusionByResourceTypes") or {}).get(
            "resourceTypes", []
        )
        everything = group.get("allSupported") or strategy == "ALL_SUPPORTED_RESOURCE_TYPES"
        if kept.get("recording") and (
            named or everything or ("EXCLUSION" in strategy and not excluded)
        ):
            return True
    return False


def item(kind: Kind, name: str) -> dict[str, Any] | None:
    """The configuration item of a resource as it is now; None when nothing is known to have changed."""
    account, region = get_account_id(), get_region()
    key = (account, region, kind.type, name)
    known = _last.get(key)
    try:
        found = kind.describe(name)
        status = "OK" if known else "ResourceDiscovered"
    except (ClientError, IndexError):
        if known is None:
            return None
        return _last.pop(key) | {
            "configuration": None,
            "configurationItemStatus": "ResourceDeleted",
            "configurationItemCaptureTime": iso(),
        }
    found.pop("ResponseMetadata", None)
    short = name.rsplit("/", 1)[-1]
    resource_id = kind.id(found) if kind.id else name
    made = {
        "configurationItemVersion": "1.3",
        "configurationItemCaptureTime": iso(),
        "configurationStateId": int(time.time() * 1000),
        "awsAccountId": account,
        "configurationItemStatus": status,
        "resourceType": kind.type,
        "resourceId": resource_id,
        "resourceName": short if kind.service != "ec2" else None,
        "ARN": kind.arn.format(region=region, account=account, id=resource_id, name=short),
        "awsRegion": region,
        "availabilityZone": found.get("AvailabilityZone", "Not Applicable"),
        "configurationStateMd5Hash": "",
        "tags": _tags(found),
        "relatedEvents": [],
        "relationships": [],
        "configuration": lowered_names(json.loads(json.dumps(found, default=_when))),
        "supplementaryConfiguration": {},
    }
    _last[key] = made
    return made


def _tags(found: dict[str, Any]) -> dict[str, str]:
    tags = found.get("Tags") or found.get("TagList") or []
    return {t["Key"]: t["Value"] for t in tags} if isinstance(tags, list) else dict(tags)


def _when(value: Any) -> str:
    return iso(value.timestamp()) if hasattr(value, "timestamp") else str(value)
