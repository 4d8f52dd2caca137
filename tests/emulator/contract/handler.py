"""The functions of the contract tests. They run in the emulator, which has botocore and no boto3."""

import functools
import json
import os

import botocore.session
from botocore.exceptions import ClientError


class DrainedError(Exception):
    """An exception with a name of its own."""


@functools.cache
def client(service):
    return botocore.session.Session().create_client(service)


def tell(event):
    client("sqs").send_message(QueueUrl=os.environ["SEEN"], MessageBody=json.dumps(event))


def recall(event, _context):
    tell(event)
    return {"saw": event}


def fail(event, _context):
    tell(event)
    raise DrainedError("no more")


def judge(event, _context):
    invoking = json.loads(event["invokingEvent"])
    item = invoking["configurationItem"]
    world = json.dumps(item["configuration"]).count("0.0.0.0/0") > 1  # egress has one
    verdict = {
        "ComplianceResourceType": item["resourceType"],
        "ComplianceResourceId": item["resourceId"],
        "ComplianceType": "NON_COMPLIANT" if world else "COMPLIANT",
        "OrderingTimestamp": item["configurationItemCaptureTime"],
    }
    client("config").put_evaluations(Evaluations=[verdict], ResultToken=event["resultToken"])
    if "SEEN" in os.environ:
        tell(event)


def measure(_event, _context):
    directive = {
        "Namespace": "Contract",
        "Dimensions": [["Kind"]],
        "Metrics": [{"Name": "Taken", "Unit": "Count"}],
    }
    meta = {"Timestamp": 1, "CloudWatchMetrics": [directive]}
    print(json.dumps({"_aws": meta, "Kind": "port", "Taken": 7}))  # noqa: T201


def consume(event, _context):
    bad = []
    for record in event["Records"]:
        tell({"body": record["body"]})
        if record["body"].startswith("bad"):
            bad.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": bad}


def attempt(event, _context):
    """Make one call with our own credentials; say what AWS said."""
    try:
        getattr(client(event["service"]), event["operation"])(**event["params"])
    except ClientError as refused:
        return refused.response["Error"]["Code"]
    return "done"


def introduce(_event, _context):
    return client("sts").get_caller_identity()["Arn"]
