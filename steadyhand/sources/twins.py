"""Twins: what has the same name in production and in staging, but for the word that says which.

The lists are read once more as context, so that one of them can be compared with its twin.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from steadyhand.source import Each, Source
from steadyhand.sources.lambda_ import Functions
from steadyhand.sources.rds import DBInstances
from steadyhand.sources.sqs import DELETED, QueueAttributes, Queues

if TYPE_CHECKING:
    from types_boto3_lambda.type_defs import FunctionConfigurationTypeDef
    from types_boto3_rds.type_defs import DBInstanceTypeDef

PRODUCTION = frozenset({"production", "prod", "prd", "live"})
STAGING = frozenset({"staging", "stage", "stg", "preprod"})
PART = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[0-9]+|[^A-Za-z0-9]+")
"""A word of a name, in "shop-api-prod", "shop_api_prod" and "ShopApiProd"."""


def family(name: str, words: frozenset[str]) -> str:
    """The name with a gap where one of these words stood; empty where none or several did."""
    parts = PART.findall(name)
    found = [number for number, part in enumerate(parts) if part.lower() in words]
    if len(found) != 1:
        return ""
    return "".join("*" if number == found[0] else part.lower() for number, part in enumerate(parts))


def is_production(name: str) -> bool:
    """Does its name say that it is production's?"""
    return bool(family(name, PRODUCTION))


FunctionTwins: Source[FunctionConfigurationTypeDef] = Source(
    operation=Functions.operation,
    items=Functions.items,
    key=Functions.key,
    params=Functions.params,
    only_if=lambda function: is_production(Functions.key(function)),
    same_as=Functions,
)

DatabaseTwins: Source[DBInstanceTypeDef] = Source(
    operation=DBInstances.operation,
    items=DBInstances.items,
    key=DBInstances.key,
    params=DBInstances.params,
    volatile=DBInstances.volatile,
    only_if=lambda instance: is_production(DBInstances.key(instance)),
    same_as=DBInstances,
)

QueueTwins: Each[Mapping[str, Any]] = Each(
    operation=QueueAttributes.operation,
    items=QueueAttributes.items,
    of=Queues,
    ask=QueueAttributes.ask,
    gone=DELETED,
    volatile=QueueAttributes.volatile,
    same_as=QueueAttributes,
    is_whole=True,
)
