"""The monthly measures find everything that they ask for answered, and see what is there."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from steadyhand.aws.client import Botocore, session
from steadyhand.readings.measures.read import measure
from steadyhand.rhythm.core.period import Cadence, period_of
from steadyhand.settings.values import Settings
from tests.emulator.contract.tools import unique

pytestmark = [pytest.mark.emulator]


def test_a_month_is_measured_without_a_gap(aws, monkeypatch):
    for name, value in aws.environment.items():
        monkeypatch.setenv(name, value)
    name = unique("mails-dlq")
    aws.client("sqs").create_queue(QueueName=name)
    aws.client("secretsmanager").create_secret(Name=unique("token"), SecretString="x")
    now = datetime.now(UTC)
    month = period_of(Cadence.MONTHLY, now, "UTC", f"{now:%Y-%m}")
    aws_client = Botocore(aws.region, session=session(), workers=False)
    found = measure(aws_client, month, Settings(regions=[aws.region], home=aws.region), now)
    assert found is not None
    assert [(gap.what, gap.why) for gap in found.unread] == []
    assert name in {one.name for one in found.dead_letters}
    assert found.secrets
    assert found.restores == ()
    assert sum(aws_client.counts.values()) < 60
