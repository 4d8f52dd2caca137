"""Every check there is: a file in checks/. Imports only what is asked for: short cold starts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from steadyhand import checks
from steadyhand.check import Check

CHECKS = Path(checks.__path__[0])


@cache
def places() -> Mapping[str, str]:
    """Where each check lies: its id and its module below checks/, by id."""
    files = sorted(path for path in CHECKS.glob("[!_]*/*.py*") if path.stem != "__init__")
    return {path.stem: f"{path.parent.name}.{path.stem}" for path in files}


def names() -> list[str]:
    """The id of every check."""
    return sorted(places())


@cache
def categories() -> Mapping[str, Any]:
    """The package of every category: it says what kind of WORK its findings are."""
    named = sorted({place.partition(".")[0] for place in places().values()})
    return {name: import_module(f"{checks.__name__}.{name}") for name in named}


def load(
    wanted: Iterable[str] | None = None, knobs: Mapping[str, Mapping[str, Any]] | None = None
) -> list[Check]:
    """The checks of these ids, with the owner's knobs; all of them without ids."""
    ids = names() if wanted is None else wanted
    return [kind(name)(**(knobs or {}).get(name, {})) for name in ids]


def kind(name: str) -> type[Check]:
    """The class of a check. `KeyError` where there is no such check."""
    module = import_module(f"{checks.__name__}.{places()[name]}")
    (found,) = (
        value
        for value in vars(module).values()
        if isinstance(value, type)
        and issubclass(value, Check)
        and value.__module__ == module.__name__
    )
    return found
