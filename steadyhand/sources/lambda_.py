"""What is read of Lambda, whose name Python keeps for itself."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from steadyhand.reference.dated import dated
from steadyhand.source import Each, Source
from steadyhand.sources.sqs import sends_nothing_away

if TYPE_CHECKING:
    from types_boto3_lambda.type_defs import (
        AliasConfigurationTypeDef,
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

FunctionVersions: Source[FunctionConfigurationTypeDef] = Source(
    operation="lambda:ListFunctions",
    items="Functions",
    key=lambda function: str(function["FunctionName"]),
    kind="function",
    params={"MaxItems": 50, "FunctionVersion": "ALL"},
)
"""Every function, as $LATEST and in each version that was published."""

SOON = timedelta(days=366)


def is_old_version(function: Any) -> bool:
    """A published version on a runtime that ends within a year of when the table was written."""
    table = dated("lambda_runtimes")
    known = table["runtimes"].get(function.get("Runtime", ""))
    if not known or function.get("Version", LATEST) == LATEST:
        return False
    until = (date.fromisoformat(table["as_of"]) + SOON).isoformat()
    return bool(min(known["deprecated"], known["block_update"]) <= until)


LATEST = "$LATEST"

Aliases: Each[AliasConfigurationTypeDef] = Each(
    operation="lambda:ListAliases",
    items="Aliases",
    of=FunctionVersions,
    when=is_old_version,
    ask=lambda function: {"FunctionName": function},
    gone=frozenset({"ResourceNotFoundException"}),
)
"""The aliases of functions that have a published version on an old runtime."""


def is_fed(item: Any) -> bool:
    """May what feeds it matter? An old version of a function, or a queue without a redrive policy."""
    return is_old_version(item) if isinstance(item, Mapping) else sends_nothing_away(item)


EventSourceMappings: Source[EventSourceMappingConfigurationTypeDef] = Source(
    operation="lambda:ListEventSourceMappings",
    items="EventSourceMappings",
    key=lambda mapping: str(mapping["UUID"]),
    params={"MaxItems": 100},
    only_if=is_fed,
)


def called_by(mapping: Any) -> tuple[str, str]:
    """The function that a mapping calls, and by which version or alias; empty where it names none."""
    _, _, rest = mapping.get("FunctionArn", "").partition(":function:")
    name, _, qualifier = rest.partition(":")
    return name, qualifier
