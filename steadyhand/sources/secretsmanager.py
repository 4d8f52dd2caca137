"""What is read of Secrets Manager: names of secrets. No value is ever asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from steadyhand.source import Source

Secrets: Source[Mapping[str, Any]] = Source(
    operation="secretsmanager:ListSecrets",
    items="SecretList",
    key=lambda secret: str(secret["ARN"]),
    params={"MaxResults": 100},
)

AllSecrets: Source[Mapping[str, Any]] = Source(
    operation="secretsmanager:ListSecrets",
    items="SecretList",
    key=lambda secret: str(secret["ARN"]),
    kind="secret",
    params={"MaxResults": 100, "IncludePlannedDeletion": True},
    narrow=lambda secret: {
        "Filters": [{"Key": "name", "Values": [secret.rpartition(":")[2][:-7]]}],
        "IncludePlannedDeletion": True,
    },
    volatile=frozenset({"LastAccessedDate", "LastChangedDate"}),
)
"""Those that wait for their deletion too. Filters find what begins so."""
