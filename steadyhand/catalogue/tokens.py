"""Which checks ask somebody who is not AWS and wants a token, and which of them may be asked."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from steadyhand.check import Check
from steadyhand.source import WITH_TOKEN


def services_of(check: Check) -> frozenset[str]:
    """The services that its sources ask with a token."""
    sources = {source for one in (*check.reads, *check.looks) for source in one.lineage}
    return frozenset(source.service for source in sources) & WITH_TOKEN


def may_be_asked(checks: Iterable[Check], tokens: Collection[str]) -> list[Check]:
    """Those for which every token is named that they need: without one, nothing would be seen."""
    return [check for check in checks if services_of(check) <= set(tokens)]
