"""What works in the background: ports, logs, queues, functions, containers, and a stack that somebody changed."""

from __future__ import annotations

import io
import json
import zipfile
from functools import partial
from typing import Any

from botocore.exceptions import ClientError

from tests.verify.planting import TAGS, Made
from tests.verify.sandbox import WORD, Sandbox


def port(number: int, sandbox: Sandbox) -> Made:
    """A security group of a VPC of its own, without anything in it, open to the world."""
    ec2, name = sandbox.client("ec2"), sandbox.named(f"port-{number}")
    vpc = ec2.create_vpc(CidrBlock="10.99.0.0/24")["Vpc"]["VpcId"]
    sandbox.removing(f"VPC {vpc}", lambda: ec2.delete_vpc(VpcId=vpc))
    group = ec2.create_security_group(
        GroupName=name,
        Description="made by make verify-aws",
        VpcId=vpc,
        TagSpecifications=[{"ResourceType": "security-group", "Tags": TAGS}],
    )["GroupId"]
    sandbox.removing(f"security group {group}", lambda: ec2.delete_security_group(GroupId=group))
    world = {"CidrIp": "0.0.0.0/0", "Description": "verifying"}
    opened = {"IpProtocol": "tcp", "FromPort": number, "ToPort": number, "IpRanges": [world]}
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[opened])

    def is_fixed() -> bool:
        (found,) = ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"]
        return not found["IpPermissions"]

    return Made(group, is_fixed)


def log_group(sandbox: Sandbox) -> Made:
    """A log group that keeps everything."""
    logs, name = sandbox.client("logs"), sandbox.named("logs")
    sandbox.removing(f"log group {name}", lambda: logs.delete_log_group(logGroupName=name))
    logs.create_log_group(logGroupName=name, tags={"environment": WORD})

    def is_fixed() -> bool:
        found = logs.describe_log_groups(logGroupNamePrefix=name)["logGroups"]
        return any("retentionInDays" in one for one in found)

    return Made(name, is_fixed)


def dead_letters(sandbox: Sandbox) -> Made:
    """A dead-letter queue that nobody watches."""
    sqs = sandbox.client("sqs")
    urls: list[str] = []

    def queue(what: str, **attributes: str) -> str:
        made: str = sqs.create_queue(
            QueueName=sandbox.named(what), Attributes=attributes, tags={"environment": WORD}
        )["QueueUrl"]
        sandbox.removing(f"queue {made}", partial(sqs.delete_queue, QueueUrl=made))
        urls.append(made)
        return made

    dead = queue("dead")
    said: Any = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])
    redrive = {"deadLetterTargetArn": said["Attributes"]["QueueArn"], "maxReceiveCount": 3}
    queue("work", RedrivePolicy=json.dumps(redrive))
    alarms, called = sandbox.client("cloudwatch"), f"dead-letters-{sandbox.named('dead')}"
    sandbox.removing(f"alarm {called}", lambda: alarms.delete_alarms(AlarmNames=[called]))

    def is_fixed() -> bool:
        return bool(alarms.describe_alarms(AlarmNames=[called])["MetricAlarms"])

    return Made(dead, is_fixed)


def slow_reader(sandbox: Sandbox) -> Made:
    """A queue that hides a message for as long as one try of its function takes."""
    sqs, functions = sandbox.client("sqs"), sandbox.client("lambda")
    name = sandbox.named("reader")
    url = sqs.create_queue(QueueName=name, tags={"environment": WORD})["QueueUrl"]
    sandbox.removing(f"queue {name}", partial(sqs.delete_queue, QueueUrl=url))
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"][
        "QueueArn"
    ]
    does = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]
    role = service_role(sandbox, "reader", "lambda.amazonaws.com", does)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("index.py", "def handler(event, context):\n    return None\n")
    sandbox.removing(f"function {name}", partial(functions.delete_function, FunctionName=name))

    def made() -> bool:
        """IAM needs some seconds until a new role can be taken."""
        try:
            functions.create_function(
                FunctionName=name,
                Runtime="python3.13",
                Role=role,
                Handler="index.handler",
                Timeout=10,
                Code={"ZipFile": packed.getvalue()},
                Tags={"environment": WORD},
            )
        except ClientError as error:
            if error.response["Error"]["Code"] != "InvalidParameterValueException":
                raise
            return False
        mapping = functions.create_event_source_mapping(EventSourceArn=arn, FunctionName=name)[
            "UUID"
        ]
        sandbox.removing(
            f"mapping {mapping}", lambda: functions.delete_event_source_mapping(UUID=mapping)
        )
        return True

    def is_fixed() -> bool:
        said = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["VisibilityTimeout"])
        return int(said["Attributes"]["VisibilityTimeout"]) >= 60

    return Made(str(arn), is_fixed, made, is_late=True)


def service_role(sandbox: Sandbox, what: str, service: str, does: list[str]) -> str:
    """A role that one service may take, with these actions."""
    iam, name = sandbox.client("iam"), sandbox.named(what)
    trust = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    allowed = {"Effect": "Allow", "Action": does, "Resource": "*"}
    made = iam.create_role(
        RoleName=name,
        AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]}),
    )
    sandbox.removing(f"role {name}", partial(iam.delete_role, RoleName=name))
    document = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
    iam.put_role_policy(RoleName=name, PolicyName="own", PolicyDocument=document)
    sandbox.removing(
        f"policy of {name}", partial(iam.delete_role_policy, RoleName=name, PolicyName="own")
    )
    return str(made["Role"]["Arn"])


def service(sandbox: Sandbox) -> Made:
    """A service of containers, with none running, whose bad deployments stay."""
    ecs, name = sandbox.client("ecs"), sandbox.named("service")
    ecs.create_cluster(clusterName=name)
    sandbox.removing(f"cluster {name}", partial(ecs.delete_cluster, cluster=name))
    container = {
        "name": "main",
        "image": "public.ecr.aws/docker/library/busybox:stable",
        "memory": 16,
    }
    task = ecs.register_task_definition(family=name, containerDefinitions=[container])
    task_arn = task["taskDefinition"]["taskDefinitionArn"]
    sandbox.removing(
        f"task definition {name}", partial(ecs.deregister_task_definition, taskDefinition=task_arn)
    )
    arn = ecs.create_service(
        cluster=name,
        serviceName=name,
        taskDefinition=task_arn,
        desiredCount=0,
        launchType="EC2",
        tags=[{"key": "environment", "value": WORD}],
    )["service"]["serviceArn"]
    sandbox.removing(
        f"service {name}", partial(ecs.delete_service, cluster=name, service=name, force=True)
    )

    def is_fixed() -> bool:
        (found,) = ecs.describe_services(cluster=name, services=[name])["services"]
        breaker = found["deploymentConfiguration"].get("deploymentCircuitBreaker") or {}
        return bool(breaker.get("enable") and breaker.get("rollback"))

    return Made(arn, is_fixed)


def by_hand(sandbox: Sandbox) -> Made:
    """A queue of a stack that somebody changed by hand."""
    name, formation, sqs = (
        sandbox.named("by-hand"),
        sandbox.client("cloudformation"),
        sandbox.client("sqs"),
    )
    queue = {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": name, "VisibilityTimeout": 90}}
    sandbox.removing(f"stack {name}", lambda: formation.delete_stack(StackName=name))
    formation.create_stack(
        StackName=name, TemplateBody=json.dumps({"Resources": {"Queue": queue}}), Tags=TAGS
    )
    formation.get_waiter("stack_create_complete").wait(StackName=name, WaiterConfig={"Delay": 2})
    (made,) = formation.describe_stack_resources(StackName=name)["StackResources"]
    url = made["PhysicalResourceId"]
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "31"})

    def is_fixed() -> bool:
        said = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["VisibilityTimeout"])
        return bool(said["Attributes"]["VisibilityTimeout"] == "90")

    return Made(f"AWS::SQS::Queue {url}", is_fixed)


def stopped_trail(sandbox: Sandbox) -> Made:
    """A trail that somebody stopped a moment ago."""
    trails, s3, name = sandbox.client("cloudtrail"), sandbox.client("s3"), sandbox.named("trail")
    where = {"LocationConstraint": sandbox.region}
    s3.create_bucket(
        Bucket=name,
        **({} if sandbox.region == "us-east-1" else {"CreateBucketConfiguration": where}),
    )

    def remove() -> None:
        for one in s3.list_objects_v2(Bucket=name).get("Contents", ()):
            s3.delete_object(Bucket=name, Key=one["Key"])
        s3.delete_bucket(Bucket=name)

    sandbox.removing(f"bucket {name}", remove)
    bucket = f"arn:{sandbox.identity.split(':')[1]}:s3:::{name}"
    who = {"Effect": "Allow", "Principal": {"Service": "cloudtrail.amazonaws.com"}}
    reads = who | {"Action": "s3:GetBucketAcl", "Resource": bucket}
    writes = who | {"Action": "s3:PutObject", "Resource": f"{bucket}/AWSLogs/{sandbox.account}/*"}
    s3.put_bucket_policy(
        Bucket=name, Policy=json.dumps({"Version": "2012-10-17", "Statement": [reads, writes]})
    )
    arn = trails.create_trail(Name=name, S3BucketName=name, TagsList=TAGS)["TrailARN"]
    sandbox.removing(f"trail {name}", partial(trails.delete_trail, Name=name))
    trails.start_logging(Name=name)
    trails.stop_logging(Name=name)
    return Made(arn, lambda: bool(trails.get_trail_status(Name=name)["IsLogging"]))
