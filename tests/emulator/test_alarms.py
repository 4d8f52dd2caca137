"""Alarms that end in a fix, deployed: whoever made one and whatever it is called."""

from __future__ import annotations

import json
from typing import Any

import pytest

from steadyhand.model import ChangeState, Record, Risk
from tests.emulator.living import Living, eventually

pytestmark = [pytest.mark.emulator]
AGE = "ApproximateAgeOfOldestMessage"
LONGEST = "1209600"


def kept(living: Living, url: str) -> str:
    """How long a queue keeps messages."""
    asked = {"QueueUrl": url, "AttributeNames": ["MessageRetentionPeriod"]}
    said = living.aws.client("sqs").get_queue_attributes(**asked)["Attributes"]
    return str(said["MessageRetentionPeriod"])


def waiting(living: Living, name: str, hours: float) -> str:
    """A queue with a message, and CloudWatch's word for how long it has waited.

    Of real queues CloudWatch knows by itself; ministack tells it nothing of the age.
    """
    sqs, cloudwatch = living.aws.client("sqs"), living.aws.client("cloudwatch")
    url: str = sqs.create_queue(QueueName=name)["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody="an order")
    one = {"MetricName": AGE, "Dimensions": dimensions(name), "Value": hours * 3600}
    cloudwatch.put_metric_data(Namespace="AWS/SQS", MetricData=[one])
    return url


def dimensions(name: str) -> list[dict[str, str]]:
    return [{"Name": "QueueName", "Value": name}]


def rings(living: Living, alarm: str, **watches: Any) -> None:
    """Somebody's alarm goes off."""
    cloudwatch = living.aws.client("cloudwatch")
    cloudwatch.put_metric_alarm(
        AlarmName=alarm,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanThreshold",
        **watches,
    )
    for state in ("OK", "ALARM"):
        cloudwatch.set_alarm_state(AlarmName=alarm, StateValue=state, StateReason="a test")


def test_an_alarm_of_any_name_on_the_age_of_messages_ends_in_a_fix_and_its_undo(
    living: Living,
) -> None:
    url = waiting(living, "orders-of-the-alarm", 80)
    quiet = waiting(living, "orders-in-time", 2)
    usual = {"Namespace": "AWS/SQS", "MetricName": AGE, "Statistic": "Maximum", "Period": 300}
    rings(living, "Ops/7: nobody packs?!", Dimensions=dimensions("orders-in-time"), **usual)
    rings(living, "TEAM-7 old work", Dimensions=dimensions("orders-of-the-alarm"), **usual)
    eventually(lambda: kept(living, url) == LONGEST)

    def verified() -> bool:
        return [one.state for one in living.changes(url)] == [ChangeState.VERIFIED]

    eventually(verified)
    (change,) = living.changes(url)
    assert change.finding.check == "messages_expiring"
    undone = living.reconciler.undo(change, "ann")
    assert (undone.state, undone.reason) == (ChangeState.UNDONE, "")
    assert kept(living, url) == "345600"
    assert kept(living, quiet) == "345600", "its alarm was no reason to believe it"
    found = {one.finding.check for one in living.records(quiet)}
    assert "messages_expiring" not in found


def test_an_alarm_on_failed_work_ends_in_a_question(living: Living) -> None:
    """Nobody knows why it failed but a person: it is told, with whose work it is, and nothing is done."""
    sqs, names = living.aws.client("sqs"), ("parcels-that-failed", "parcels-to-pack")
    dead, packed = names
    url: str = sqs.create_queue(QueueName=dead)["QueueUrl"]
    target = f"arn:aws:sqs:{living.aws.region}:{living.aws.account}:{dead}"
    redrive = json.dumps({"deadLetterTargetArn": target, "maxReceiveCount": 3})
    sqs.create_queue(QueueName=packed, Attributes={"RedrivePolicy": redrive})
    sqs.send_message(QueueUrl=url, MessageBody="a parcel without an address")
    rings(
        living,
        "☎ call Ann",
        Namespace="AWS/SQS",
        MetricName="ApproximateNumberOfMessagesVisible",
        Dimensions=dimensions(dead),
        Statistic="Maximum",
        Period=60,
    )

    def told() -> list[str]:
        found = [one.finding for one in living.records(url)]
        return [one.summary for one in found if one.check == "dead_letters"]

    assert eventually(told) == [f"{dead} holds messages that failed in {packed}"]
    assert not living.changes(url)


def test_an_alarm_on_free_storage_ends_in_a_plan_that_a_person_approves(living: Living) -> None:
    rds, cloudwatch = living.aws.client("rds"), living.aws.client("cloudwatch")
    name = "orders-of-years"
    rds.create_db_instance(
        DBInstanceIdentifier=name,
        DBInstanceClass="db.t4g.micro",
        Engine="postgres",
        AllocatedStorage=100,
        MasterUsername="owner",
        MasterUserPassword="a-long-made-up-one",
    )
    here = [{"Name": "DBInstanceIdentifier", "Value": name}]
    low = {"MetricName": "FreeStorageSpace", "Dimensions": here, "Value": 4 * 2**30}
    cloudwatch.put_metric_data(Namespace="AWS/RDS", MetricData=[low])
    rings(
        living,
        "storage (old runbook, page 9)",
        Namespace="AWS/RDS",
        MetricName="FreeStorageSpace",
        Dimensions=here,
        Statistic="Minimum",
        Period=300,
    )

    def found() -> list[Record]:
        return [one for one in living.records(name) if one.finding.check == "rds_storage_filling"]

    (record,) = eventually(found)
    assert (record.risk, bool(record.plan)) == (Risk.APPROVAL, True)
    assert "has less than a tenth free, of 100 GiB" in record.finding.summary

    def most() -> int:
        (said,) = rds.describe_db_instances(DBInstanceIdentifier=name)["DBInstances"]
        return int(said.get("MaxAllocatedStorage", 0))

    assert most() == 0
    check = living.reconciler.checks("rds_storage_filling")
    change = living.reconciler.fix(check, record, "ann")
    assert most() == 200, change.reason
    eventually(lambda: not living.changes(name)[0].state.moves)
    assert living.reconciler.undo(living.changes(name)[0], "ann").state is ChangeState.UNDONE
    assert most() == 0
