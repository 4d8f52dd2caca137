"""The three-way difference: as it was before our fix, as we left it, as it is now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rich.console import Console
from rich.text import Text

from steadyhand.cli.output.details import line
from steadyhand.formats.words import public, tame

NOTHING = "–"
STATES = ("before", "after", "now")
SAID = {"before": "before our fix", "after": "as we left it", "now": "as it is now"}


def show(console: Console, states: Mapping[str, Any]) -> None:
    """Print every place where what we left is not what is there now."""
    console.print("[h]Somebody changed it since.[/]")
    for path, values in differing(states):
        line(console, Text(f"\n  {tame(path) or 'all of it'}"))
        for state in STATES:
            style = "act" if state == "now" else ""
            name = (f"    {SAID[state]:<16}", "m")
            line(console, Text.assemble(name, (tame(values[state]), style)))
    console.print()


def differing(states: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, str]]]:
    """Paths at which what we left and what is there now differ, with all three values."""
    flat = {state: dict(_flat(_subject(public(states.get(state))))) for state in STATES}
    for path in sorted({path for values in flat.values() for path in values}):
        after, now = flat["after"].get(path), flat["now"].get(path)
        if after != now:
            same = [one for one in _items(after) if one in _items(now)]
            yield path, {state: _said(flat[state].get(path), same) for state in STATES}


def _subject(value: Any) -> Any:
    """A look at one resource is a list of one."""
    return value[0] if isinstance(value, list) and len(value) == 1 else value


def _flat(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every value with its path; a list stays whole."""
    if isinstance(value, Mapping) and value:
        for name, inner in value.items():
            yield from _flat(inner, f"{path}.{name}" if path else str(name))
    elif value is not None and value not in ([], {}):
        yield path, value


def _said(value: Any, same: list[Any]) -> str:
    """A value in words; of a list, only what is not the same in both."""
    if isinstance(value, list):
        return "; ".join(_line(one) for one in value if one not in same) or NOTHING
    return NOTHING if value is None else _line(value)


def _items(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _line(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {_line(inner)}" for name, inner in sorted(value.items()))
    if isinstance(value, list):
        return ", ".join(map(_line, value))
    return str(value)
