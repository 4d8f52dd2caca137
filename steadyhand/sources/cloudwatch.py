"""What is read of CloudWatch: numbers, packed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from steadyhand.model import Params
from steadyhand.source import Metric
from steadyhand.sources.sqs import QueueAttributes, sends_nothing_away


@dataclass(frozen=True, eq=False, kw_only=True)
class QueueMetric(Metric):
    """CloudWatch calls a queue by its name, which its URL ends with."""

    namespace: str = "AWS/SQS"
    dimension: str = "QueueName"
    statistic: str = "Sum"

    def query(self, label: str, key: str) -> Params:
        """One entry of MetricDataQueries."""
        return super().query(label, key.rpartition("/")[2])


MessagesReceived = QueueMetric(
    of=QueueAttributes,
    when=sends_nothing_away,
    metric="NumberOfMessagesReceived",
    over=timedelta(days=14),
)
"""How many messages somebody took from each queue that has no dead-letter queue, a day at a time."""
