"""Where configuration and secrets lie: names alone. No value is ever asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from steadyhand.source import Source

Parameters: Source[Mapping[str, Any]] = Source(
    operation="ssm:DescribeParameters",
    items="Parameters",
    key=lambda parameter: str(parameter["Name"]),
    params={"MaxResults": 50},
)

Secrets: Source[Mapping[str, Any]] = Source(
    operation="secretsmanager:ListSecrets",
    items="SecretList",
    key=lambda secret: str(secret["ARN"]),
    params={"MaxResults": 100},
)
