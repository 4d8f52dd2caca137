"""What is read of KMS: what its keys are, never what they open."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from steadyhand.model import States
from steadyhand.source import Each, Source

PENDING = frozenset({"PendingDeletion", "PendingReplicaDeletion"})
"""The key waits for its deletion; the latter, of a multi-Region key, for that of its replicas first."""

KEY_STATES = States(
    shape="kms:KeyState",
    ready=PENDING | {"Enabled", "Disabled", "PendingImport", "Unavailable"},
    passing=frozenset({"Creating", "Updating"}),
)
"""Those in which a deletion can be cancelled or scheduled. Source:
docs.aws.amazon.com/kms/latest/developerguide/key-state.html"""

Keys: Source[Mapping[str, Any]] = Source(
    operation="kms:ListKeys",
    items="Keys",
    key=lambda key: str(key["KeyId"]),
    kind="kms_key",
    params={"Limit": 1000},
)

KeyStates: Each[Mapping[str, Any]] = Each(
    operation="kms:DescribeKey",
    items="KeyMetadata",
    of=Keys,
    ask=lambda key: {"KeyId": key},
    gone=frozenset({"NotFoundException"}),
)
