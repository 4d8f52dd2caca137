"""One environment as a map: boxes in tiers, at most four in a row and 25 in all. Equals are folded."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from steadyhand.rhythm.core import words
from steadyhand.rhythm.first.facts import TIERS, Thing

ACROSS = 4
MOST = 25
NAMED = 8
"""So many names an `alt` text tells of one state."""
BAD, OPEN = "bad", "open"
FEW, WORD = 4, 24
"""From so many names on, words may be said to be shared; no longer ones than this."""
PARTS = re.compile(r"[-_/.]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """One thing, or several of a kind. `label` and `says` hold nothing but ASCII and our own signs.

    `row` counts from the top of the whole map, `column` from the left.
    """

    label: str
    says: str
    state: str
    tier: str
    row: int
    column: int
    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fold:
    """What one box stands for: several things, or a name that no picture can show."""

    label: str
    names: str
    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Map:
    """Where everything is.

    `links` are pairs of boxes by number, the upper first. `shared` are the words that most names
    have, and that are left out of them.
    """

    environment: str
    boxes: tuple[Box, ...]
    links: tuple[tuple[int, int], ...]
    folds: tuple[Fold, ...]
    alt: str
    shared: tuple[str, ...] = ()

    @property
    def is_telling(self) -> bool:
        """Does it show more than a list of names: a line, a door that is open, a time bomb?"""
        return bool(self.links) or any(one.state in {BAD, OPEN} for one in self.boxes)


def map_of(
    environment: str, things: Iterable[Thing], bombs: Mapping[str, Sequence[str]]
) -> Map | None:
    """The map; None where nothing can be drawn. `bombs` are the findings of each ARN."""
    drawn = [one for one in things if one.tier in TIERS]
    if not drawn:
        return None
    linked = {arn for one in drawn for arn in (one.arn, *one.to) if one.to}
    by_tier: dict[str, list[Thing]] = defaultdict(list)
    for one in drawn:
        by_tier[one.tier].append(one)
    shared = common([one.name for one in drawn])
    boxes: list[Box] = []
    folds: list[Fold] = []
    where: dict[str, int] = {}
    row = 0
    for tier, room in rooms(by_tier).items():
        above = {
            to: boxes[where[one.arn]].column for one in drawn if one.arn in where for to in one.to
        }
        rank = sorted(by_tier[tier], key=lambda one: _rank(one, bombs, linked, above))
        for number, group in enumerate(grouped(rank, room)):
            made, fold = boxed(group, bombs, len(folds) + 1, shared)
            folds += [fold] if fold else []
            where |= {one.arn: len(boxes) for one in group}
            boxes.append(
                Box(
                    label=made.label,
                    says=made.says,
                    state=made.state,
                    tier=tier,
                    row=row + number // ACROSS,
                    column=number % ACROSS,
                    ids=made.ids,
                )
            )
        row = boxes[-1].row + 1
    return Map(
        environment=environment,
        boxes=tuple(boxes),
        links=links(drawn, where, boxes),
        folds=tuple(folds),
        alt=alt(environment, drawn, boxes, bombs),
        shared=shared,
    )


def rooms(tiers: Mapping[str, Sequence[Thing]]) -> dict[str, int]:
    """How many boxes each tier may have: a row, and one row more for the fullest."""
    there = [tier for tier in TIERS if tiers.get(tier)]
    fullest = max(there, key=lambda tier: len(tiers[tier]))
    return {tier: ACROSS * (2 if tier == fullest else 1) for tier in there}


def _rank(
    one: Thing, bombs: Mapping[str, Sequence[str]], linked: set[str], above: Mapping[str, int]
) -> tuple[bool, bool, bool, int, str, str]:
    """What matters first; what hangs from another stands below it where it can."""
    quiet = (one.arn not in bombs, not one.is_open, one.arn not in linked)
    return (*quiet, above.get(one.arn, ACROSS), one.name, one.arn)


def grouped(things: Sequence[Thing], room: int) -> list[Sequence[Thing]]:
    """Each alone while there is room; then the last of them by kind."""
    if len(things) <= room:
        return [[one] for one in things]
    for alone in range(room - 1, 0, -1):
        kinds = by_kind(things[alone:])
        if alone + len(kinds) <= room:
            return [*([one] for one in things[:alone]), *kinds]
    return by_kind(things)


def by_kind(things: Iterable[Thing]) -> list[Sequence[Thing]]:
    """Those of one kind together."""
    kinds: dict[str, list[Thing]] = defaultdict(list)
    for one in things:
        kinds[one.kind].append(one)
    return list(kinds.values())


@dataclass(frozen=True, slots=True)
class _Box:
    label: str
    says: str
    state: str
    ids: tuple[str, ...]


def boxed(
    group: Sequence[Thing],
    bombs: Mapping[str, Sequence[str]],
    number: int,
    shared: Sequence[str],
) -> tuple[_Box, Fold | None]:
    """What a box says, and what is listed below the map because it cannot."""
    found = [name for one in group for name in bombs.get(one.arn, ())]
    state = BAD if found else OPEN if any(one.is_open for one in group) else ""
    ids = (*(one.id for one in group), *found)
    if len(group) > 1:
        label, kind = f"{len(group):,} more", group[0].kind
        names = words.listed([words.clean(one.name, words.NAME) for one in group[:NAMED]])
        more = f", and {len(group) - NAMED:,} more" if len(group) > NAMED else ""
        fold = Fold(label=f"{label} {kind}", names=names + more, ids=ids)
        return _Box(label, kind, state, ids), fold
    (one,) = group
    if is_plain(one.name):
        return _Box(short(one.name, shared), plain(one.says, one.kind), state, ids), None
    label = f"no. {number}"
    fold = Fold(label=label, names=words.clean(one.name, words.NAME), ids=ids)
    return _Box(label, plain(one.says, one.kind), state, ids), fold


def common(names: Sequence[str]) -> tuple[str, ...]:
    """The words that more than half of the names have: a team, an environment."""
    counts = Counter(word for name in names if is_plain(name) for word in set(PARTS.split(name)))
    often = [
        word for word, count in counts.items() if 0 < len(word) <= WORD and count > len(names) / 2
    ]
    return tuple(sorted(often)) if len(names) >= FEW else ()


def short(name: str, shared: Sequence[str]) -> str:
    """Without the words that most share, but never without all."""
    left = [word for word in PARTS.split(name) if word and word not in shared]
    return "-".join(left) if left and set(PARTS.split(name)) & set(shared) else name


def is_plain(name: str) -> bool:
    """May a picture show it as it is?"""
    return bool(name.strip()) and name.isascii() and name.isprintable()


def plain(says: str, kind: str) -> str:
    """What a box says below its name: words of ours, and versions that AWS told."""
    return says if is_plain(says.replace("×", "x")) else kind


def links(
    things: Iterable[Thing], where: Mapping[str, int], boxes: Sequence[Box]
) -> tuple[tuple[int, int], ...]:
    """Pairs of boxes in different rows, or beside each other; each once."""
    found = set()
    for one in things:
        for to in one.to:
            if to in where:
                upper, lower = sorted((where[one.arn], where[to]))
                beside = abs(boxes[upper].column - boxes[lower].column) == 1
                if upper != lower and (boxes[upper].row != boxes[lower].row or beside):
                    found.add((upper, lower))
    return tuple(sorted(found))


def alt(
    environment: str,
    things: Sequence[Thing],
    boxes: Sequence[Box],
    bombs: Mapping[str, Sequence[str]],
) -> str:
    """The map in words, with its numbers."""
    tiers = len({box.tier for box in boxes})
    return (
        f"Map of {environment}: {words.plural(len(things), 'resource')} in "
        f"{words.plural(len(boxes), 'box', 'boxes')} and {words.plural(tiers, 'tier')}. "
        f"Open to the internet: {told([one for one in things if one.is_open])}. "
        f"Time bombs: {told([one for one in things if one.arn in bombs])}."
    )


def told(things: Sequence[Thing]) -> str:
    """Some names, and how many there are."""
    if not things:
        return "none"
    names = [words.clean(one.name, words.NAME) for one in things[:NAMED]]
    more = f", and {len(things) - NAMED:,} more" if len(things) > NAMED else ""
    return f"{len(things):,} ({', '.join(names)}{more})"
