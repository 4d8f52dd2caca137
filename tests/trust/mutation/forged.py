"""Whoever may write into the ledger writes one field of one row anew: nothing else is called then.

A row is overwritten as `dynamodb:PutItem` lets anybody who may call it: no condition, no seal of ours.
Afterwards everything that reads rows has its turn. Each call that would change the account must be one
that the check plans of what lies there in truth, or the undo that stood in the row as we wrote it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from steadyhand.ledger.queries import typed
from steadyhand.model import Call, Ref, filled
from tests.reconcilers import TABLE
from tests.trust.lab import HOME, OTHER, account, client_of, tried
from tests.trust.proofs import Group, Labelled
from tests.trust.scenes import Scene, fixing, scene
from tests.trust.walk import made

STATES = ("found", "fixed", "undone")
OURS = re.compile(r"ch-[0-9a-f]{4,}")
PARTS, INDEXED = ("pk", "sk"), ("id", "kind", "at")
"""DynamoDB takes no empty text where an index has its key."""
Row = Mapping[str, Any]
Forgery = tuple[int, str, Sequence[Any], str]
"""Which row in their order, which attribute, where in its JSON, and what stands there then."""


def at_rest(name: str, state: str, here: Scene) -> None:
    """Bring a scene into a state in which everything waits."""
    if state == "found":
        return
    change = made(here)
    assert change is not None, f"{name} cannot be fixed"
    if state == "undone":
        tried(partial(here.undo, change))
        here.settle()
    here.world.clock.turn(minutes=30)


def rows(here: Scene) -> list[Row]:
    """The rows of the ledger, always in the same order."""
    return sorted(here.world.rows(), key=lambda row: (row["sk"], row["pk"]))


def forgeries(name: str, state: str) -> list[Forgery]:
    """Everything that can be written anew in the rows of one state."""
    with account() as world:
        here = scene(name, world)
        at_rest(name, state, here)
        return [one for n, row in enumerate(rows(here)) for one in of_row(n, row)]


def of_row(n: int, row: Row) -> Iterator[Forgery]:
    """One field after the other; keys too, which makes a second row."""
    for name, value in sorted(row.items()):
        inner = parsed(value)
        for path in leaves(inner) if inner is not None else ():
            yield from ((n, name, path, kind) for kind in KINDS)
        kinds = ("another",) if name in PARTS else (*KINDS, "gone", "2001", "2099")
        if name in INDEXED:
            kinds = tuple(kind for kind in kinds if kind != "empty")
        yield from ((n, name, (), kind) for kind in kinds)


def parsed(value: Any) -> Any:
    """A field's JSON, if it holds some."""
    try:
        said = json.loads(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return said if isinstance(said, dict | list) else None


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The places of a value in which no list and no table stands."""
    inner: Iterable[tuple[Any, Any]] = ()
    if isinstance(value, dict):
        inner = value.items()
    elif isinstance(value, list):
        inner = enumerate(value)
    else:
        yield path
    for name, one in inner:
        yield from leaves(one, (*path, name))


def another(value: Any) -> Any:
    """Something of the same kind: another id, another number, the opposite."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 1
    if isinstance(value, str):
        return (
            re.sub(r"[0-9]", lambda digit: str(9 - int(digit[0])), value)
            if re.search(r"\d", value)
            else f"{value}x"
        )
    return "x"


KINDS = {"another": another, "empty": lambda _: "", "a list": lambda _: ["x"]}
ALWAYS = {"2001": "2001-01-01T00:00:00+00:00", "2099": "2099-01-01T00:00:00+00:00"}


def forged(row: Row, forgery: Forgery) -> dict[str, Any]:
    """The row with one field written anew."""
    _, name, path, kind = forgery
    made = dict(row)
    if kind == "gone":
        del made[name]
    elif kind in ALWAYS:
        made[name] = ALWAYS[kind]
    elif not path:
        made[name] = KINDS[kind](made[name])
    else:
        whole = at = parsed(made[name])
        for step in path[:-1]:
            at = at[step]
        at[path[-1]] = KINDS[kind](at[path[-1]])
        made[name] = json.dumps(whole)
    return made


def broken(name: str, state: str, forgery: Forgery) -> list[str]:
    """What was called that must not be, and what does not live through it."""
    with account() as world:
        here = scene(name, world)
        at_rest(name, state, here)
        allowed = list(planned(here))
        for change in world.changes():
            for n, step in enumerate(change.steps):
                allowed += [filled(one, change, n) for one in (step.do, step.undo) if one]
        change_ids = [change.id for change in world.changes()]
        world.mutations.clear()
        row = forged(rows(here)[forgery[0]], forgery)
        client_of("dynamodb", HOME).put_item(TableName=TABLE, Item=typed(row))
        wrong = list[str]()
        for job in turns(here, change_ids):
            allowed += planned(here)
            out = tried(job)
            wrong += [out] if out.startswith("crash") and not out.startswith("crash Forged") else []
        others = [one for one in world.mutations if not any(same(two, one) for two in allowed)]
        return wrong + [f"called {one.action} {one.params}"[:300] for one in others]


def turns(here: Scene, change_ids: Sequence[str]) -> Iterator[Any]:
    """Everything that reads rows, and what people may ask for."""
    yield here.event
    yield from (here.sweep, here.sweep)
    yield partial(read, here)
    yield partial(asked, here)
    for name in change_ids:
        yield partial(here.world.worker(here.check).undo, name, OTHER)
    for _ in range(2):
        here.world.clock.turn(minutes=20)
        yield here.world.worker(here.check).settle
        yield here.sweep


def read(here: Scene) -> None:
    """What reviews, pages and commands read."""
    ledger = here.world.worker(here.check).ledger
    for several in (
        ledger.records,
        ledger.changes,
        ledger.incidents,
        ledger.exemptions,
        ledger.sweeps,
    ):
        list(several())


def asked(here: Scene) -> None:
    """A person asks for whatever the ledger says is open."""
    worker = here.world.worker(here.check)
    for record in list(worker.ledger.records()):
        worker.fix(here.check, record, OTHER)


def planned(here: Scene) -> Iterator[Call]:
    """What the check plans of what lies there in truth."""
    for finding in here.findings():
        for step in here.check.plan(finding):
            yield from (one for one in (step.do, step.undo) if one)


def same(planned: Any, called: Any) -> bool:
    """Is it the call that was planned? What a step before gives is left open; all changes are alike."""
    if isinstance(planned, Ref):
        return isinstance(called, str)
    if isinstance(planned, Call):
        return planned.action == called.action and same(planned.params, called.params)
    if isinstance(planned, Mapping):
        return planned.keys() == called.keys() and all(
            same(one, called[name]) for name, one in planned.items()
        )
    if isinstance(planned, list | tuple):
        return len(planned) == len(called) and all(map(same, planned, called))
    if isinstance(planned, str):
        return OURS.sub("ch-x", planned) == OURS.sub("ch-x", str(called))
    return bool(planned == called)


def every() -> Iterator[Group]:
    """Every forgery, a group for each check and state."""

    def group(name: str, state: str) -> Labelled:
        found = forgeries(name, state)
        return [(f"{name} {state} {one}", partial(broken, name, state, one)) for one in found]

    return (partial(group, name, state) for name in fixing() for state in STATES)
