"""Functions are woken as AWS wakes them, tried again, given up, and told about."""

from __future__ import annotations

import json

import pytest
from botocore.exceptions import ClientError

from tests.emulator.contract.tools import Queue, function, listen, unique, until

pytestmark = [pytest.mark.emulator]


def permit(aws, arn, principal):
    aws.client("lambda").add_permission(
        FunctionName=arn,
        StatementId=unique("may"),
        Action="lambda:InvokeFunction",
        Principal=principal,
    )


def rule_for(aws, arn, source):
    events, name = aws.client("events"), unique("rule")
    events.put_rule(Name=name, EventPattern=json.dumps({"source": [source]}))
    events.put_targets(Rule=name, Targets=[{"Id": "function", "Arn": arn}])


def send(aws, source, **detail):
    entry = {"Source": source, "DetailType": "test", "Detail": json.dumps(detail)}
    assert aws.client("events").put_events(Entries=[entry])["FailedEntryCount"] == 0


def test_a_rule_tries_its_function_again_and_then_tells(aws):
    seen, given_up = Queue(aws), Queue(aws, "given-up")
    arn, source = function(aws, "fail", SEEN=seen.url), unique("failing")
    permit(aws, arn, "events.amazonaws.com")
    aws.client("lambda").put_function_event_invoke_config(
        FunctionName=arn,
        MaximumRetryAttempts=1,
        DestinationConfig={"OnFailure": {"Destination": given_up.arn}},
    )
    rule_for(aws, arn, source)
    send(aws, source, number=1)
    told = given_up.wait()
    assert len(told) == 1
    assert told[0]["requestPayload"]["detail"] == {"number": 1}
    assert told[0]["responsePayload"]["errorType"] == "DrainedError"
    assert len(seen.wait(2)) == 2


def test_success_is_told(aws):
    told = Queue(aws)
    arn = function(aws, "recall", SEEN=told.url)
    done = Queue(aws, "done")
    aws.client("lambda").put_function_event_invoke_config(
        FunctionName=arn, DestinationConfig={"OnSuccess": {"Destination": done.arn}}
    )
    aws.client("lambda").invoke(FunctionName=arn, InvocationType="Event", Payload=b'{"a": 1}')
    success = done.wait()[0]
    assert success["requestContext"]["condition"] == "Success"
    assert success["responsePayload"] == {"saw": {"a": 1}}


def test_a_failure_has_the_name_of_its_exception(aws):
    arn = function(aws, "fail", SEEN=Queue(aws).url)
    invoked = aws.client("lambda").invoke(FunctionName=arn, Payload=b"{}")
    assert invoked["FunctionError"] == "Unhandled"
    said = json.load(invoked["Payload"])
    assert (said["errorType"], said["errorMessage"]) == ("DrainedError", "no more")


def test_a_batch_fails_in_part_and_ends_in_the_dead_letter_queue(aws):
    dead = Queue(aws, "dead")
    policy = {"deadLetterTargetArn": dead.arn, "maxReceiveCount": 2}
    work = Queue(aws, "work", VisibilityTimeout="3", RedrivePolicy=json.dumps(policy))
    seen = Queue(aws)
    arn = function(aws, "consume", timeout=3, SEEN=seen.url)
    aws.client("lambda").invoke(
        FunctionName=arn, Payload=b'{"Records": []}'
    )  # a cold start is slow
    aws.client("lambda").create_event_source_mapping(
        EventSourceArn=work.arn,
        FunctionName=arn,
        BatchSize=10,
        FunctionResponseTypes=["ReportBatchItemFailures"],
    )
    bodies = ["good-1", "bad", "good-2"]
    aws.client("sqs").send_message_batch(
        QueueUrl=work.url,
        Entries=[{"Id": str(i), "MessageBody": b} for i, b in enumerate(bodies)],
    )
    received = until(lambda: dead.client.receive_message(QueueUrl=dead.url).get("Messages"))
    assert [m["Body"] for m in received] == ["bad"]
    seen.wait(4)
    assert sorted(s["body"] for s in seen.bodies) == ["bad", "bad", "good-1", "good-2"]
    sources = aws.client("sqs").list_dead_letter_source_queues(QueueUrl=dead.url)
    assert sources["queueUrls"] == [work.url]
    # AWS takes a queue's URL under any of its hosts.
    whole = f"https://sqs.{aws.region}.amazonaws.com/{aws.account}/{dead.url.rpartition('/')[2]}"
    sources = aws.client("sqs").list_dead_letter_source_queues(QueueUrl=whole)
    assert sources["queueUrls"] == [work.url]


def test_a_queue_too_hasty_for_its_function_is_refused(aws):
    hasty, arn = Queue(aws, "hasty", VisibilityTimeout="29"), function(aws, "consume", timeout=30)
    with pytest.raises(ClientError, match="visibility timeout: 29 seconds is less than Function"):
        aws.client("lambda").create_event_source_mapping(EventSourceArn=hasty.arn, FunctionName=arn)
    patient = Queue(aws, "patient", VisibilityTimeout="30")
    aws.client("lambda").create_event_source_mapping(EventSourceArn=patient.arn, FunctionName=arn)


def test_dead_letters_go_back_where_they_came_from(aws):
    dead = Queue(aws, "dead")
    policy = {"deadLetterTargetArn": dead.arn, "maxReceiveCount": 1}
    work = Queue(aws, "work", RedrivePolicy=json.dumps(policy))
    dead.client.send_message(QueueUrl=dead.url, MessageBody='"again"')
    task = dead.client.start_message_move_task(SourceArn=dead.arn)
    assert task["TaskHandle"]
    assert work.wait() == ["again"]
    moved = dead.client.list_message_move_tasks(SourceArn=dead.arn)["Results"][0]
    assert moved["Status"] == "COMPLETED"
    assert moved["ApproximateNumberOfMessagesMoved"] == 1


def test_an_embedded_metric_is_measured(aws):
    aws.client("lambda").invoke(FunctionName=function(aws, "measure"))
    cloudwatch = aws.client("cloudwatch")
    metric = {"Namespace": "Contract", "MetricName": "Taken"}
    dimensions = [{"Name": "Kind", "Value": "port"}]

    def look():
        from datetime import UTC, datetime, timedelta

        end = datetime.now(UTC) + timedelta(minutes=1)
        found = cloudwatch.get_metric_data(
            StartTime=end - timedelta(hours=1),
            EndTime=end,
            MetricDataQueries=[
                {
                    "Id": "taken",
                    "MetricStat": {
                        "Metric": {**metric, "Dimensions": dimensions},
                        "Period": 60,
                        "Stat": "Sum",
                    },
                },
                {
                    "Id": "nothing",
                    "MetricStat": {
                        "Metric": {**metric, "Namespace": "Nowhere"},
                        "Period": 60,
                        "Stat": "Sum",
                    },
                },
            ],
        )["MetricDataResults"]
        return {r["Id"]: r["Values"] for r in found if r["Id"] == "nothing" or r["Values"]}

    assert until(lambda: len(look()) == 2 and look()) == {"taken": [7.0], "nothing": []}


def test_an_alarm_tells_the_bus_its_topic_and_its_function(aws):
    received = listen(aws, {"detail-type": ["CloudWatch Alarm State Change"]})
    seen, fanned = Queue(aws), Queue(aws, "fanned")
    arn = function(aws, "recall", SEEN=seen.url)
    permit(aws, arn, "lambda.alarms.cloudwatch.amazonaws.com")
    topic = aws.client("sns").create_topic(Name=unique("topic"))["TopicArn"]
    aws.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=fanned.arn)
    cloudwatch, name = aws.client("cloudwatch"), unique("alarm")
    cloudwatch.put_metric_alarm(
        AlarmName=name,
        Namespace="Contract",
        MetricName="Never",
        Period=60,
        Statistic="Sum",
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanThreshold",
        AlarmActions=[arn, topic],
    )
    for state in ("OK", "ALARM"):
        cloudwatch.set_alarm_state(AlarmName=name, StateValue=state, StateReason="the contract")
    event = until(lambda: [h for h in received.read() if h["detail"]["state"]["value"] == "ALARM"])[
        0
    ]
    assert event["source"] == "aws.cloudwatch"
    assert event["resources"][0].endswith(f":alarm:{name}")
    assert event["detail"]["alarmName"] == name
    assert event["detail"]["previousState"]["value"] == "OK"
    assert seen.wait()[0]["alarmData"]["state"]["value"] == "ALARM"
    assert json.loads(fanned.wait()[0]["Message"])["AlarmName"] == name


def test_a_rule_and_a_schedule_reach_a_queue(aws):
    queue, source = Queue(aws), unique("source")
    listen(aws, {"source": [source], "detail": {"size": [{"numeric": [">", 3]}]}}, target=queue)
    send(aws, source, size=3)
    send(aws, source, size=4)
    scheduler = aws.client("scheduler")
    scheduler.create_schedule(
        Name=unique("often"),
        ScheduleExpression="rate(1 minutes)",
        FlexibleTimeWindow={"Mode": "OFF"},
        Target={
            "Arn": queue.arn,
            "RoleArn": f"arn:aws:iam::{aws.account}:role/scheduler",
            "Input": '{"sweep": "all"}',
        },
    )
    assert [b["detail"]["size"] for b in queue.wait()] == [4]
    from datetime import UTC, datetime

    scheduler.create_schedule(
        Name=unique("once"),
        ScheduleExpression=f"at({datetime.now(UTC):%Y-%m-%dT%H:%M:%S})",
        FlexibleTimeWindow={"Mode": "OFF"},
        Target={
            "Arn": queue.arn,
            "RoleArn": f"arn:aws:iam::{aws.account}:role/scheduler",
            "Input": '{"sweep": "once"}',
        },
    )
    swept = until(lambda: [b for b in queue.read() if b.get("sweep") == "once"], 70)
    assert swept == [{"sweep": "once"}]
