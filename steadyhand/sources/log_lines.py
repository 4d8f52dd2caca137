"""What is read of the lines in a log: one page, of those log groups alone that take in much."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from steadyhand.model import Call
from steadyhand.source import Each
from steadyhand.sources.cloudwatch import LogBytes

MUCH = 20 * 1024**3
"""Bytes in 30 days. What takes in less costs about ten dollars a month."""

MANY, WITHIN = 500, timedelta(hours=1)
"""Lines of one page, and how old they may be."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Lately(Each[Mapping[str, Any]]):
    """What was written within the last hour."""

    def call(self, now: datetime, key: str | None = None) -> Call:
        """What to ask of one log group."""
        asked = super().call(now, key)
        since = int((now - WITHIN).timestamp() * 1000)
        return Call(asked.action, {**asked.params, "startTime": since})


LogLines = Lately(
    operation="logs:FilterLogEvents",
    items="events",
    of=LogBytes,
    when=lambda pair: sum(pair[1]) >= MUCH,
    ask=lambda group: {"logGroupName": group, "limit": MANY},
    gone=frozenset({"ResourceNotFoundException", "InvalidParameterException"}),
    is_sample=True,
    is_history=True,
)
"""AWS searches a log for no money; of groups of the infrequent class it answers no such question. Source:
docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CloudWatch_Logs_Log_Classes.html"""
