"""What is read of the Resource Groups Tagging API: every tag there is or was."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from steadyhand.source import Source

Tagged: Source[Mapping[str, Any]] = Source(
    operation="resourcegroupstaggingapi:GetResources",
    permission="tag:GetResources",
    items="ResourceTagMappingList",
    key=lambda mapping: str(mapping["ResourceARN"]),
    params={"ResourcesPerPage": 100},
)
"""Every resource that has or had a tag, with its tags."""
