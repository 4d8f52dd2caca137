"""What an owner may turn at a check: each knob's type says its range, in its unit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sized
from dataclasses import dataclass
from typing import Annotated, Any, Literal, get_args, get_origin


@dataclass(frozen=True, slots=True)
class Range:
    """From `least` to `most`, both included: a number of `unit`, or how many of them there are."""

    least: int
    most: int
    unit: str

    def holds(self, value: Any) -> bool:
        """Does it lie within? Of what has a length, its length."""
        size = len(value) if isinstance(value, Sized) else value
        return bool(self.least <= size <= self.most)

    def __str__(self) -> str:
        return f"from {self.least:,} to {self.most:,} {self.unit}"


YEARS = 3650
"""Ten years, in days: nothing that a check waits for takes longer."""

Days = Annotated[int, Range(0, YEARS, "days")]
Cents = Annotated[int, Range(0, 1_000_000, "US cents a month")]
Port = Annotated[int, Range(0, 65_535, "as a port's number")]
Label = Annotated[str, Range(1, 60, "characters")]
Ports = Annotated[Mapping[Port, Label], Range(1, 100, "ports")]
Labels = Annotated[tuple[Label, ...], Range(0, 50, "words")]

Place = tuple[str | int, ...]


def range_of(hint: Any) -> Range | None:
    """The range that a knob's type says."""
    more = get_args(hint)[1:] if get_origin(hint) is Annotated else ()
    return next((one for one in more if isinstance(one, Range)), None)


def limits(hint: Any) -> str:
    """What a knob may be, in words: its range and unit, or its choices."""
    allowed = range_of(hint)
    if get_origin(hint) is Literal:
        return f"one of {', '.join(map(str, get_args(hint)))}"
    return str(allowed or "")


def beyond(hint: Any, value: Any, place: Place = ()) -> Iterator[tuple[Place, Any, Range]]:
    """What of a value lies outside the ranges that its type says: where it is, itself, its range."""
    allowed = range_of(hint)
    if allowed and not allowed.holds(value):
        yield place, value, allowed
        return
    kind = get_args(hint)[0] if allowed else hint
    inner = get_args(kind)
    if isinstance(value, Mapping):
        for name, one in value.items():
            yield from beyond(inner[0], name, (*place, str(name)))
            yield from beyond(inner[1], one, (*place, str(name)))
    elif isinstance(value, tuple):
        for number, one in enumerate(value):
            yield from beyond(inner[0], one, (*place, number))
