"""Reads what checks declare, each fact once and in parallel, and judges it as it arrives.

One thread thinks; the workers of `Aws` only fetch. Pages come back through one inbox, are shown to
every check that reads them, and are let go, so memory does not grow with the account.

What could not be read makes unknown what needed it, and no more: the item whose own read failed,
the items that need a context that failed. It is told once, and everything else is judged.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from queue import SimpleQueue
from typing import Any

from steadyhand.account import Account
from steadyhand.check import Check
from steadyhand.engine.reading import Aws, Packs, Page, Question, Reader, answers
from steadyhand.engine.unread import SHAPE_ERRORS, Unread, malformed, needs_it
from steadyhand.model import GLOBAL, Finding, ReadFailed, Unknown
from steadyhand.source import Child, Each, Many, Measured, Source


class Survey:
    """`for outcome in Survey(checks, aws, now)`: findings, and what could not be known.

    With `only`, just the subjects of that key are read, and context that hangs from them: what an
    event costs. Then `shown` keeps what each check was shown. `seen` counts it always. `told` is what
    an event said of who did it.
    """

    def __init__(
        self,
        checks: Iterable[Check],
        aws: Aws,
        now: datetime,
        only: str | None = None,
        told: Any = None,
    ) -> None:
        self.told = told
        self.checks, self.aws, self.now, self.only = tuple(checks), aws, now, only
        self.reader, self.packs = Reader(aws, now), Packs(aws)
        self.inbox: SimpleQueue[Page | Exception] = SimpleQueue()
        self.readers: dict[Source[Any], list[Check]] = defaultdict(list)
        self.children: dict[Source[Any], list[Child[Any]]] = defaultdict(list)
        self.jobs: dict[Source[Any], int] = {}
        self.context: dict[Source[Any], list[Any]] = {}
        self.waiting: dict[Check, list[Sequence[Any]]] = defaultdict(list)
        self.seen, self.shown = Counter[str](), defaultdict[str, list[Any]](list)
        self.unread = Unread(self.region)
        self.left, self.shared = False, set[tuple[Source[Any], str]]()
        self.held: dict[Source[Any], list[Any]] = {}
        for check in self.checks:
            for source in check.reads:
                self.readers[source].append(check)
            self.context |= {source: [] for source in check.reads[1:]}
        whole = {
            source
            for check in self.checks
            for source in check.reads
            if only is None or not check.narrows(source)
        }
        self.narrowed = self.readers.keys() - whole
        self.twins: dict[Source[Any], list[Source[Any]]] = defaultdict(list)
        for source in self.readers:
            self.need(source)
        self.unasked = {
            source
            for source in self.jobs
            if self.is_conditional(source)
            and (source in self.children or source not in self.held)
            and all(source is not check.reads[0].root for check in self.checks)
        }

    def need(self, source: Source[Any]) -> None:
        if source in self.jobs:
            return
        self.jobs[source] = 1
        if source.same_as in self.readers.keys() - self.narrowed:
            self.twins[source.same_as].append(source)
            self.held[source] = []
        elif isinstance(source, Child) and source not in self.narrowed:
            self.jobs[source] = len(source.parents)
            for parent in source.parents:
                self.need(parent)
                self.children[parent].append(source)

    def __iter__(self) -> Iterator[Finding | Unknown]:
        grown = {
            one for many in (self.children, self.twins) for ones in many.values() for one in ones
        }
        roots = [source for source in self.jobs if source not in grown]
        try:
            for source in sorted(roots, key=lambda root: root not in self.children):
                if source not in self.unasked:
                    self.start(source)
            while self.jobs:
                page = self.inbox.get()
                if isinstance(page, Exception):
                    raise page
                yield from self.take(page)
            for check in self.checks:
                yield from self.unread.at_last(check)
        finally:
            self.left = True

    def start(self, source: Source[Any]) -> None:
        key = self.only if source in self.narrowed else None
        self.send(source.service, self.fetch, source, key)

    # In the workers: fetch, and put what came into the inbox.

    def send(self, service: str, job: Callable[..., None], *args: Any) -> None:
        self.aws.soon(service, self.in_worker, job, *args)

    def in_worker(self, job: Callable[..., None], *args: Any) -> None:
        """No job is lost: what breaks in a worker is raised where the survey is read."""
        try:
            if not self.left:
                job(*args)
        except Exception as bug:  # noqa: BLE001 - raised again by the thread that thinks
            self.inbox.put(bug)

    def fetch(self, source: Source[Any], key: str | None) -> None:
        failed: ReadFailed | None = None
        try:
            for items in self.reader.read(source, key):
                self.inbox.put(Page(source, items))
        except ReadFailed as error:
            failed = error
        foreign = failed and self.only is not None and self.reader.is_foreign(source, key, failed)
        self.answered(source, key, failed if failed and not foreign else ())

    def fetch_pack(self, questions: list[Question]) -> None:
        try:
            for source, key, said in answers(self.aws, self.now, questions):
                self.answered(source, key, said)
        except ReadFailed as error:
            for source, key in questions:
                self.answered(source, key, error)

    def answered(
        self, source: Source[Any], key: str | None, said: Sequence[Any] | ReadFailed
    ) -> None:
        told = source.despite(said.code, key) if isinstance(said, ReadFailed) else said
        failed = said if isinstance(said, ReadFailed) and told is None else None
        self.inbox.put(Page(source, told or (), failed=failed, concerns=key, closes=True))

    # In the one thread that thinks.

    def take(self, page: Page) -> Iterator[Finding | Unknown]:
        source = page.source
        self.grow(source, page.items)
        if page.failed:
            about = None if isinstance(source, Measured) else page.concerns
            yield from self.fail(source, page.failed, page.concerns, about)
        elif source in self.context:
            self.context[source] += page.items
        for twin in self.twins.get(source, ()):
            told = [one for item in page.items for one in twin.told(item)]
            if twin in self.context:
                self.context[twin] += told
            if twin in self.unasked:
                self.held[twin] += told
            elif twin in self.jobs:
                self.grow(twin, told)
        for check in self.readers.get(source, ()):
            if source is check.reads[0] and (items := self.asked_for(source, page.items)):
                self.ask_for(check, items)
                yield from self.judge(check, items)
        if page.closes:
            yield from self.close(source)

    def grow(self, source: Source[Any], items: Sequence[Any]) -> None:
        """Ask what hangs from these items of a list."""
        for child in self.children.get(source, ()):
            for item in items:
                try:
                    keys = [*self.reader.keys_for(child, item)] if child.when(item) else ()
                except SHAPE_ERRORS as error:
                    self.jobs[child] += 1
                    failed, about = malformed(source, error), str(source.key(item))
                    self.inbox.put(Page(child, failed=failed, concerns=about, closes=True))
                    continue
                for key in keys:
                    self.want(child, key)

    def ask_for(self, check: Check, items: Sequence[Any]) -> None:
        """Start the context that was waiting for an item that needs it."""
        for source in {context.root for context in check.reads[1:]} & self.unasked:
            needs = check.needs_of(source)
            if needs and any(needs_it(needs, item) for item in items):
                self.unasked.discard(source)
                self.release(source) if source in self.held else self.start(source)

    def release(self, twin: Source[Any]) -> None:
        """Ask what hangs from a twin that somebody needs now."""
        self.grow(twin, self.held[twin])
        if twin.same_as not in self.jobs:
            self.inbox.put(Page(twin, closes=True))

    def is_conditional(self, source: Source[Any]) -> bool:
        """Does whoever reads it, or what hangs from it, need it for some items alone?"""
        readers = {
            check for check in self.checks if source in (one.root for one in check.reads[1:])
        }
        return bool(readers) and all(check.needs_of(source) for check in readers)

    def asked_for(self, source: Source[Any], items: Sequence[Any]) -> Sequence[Any]:
        """Of a list that was read whole for another check, an event wants its own key."""
        if self.only is None or source in self.narrowed:
            return items
        return [item for item in items if source.key(item) == self.only]

    def want(self, child: Child[Any], key: str) -> None:
        if isinstance(child, Each) and child.by:
            if (child, key) in self.shared:
                return
            self.shared.add((child, key))
        self.jobs[child] += 1
        if not isinstance(child, Measured | Many):
            self.send(child.service, self.fetch, child, key)
        elif pack := self.packs.add(child, key):
            self.send(child.service, self.fetch_pack, pack)

    def close(self, source: Source[Any]) -> Iterator[Finding | Unknown]:
        self.jobs[source] -= 1
        if self.jobs[source]:
            return
        del self.jobs[source]
        for child in self.children.get(source, ()):
            yield from self.close(child)
        for twin in self.twins.get(source, ()):
            if twin in self.jobs and twin not in self.unasked:
                yield from self.close(twin)
        for pack in self.packs.whole(self.jobs):
            self.send(pack[0][0].service, self.fetch_pack, pack)
        if source in self.context:
            for check in self.readers[source]:
                for items in self.waiting.pop(check, ()):
                    yield from self.judge(check, items)
        while idle := next(filter(self.is_idle, self.unasked), None):
            self.unasked.discard(idle)
            yield from self.close(idle)

    def is_idle(self, source: Source[Any]) -> bool:
        """Nothing that is still read can ask for it any more."""
        return not any(
            check.reads[0] in self.jobs and source in (one.root for one in check.reads[1:])
            for check in self.checks
        )

    def judge(self, check: Check, items: Sequence[Any]) -> Iterator[Finding | Unknown]:
        """Show one part of its subject to a check, once all its context is there."""
        if any(source in self.jobs for source in check.reads[1:]):
            self.waiting[check].append(items)
            return
        if self.unread.failures:
            yield from self.unread.needed_by(check, items)
            items = [item for item in items if not self.unread.lacked(check, item)]
        if items:
            yield from self.show(check, items)

    def show(self, check: Check, items: Sequence[Any]) -> Iterator[Finding | Unknown]:
        self.seen[check.id] += len(items)
        if self.only is not None:
            self.shown[check.id] += items
        for outcome in self.found(check, items):
            if isinstance(outcome, Unknown):
                yield from self.unread.once(outcome)
            else:
                yield outcome

    def found(self, check: Check, items: Sequence[Any]) -> list[Finding | Unknown]:
        """What a check finds. What it stumbles over is unknown alone, and hides nothing else."""
        subject, *context = check.reads
        facts = {source: self.context[source] for source in context} | {subject: items}
        aws, region, failures = self.aws, self.region(check), self.unread.failures
        account = Account(aws.account, region, facts, aws.partition, failures, told=self.told)
        try:
            return list(check.find(account, self.now))
        except SHAPE_ERRORS as error:
            if len(items) == 1:
                key = str(subject.key(items[0]))
                return [check.unknown(account, key, malformed(subject, error).reason)]
        return [one for item in items for one in self.found(check, [item])]

    def fail(
        self, source: Source[Any], failed: ReadFailed, concerns: str | None, about: str | None
    ) -> Iterator[Unknown]:
        """What was not read; what hangs from it was not read either."""
        readers = self.readers.get(source, ())
        yield from self.unread.failed(readers, source, failed, concerns, about)
        for child in (*self.children.get(source, ()), *self.twins.get(source, ())):
            yield from self.fail(child, failed, concerns, about)

    def region(self, check: Check) -> str:
        return GLOBAL if check.is_global else self.aws.region
