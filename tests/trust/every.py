"""Every proof there is, and which promises it is about."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial

from steadyhand.engine.changes.machine import Phase, Shows, Then
from tests.hostile import walk as reads
from tests.security.every import PARSERS
from tests.security.fuzz import fuzz
from tests.trust import chaos, races, undos, walk
from tests.trust.dangers import many, owned, poison, wide
from tests.trust.mutation import forged, grants, tables
from tests.trust.mutation import sources as source_mutants
from tests.trust.proofs import Case, Proof
from tests.trust.scenes import fixing


def crashes(
    way: str, names: Sequence[str] = (), *, slow: bool = False
) -> Iterable[Sequence[tuple[str, Case]]]:
    """Every fault at every call, a group for each check."""
    for name in names or fixing():
        found = walk.boundaries(name, way, slow=slow)
        if not found:
            yield [(f"{name} {way}", lambda: ["its fix does not even work"])]
        yield [(str(one), partial(walk.broken, one)) for one in found]


def schedules(
    pair: str, names: Sequence[str] = (), *, slow: bool = False
) -> Iterable[Sequence[tuple[str, Case]]]:
    """Every schedule of two workers, a group for each check."""
    for name in names or fixing():
        if pair.startswith("event") and races.is_asked(name):
            continue
        calls, wrong = races.raced(name, pair, slow=slow)
        alone = [(f"{name} {pair} one after the other", said(wrong))]
        found = races.schedules(name, pair, calls)
        yield alone + [
            (f"{name} {pair} {one}", partial(race, name, pair, one, slow)) for one in found
        ]


def race(name: str, pair: str, switches: tuple[int, ...], slow: bool) -> list[str]:
    """What one schedule broke."""
    return races.raced(name, pair, switches, slow=slow)[1]


def anything(batches: int, *, slow: bool = False) -> Iterable[Sequence[tuple[str, Case]]]:
    """Batches of ten schedules."""

    def batch(start: int) -> list[str]:
        try:
            chaos.play(10, start, slow=slow)
        except AssertionError as broken:
            return [f"{broken}"]
        return []

    yield [(f"schedules from seed {n}", partial(batch, n)) for n in range(batches)]


def cells() -> Iterable[Sequence[tuple[str, Case]]]:
    """Every mutant of the machine's table; broken is the one that nothing notices."""
    for mutant in tables.mutants():
        label = " ".join(map(str, mutant))
        yield [(label, partial(unnoticed, mutant))]


def unnoticed(mutant: tuple[Phase, Shows, Then]) -> list[str]:
    """Whether nothing notices a mutant."""
    return [] if tables.noticed(mutant) else ["nothing notices"]


def sources(module: str, *tests: str) -> Iterable[Sequence[tuple[str, Case]]]:
    """Every mutant of a module's source; broken is the one with which all its tests pass."""

    def alive(mutant: tuple[str, int, int]) -> list[str]:
        return ["its tests pass"] if source_mutants.survives(module, mutant, tests) else []

    if not source_mutants.survives(module, None, tests):
        yield [(f"{module} as it is", lambda: ["its tests fail, so they notice nothing"])]
    for mutant in source_mutants.mutants(module):
        yield [(source_mutants.described(module, mutant), partial(alive, mutant))]


def nearest() -> Iterable[Sequence[tuple[str, Case]]]:
    """Mutants of the engine and the ledger, a group for each module, each tried by its nearest tests."""
    for module, tests in NEAREST.items():
        source_mutants.preload(tests)
        yield [case for group in sources(f"steadyhand.{module}", *tests) for case in group]


def undoings() -> Iterable[Sequence[tuple[str, Case]]]:
    """Two hundred configurations for each check."""
    for name in fixing():
        yield [(f"{name} {n}", partial(undos.undone_exactly, name, n)) for n in range(200)]


def spoiled(each: int) -> Iterable[Sequence[tuple[str, Case]]]:
    """Every parser of strangers' words, so many seconds of each."""

    def second(name: str, seed: int) -> list[str]:
        try:
            fuzz(name, seed, seconds=1)
        except Exception as broken:  # noqa: BLE001 - whatever it is, it is told
            notes = " ".join(getattr(broken, "__notes__", ()))
            return [f"{type(broken).__name__}: {broken} {notes}"]
        return []

    for name in PARSERS:
        yield [(f"{name} {n}", partial(second, name, n)) for n in range(each)]


def said(wrong: list[str]) -> Callable[[], list[str]]:
    """A case that was tried already."""
    return lambda: wrong


CHANGES, EVENTS, ROWS = "tests/engine/changes", "tests/engine/events", "tests/ledger"
NEAREST: Mapping[str, Sequence[str]] = {
    "engine.changes.machine": (
        "tests/trust/mutation/test_machine.py",
        f"{CHANGES}/test_machine.py",
    ),
    "engine.changes.shape": (f"{CHANGES}/test_actor.py",),
    "engine.changes.actor": (f"{CHANGES}/test_actor.py",),
    "engine.changes.kill_switch": (f"{CHANGES}/test_kill_switch.py",),
    "engine.changes.undo": ("tests/engine/test_undo.py",),
    "engine.event_index": (f"{EVENTS}/test_event_index.py", f"{EVENTS}/test_event_keys.py"),
    "ledger.change_rows": (f"{ROWS}/test_change_rows.py",),
    "ledger.codec": (f"{ROWS}/test_change_rows.py", f"{ROWS}/test_codec.py"),
}
"""Modules below `steadyhand`, and the tests that must notice their mutants, the fastest first."""


def unanswered() -> Iterable[Sequence[tuple[str, Case]]]:
    """Every failure of every read on its first and a later page, a group for each read."""
    walk = reads.Walk()
    groups: dict[str, list[tuple[str, Case]]] = {}
    for case in walk.cases():
        groups.setdefault(case.action, []).append((str(case), partial(walk.wrong, case)))
    yield from groups.values()


PROOFS = (
    Proof(rows="4 5 15", name="crash matrix: fixes", cases=partial(crashes, "fix"), share=3),
    Proof(rows="4 5 15", name="crash matrix: undos", cases=partial(crashes, "undo"), share=3),
    Proof(
        rows="4 5 15", name="crash matrix: fixes, AWS slow",
        cases=partial(crashes, "fix", slow=True), share=2,
    ),
    Proof(
        rows="4 5 15", name="crash matrix: undos, AWS slow",
        cases=partial(crashes, "undo", slow=True), share=2,
    ),
    *(
        Proof(rows="1 6", name=f"two workers: {pair}", cases=partial(schedules, pair))
        for pair in races.PAIRS
    ),
    Proof(rows="15", name="undo with neighbours, in any order", cases=undoings, share=5),
    Proof(rows="16", name="one field of one row written anew", cases=forged.every, share=3),
    Proof(rows="2 9", name="storms of events, a fifth of them lost", cases=partial(many.every, 167), counts=many.EVENTS),
    Proof(rows="3", name="messages, poison among them", cases=partial(poison.every, 100), counts=poison.MESSAGES),
    Proof(rows="3 20", name="parsers of strangers' words, seconds of fuzzing", cases=partial(spoiled, 300), share=2),
    Proof(rows="reads", name="reads that fail, in every way", cases=unanswered, share=3),
    Proof(rows="9", name="keys that could mean all", cases=wide.every),
    Proof(rows="24", name="what code owns, by each spelling of its tags", cases=owned.every),
    Proof(
        rows="1 6 7 8 10", name="anything in any order", cases=partial(anything, 100), share=6,
        counts=10,
    ),
    Proof(
        rows="1 6 7 8 10", name="anything in any order, AWS slow",
        cases=partial(anything, 20, slow=True), share=1, counts=10,
    ),
    Proof(rows="29", name="mutants of the machine's table", cases=cells, share=0.1),
    Proof(
        rows="least privilege", name="granted actions, each taken away", share=0.1,
        cases=grants.grants_of_the_widest,
    ),
    Proof(
        rows="29", name="mutants of the guardrails' source", share=0.1,
        cases=partial(sources, "steadyhand.engine.changes.guardrails", "tests/engine/changes/test_guardrails.py", "tests/engine/changes/test_guardrail_edges.py"),
    ),
    Proof(
        rows="29", name="mutants of the engine's and the ledger's source", share=4, score=85,
        cases=nearest,
    ),
)  # fmt: skip
