"""What is read of KMS: what its keys are, never what they open."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from steadyhand.source import Each, Source

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
