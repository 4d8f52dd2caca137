"""Every proof there is, and which promises it is about."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

from steadyhand.engine.changes.machine import Phase, Shows, Then
from tests.engine.survey import crowd
from tests.hostile import walk as reads
from tests.security.every import PARSERS
from tests.security.fuzz import fuzz
from tests.trust import chaos, races, undos, walk
from tests.trust.dangers import many, owned, poison, wide
from tests.trust.mutation import forged, grants, tables
from tests.trust.mutation import sources as source_mutants
from tests.trust.proofs import Case, Group, Labelled, Proof
from tests.trust.scenes import fixing
from tests.trust.settling import emulated
from tests.trust.settling import races as settling_races


def crashes(
    way: str,
    *,
    slow: bool = False,
    setting: walk.Setting = walk.on_moto,
    names: Callable[[], Sequence[str]] = fixing,
) -> Iterator[Group]:
    """Every fault at every call, a group for each check."""

    def group(name: str) -> Labelled:
        found = walk.boundaries(name, way, slow=slow, setting=setting)
        if not found:
            return [(f"{name} {way}", said(["its fix does not even work"]))]
        return [(str(one), partial(walk.broken, one, setting)) for one in found]

    return (partial(group, name) for name in names())


def settling() -> Iterator[Group]:
    """Each race with what does not show yet, a group for each check."""
    for name in emulated.carried():
        mine = [race for one, race in settling_races.tries() if one == name]
        yield lambda name=name, mine=mine: [  # type: ignore[misc]
            (f"{name}: {race}", partial(settling_races.raced, name, race)) for race in mine
        ]


def on_the_emulator(way: str) -> Iterator[Group]:
    """The same in its slow mode, with all that lies in the demo's account."""
    return crashes(way, slow=True, setting=emulated.setting, names=emulated.carried)


def schedules(pair: str) -> Iterator[Group]:
    """Every schedule of two workers, a group for each check."""

    def group(name: str) -> Labelled:
        if not races.is_tried(name, pair):
            return []
        calls, wrong = races.raced(name, pair)
        alone = [(f"{name} {pair} one after the other", said(wrong))]
        found = races.schedules(name, pair, calls)
        return alone + [(f"{name} {pair} {one}", partial(race, name, pair, one)) for one in found]

    return (partial(group, name) for name in fixing())


def race(name: str, pair: str, switches: tuple[int, ...]) -> list[str]:
    """What one schedule broke."""
    return races.raced(name, pair, switches)[1]


def anything(batches: int, *, slow: bool = False) -> Iterator[Group]:
    """Batches of ten schedules."""

    def batch(start: int) -> list[str]:
        try:
            chaos.play(10, start, slow=slow)
        except AssertionError as broken:
            return [f"{broken}"]
        return []

    yield lambda: [(f"schedules from seed {n}", partial(batch, n)) for n in range(batches)]


def cells() -> Iterator[Group]:
    """Every mutant of the machine's table; broken is the one that nothing notices."""
    yield lambda: [(" ".join(map(str, one)), partial(unnoticed, one)) for one in tables.mutants()]


def unnoticed(mutant: tuple[Phase, Shows, Then]) -> list[str]:
    """Whether nothing notices a mutant."""
    return [] if tables.noticed(mutant) else ["nothing notices"]


def sources(tested: Mapping[str, Sequence[str]]) -> Iterator[Group]:
    """Every mutant of a module's source, a group for each; broken is the one with which its tests pass."""

    def group(module: str, tests: Sequence[str]) -> Labelled:
        source_mutants.preload(tests)
        if not source_mutants.survives(module, None, tests):
            return [(f"{module} as it is", said(["its tests fail, so they notice nothing"]))]

        def alive(mutant: tuple[str, int, int]) -> list[str]:
            return ["its tests pass"] if source_mutants.survives(module, mutant, tests) else []

        return [
            (f"{module} {source_mutants.described(module, one)}", partial(alive, one))
            for one in source_mutants.mutants(module)
        ]

    return (partial(group, f"steadyhand.{name}", tests) for name, tests in tested.items())


def undoings() -> Iterator[Group]:
    """Two hundred configurations for each check."""

    def group(name: str) -> Labelled:
        return [(f"{name} {n}", partial(undos.undone_exactly, name, n)) for n in range(200)]

    return (partial(group, name) for name in fixing())


def spoiled(each: int) -> Iterator[Group]:
    """Every parser of strangers' words, so many seconds of each."""

    def second(name: str, seed: int) -> list[str]:
        try:
            fuzz(name, seed, seconds=1)
        except Exception as broken:  # noqa: BLE001 - whatever it is, it is told
            notes = " ".join(getattr(broken, "__notes__", ()))
            return [f"{type(broken).__name__}: {broken} {notes}"]
        return []

    def group(name: str) -> Labelled:
        return [(f"{name} {n}", partial(second, name, n)) for n in range(each)]

    return (partial(group, name) for name in PARSERS)


def said(wrong: list[str]) -> Callable[[], list[str]]:
    """A case that was tried already."""
    return lambda: wrong


CHANGES, EVENTS, ROWS = "tests/engine/changes", "tests/engine/events", "tests/ledger"
GUARDRAILS = {
    "engine.changes.guardrails": (
        f"{CHANGES}/test_guardrails.py",
        f"{CHANGES}/test_guardrail_edges.py",
    )
}
NEAREST: Mapping[str, Sequence[str]] = {
    "engine.changes.machine": (
        "tests/trust/mutation/test_machine.py",
        f"{CHANGES}/test_machine.py",
    ),
    "engine.changes.shape": (f"{CHANGES}/test_actor.py",),
    "engine.changes.actor": (f"{CHANGES}/test_actor.py",),
    "engine.changes.kill_switch": (f"{CHANGES}/test_kill_switch.py",),
    "engine.changes.undo": (f"{CHANGES}/test_undo_rules.py",),
    "engine.event_index": (
        f"{EVENTS}/test_event_forms.py",
        f"{EVENTS}/test_event_index.py",
        f"{EVENTS}/test_event_keys.py",
    ),
    "ledger.seal": (f"{ROWS}/test_seal.py",),
    "ledger.note_shapes": (f"{ROWS}/test_edges.py", f"{ROWS}/test_note_shapes.py"),
    "ledger.typed": (f"{ROWS}/test_edges.py", f"{ROWS}/test_typed.py"),
    "ledger.compact_rows": (f"{ROWS}/test_compact_rows.py",),
    "ledger.change_rows": (f"{ROWS}/test_change_rows.py",),
    "ledger.codec": (f"{ROWS}/test_codec.py", f"{ROWS}/test_change_rows.py"),
}
"""Modules below `steadyhand`, and the tests that must notice their mutants, the fastest first."""


def unanswered() -> Iterator[Group]:
    """Every failure of every read on its first and a later page, a group for each read."""
    walk = reads.Walk()
    groups: dict[str, list[tuple[str, Case]]] = {}
    for case in walk.cases():
        groups.setdefault(case.action, []).append((str(case), partial(walk.wrong, case)))
    return ((lambda made=made: made) for made in groups.values())


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
        Proof(
            rows="4 5 15", name=f"crash matrix: {ways}, the emulator slow", share=2,
            cases=partial(on_the_emulator, way),
        )
        for way, ways in (("fix", "fixes"), ("undo", "undos"))
    ),
    Proof(rows="1 6 15", name="races while it settles, the emulator slow", cases=settling),
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
    Proof(rows="reads", name="accounts of many of each, in the fewest calls", cases=crowd.cases),
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
    Proof(rows="29", name="mutants of the machine's table", cases=cells),
    Proof(rows="least privilege", name="granted actions, each taken away", cases=grants.every),
    Proof(
        rows="29", name="mutants of the guardrails' source", share=2,
        cases=partial(sources, GUARDRAILS),
    ),
    Proof(
        rows="29", name="mutants of the engine's and the ledger's source", share=8, score=85,
        cases=partial(sources, NEAREST),
    ),
)  # fmt: skip
