"""Alarms whose events were lost, as the sweep finds them."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from unittest.mock import patch

import boto3
import pytest

from functions import context as reconciler
from functions import sweep
from tests.functions.conftest import Context, batch
from tests.reconcilers import REGION

pytestmark = pytest.mark.moto
Deploy = Callable[..., None]


def test_a_sweep_knows_of_an_alarm_whose_event_was_lost(deploy: Deploy, context: Context) -> None:
    """And of one that was deleted while it fired."""
    deploy()
    cloudwatch = boto3.client("cloudwatch", REGION)
    cloudwatch.put_metric_alarm(
        AlarmName="disk-full",
        AlarmDescription="no room",
        MetricName="Errors",
        Namespace="AWS/Lambda",
        ComparisonOperator="GreaterThanThreshold",
        EvaluationPeriods=1,
        Period=60,
        Statistic="Sum",
        Threshold=1,
    )
    cloudwatch.set_alarm_state(AlarmName="disk-full", StateValue="ALARM", StateReason="r")
    sweep.handler(batch(swept := json.dumps({"region": REGION, "hours": 6})), context)
    (incident,) = reconciler.ledger().incidents()
    assert (incident.signature, incident.summary) == ("disk-full", "no room")
    assert incident.ended_at is None
    cloudwatch.delete_alarms(AlarmNames=["disk-full"])
    later = datetime.now(UTC) + timedelta(hours=6)
    with patch("functions.sweep.now", lambda: later):
        sweep.handler(batch(swept), context)
    (incident,) = reconciler.ledger().incidents()
    assert incident.ended_at == later
