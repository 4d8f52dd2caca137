"""One look at AWS: every read is made once in it, and it is as old as its beginning."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from steadyhand.engine.reading import Aws, reader_of
from steadyhand.ledger.codec import text
from steadyhand.model import Answer, Call, Read, ReadFailed

T = TypeVar("T")


def as_it_is(value: Any) -> Any:
    """Nothing to fill in."""
    return value


@dataclass(kw_only=True)
class Looking:
    """A client that remembers, for as long as one look lasts. `at` is when it began.

    A survey may read through it, and then a part that its check has seen already costs no call.
    """

    aws: Aws
    at: datetime
    known: dict[str, list[Answer]] = field(default_factory=dict)
    account: str = field(init=False)
    partition: str = field(init=False)
    region: str = field(init=False)

    def __post_init__(self) -> None:
        self.account, self.partition = self.aws.account, self.aws.partition
        self.region = self.aws.region

    def ask(self, call: Call) -> Answer:
        """One call, one answer."""
        name = f"ask {name_of(call)}"
        if name not in self.known:
            self.known[name] = [self.aws.ask(call)]
        return self.known[name][0]

    def pages(self, call: Call) -> Iterator[Answer]:
        """One call and what follows it."""
        name = name_of(call)
        if name not in self.known:
            self.known[name] = list(self.aws.pages(call))
        yield from self.known[name]

    def elsewhere(self, region: str) -> Looking:
        """The same look, in another region: what was read here says nothing of it."""
        return Looking(aws=self.aws.elsewhere(region), at=self.at)

    def in_role(self, name: str) -> Looking:
        """The same look, made in a role of ours."""
        return Looking(aws=self.aws.in_role(name), at=self.at, known=self.known)

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self.aws.wait(seconds)

    def soon(self, service: str, job: Callable[..., None], *args: Any) -> None:
        """Do it when a worker of that service is free, or at once."""
        self.aws.soon(service, job, *args)

    def see(
        self,
        look: Generator[Read, Sequence[Any], T],
        fill: Callable[[Any], Any] = as_it_is,
    ) -> T:
        """Make the reads that a look asks for, and return what it saw."""
        try:
            read = next(look)
            while True:
                read = look.send(self.items(read, fill))
        except StopIteration as end:
            seen: T = end.value
            return seen

    def items(self, read: Read, fill: Callable[[Any], Any] = as_it_is) -> list[Any]:
        """What a source has under one key; nothing where there is no such thing."""
        source, key = read.source, fill(read.key)
        try:
            pages = list(reader_of(self, source).pages(source.call(self.at, key)))
        except ReadFailed as failed:
            told: list[Any] | None = source.despite(failed.code, key)
            if told is None:
                raise
            return told
        return [item for page in pages for item in source.understand(page, key)]


def name_of(call: Call) -> str:
    """The same for the same call."""
    return f"{call.action} {text(call.params)}"
