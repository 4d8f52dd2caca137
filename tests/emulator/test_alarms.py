"""Alarms that end in a fix, a question or a plan, deployed: whoever made one and whatever it is called.

Every other way is closed meanwhile: the first sweep is over, and the rules of other events are off.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest

from steadyhand.engine.event_index import ALARM
from steadyhand.model import ChangeState, Record, Risk
from tests.emulator.living import Living, eventually, only

pytestmark = [pytest.mark.emulator]
AGE = "ApproximateAgeOfOldestMessage"
LONGEST = "1209600"


@pytest.fixture
def alarmed(living: Living) -> Iterator[Living]:
    """Steadyhand, which hears alarms and nothing else."""
    seen = {"messages_expiring", "dead_letters", "rds_storage_filling", "errors_after_deploy"}

    def swept() -> bool:
        return seen <= {name for _, _, said in living.ledger.sweeps() for name in said["checks"]}

    eventually(swept)
    with only(living, ALARM):
        yield living


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
    """Somebody's alarm fires."""
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


def told(living: Living, check: str, name: str) -> list[Record]:
    """What a check has against the resource of this name."""
    ours = (one for one in living.ledger.records() if one.finding.check == check)
    return [one for one in ours if one.finding.resource.rpartition(":")[2] == name]


def test_one_on_the_age_of_messages_ends_in_a_fix_and_its_undo(alarmed: Living) -> None:
    late, soon = "orders-of-the-alarm", "orders-in-time"
    url, quiet = waiting(alarmed, late, 80), waiting(alarmed, soon, 2)
    usual = {"Namespace": "AWS/SQS", "MetricName": AGE, "Statistic": "Maximum", "Period": 300}
    rings(alarmed, "Ops/7: nobody packs?!", Dimensions=dimensions(soon), **usual)
    rings(alarmed, "TEAM-7 old work", Dimensions=dimensions(late), **usual)
    eventually(lambda: kept(alarmed, url) == LONGEST)
    (record,) = eventually(lambda: told(alarmed, "messages_expiring", late))

    def verified() -> bool:
        return [one.state for one in alarmed.changes(record.finding.key)] == [ChangeState.VERIFIED]

    eventually(verified)
    (change,) = alarmed.changes(record.finding.key)
    assert alarmed.reconciler.undo(change, "ann").state is ChangeState.UNDONE
    assert kept(alarmed, url) == "345600"
    assert kept(alarmed, quiet) == "345600", "its alarm was no reason to believe it"
    assert not told(alarmed, "messages_expiring", soon)


def test_one_on_failed_work_ends_in_a_question(alarmed: Living) -> None:
    """Nobody knows why it failed but a person: it is told, with whose work it is, and nothing is done."""
    sqs, dead, packed = alarmed.aws.client("sqs"), "parcels-that-failed", "parcels-to-pack"
    url: str = sqs.create_queue(QueueName=dead)["QueueUrl"]
    target = f"arn:aws:sqs:{alarmed.aws.region}:{alarmed.aws.account}:{dead}"
    redrive = json.dumps({"deadLetterTargetArn": target, "maxReceiveCount": 3})
    sqs.create_queue(QueueName=packed, Attributes={"RedrivePolicy": redrive})
    sqs.send_message(QueueUrl=url, MessageBody="a parcel without an address")
    rings(
        alarmed,
        "call Ann!",
        Namespace="AWS/SQS",
        MetricName="ApproximateNumberOfMessagesVisible",
        Dimensions=dimensions(dead),
        Statistic="Maximum",
        Period=60,
    )
    (record,) = eventually(lambda: told(alarmed, "dead_letters", dead))
    assert record.finding.summary == f"{dead} holds messages that failed in {packed}"
    assert record.risk is Risk.ADVICE
    assert not alarmed.changes(record.finding.key)


def test_one_on_free_storage_ends_in_a_plan_that_a_person_approves(alarmed: Living) -> None:
    rds, cloudwatch = alarmed.aws.client("rds"), alarmed.aws.client("cloudwatch")
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
        alarmed,
        "storage (old runbook, page 9)",
        Namespace="AWS/RDS",
        MetricName="FreeStorageSpace",
        Dimensions=here,
        Statistic="Minimum",
        Period=300,
    )
    (record,) = eventually(lambda: told(alarmed, "rds_storage_filling", name))
    assert (record.risk, bool(record.plan)) == (Risk.APPROVAL, True)
    assert "has less than a tenth free, of 100 GiB" in record.finding.summary

    def most() -> int:
        (said,) = rds.describe_db_instances(DBInstanceIdentifier=name)["DBInstances"]
        return int(said.get("MaxAllocatedStorage", 0))

    assert most() == 0
    check = alarmed.reconciler.checks("rds_storage_filling")
    change = alarmed.reconciler.fix(check, record, "ann")
    assert most() == 200, change.reason
    eventually(lambda: not alarmed.changes(name)[0].state.moves)
    assert alarmed.reconciler.undo(alarmed.changes(name)[0], "ann").state is ChangeState.UNDONE
    assert most() == 0


def test_one_on_a_functions_errors_after_a_deployment_ends_in_a_question(alarmed: Living) -> None:
    """Going back is for a person: only they know whether the data went along."""
    cloudwatch, failing, works = alarmed.aws.client("cloudwatch"), "checkout-new", "checkout-old"
    for name, errors in ((failing, 30), (works, 1)):
        here = [{"Name": "FunctionName", "Value": name}]
        function(alarmed, name)
        for metric, value in (("Errors", errors), ("Invocations", 40)):
            one = {"MetricName": metric, "Dimensions": here, "Value": value}
            cloudwatch.put_metric_data(Namespace="AWS/Lambda", MetricData=[one])
    usual = {"Namespace": "AWS/Lambda", "MetricName": "Errors", "Statistic": "Sum", "Period": 60}
    for alarm, name in (("are they slow?", works), ("nobody can pay!", failing)):
        rings(alarmed, alarm, Dimensions=[{"Name": "FunctionName", "Value": name}], **usual)
    (record,) = eventually(lambda: told(alarmed, "errors_after_deploy", failing))
    assert record.finding.summary.startswith(f"{failing} failed 30 of 40 times in the last hour;")
    assert record.risk is Risk.ADVICE
    assert not told(alarmed, "errors_after_deploy", works)


def function(living: Living, name: str) -> None:
    """One that nobody ever calls: what CloudWatch counts of it is said by hand."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("index.py", "def handler(event, context): ...")
    living.aws.client("lambda").create_function(
        FunctionName=name,
        Runtime="python3.13",
        Handler="index.handler",
        Role=f"arn:aws:iam::{living.aws.account}:role/nobody",
        Code={"ZipFile": packed.getvalue()},
    )
