"""What could not be read makes unknown what needed it, and no more; each failure is told once.

Nor could it where an answer is well-formed, and not what AWS says that the operation answers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from steadyhand.check import Check
from steadyhand.model import Answer, MalformedAnswer, ReadFailed, Unknown
from steadyhand.source import Each, Measured, Source

SHAPE_ERRORS = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""What is raised where an answer is not shaped as AWS says it is."""


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
            if not (needs and failures and any(needs_it(needs, item) for item in items)):
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
            if by_its_key or needs is None or needs_it(needs, item):
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


def needs_it(needs: Callable[[Any], bool], item: Any) -> bool:
    """Does an item need a context? One that cannot be asked needs all there is."""
    try:
        return needs(item)
    except SHAPE_ERRORS:
        return True


def understood(source: Source[Any], answer: Answer, key: str | None = None) -> list[Any]:
    """The items of one page; a failure where it is not shaped as AWS says."""
    try:
        return source.understand(answer, key)
    except SHAPE_ERRORS as error:
        raise malformed(source, error) from error


def named_items(source: Source[Any], items: list[Any]) -> list[Any]:
    """Those of a list that say which they are: of the others nothing can be said."""
    return items if isinstance(source, Each) else [item for item in items if is_named(source, item)]


def is_named(source: Source[Any], item: Any) -> bool:
    """Does its source know it by a name?"""
    try:
        return isinstance(source.key(item), str)
    except SHAPE_ERRORS:
        return False


def malformed(source: Source[Any], error: object) -> MalformedAnswer:
    """What a source stumbled over in an answer, as the failure that this read is."""
    said = repr(error) if isinstance(error, Exception) else error
    reason = f"the answer of {source.operation} is not as AWS describes it: {said}"
    return MalformedAnswer(reason)
