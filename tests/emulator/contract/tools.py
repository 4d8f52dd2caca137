"""What contract tests share: waiting for an effect, queues to see it in, and functions to cause it."""

from __future__ import annotations

import io
import json
import uuid
import zipfile
from pathlib import Path

from emulator import waiting

HANDLER = Path(__file__).with_name("handler.py")


def until(look, max_wait=60.0):
    """The first truthy thing seen, or the last look once there is no hope."""
    try:
        return waiting.until(lambda: look() or None, "the effect", max_wait)
    except waiting.TooLate:
        return look()


def unique(name):
    """A name that no other test has."""
    return f"{name}-{uuid.uuid4().hex[:8]}"


class Queue:
    """A queue that remembers what was read from it."""

    def __init__(self, aws, name="seen", **attributes):
        self.client = aws.client("sqs")
        self.name = unique(name)
        self.url = self.client.create_queue(QueueName=self.name, Attributes=attributes)["QueueUrl"]
        asked = self.client.get_queue_attributes(QueueUrl=self.url, AttributeNames=["QueueArn"])
        self.arn = asked["Attributes"]["QueueArn"]
        self.bodies = []

    def read(self):
        """Everything that ever arrived."""
        while messages := self.client.receive_message(
            QueueUrl=self.url, MaxNumberOfMessages=10, VisibilityTimeout=600
        ).get("Messages", []):
            self.bodies += [json.loads(m["Body"]) for m in messages]
        return self.bodies

    def wait(self, count=1, max_wait=60.0):
        """At least so many messages."""
        return until(lambda: len(self.read()) >= count and self.bodies, max_wait) or self.bodies


def listen(aws, pattern, region=None, target=None):
    """A queue that gets every event of the default bus that matches."""
    queue = target or Queue(aws, "received")
    events, name = aws.client("events", region), unique("rule")
    events.put_rule(Name=name, EventPattern=json.dumps(pattern))
    events.put_targets(Rule=name, Targets=[{"Id": "queue", "Arn": queue.arn}])
    return queue


def subscribe(aws, *names, region=None, **detail):
    """A queue that gets the events of these API calls."""
    detail = {"eventName": list(names), **detail}
    return listen(aws, {"detail-type": ["AWS API Call via CloudTrail"], "detail": detail}, region)


def role(aws, *statements, name="worker", trust=None):
    """A role, by default for functions, that may do what the statements say; its ARN."""
    iam, name = aws.client("iam"), unique(name)
    trust = trust or {"Service": "lambda.amazonaws.com"}
    assume = [{"Effect": "Allow", "Principal": trust, "Action": "sts:AssumeRole"}]
    policy = {"Version": "2012-10-17", "Statement": assume}
    arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(policy))["Role"]["Arn"]
    if statements:
        document = {"Version": "2012-10-17", "Statement": list(statements)}
        iam.put_role_policy(RoleName=name, PolicyName="may", PolicyDocument=json.dumps(document))
    return arn


def allow(action, resource="*"):
    """A statement that allows."""
    return {"Effect": "Allow", "Action": action, "Resource": resource}


def function(aws, verb, *, role_arn=None, timeout=30, **environment):
    """A function that does what `handler.py` calls by this verb; its ARN."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("index.py", HANDLER.read_text())
    made = aws.client("lambda").create_function(
        FunctionName=unique(verb),
        Runtime="python3.13",
        Handler=f"index.{verb}",
        Role=role_arn or role(aws),
        Code={"ZipFile": packed.getvalue()},
        Timeout=timeout,
        Environment={"Variables": environment},
    )
    return made["FunctionArn"]
