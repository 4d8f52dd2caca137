"""What a proof is: groups of cases, made when their turn comes, in an order in which every check comes before any comes twice."""

from __future__ import annotations

import random
import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

Case = Callable[[], list[str]]
"""One thing tried: what is broken afterwards, as sentences."""

Labelled = Sequence[tuple[str, Case]]
Group = Callable[[], Labelled]
"""Makes the cases of one check, or of whatever else is not to be left out."""


@dataclass(frozen=True, kw_only=True)
class Proof:
    """One way to try to break promises. `rows` are their numbers in design and docs/trust.md.

    A budget shortens the groups evenly; a group that it does not reach at all is told.
    """

    rows: str
    name: str
    cases: Callable[[], Iterable[Group]]
    share: float = 1.0
    counts: int = 1
    """How many things one case tries."""
    score: float = 100.0
    """Per cent of the cases that must hold: all, but for mutants of much code."""


@dataclass(kw_only=True)
class Result:
    """What came of a proof. `possible` counts the cases of the groups that were reached."""

    proof: Proof
    tried: int = 0
    possible: int = 0
    unreached: int = 0
    seconds: float = 0
    broken: dict[str, list[str]] = field(default_factory=dict)

    @property
    def score(self) -> float:
        """Per cent of the cases that held."""
        cases = self.tried // self.proof.counts
        return 100.0 * (cases - len(self.broken)) / cases if cases else 0.0

    @property
    def holds(self) -> bool:
        """Did as much hold as must? What was not tried holds nothing."""
        return self.score >= self.proof.score


def shuffled(group: Labelled) -> list[tuple[str, Case]]:
    """In no order, and in the same one every time."""
    made = list(group)
    seed = zlib.crc32(repr([label for label, _ in made]).encode())
    random.Random(seed).shuffle(made)
    return made


def in_turn(result: Result) -> Iterator[tuple[str, Case]]:
    """The first of every group, then the second, each group in an order that is always the same."""
    waiting, begun = list(result.proof.cases()), list[Iterator[tuple[str, Case]]]()
    result.unreached = len(waiting)
    for group in waiting:
        made = shuffled(group())
        result.unreached -= 1
        result.possible += result.proof.counts * len(made)
        begun.append(iter(made))
        yield from ([first] if (first := next(begun[-1], None)) else [])
    while begun:
        row = [(one, case) for one in begun if (case := next(one, None))]
        begun = [one for one, _ in row]
        yield from (case for _, case in row)


def prove(proof: Proof, *, seconds: float) -> Result:
    """Try one case after the other for as long as there is time, and one at least."""
    began, result = time.monotonic(), Result(proof=proof)
    for label, case in in_turn(result):
        result.tried += proof.counts
        try:
            wrong = case()
        except Exception as crash:  # noqa: BLE001 - a proof that cannot be carried out is none
            wrong = [f"the proof itself broke: {type(crash).__name__}: {crash}"]
        if wrong:
            result.broken[label] = wrong
        if time.monotonic() - began > seconds:
            break
    result.seconds = time.monotonic() - began
    return result


def told(results: Sequence[Result]) -> str:
    """The table that `make trust` prints."""
    lines = [
        f"{'promise':<16} {'what was tried':<58} {'tried':>7} {'of':>7} {'broken':>7} {'held':>7} {'s':>6}"
    ]
    for one in results:
        of = f"{one.possible}{'+' if one.unreached else ''}"
        lines.append(
            f"{one.proof.rows:<16} {one.proof.name:<58} {one.tried:>7} {of:>7} "
            f"{len(one.broken):>7} {one.score:>6.1f}% {one.seconds:>6.0f}"
        )
        lines += [f"    {label}: {'; '.join(wrong)[:300]}" for label, wrong in one.broken.items()]
        if one.unreached:
            lines.append(f"    no time for {one.unreached} more groups: nothing is known of them")
    return "\n".join(lines)
