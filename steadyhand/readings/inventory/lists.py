"""What was read, and what one resource of it looks like before its tags and owner are known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from steadyhand.source import Source


@dataclass(frozen=True)
class Lists:
    """What was read: by source, pairs of region and item. `account` and `partition` make ARNs."""

    account: str
    partition: str
    items: Mapping[Source[Any], Sequence[tuple[str, Any]]]

    def __getitem__(self, source: Source[Any]) -> Sequence[tuple[str, Any]]:
        return self.items.get(source, ())

    def arn(self, service: str, region: str, name: str) -> str:
        """An ARN of this account."""
        return f"arn:{self.partition}:{service}:{region}:{self.account}:{name}"


@dataclass(frozen=True, kw_only=True)
class Raw:
    """A thing before its tags and owner are known. `ids` are what a stack may call it."""

    arn: str
    kind: str
    tier: str
    name: str
    region: str
    ids: tuple[str, ...] = ()
    tags: Mapping[str, str] | None = None
    says: str = ""
    is_open: bool = False
    holds: bool = False
    backup: str = ""
    is_saved: bool | None = None
    rolls_back: bool | None = None
