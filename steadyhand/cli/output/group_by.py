"""What the findings of a scan are put together by."""

from __future__ import annotations

from enum import StrEnum


class GroupBy(StrEnum):
    """What findings are put together by."""

    LANE = "lane"
    CHECK = "check"
    SEVERITY = "severity"
    ENVIRONMENT = "environment"
    REGION = "region"
