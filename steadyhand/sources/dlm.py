"""What is read of Data Lifecycle Manager: which policies still make and delete snapshots."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from steadyhand.source import Source

POLICY = "aws:dlm:lifecycle-policy-id"
"""The tag by which a snapshot names the policy that made it."""


def is_made_by_one(snapshot: Any) -> bool:
    """Did a lifecycle policy make it?"""
    return any(tag.get("Key") == POLICY for tag in snapshot.get("Tags", ()))


SnapshotPolicies: Source[Mapping[str, Any]] = Source(
    operation="dlm:GetLifecyclePolicies",
    items="Policies",
    key=lambda policy: str(policy["PolicyId"]),
    only_if=is_made_by_one,
)
