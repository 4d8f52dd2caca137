"""What was measured of a month in AWS, once: plain numbers that the ledger remembers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from steadyhand.ledger import codec
from steadyhand.ledger.typed import typed

Traffic = tuple[int, int]
"""Requests, and how many of them failed on our side (5xx)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """Where customers knock: a load balancer, an API, a distribution.

    `months` are the two months before and this one, `weeks` the thirteen that end with it, oldest
    first. Days are UTC's, like those of the bill.
    """

    name: str
    kind: str
    region: str
    months: tuple[Traffic, ...]
    weeks: tuple[Traffic, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Restore:
    """A backup that was restored: how long that took, and how old the backup was, in seconds."""

    name: str
    at: datetime
    seconds: float
    lost_seconds: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Deploy:
    """Changes of code, minutes apart: when the first and the last of them were made."""

    began: datetime
    ended: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Aged:
    """A key or a secret, by its name, and since when it is as it is."""

    name: str
    region: str
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """A managed host that lacks patches. `at`: when it was last patched or looked at, if ever."""

    name: str
    region: str
    missing: int
    at: datetime | None
    was_patched: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetterQueue:
    """A dead-letter queue: how many messages came and went at least, what is left, how old.

    `oldest` is in seconds, at the month's end.
    """

    name: str
    region: str
    came: int
    went: int
    left: int
    oldest: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """Events that reached nobody, of a function or a group of schedules."""

    name: str
    region: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Runs:
    """What should have run by the clock: how often it was tried, and how often given up."""

    name: str
    region: str
    tried: int
    missed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """What could not be read, for which section, where, and why."""

    section: str
    what: str
    region: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """Everything that was measured of one month. `id` is its row in the ledger.

    `target` is the availability in per cent that was asked for then. None stands for what was not
    read anywhere. Of the `managed` hosts so many are `lacking` patches; `hosts` are the worst.
    `deploys_cut`: there were more than we read. `redrives`: how often somebody sent dead letters
    again.
    """

    id: str
    target: float
    edges: tuple[Edge, ...] = ()
    deploys: tuple[Deploy, ...] | None = None
    deploys_cut: bool = False
    restores: tuple[Restore, ...] | None = None
    keys: tuple[Aged, ...] | None = None
    secrets: tuple[Aged, ...] | None = None
    managed: int | None = None
    lacking: int = 0
    hosts: tuple[Host, ...] = ()
    dead_letters: tuple[DeadLetterQueue, ...] | None = None
    redrives: int | None = None
    lost: tuple[Lost, ...] | None = None
    runs: tuple[Runs, ...] | None = None
    unread: tuple[Unread, ...] = ()

    def gaps(self, section: str) -> list[Unread]:
        """What a section has to do without."""
        return [one for one in self.unread if one.section == section]


PARTS: Mapping[str, Any] = {
    "edges": Edge,
    "deploys": Deploy,
    "restores": Restore,
    "keys": Aged,
    "secrets": Aged,
    "hosts": Host,
    "dead_letters": DeadLetterQueue,
    "lost": Lost,
    "runs": Runs,
    "unread": Unread,
}
TRAFFIC = ("months", "weeks")


def measured_out(measured: Measured) -> dict[str, Any]:
    """As the ledger keeps it: plain JSON."""
    said: dict[str, Any] = codec.plain({k: v for k, v in asdict(measured).items() if k != "id"})
    return said


def measured_in(name: str, said: Mapping[str, Any]) -> Measured:
    """The inverse of `measured_out`; an error where it is none, all the way down."""
    known = codec.rich(dict(said))
    for part, kind in PARTS.items():
        if known.get(part) is not None:
            known[part] = tuple(kind(**_traffic(one)) for one in known[part])
    found = typed(Measured(id=name, **known))
    if not all(edge.months for edge in found.edges):
        raise ValueError("an edge of these measures has no months")
    return found


def _traffic(said: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: tuple((int(all_), int(bad)) for all_, bad in value) if name in TRAFFIC else value
        for name, value in said.items()
    }
