"""What a check reads of an account, in one canonical form, so that before and after can be compared."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from steadyhand.account import Account
from steadyhand.aws import client as aws
from steadyhand.check import Check
from steadyhand.engine.survey import Survey
from steadyhand.model import (
    Finding,
    Risk,
    Severity,
)
from steadyhand.source import Report, Source

REGION = "eu-central-1"
ACCOUNT = "123456789012"
KEPT = {
    "SnapshotId": "snap-0123456789abcdef0",
    "CertificateArn": f"arn:aws:acm:{REGION}:{ACCOUNT}:certificate/0123-abcd",
    "RecoveryPointArn": f"arn:aws:backup:{REGION}:{ACCOUNT}:recovery-point:0123-abcd",
}
"""What a later step or an undo may need of an earlier one."""


def asks(check: Check) -> set[str]:
    """The operations that its reads may ask, parents included."""
    return {action for source in family((*check.reads, *check.looks)) for action in spoken(source)}


def family(sources: Iterable[Source[Any]]) -> Iterator[Source[Any]]:
    """The sources and what they hang from."""
    for source in sources:
        yield source
        yield from family(source.parents)


def spoken(source: Source[Any]) -> Iterator[str]:
    """The operations of a source as the API spells them."""
    yield source.operation
    if isinstance(source, Report):
        yield from source.extra_permissions


def names(outcomes: Iterable[Any]) -> list[str]:
    """The ids, in order; what is not a finding stands out as it is."""
    return sorted(f.id if isinstance(f, Finding) else repr(f) for f in outcomes)


def state(check: Check, aws_client: aws.Botocore, now: datetime) -> dict[str, str]:
    """Everything the check reads, in one canonical form."""
    return {
        source.operation: canonical(source, look(source, aws_client, now))
        for source in check.reads
        if not source.is_history
    }


def look(source: Source[Any], aws_client: aws.Botocore, now: datetime) -> list[Any]:
    """The whole of a source."""
    seen: list[Any] = []

    class Look(Check):
        severity, risk, reads = Severity.LOW, Risk.ADVICE, (source,)

        def find(self, account: Account, now: datetime) -> Iterator[Finding]:
            seen.extend(account[source])
            return iter(())

    assert list(Survey([Look()], aws_client, now)) == []
    return seen


def canonical(source: Source[Any], items: Iterable[Any]) -> str:
    """What lasts of these items, whatever their order and that of their lists."""

    def plain(value: Any, volatile: frozenset[str] = frozenset()) -> Any:
        if isinstance(value, Mapping):
            return {
                str(name): plain(inner)
                for name, inner in value.items()
                if name not in volatile and name != "ResponseMetadata"
            }
        if isinstance(value, tuple):
            return [plain(inner, volatile) for inner in value]
        if isinstance(value, list):
            return sorted((plain(inner) for inner in value), key=written)
        return value

    return written(sorted((plain(item, source.volatile) for item in items), key=written))


def written(value: Any) -> str:
    """As JSON, always the same for the same value."""
    return json.dumps(value, sort_keys=True, default=str)
