"""What is read of Systems Manager: names of parameters. No value is ever asked for."""

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
