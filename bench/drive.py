"""Drives one Lambda handler in a fresh process, as the runtime does: import, first event, more events.

    python drive.py '{"folder": …, "handler": "module.name", "group": "sg-…", "queue": true, …}'

Before each event another range of ports up to 22 is opened to the world, so each event has
something to close. It imports as little as it can: what it imports, the handler need not.
"""

from __future__ import annotations

import json
import os
import resource
import socket
import sys
import time
from typing import Any

ENDPOINT = os.environ["AWS_ENDPOINT_URL"].partition("//")[2]
SCOPE = "Credential=bench/20260101/us-east-1/ec2/aws4_request, SignedHeaders=host, Signature=0"
FORM = "Content-Type: application/x-www-form-urlencoded; charset=utf-8"
EVERYBODY = "0.0.0.0/0"


class Context:
    """What Lambda tells a handler of itself."""

    aws_request_id = "00000000-0000-4000-8000-000000000000"
    function_name = "bench"
    function_version = "1"
    memory_limit_in_mb = 512
    log_group_name = "/aws/lambda/bench"
    log_stream_name = "bench"
    invoked_function_arn = "arn:aws:lambda:us-east-1:123456789012:function:bench"

    @staticmethod
    def get_remaining_time_in_millis() -> int:
        return 60000


def http(path: str, body: str = "") -> str:
    """One request to the front, over a connection of its own."""
    host, _, port = ENDPOINT.partition(":")
    lines = [
        f"{'POST' if body else 'GET'} {path} HTTP/1.1",
        f"Host: {ENDPOINT}",
        f"Content-Length: {len(body)}",
        *((FORM, f"Authorization: AWS4-HMAC-SHA256 {SCOPE}") if body else ()),
    ]
    with socket.create_connection((host, int(port))) as connection:
        connection.sendall(("\r\n".join(lines) + "\r\n\r\n" + body).encode())
        answer = connection.makefile("rb")
        length = 0
        if b" 200 " not in (status := answer.readline()):
            raise RuntimeError(f"{path or body} was answered {status!r}")
        while (line := answer.readline().strip().lower()) != b"":
            if line.startswith(b"content-length:"):
                length = int(line.partition(b":")[2])
        return answer.read(length).decode()


def ec2(action: str, group: str, more: str = "") -> str:
    return http("/", f"Action={action}&Version=2016-11-15&{group}{more}")


def opened(group: str, first: int) -> None:
    """Let the world in on the ports up to 22, from this one on."""
    grant = {
        "IpProtocol": "tcp",
        "FromPort": first,
        "ToPort": 22,
        "IpRanges.1.CidrIp": EVERYBODY.replace("/", "%2F"),
    }
    said = "".join(f"&IpPermissions.1.{name}={value}" for name, value in grant.items())
    ec2("AuthorizeSecurityGroupIngress", f"GroupId={group}", said)


def is_open(group: str) -> bool:
    said = ec2("DescribeSecurityGroups", f"GroupId.1={group}")
    if "<ipPermissions" not in said:
        raise RuntimeError(f"who may come in is not said: {said[:300]}")
    way_out, end = "<ipPermissionsEgress>", "</ipPermissionsEgress>"
    before, _, after = said.partition(way_out)
    return EVERYBODY in before + after.partition(end)[2]


def event(name: str, group: str, *, queue: bool) -> dict[str, Any]:
    """What EventBridge tells of a call; from a queue, as its message."""
    detail = {
        "eventVersion": "1.08",
        "userIdentity": {"type": "IAMUser", "accountId": "123456789012", "userName": "dev"},
        "eventTime": "2026-01-01T00:00:00Z",
        "eventSource": "ec2.amazonaws.com",
        "eventName": name,
        "awsRegion": "us-east-1",
        "requestParameters": {"groupId": group},
        "responseElements": {"_return": True},
        "eventType": "AwsApiCall",
        "recipientAccountId": "123456789012",
    }
    said = {
        "version": "0",
        "id": "00000000-0000-4000-8000-000000000000",
        "detail-type": "AWS API Call via CloudTrail",
        "source": "aws.ec2",
        "account": "123456789012",
        "time": "2026-01-01T00:00:00Z",
        "region": "us-east-1",
        "resources": [],
        "detail": detail,
    }
    record = {"messageId": "1", "eventSource": "aws:sqs", "body": json.dumps(said)}
    return {"Records": [record]} if queue else said


def cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


class Drive:
    """One handler and one security group."""

    def __init__(self, order: dict[str, Any]) -> None:
        self.group, self.queue = order["group"], order["queue"]
        sys.path[0] = order["folder"]
        os.chdir(order["folder"])
        began = cpu()
        module, _, name = order["handler"].rpartition(".")
        self.handler = getattr(__import__(module, fromlist=[name]), name)
        self.imported = cpu() - began

    def on_event(self, name: str) -> dict[str, Any]:
        """One event: CPU, wall, and which calls it took."""
        message = event(name, self.group, queue=self.queue)
        http("/__bench__/reset")
        began, from_ = time.perf_counter(), cpu()
        said = self.handler(message, Context())
        cost = {"cpu": cpu() - from_, "wall": time.perf_counter() - began}
        stats = json.loads(http("/__bench__/stats"))
        failed = bool(said and isinstance(said, dict) and said.get("batchItemFailures"))
        return cost | {"calls": stats["calls"], "failed": failed}

    def close(self, first: int) -> dict[str, Any]:
        """Open the group, an hour after the last time, and let the handler close it."""
        http("/__bench__/next-hour")
        opened(self.group, first)
        return self.on_event("AuthorizeSecurityGroupIngress") | {"closed": not is_open(self.group)}


def main(order: dict[str, Any]) -> dict[str, Any]:
    drive = Drive(order)
    first = drive.close(22)
    first_peak = peak()
    echo = drive.on_event("RevokeSecurityGroupIngress")
    more = [drive.close(22 - n) for n in range(1, 1 + order["more"])]
    return {
        "imported": drive.imported,
        "first": first,
        "first_peak": first_peak,
        "echo": echo,
        "more": more,
        "peak": peak(),
    }


if __name__ == "__main__":
    said = main(json.loads(sys.argv[1]))
    print(json.dumps(said))
