"""What a proof is: cases in an order in which every check comes before any comes twice."""

from __future__ import annotations

import random
import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest

Case = Callable[[], list[str]]
"""One thing tried: what is broken afterwards, as sentences."""


@dataclass(frozen=True, kw_only=True)
class Proof:
    """One way to try to break promises. `rows` are their numbers in design and docs/trust.md.

    `cases` are groups of labelled cases: a budget shortens the groups, and never skips one.
    """

    rows: str
    name: str
    cases: Callable[[], Iterable[Sequence[tuple[str, Case]]]]
    share: float = 1.0
    counts: int = 1
    """How many things one case tries."""
    score: float = 100.0
    """Per cent of the cases that must hold: all, but for mutants of much code."""


@dataclass(kw_only=True)
class Result:
    """What came of a proof."""

    proof: Proof
    tried: int = 0
    possible: int = 0
    seconds: float = 0
    broken: dict[str, list[str]] = field(default_factory=dict)

    @property
    def score(self) -> float:
        """Per cent of the cases that held."""
        cases = self.tried // self.proof.counts
        return 100.0 * (cases - len(self.broken)) / cases if cases else 100.0

    @property
    def holds(self) -> bool:
        """Did as much hold as must?"""
        return self.score >= self.proof.score


def in_turn(groups: Iterable[Sequence[tuple[str, Case]]]) -> Iterator[tuple[int, str, Case]]:
    """The first of every group, then the second, each group in an order that is always the same."""
    for n, row in enumerate(zip_longest(*map(shuffled, groups))):
        yield from ((n, *one) for one in row if one)


def shuffled(group: Sequence[tuple[str, Case]]) -> list[tuple[str, Case]]:
    """In no order, and in the same one every time."""
    made = list(group)
    seed = zlib.crc32(repr([label for label, _ in made]).encode())
    random.Random(seed).shuffle(made)
    return made


def prove(proof: Proof, *, seconds: float = 0, each: int = 1) -> Result:
    """Try at least `each` of every group, and go on for as long as there is time."""
    began, result = time.monotonic(), Result(proof=proof)
    groups = [list(group) for group in proof.cases()]
    result.possible = proof.counts * sum(map(len, groups))
    for n, label, case in in_turn(groups):
        if n >= each and time.monotonic() - began > seconds:
            break
        result.tried += proof.counts
        try:
            wrong = case()
        except Exception as crash:  # noqa: BLE001 - a proof that cannot be carried out is none
            wrong = [f"the proof itself broke: {type(crash).__name__}: {crash}"]
        if wrong:
            result.broken[label] = wrong
    result.seconds = time.monotonic() - began
    return result


def told(results: Sequence[Result]) -> str:
    """The table that `make trust` prints."""
    lines = [
        f"{'promise':<16} {'what was tried':<58} {'tried':>7} {'of':>7} {'broken':>7} {'held':>7} {'s':>6}"
    ]
    for one in results:
        lines.append(
            f"{one.proof.rows:<16} {one.proof.name:<58} {one.tried:>7} {one.possible:>7} "
            f"{len(one.broken):>7} {one.score:>6.1f}% {one.seconds:>6.0f}"
        )
        lines += [f"    {label}: {'; '.join(wrong)[:300]}" for label, wrong in one.broken.items()]
    return "\n".join(lines)
