"""The real stacks, deployed by the official CLI: events come in, effects show, all is remembered."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

import pytest

from steadyhand.model import ChangeState, FindingStatus
from tests.emulator.living import OFFICE, WORLD, Living, eventually

pytestmark = [pytest.mark.emulator]


def verified(here: Living, key: str) -> bool:
    return [change.state for change in here.changes(key)] == [ChangeState.VERIFIED]


def test_an_event_becomes_an_effect_a_row_and_is_undone(living: Living) -> None:
    group = living.group("bastion")
    living.open(group, 22, OFFICE)
    living.open(group, 22, WORLD)
    eventually(lambda: living.grants(group) == [(22, "10.20.0.0/16", "office VPN")])
    eventually(lambda: verified(living, group))
    eventually(lambda: living.changes(group)[0].steps[0].proven)  # its echo names it
    (change,) = living.changes(group)
    (record,) = living.records(group)
    assert (record.status, record.finding.id) == (FindingStatus.FIXED, change.finding.id)
    assert change.by == "steadyhand"

    undone = living.reconciler.undo(change, "ann")
    assert (undone.state, undone.reason) == (ChangeState.UNDONE, "")
    both = [(22, "0.0.0.0/0", "quick test"), (22, "10.20.0.0/16", "office VPN")]
    assert living.grants(group) == both
    eventually(lambda: "ann undid our change" in str(living.records(group)[0].held))
    assert living.grants(group) == both


def test_poison_goes_to_the_dead_letter_queue_and_the_rest_is_done(living: Living) -> None:
    group = living.group("poisoned")
    sqs, url = living.aws.client("sqs"), living.queue("steadyhand-react")
    bodies = [
        "{this is no JSON",
        json.dumps(["nor", "an", "event"]),
        json.dumps(living.event(group)),
    ]
    sqs.send_message_batch(
        QueueUrl=url,
        Entries=[{"Id": str(n), "MessageBody": body} for n, body in enumerate(bodies)],
    )
    living.open(group, 22)
    eventually(lambda: living.grants(group) == [])
    found = list[str]()

    def dead() -> bool:
        found.extend(living.messages("steadyhand-react-dead-letters"))
        return len(found) >= 2

    eventually(dead, within=120)
    assert sorted(found) == sorted(bodies[:2])
    assert "the message is not JSON" in living.log("steadyhand-react")


def test_the_same_event_twenty_times_is_one_change(living: Living) -> None:
    group = living.group("popular")
    living.open(group, 3389)
    sqs, url = living.aws.client("sqs"), living.queue("steadyhand-react")
    body = json.dumps(living.event(group))
    for _ in range(2):
        sqs.send_message_batch(
            QueueUrl=url, Entries=[{"Id": str(n), "MessageBody": body} for n in range(10)]
        )
    eventually(lambda: verified(living, group))
    waiting = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]

    def drained() -> bool:
        said = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=waiting)["Attributes"]
        return all(int(said[name]) == 0 for name in waiting)

    eventually(drained)
    assert verified(living, group)


def test_an_event_that_concerns_nobody_is_ignored_and_counted(living: Living) -> None:
    foreign = {"source": "aws.emr", "detail-type": "EMR Cluster State Change", "detail": {}}
    living.aws.client("sqs").send_message(
        QueueUrl=living.queue("steadyhand-react"), MessageBody=json.dumps(foreign)
    )
    eventually(lambda: "EMR Cluster State Change wakes no check" in living.log("steadyhand-react"))
    metrics = living.aws.client("cloudwatch")
    eventually(
        lambda: metrics.list_metrics(Namespace="Steadyhand", MetricName="Ignored")["Metrics"]
    )


@contextmanager
def deaf(here: Living) -> Iterator[None]:
    """No event reaches Steadyhand: all its rules are off."""
    events = here.aws.client("events")
    names = [rule["Name"] for rule in events.list_rules(Limit=100)["Rules"]]
    ours = [name for name in names if name.startswith("steadyhand")]
    assert ours
    for name in ours:
        events.disable_rule(Name=name)
    yield
    for name in ours:
        events.enable_rule(Name=name)


def test_a_sweep_finds_what_no_event_told_and_fixes_it(living: Living) -> None:
    sqs, name = living.aws.client("sqs"), "orders-of-the-sweep"
    with deaf(living):
        living.aws.client("dynamodb").create_table(
            TableName=name,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        )
    message = {"account": living.aws.account, "region": living.aws.region}
    sqs.send_message(QueueUrl=living.queue("steadyhand-sweep"), MessageBody=json.dumps(message))

    def is_on() -> bool:
        said = living.aws.client("dynamodb").describe_continuous_backups(TableName=name)
        status = said["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]
        return bool(status["PointInTimeRecoveryStatus"] == "ENABLED")

    eventually(is_on)
    eventually(lambda: verified(living, name))
    eventually(living.ledger.sweeps)
    swept = {name: said for _, _, said in living.ledger.sweeps() for name in said["checks"]}
    assert "dynamodb_pitr_off" in swept


def test_the_kill_switch_stops_everything_within_thirty_seconds(living: Living) -> None:
    ssm, began = living.aws.client("ssm"), time.monotonic()
    ssm.put_parameter(Name="/steadyhand/stop", Type="String", Value="stop", Overwrite=True)
    try:
        for number in count():  # events keep every worker awake, and its answer of before warm
            is_due = time.monotonic() - began > 30
            group = living.group(f"stopped-{number}")
            living.open(group, 22)
            (record,) = eventually(lambda group=group: living.records(group))
            if is_due:
                break
            time.sleep(1)
        assert record.held is not None
        assert "kill switch" in record.held.reason
        assert len(living.grants(group)) == 1
    finally:
        ssm.put_parameter(Name="/steadyhand/stop", Type="String", Value="go", Overwrite=True)


def test_an_alarm_becomes_an_incident(living: Living) -> None:
    cloudwatch = living.aws.client("cloudwatch")
    cloudwatch.put_metric_alarm(
        AlarmName="api-5xx",
        AlarmDescription="customers see errors",
        Namespace="Api",
        MetricName="Errors",
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanThreshold",
    )
    for state in ("OK", "ALARM", "OK"):
        cloudwatch.set_alarm_state(AlarmName="api-5xx", StateValue=state, StateReason="a test")

    def ended() -> bool:
        found = [one for one in living.ledger.incidents() if one.signature == "api-5xx"]
        return len(found) == 1 and found[0].ended_at is not None

    eventually(ended)


def test_config_evaluates_what_changed(living: Living) -> None:
    group = living.group("recorded")
    living.open(group, 443)
    config = living.aws.client("config")

    def evaluated() -> bool:
        said = config.get_compliance_details_by_config_rule(
            ConfigRuleName="steadyhand-open_admin_ports"
        )["EvaluationResults"]
        key = "EvaluationResultIdentifier"
        found = {
            one[key]["EvaluationResultQualifier"]["ResourceId"]: one["ComplianceType"]
            for one in said
        }
        return found.get(group) == "COMPLIANT"

    eventually(evaluated)
