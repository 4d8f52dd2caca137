"""What is read of AWS Config: whether it records."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from steadyhand.source import Source

RecorderStatus: Source[Mapping[str, Any]] = Source(
    operation="config:DescribeConfigurationRecorderStatus",
    items="ConfigurationRecordersStatus",
    key=lambda status: str(status["name"]),
    kind="recorder",
    narrow=lambda name: {"ConfigurationRecorderNames": [name]},
    gone=frozenset({"NoSuchConfigurationRecorderException"}),
    volatile=frozenset(
        {
            "lastErrorCode",
            "lastErrorMessage",
            "lastStartTime",
            "lastStatus",
            "lastStatusChangeTime",
            "lastStopTime",
        }
    ),
)
"""A recorder that another service made and keeps says so by `servicePrincipal`."""
