"""The crash matrix: a fault at every AWS call of every fix and every undo, then the next sweeps.

Afterwards the account is converged or untouched, and the ledger says so: never `verified` or
`undone` where it is not, no call without its record, nothing stuck, and what is fixed can be undone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field

from steadyhand.model import Answer, Call, Change, ChangeState
from tests.trust.lab import Killed, World, account, is_read, no, tried
from tests.trust.scenes import Scene, scene
from tests.trust.slow import Slow

FAULTS = (
    "refuse", "throttle", "lose", "garble", "kill before", "kill after", "late", "late after",
)  # fmt: skip
OF_READS = ("refuse", "lose", "garble", "kill before", "kill after", "late")
BEYOND = 11
"""Minutes: more than the lease and a settling time of five minutes together."""


@dataclass
class Fault:
    """One fault at the n-th call; without a number it only counts them."""

    world: World
    at: int = 0
    kind: str = ""
    calls: list[str] = field(default_factory=list)

    def __call__(self, call: Call, go: Callable[[], Answer]) -> Answer:
        self.calls.append(call.action)
        kind = self.kind if len(self.calls) == self.at else ""
        if kind == "refuse":
            raise no("AccessDenied", 403)
        if kind == "throttle":
            raise no("ThrottlingException")
        if kind == "kill before":
            raise Killed
        if kind == "late":
            self.world.clock.turn(minutes=BEYOND)
        answer = go()
        if kind == "lose":
            raise no("ReadTimeoutError", 0)
        if kind == "garble":
            raise no("ResponseParserError", 200)
        if kind == "kill after":
            raise Killed
        if kind == "late after":
            self.world.clock.turn(minutes=BEYOND)
        return answer


@dataclass(frozen=True)
class Boundary:
    """Where a fault strikes."""

    check: str
    way: str
    at: int
    action: str
    kind: str
    slow: bool = False

    def __str__(self) -> str:
        pace = " slow" if self.slow else ""
        return f"{self.check} {self.way}{pace} {self.at}:{self.action} {self.kind}"


Setting = Callable[[str, bool], AbstractContextManager[Scene]]
"""Where one check's subject is, in an AWS that is slow or not."""


@contextmanager
def on_moto(name: str, slow: bool) -> Iterator[Scene]:
    """In an account of its own."""
    with account(Slow() if slow else None) as world:
        yield scene(name, world)


def boundaries(
    name: str, way: str, *, slow: bool = False, setting: Setting = on_moto
) -> list[Boundary]:
    """Every fault at every call of one fix or its undo."""
    run = faulted(Boundary(name, way, 0, "", "", slow), setting)
    calls = [] if run is None else run[0]
    return [
        Boundary(name, way, n, action, kind, slow)
        for n, action in enumerate(calls, 1)
        for kind in (OF_READS if is_read(action) else FAULTS)
    ]


def broken(boundary: Boundary, setting: Setting = on_moto) -> list[str]:
    """What is not as it was promised."""
    run = faulted(boundary, setting)
    return ["its fix does not even work"] if run is None else run[1]


def faulted(boundary: Boundary, setting: Setting = on_moto) -> tuple[list[str], list[str]] | None:
    """One run: the calls it made, and what is broken. None: without a fault it did not get far."""
    with setting(boundary.check, boundary.slow) as here:
        world = here.world
        before, change = here.truth(), None
        if boundary.way == "undo" and not (change := made(here)):
            return None
        fixed = here.truth()
        world.unrecorded.clear()
        fault = world.hook = Fault(world, boundary.at, boundary.kind)
        out = tried(here.fix if change is None else lambda: here.undo(change))
        for _ in range(12 if boundary.slow else 0):  # its whole life, its later looks too
            if any(one.state.moves for one in world.changes()):
                world.clock.turn(minutes=15)
                later = tried(world.worker(here.check).settle)
                out = later if later.startswith("crash") else out
        world.hook = lambda call, go: go()
        if not boundary.at:
            return fault.calls, []
        wrong = [out] if out.startswith("crash") else []
        wrong += [f"recovery: {one}" for one in recovered(here)]
        wrong += [f"called without a record: {one}" for one in world.unrecorded]
        wrong += [f"stuck: {one.state} {one.reason}" for one in world.changes() if one.state.moves]
        wrong += [f"still claimed: {one}" for one in world.claims()]
        judge = judged_undo if change else judged_fix
        return fault.calls, wrong + list(judge(here, before, fixed))


def made(here: Scene) -> Change | None:
    """A fix without any fault, verified half an hour ago."""
    here.fix()
    here.echo()
    here.settle()
    here.world.clock.turn(minutes=30)
    last = here.world.changes()
    done = bool(last) and last[-1].state is ChangeState.VERIFIED and not here.wrong()
    return last[-1] if done else None


def recovered(here: Scene) -> Iterator[str]:
    """The event comes again, then its echo, then three sweeps; whatever still goes wrong there."""
    rounds = [here.event, here.echo, here.sweep, here.sweep, here.sweep]
    for n, job in enumerate(rounds):
        if n > 1:
            here.world.clock.turn(minutes=20)
        outcomes = list[object]()
        out = tried(lambda job=job, into=outcomes: into.append(job()))  # type: ignore[misc]
        yield from [] if out == "ok" else [out]
        for outcome in outcomes:
            yield from (f"{one.subject}: {one.reason}" for one in getattr(outcome, "troubles", ()))
    here.settle()


def judged_fix(here: Scene, before: object, _: object) -> Iterator[str]:
    """After a fix with a fault in it."""
    verified = [one for one in here.world.changes() if one.state is ChangeState.VERIFIED]
    if here.wrong():
        if verified:
            yield "it says verified, and is not"
        if here.truth() != before:
            yield f"half done: {here.truth()}"
    elif not verified:
        ends = [(str(one.state), one.reason) for one in here.world.changes()]
        yield f"fixed, and not to be undone: {ends}"
    else:
        yield from undone(here, verified[-1], before)


def judged_undo(here: Scene, before: object, fixed: object) -> Iterator[str]:
    """After an undo with a fault in it."""
    changes, truth = here.world.changes(), here.truth()
    state = changes[0].state
    if len(changes) > 1:
        yield "fixed again what a person undid"
    if truth == before:
        if state is not ChangeState.UNDONE:
            yield f"undone in truth, and the ledger says {state}: {changes[0].reason}"
        return
    if state is ChangeState.UNDONE:
        yield f"it says undone, and is not: {truth}"
    if truth != fixed and state is not ChangeState.FAILED:
        yield f"half undone: {truth}"
    yield from undone(here, changes[0], before)


def undone(here: Scene, change: Change, before: object) -> Iterator[str]:
    """A person undoes it: exactly as before, and it stays so."""
    if not any(step.undo for step in change.steps):
        return
    out = tried(lambda: here.undo(change))
    here.settle()
    yield from (f"recovery after the undo: {one}" for one in recovered(here))
    latest = next(one for one in here.world.changes() if one.id == change.id)
    if out != "ok" or latest.state is not ChangeState.UNDONE or here.truth() != before:
        yield f"undo is lost: {out}; {latest.state} {latest.reason}; {here.truth()}"
    if any(one.at > change.at for one in here.world.changes()):
        yield "fixed again after its undo"
