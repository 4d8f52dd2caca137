"""What is read of GuardDuty: whether the region's detector looks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from steadyhand.source import Each, Source

Detectors: Source[str] = Source(
    operation="guardduty:ListDetectors",
    items="DetectorIds",
    key=str,
    kind="detector",
)
"""The ids of the detectors of this region: one at most."""

DetectorState: Each[Mapping[str, Any]] = Each(
    operation="guardduty:GetDetector",
    items="",
    of=Detectors,
    ask=lambda detector: {"DetectorId": detector},
    gone=frozenset({"BadRequestException"}),
    volatile=frozenset({"UpdatedAt"}),
)
"""A detector that is not there is a BadRequestException: GuardDuty has no other word for it."""
