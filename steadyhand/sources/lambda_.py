"""What is read of Lambda, whose name Python keeps for itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from steadyhand.source import Source

if TYPE_CHECKING:
    from types_boto3_lambda.type_defs import (
        EventSourceMappingConfigurationTypeDef,
        FunctionConfigurationTypeDef,
    )

Functions: Source[FunctionConfigurationTypeDef] = Source(
    operation="lambda:ListFunctions",
    items="Functions",
    key=lambda function: str(function["FunctionName"]),
    kind="function",
    params={"MaxItems": 50},
)

EventSourceMappings: Source[EventSourceMappingConfigurationTypeDef] = Source(
    operation="lambda:ListEventSourceMappings",
    items="EventSourceMappings",
    key=lambda mapping: str(mapping["UUID"]),
    params={"MaxItems": 100},
)
