"""What a change is made of: parts of resources, looks at them, steps, and what became of each."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from steadyhand.model.calls import CHANGE, TOKEN, Call, Ref
from steadyhand.model.findings import Finding

MARK = "steadyhand:change"
"""The tag on whatever a change creates: how it is found again when the answer is lost."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """The owned part as one look shows it.

    `value` is JSON; None: it is not there. `identity` is of the resource it sits on (a creation
    time, an id that is never used twice), None where that is gone. `moving` says why it is neither
    before nor after (`modifying`), `broken` that AWS gave up. `keep` is what calls of later steps
    need. `tags` are those of the resource; None where this look did not read them. `not_before`: AWS
    takes no further change of it until then, in either direction.
    """

    value: Any = None
    identity: str | None = ""
    moving: str = ""
    broken: str = ""
    keep: Mapping[str, str] = field(default_factory=dict)
    tags: Mapping[str, str] | None = None
    not_before: datetime | None = None


@dataclass(frozen=True, slots=True)
class Read:
    """What a look asks for: a declared source, narrowed to one key. It is sent the items."""

    source: Any
    key: str | Ref


Look = Generator[Read, Sequence[Any], Seen]
"""A look yields reads, is sent the items of each (none where there is no such thing), returns."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of one resource that a step owns. Twin checks name the same part by the same words.

    `on` is the resource, by its ARN wherever AWS defines one, `what` the part of it; `look` sees it.
    """

    on: str
    what: str
    look: Callable[[], Look]

    @property
    def key(self) -> tuple[str, str]:
        """Where a person's word about it is kept."""
        return self.on, self.what


def field_of(
    on: str,
    what: str,
    source: Any,
    key: str,
    *,
    value: Callable[[Any], Any],
    born: Callable[[Any], Any] = lambda _: "",
    moving: Callable[[Any], str] = lambda _: "",
    tags: Callable[[Any], Mapping[str, str] | None] = lambda _: None,
) -> Part:
    """One field of the one item that a source has under a key: the usual part.

    `born` tells a recreated resource from the first, `moving` why the item is in transition.
    """

    def look() -> Look:
        for item in (yield Read(source, key)):
            return Seen(
                value=value(item),
                identity=str(born(item)),
                moving=moving(item),
                tags=tags(item),
            )
        return Seen(identity=None)

    return Part(on, what, look)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One call, what it makes of the part it owns, and the call back.

    `settles`: how long AWS may take to show it; until then "as before" proves nothing. `not_before`:
    what the evidence says of when AWS takes the call; the look at its part says it anew.
    """

    owns: Part
    makes: Any
    do: Call
    undo: Call | None
    settles: timedelta = timedelta(minutes=1)
    not_before: datetime | None = None


class ChangeState(StrEnum):
    """How far a change has come: three states move, four rest."""

    DOING = "doing"
    UNDOING = "undoing"
    ROLLING_BACK = "taking back"
    VERIFIED = "verified"
    UNDONE = "undone"
    FAILED = "failed"
    THEIRS = "theirs"

    @property
    def moves(self) -> bool:
        """Is it on its way?"""
        return self in {ChangeState.DOING, ChangeState.UNDOING, ChangeState.ROLLING_BACK}


class Became(StrEnum):
    """What became of one step. `sent` and `done` are ours, so they can be undone.

    `lost`: sent, and as before whenever anybody looked; should it land yet, it can be undone too.
    """

    NOTHING = ""
    SENT = "sent"
    LOST = "lost"
    DONE = "done"
    REFUSED = "refused"
    THEIRS = "theirs"
    UNDONE = "undone"

    @property
    def ours(self) -> bool:
        """Is it, or may it be, in force because of us?"""
        return self in {Became.SENT, Became.DONE}


@dataclass(frozen=True, slots=True)
class WrittenStep:
    """A step as the ledger keeps it, with what was seen of its part before.

    `proven`: AWS answered our call, its echo named the change, or CloudTrail does.
    """

    do: Call
    undo: Call | None = None
    on: str = ""
    what: str = ""
    before: Any = None
    makes: Any = None
    identity: str | None = ""
    settles: float = 60.0
    keep: Mapping[str, str] = field(default_factory=dict)
    became: Became = Became.NOTHING
    proven: bool = False

    @property
    def part(self) -> tuple[str, str]:
        """Where a person's word about it is kept."""
        return self.on, self.what


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A fix that was written down before it was done, and its undo.

    `by` is "steadyhand" or a person's ARN. `sent_at`: a call towards where it is going went out
    then, or may have. `wish` is who wants it undone while it is still being done. `ended_at`: when
    it last came to rest; reads may lag behind that. `waits` is why a call was not tried yet, for a
    person, and `not_before` when AWS takes it. `version` grows with every write and fences late workers.
    """

    id: str
    finding: Finding
    steps: Sequence[WrittenStep]
    state: ChangeState
    by: str
    at: datetime
    environment: str = ""
    sent_at: datetime | None = None
    attempts: int = 0
    wish: str = ""
    reason: str = ""
    undone_by: str = ""
    ended_at: datetime | None = None
    waits: str = ""
    not_before: datetime | None = None
    version: int = 1

    @property
    def current(self) -> int | None:
        """The step to see to: forwards the first that is not done, backwards the last of ours."""
        if self.state is ChangeState.DOING:
            waiting = {Became.NOTHING, Became.SENT}
            return next((n for n, one in enumerate(self.steps) if one.became in waiting), None)
        ours = [n for n, one in enumerate(self.steps) if one.became.ours and one.undo]
        return ours[-1] if ours else None

    @property
    def in_force(self) -> str:
        """Whether anything of ours is in force: yes, no, or unknown."""
        became = {one.became for one in self.steps if one.undo}
        if Became.DONE in became:
            return "yes"
        return "unknown" if became & {Became.SENT, Became.LOST} else "no"

    @property
    def parts(self) -> list[tuple[str, str]]:
        """The parts it claims, each once."""
        return list(dict.fromkeys(one.part for one in self.steps))

    def with_step(self, number: int, **said: Any) -> Change:
        """The change with one step's record rewritten."""
        step = replace(self.steps[number], **said)
        return replace(self, steps=(*self.steps[:number], step, *self.steps[number + 1 :]))


def filled(value: Any, change: Change, step: int) -> Any:
    """A value with every `Ref` in it filled in."""
    if isinstance(value, Call):
        return Call(value.action, filled(value.params, change, step), value.permission)
    if isinstance(value, Ref):
        if value == TOKEN:
            way = "do" if change.state is ChangeState.DOING else "undo"
            return f"{change.id}-{step}-{way}".replace("-", "_")  # ACM takes no hyphen
        return change.id if value == CHANGE else change.steps[value.step].keep[value.name]
    if isinstance(value, Mapping):
        return {key: filled(inner, change, step) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [filled(inner, change, step) for inner in value]
    return value
