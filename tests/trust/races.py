"""Two workers under a baton: every schedule of up to two preemptions, at the boundaries of AWS calls."""

from __future__ import annotations

import random
import threading
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import combinations
from typing import Any

from steadyhand.model import STEADYHAND, Answer, Call, ChangeState
from tests.trust.lab import OTHER, PERSON, account, straight, tried
from tests.trust.scenes import Scene, scene
from tests.trust.slow import Slow
from tests.trust.walk import made, recovered


@cache
def is_asked(name: str) -> bool:
    """Must a person be asked for what this check has planted?"""
    with account() as world:
        return not scene(name, world).safe


def is_tried(name: str, pair: str) -> bool:
    """Can this pair do anything to what this check has planted? No machine does what people are asked about."""
    return bool({"fix", "undo"} & set(pair.split("-"))) or not is_asked(name)


PAIRS = (
    "fix-fix",
    "fix-event",
    "fix-sweep",
    "event-event",
    "event-sweep",
    "sweep-sweep",
    "undo-undo",
    "undo-fix",
    "undo-event",
    "undo-sweep",
)
"""All pairs of a fix and an undo that people ask for, an event, and a sweep."""

WAITING_SECONDS = 60
"""Seconds that one worker waits for the other: a busy machine is no failure."""


@dataclass
class Baton:
    """Who holds it may go on to the next AWS call; at each switch the other gets it."""

    jobs: Sequence[Callable[[], Any]]
    switches: frozenset[int]
    calls: int = 0
    turn: int = 0
    done: list[bool] = field(default_factory=lambda: [False, False])
    out: list[str] = field(default_factory=lambda: ["", ""])
    results: list[Any] = field(default_factory=lambda: [None, None])

    def __post_init__(self) -> None:
        self.changed, self.local = threading.Condition(), threading.local()

    def __call__(self, call: Call, go: Callable[[], Answer]) -> Answer:
        me = getattr(self.local, "me", None)
        if me is not None:
            with self.changed:
                if self.calls in self.switches and not self.done[1 - me]:
                    self.turn = 1 - me
                self.calls += 1
                self.changed.notify_all()
                if not self.changed.wait_for(lambda: self.turn == me, timeout=WAITING_SECONDS):
                    raise RuntimeError("the baton is lost")
        return go()

    def run(self, me: int) -> None:
        """One worker's life."""
        self.local.me = me
        with self.changed:
            self.changed.wait_for(lambda: self.turn == me, timeout=WAITING_SECONDS)

        def job() -> None:
            self.results[me] = self.jobs[me]()

        self.out[me] = tried(job)
        with self.changed:
            self.done[me] = True
            self.turn = 1 - me
            self.changed.notify_all()

    def go(self) -> None:
        """Both, to the end."""
        workers = [threading.Thread(target=self.run, args=(me,)) for me in (0, 1)]
        for one in workers:
            one.start()
        for one in workers:
            one.join(2 * WAITING_SECONDS)


def jobs(here: Scene, pair: str) -> list[Callable[[], Any]]:
    """What the two do."""
    changes = here.world.changes()
    kinds: dict[str, list[Callable[[], Any]]] = {
        "fix": [lambda: here.fix(PERSON), lambda: here.fix(OTHER)],
        "event": [here.event] * 2,
        "sweep": [here.sweep] * 2,
        "undo": [lambda: here.undo(changes[-1], PERSON), lambda: here.undo(changes[-1], OTHER)],
    }
    return [kinds[kind][me] for me, kind in enumerate(pair.split("-"))]


def raced(
    name: str, pair: str, switches: Sequence[int] = (), *, slow: bool = False
) -> tuple[int, list[str]]:
    """One schedule: how many calls both made, and what is broken."""
    with account(Slow() if slow else None) as world:
        here = scene(name, world)
        before, undoes = here.truth(), pair.startswith("undo")
        if undoes and not made(here):
            return 0, ["its fix does not even work"]
        already = len(world.mutations)
        baton = world.hook = Baton(jobs(here, pair), frozenset(switches))
        baton.go()
        world.hook = straight
        wrong = [one for one in baton.out if one.startswith(("crash", "failed"))]
        for outcome in baton.results:
            wrong += [f"{one.subject}: {one.reason}" for one in getattr(outcome, "troubles", ())]
        wrong += [f"recovery: {one}" for one in recovered(here)]
        wrong += [f"called without a record: {one}" for one in world.unrecorded]
        return baton.calls, wrong + list(judged(here, pair, before, len(world.mutations) - already))


def judged(here: Scene, pair: str, before: Any, sent: int) -> Iterator[str]:
    """One change, made or undone once; a person who asks for it after its undo gets one more."""
    changes = here.world.changes()
    yield from (f"stuck: {one.state} {one.reason}" for one in changes if one.state.moves)
    yield from (f"still claimed: {one}" for one in here.world.claims())
    first, *more = changes or [None]
    if first is None or len(more) > (pair == "undo-fix"):
        yield f"{len(changes)} changes: {[str(one.state) for one in changes]}"
        return
    back = sum(bool(step.undo) for step in first.steps)
    undone = pair.startswith("undo") and back > 0
    ends = [
        ChangeState.UNDONE if undone else ChangeState.VERIFIED,
        *[ChangeState.VERIFIED] * len(more),
    ]
    if [one.state for one in changes] != ends:
        yield f"{[(str(one.state), one.reason) for one in changes]} instead of {ends}"
    wanted = back if pair.startswith("undo") else len(first.steps)
    wanted += sum(len(one.steps) for one in more)
    if sent != wanted:
        yield f"{sent} calls instead of {wanted}"
    if any(one.by == STEADYHAND for one in more):
        yield "fixed again, and nobody asked for it"
    if here.truth() != before if undone and not more else here.wrong():
        yield f"in truth: {here.truth()}"


def schedules(name: str, pair: str, calls: int) -> list[tuple[int, ...]]:
    """Every schedule: one preemption first, then two in an order that is always the same."""
    twice: list[tuple[int, ...]] = list(combinations(range(calls), 2))
    random.Random(zlib.crc32(f"{name}{pair}".encode())).shuffle(twice)
    return [*((n,) for n in range(calls)), *twice]
