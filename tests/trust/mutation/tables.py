"""The table of the machine, broken on purpose: each cell, in each other way, must be noticed.

A small world without AWS plays every scene with the real `turn`: writes that show at once, late,
in pieces or never, strangers, lost looks, reads that lag. What it demands are the promises, not
the table's own words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any
from unittest.mock import patch

from steadyhand.engine.changes import machine
from steadyhand.engine.changes.machine import TABLE, Phase, Shows, Then
from steadyhand.model import Became, Call, Change, ChangeState, Seen, WrittenStep
from tests.verbs import ANY, NOW

LOOKS = (0.0, 0.2, 0.5, 1, 2, 3, 4, 5, 7, 9, 14, 20, 30, 45, 60, 90, 120, 180, 240, 300, 360)
"""Minutes after the beginning at which somebody looks."""

Value = str


@dataclass
class Part:
    """One part in AWS, and what is on its way to it. Times are minutes."""

    value: Value
    lands: float | None = 0
    between: str = ""
    appears: dict[float, str] = field(default_factory=dict)
    queue: list[tuple[float, Value]] = field(default_factory=list)
    twice: bool = False

    def send(self, at: float, value: Value) -> None:
        """One call of ours arrives; `lands` None: it never does."""
        self.twice |= bool(self.queue)
        if self.lands is not None:
            self.queue.append((at + self.lands, value))

    def look(self, at: float) -> Seen | None:
        """What a look shows at this minute: a state of the script, else the value."""
        for when, value in [one for one in self.queue if one[0] <= at]:
            self.value = value
            self.queue.remove((when, value))
        states = [state for when, state in sorted(self.appears.items()) if when <= at]
        state = states[-1] if states else ""
        if self.queue and self.between:
            state = self.between
        if state == "unseen":
            return None
        if state == "gone":
            return Seen(identity=None)
        if state in {"moving", "broken"}:
            moving, bad = (state, "") if state == "moving" else ("", state)
            return Seen(value=self.value, moving=moving, broken=bad)
        return Seen(value=state or self.value)


@dataclass(frozen=True)
class Scene:
    """A world, and how a change must end in it. `goal`: what is true at the end."""

    name: str
    part: Callable[[], Part]
    state: ChangeState
    goal: Value
    back: bool = False
    ended: float | None = None
    dies: bool = False
    by: float = 360
    """The minute by which it must be at rest."""


def scenes() -> Iterator[Scene]:
    """Forwards and backwards, each way in which AWS or a stranger behaves."""
    for back in (False, True):
        start, goal = ("made", "before") if back else ("before", "made")
        done = ChangeState.UNDONE if back else ChangeState.VERIFIED
        stop = ChangeState.FAILED
        theirs = ChangeState.FAILED if back else ChangeState.THEIRS

        def new(
            name: str, part: Callable[[], Part], state: ChangeState, end: Value, **more: Any
        ) -> Scene:
            return Scene(name, part, state, end, back, **more)  # noqa: B023 - called at once

        for late in (0.0, 3.0):
            for between in ("", "moving", "half", "unseen", "gone"):
                name = f"shows after {late} minutes, {between or 'as before'} until then"
                yield new(name, partial(Part, start, late, between), done, goal, by=late + 2)
        yield new("the worker dies before the call", partial(Part, start), done, goal, dies=True)
        yield new("never shows", partial(Part, start, None), stop, start)
        yield new(
            "AWS gives up", partial(Part, start, None, "", {0.1: "broken"}), stop, start, by=1
        )
        yield new(
            "AWS gives up late",
            partial(Part, start, None, "", {0.1: "moving", 29: "broken"}),
            stop,
            start,
            by=31,
        )
        yield new(
            "broken at once", partial(Part, start, None, "", {0: "broken"}), stop, start, by=1
        )
        yield new(
            "at work long after",
            partial(Part, start, 3, "", {0.1: "moving", 29: ""}),
            done,
            goal,
        )
        yield new("out of sight", partial(Part, start, 3, "", {0.1: "unseen", 29: ""}), done, goal)
        yield new("at work before", partial(Part, start, 0, "", {0: "moving", 9: ""}), done, goal)
        yield new(
            "out of sight before", partial(Part, start, 0, "", {0: "unseen", 9: ""}), done, goal
        )
        yield new("somebody else's before", partial(Part, "else"), theirs, "else")
        yield new("gone before", partial(Part, start, 0, "", {0: "gone"}), theirs, start)
        yield new(
            "gone for good after the call",
            partial(Part, start, None, "", {0.1: "gone"}),
            theirs,
            start,
        )
        yield new(
            "somebody else's after the call",
            partial(Part, start, None, "", {0.1: "else"}),
            theirs,
            start,
        )
    yield Scene(
        "a stranger undid it", partial(Part, "before"), ChangeState.UNDONE, "before", back=True
    )
    yield Scene("a stranger did it", partial(Part, "made"), ChangeState.THEIRS, "made")
    for state in ("moving", "unseen"):
        yield Scene(
            f"just verified and {state}", partial(Part, "made", 0, "", {0: state, 3: ""}),
            ChangeState.UNDONE, "before", back=True, ended=0,
        )  # fmt: skip
    yield Scene(
        "a read lags behind our own fix", partial(Part, "made", 0, "", {0: "before", 0.9: ""}),
        ChangeState.UNDONE, "before", back=True, ended=0,
    )  # fmt: skip
    for state in ("else", "gone", "broken"):
        yield Scene(
            f"just verified and {state}", partial(Part, "made", None, "", {0: state}),
            ChangeState.FAILED, "made", back=True, ended=0, by=0.5,
        )  # fmt: skip
    yield Scene(
        "just verified, still as we made it", partial(Part, "made"), ChangeState.UNDONE, "before",
        back=True, ended=0, by=0.5,
    )  # fmt: skip


def change_of(scene: Scene) -> Change:
    """One step, about to go forwards or backwards."""
    became = Became.DONE if scene.back else Became.NOTHING
    step = WrittenStep(
        Call("x:Do"), Call("x:Undo"), on="r", what="p", before="before", makes="made", became=became
    )
    state = ChangeState.UNDOING if scene.back else ChangeState.DOING
    ended = None if scene.ended is None else NOW + timedelta(minutes=scene.ended)
    return Change(
        id="ch-1", finding=ANY, steps=(step,), state=state, by="steadyhand", at=NOW, ended_at=ended
    )


def played(scene: Scene) -> list[str]:
    """One scene from beginning to end: which promises it breaks."""
    part, change, deaths, wrong = scene.part(), change_of(scene), int(scene.dies), list[str]()
    start, goal = ("made", "before") if scene.back else ("before", "made")
    rested = 0.0
    for minute in LOOKS:
        for _ in range(4):  # as `advance`: on until it waits
            if not change.state.moves:
                break
            seen, rested = part.look(minute), minute
            clear = bool(seen and seen.identity is not None and not seen.moving and not seen.broken)
            shown = str(seen.value) if seen and clear else "nothing clear"
            then, change = machine.turn(change, seen, NOW + timedelta(minutes=minute))
            if then is Then.WAIT:
                break
            if then is Then.SEND and shown != start:
                wrong.append(f"sends over {shown}")
            if change.state in {ChangeState.VERIFIED, ChangeState.UNDONE} and shown != goal:
                wrong.append(f"says {change.state} of {shown}")
            if then is Then.SEND and deaths:
                deaths -= 1
                break
            if then is Then.SEND:
                part.send(minute, goal)
    part.appears = {}
    part.look(10_000)
    return wrong + list(judged(scene, part, change, rested))


def judged(scene: Scene, part: Part, change: Change, rested: float) -> Iterator[str]:
    """How it ended, beside how it must."""
    if change.state.moves:
        yield "stuck"
    elif change.state is not scene.state:
        yield f"ends {change.state} instead of {scene.state}"
    if rested > scene.by:
        yield f"at rest after {rested} minutes instead of {scene.by}"
    if part.value != scene.goal:
        yield f"in truth {part.value} instead of {scene.goal}"
    if part.twice:
        yield "sent again while a call was out"
    became = change.steps[0].became
    if "broken" in scene.name and became is Became.THEIRS:
        yield "what AWS broke is called theirs"
    theirs = {ChangeState.FAILED, ChangeState.THEIRS}
    strange = scene.state in theirs and ("else" in scene.name or "gone" in scene.name)
    if strange and became is not Became.THEIRS:
        yield f"its step became {became!r} instead of theirs"


@contextmanager
def broken_cell(phase: Phase, shows: Shows, then: Then) -> Iterator[None]:
    """The machine with one cell of its table otherwise."""
    table: Mapping[Phase, Mapping[Shows, Then]] = {
        **TABLE, phase: {**TABLE[phase], shows: then}
    }  # fmt: skip
    with patch.object(machine, "TABLE", table):
        yield


def mutants() -> list[tuple[Phase, Shows, Then]]:
    """Every other content of every cell."""
    return [
        (phase, shows, then)
        for phase, row in TABLE.items()
        for shows, right in row.items()
        for then in Then
        if then is not right
    ]


def noticed(mutant: tuple[Phase, Shows, Then]) -> str:
    """Which scene notices, and what; nothing if none does."""
    with broken_cell(*mutant):
        for scene in scenes():
            try:
                wrong = played(scene)
            except Exception as crash:  # noqa: BLE001 - a crash is noticed as well
                wrong = [f"{type(crash).__name__}"]
            if wrong:
                return f"{scene.name}: {wrong[0]}"
    return ""
