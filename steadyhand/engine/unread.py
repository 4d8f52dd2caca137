"""What could not be read makes unknown what needed it, and no more; each failure is told once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from steadyhand.check import Check
from steadyhand.model import ReadFailed, Unknown
from steadyhand.source import Measured, Source


@dataclass
class Unread:
    """The reads of one survey that failed, by the key of what was asked; None: the whole list.

    A context that a check needs for some items alone is told only where one of them needs it.
    """

    region: Callable[[Check], str]
    failures: dict[Source[Any], dict[str | None, ReadFailed]] = field(default_factory=dict)
    said: set[Unknown] = field(default_factory=set)
    needed: set[tuple[Check, Source[Any]]] = field(default_factory=set)

    def failed(
        self,
        readers: Sequence[Check],
        source: Source[Any],
        failed: ReadFailed,
        concerns: str | None,
        about: str | None,
    ) -> Iterator[Unknown]:
        """Remember it, and tell whoever cannot do without.

        One packed question for numbers concerns many items: it is told about none of them.
        """
        self.failures.setdefault(source, {})[concerns] = failed
        for check in readers:
            if source not in check.refines and not check.needs_of(source):
                yield from self.tell(check, failed, about)

    def needed_by(self, check: Check, items: Sequence[Any]) -> Iterator[Unknown]:
        """Tell of what these items need and could not be read."""
        for source in check.reads[1:]:
            needs, failures = check.needs_of(source), self.failures.get(source)
            if not (needs and failures and any(map(needs, items))):
                continue
            self.needed.add((check, source))
            if source not in check.refines:
                for concerns, failed in failures.items():
                    yield from self.tell(check, failed, concerns)

    def lacked(self, check: Check, item: Any) -> bool:
        """Does an item need a context that could not be read?"""
        subject, *context = check.reads
        for source in context:
            failed = self.failures.get(source)
            if not failed or source in check.refines:
                continue
            by_its_key = None not in failed and source.root is subject.root
            if by_its_key and subject.key(item) not in failed:
                continue
            needs = check.needs_of(source)
            if by_its_key or needs is None or needs(item):
                return True
        return False

    def at_last(self, check: Check) -> Iterator[Unknown]:
        """The failures that the check could do without, unless it told of them itself."""
        for source in check.refines:
            if check.needs_of(source) and (check, source) not in self.needed:
                continue
            told = {one.reason for one in self.said if one.check == check.id}
            for concerns, failed in self.failures.get(source, {}).items():
                if failed.reason not in told:
                    told.add(failed.reason)
                    yield from self.tell(check, failed, concerns, source)

    def tell(
        self,
        check: Check,
        failed: ReadFailed,
        about: str | None,
        source: Source[Any] | None = None,
    ) -> Iterator[Unknown]:
        """One failure, as the check sees it."""
        about = None if isinstance(source, Measured) else about
        yield from self.once(Unknown(check.id, self.region(check), failed.reason, about))

    def once(self, unknown: Unknown) -> Iterator[Unknown]:
        """What was not said yet."""
        if unknown not in self.said:
            self.said.add(unknown)
            yield unknown
