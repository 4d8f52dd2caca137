"""Reads a declared source of one account and region: its pages, its conversation, its numbers.

An answer that is not shaped as AWS says is a read that failed, and nothing is asked without end.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from datetime import datetime
from threading import Lock
from typing import Any, NamedTuple, Protocol, Self, TypeVar

from steadyhand.engine.unread import SHAPE_ERRORS, malformed, named_items, understood
from steadyhand.model import Answer, Call, Once, ReadFailed, Wait, pick
from steadyhand.source import OWN_ACCOUNT, Child, Each, Many, Measured, Report, Source

T = TypeVar("T", bound="Aws")

NO_NUMBERS = ("InternalError", "Forbidden")
"""How CloudWatch says in a good answer that one of its results is none."""

DENIED = frozenset({"AccessDenied", "403", "Forbidden"})

LONGEST = 600.0
"""Seconds that a conversation may wait in all."""

MOST = 10_000
"""Calls that a conversation may make."""


Packed = Measured[Any] | Many[Any]
Question = tuple[Any, str]
"""One packed source, and the key it is asked about."""

Answered = tuple[Any, str, Sequence[Any] | ReadFailed]


class Aws(Protocol):
    """The only client of AWS: what a survey needs of it."""

    account: str
    partition: str
    region: str

    def ask(self, call: Call) -> Answer:
        """One call, one answer."""

    def pages(self, call: Call) -> Iterator[Answer]:
        """One call and what follows it."""

    def wait(self, seconds: float) -> None:
        """Let time pass."""

    def soon(self, service: str, job: Callable[..., None], *args: Any) -> None:
        """Do it when a worker of that service is free, or at once."""

    def elsewhere(self, region: str) -> Self:
        """The same account in another region."""

    def in_role(self, name: str) -> Self:
        """Whoever asks in a role of ours; itself where nobody said which that is."""


def region_of(aws: Aws, source: Source[Any]) -> str:
    """Where a source is read: here, or in the one region in which AWS answers it."""
    return source.regions.get(aws.partition, aws.region)


def reader_of(aws: T, source: Source[Any]) -> T:
    """Whoever reads a source: this client, the one of its region, or its session of the role it names."""
    there = region_of(aws, source)
    aws = aws if there == aws.region else aws.elsewhere(there)
    return aws.in_role(source.role) if source.role else aws


class Reader:
    """What a survey's workers do."""

    def __init__(self, aws: Aws, now: datetime) -> None:
        self.aws, self.now = aws, now
        self.sharing, self.held = Lock(), dict[Any, Answer | ReadFailed]()

    def read(self, source: Source[Any], key: str | None) -> Iterator[list[Any]]:
        if isinstance(source, Measured | Many):
            yield from self.one(source, str(key))
        elif isinstance(source, Report):
            found = list(self.converse(source, key))
            yield [item for item in found if key is None or source.key(item) == key]
        else:
            call, odd = owned(source.call(self.now, key), self.aws.account), False
            for answer in reader_of(self.aws, source).pages(call):
                items = understood(source, answer, key)
                named = named_items(source, items)
                yield named
                odd = odd or (len(named) < len(items))
                if source.is_sample:
                    break
            if odd:
                raise malformed(source, "an item has no name")

    def one(self, source: Packed, key: str) -> Iterator[list[Any]]:
        """What is asked of many at a time, asked of one."""
        for _, _, said in answers(self.aws, self.now, [(source, key)]):
            if isinstance(said, ReadFailed):
                raise said
            yield list(said)

    def converse(self, source: Report[Any], key: str | None) -> Iterable[Any]:
        is_narrow = source.about is not None and key is not None
        talk = source.about(key, self.now) if is_narrow else source.talk(self.now)  # type: ignore[misc,arg-type]
        try:
            found: Iterable[Any] = self.hold(talk, source)
        except SHAPE_ERRORS as error:
            raise malformed(source, error) from error
        return found

    def hold(self, talk: Generator[Any, Answer, Any], source: Report[Any]) -> Any:
        """What a conversation returns that is held as this source is read."""
        said: Answer = {}
        aws, waited, calls = reader_of(self.aws, source), 0.0, 0
        try:
            asked = next(talk)
            while waited <= LONGEST and calls <= MOST:
                if isinstance(asked, Wait):
                    waited += asked.seconds
                    aws.wait(asked.seconds)
                    asked = talk.send(said)
                else:
                    calls += 1
                    try:
                        once = isinstance(asked, Once)
                        said = self.once(asked.talk, source) if once else aws.ask(asked)
                    except ReadFailed as error:
                        asked = talk.throw(error)
                    else:
                        asked = talk.send(said)
        except StopIteration as end:
            return end.value
        raise ReadFailed("TooLong", f"{source.operation} did not come to an end")

    def once(self, talk: Callable[[datetime], Any], source: Report[Any]) -> Answer:
        """What a shared conversation returned, or how it failed: who comes while it is held waits."""
        shared = talk, source.role
        with self.sharing:
            if shared not in self.held:
                try:
                    self.held[shared] = self.hold(talk(self.now), source)
                except ReadFailed as failed:
                    self.held[shared] = failed
        if isinstance(said := self.held[shared], ReadFailed):
            raise said
        return said

    @staticmethod
    def keys_for(child: Child[Any], item: Any) -> Iterable[str]:
        """By what a child is asked about an item of its parent."""
        by = child.by if isinstance(child, Each) else None
        said = (by or child.of.key)(item)
        return (said,) if isinstance(said, str) else said

    def is_foreign(self, source: Source[Any], key: str | None, failed: ReadFailed) -> bool:
        """Is what an event named denied because it is another account's?"""
        if key is None or not source.ours or failed.code not in DENIED:
            return False
        try:
            answer = self.aws.ask(source.ours(key))
        except ReadFailed:
            return False
        return key not in map(source.root.key, pick(answer, source.root.items))


class Packs:
    """Questions that are asked together: as many as one call takes, of as few calls as there can be.

    Numbers go together that look back equally far in one region, ids that are asked of one operation.
    """

    def __init__(self, aws: Aws) -> None:
        self.aws = aws
        self.questions: dict[Any, list[Question]] = defaultdict(list)
        self.sizes: Counter[Any] = Counter()

    def named(self, source: Packed) -> Any:
        """Which pack a question goes to."""
        if isinstance(source, Measured):
            return source.over, region_of(self.aws, source)
        return source

    def add(self, source: Packed, key: str) -> list[Question]:
        """Put one in; a pack that is whole: with it, or without it where it does not fit in any more."""
        name = self.named(source)
        full, size = (
            (source.FULL, 1 + len(source.terms))
            if isinstance(source, Measured)
            else (source.full, 1)
        )
        whole = self.taken(name) if self.sizes[name] + size > full else []
        self.questions[name].append((source, key))
        self.sizes[name] += size
        return whole or (self.taken(name) if self.sizes[name] == full else [])

    def taken(self, name: Any) -> list[Question]:
        """A pack, which is begun anew."""
        del self.sizes[name]
        return self.questions.pop(name)

    def whole(self, jobs: Iterable[Source[Any]]) -> list[list[Question]]:
        """The packs that nothing still being read can add to."""
        read = set(jobs)
        growing = {
            self.named(one) for one in read if isinstance(one, Measured | Many) and one.of in read
        }
        return [self.taken(one) for one in [*self.questions] if one not in growing]


def answers(aws: Aws, now: datetime, questions: Sequence[Question]) -> Iterator[Answered]:
    """What one pack is told, key by key: items, or a failure."""
    source, _ = questions[0]
    there = reader_of(aws, source)
    if isinstance(source, Measured):
        yield from measured(there, now, questions)
    else:
        yield from named(there, source, [key for _, key in questions])


def measured(aws: Aws, now: datetime, questions: Sequence[Question]) -> Iterator[Answered]:
    """The numbers of each question. AWS may answer some and fail others in one answer."""
    values: dict[str, list[Any]] = defaultdict(list)
    failed: dict[str, ReadFailed] = {}
    labelled = {f"q{n}": metric for n, (metric, _) in enumerate(questions)}
    for answer in aws.pages(Measured.pack(questions, now)):
        try:
            for result in answer["MetricDataResults"]:
                metric, label = labelled[result["Id"]], result["Id"]
                try:
                    values[label] += metric.points(result)
                except SHAPE_ERRORS as error:
                    failed[label] = malformed(metric, error)
                if (code := result.get("StatusCode")) in NO_NUMBERS:
                    failed[label] = ReadFailed(code, f"CloudWatch has no numbers: {code}")
        except SHAPE_ERRORS as error:
            raise malformed(questions[0][0], error) from error
    for n, (metric, key) in enumerate(questions):
        yield metric, key, failed.get(f"q{n}") or [(key, values[f"q{n}"])]


def named(aws: Aws, source: Many[Any], keys: Sequence[str]) -> Iterator[Answered]:
    """What one call says of many ids. An error that is about some of them is asked about in halves."""
    found: dict[str, list[Any]] = defaultdict(list)
    refused: dict[str, ReadFailed] = {}
    try:
        for answer in aws.pages(Call(source.operation, source.ask_all(keys))):
            for pair in understood(source, answer):
                found[pair[0]].append(pair)
            for said in pick(answer, source.refused) if source.refused else ():
                about = source.refused_id(said)
                refused[about] = ReadFailed(
                    "Refused", f"{source.operation} refused {about}: {said}"
                )
    except ReadFailed as failed:
        if source.despite(failed.code, keys[0]) is None:
            yield from ((source, key, failed) for key in keys)
        elif len(keys) == 1:
            yield source, keys[0], source.despite(failed.code, keys[0]) or []
        else:
            middle = len(keys) // 2
            yield from named(aws, source, keys[:middle])
            yield from named(aws, source, keys[middle:])
        return
    for key in keys:
        yield source, key, refused.get(key) or found[key]


def owned(call: Call, account: str) -> Call:
    """The call with the id of the account where it asks for it."""
    if OWN_ACCOUNT not in call.params.values():
        return call
    filled = {name: account if said == OWN_ACCOUNT else said for name, said in call.params.items()}
    return Call(call.action, filled, call.permission)


class Page(NamedTuple):
    """Something fetched, or a failure; `closes` when its job is done."""

    source: Source[Any]
    items: Sequence[Any] = ()
    failed: ReadFailed | None = None
    concerns: str | None = None
    closes: bool = False
