"""docs/architecture.md is true: its tree is the folders', its layers are the contracts'. Rooms stay small."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGE = (ROOT / "docs" / "architecture.md").read_text("utf-8")
TREE, LAYERS, RHYTHM = re.findall(r"^```\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"][
    "contracts"
]
TOP = ("steadyhand", "functions", "stacks", "emulator", "events", "tests", "bench", "docs", "locks")
OURS = ("steadyhand", "functions", "stacks", "emulator", "bench", "tests")

MOST_FILES = 15

GROW_WITH_AWS = ("steadyhand/checks", "steadyhand/sources")
MOST_LINES = 300


def told() -> Iterator[tuple[str, str]]:
    """The folders of the page's tree, and what it says of each."""
    above: list[str] = []
    for line in TREE.splitlines():
        found = re.fullmatch(r"( *)([\w.]+)/ +(\S.*)", line)
        assert found, f"no folder with a line of its own: {line!r}"
        depth = len(found[1]) // 2
        above[depth:] = [found[2]]
        yield "/".join(above), found[3]


def folders() -> set[str]:
    """The folders there are: whatever holds a file of ours. tests/ mirrors them, and
    what a category is about its own package says."""
    found = set(TOP)
    for top in TOP:
        for file in (ROOT / top).rglob("*"):
            if (
                file.is_file()
                and "__pycache__" not in file.parts
                and not any(part.startswith(".") for part in file.parts)
            ):
                inner = file.parent.relative_to(ROOT)
                found |= {one.as_posix() for one in (inner, *inner.parents) if one != Path()}
    return {one for one in found if not one.startswith(("tests/", "steadyhand/checks/"))}


def python(folder: str) -> Iterator[Path]:
    for file in sorted((ROOT / folder).rglob("*.py")):
        if "__pycache__" not in file.parts:
            yield file.relative_to(ROOT)


def test_the_tree_is_that_of_the_folders() -> None:
    assert {name for name, _ in told()} == folders()


def test_every_room_is_told_once_in_a_line() -> None:
    names = [name for name, _ in told()]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("container", "written"), [("steadyhand", LAYERS), ("steadyhand.rhythm", RHYTHM)]
)
def test_the_layers_are_those_of_the_contract(container: str, written: str) -> None:
    (contract,) = (one for one in CONTRACTS if one.get("containers") == [container])
    assert written.splitlines() == contract["layers"]


def test_every_file_that_the_page_names_is_there() -> None:
    prose = PAGE.replace(TREE, "")
    named = set(re.findall(r"`([\w/]+(?:\.py|\.toml|\.json|/))`", prose))
    assert len(named) > 25
    rooms = ("", "steadyhand", "steadyhand/readings", "emulator/bridge")
    missing = [one for one in named if not any((ROOT / room / one).exists() for room in rooms)]
    assert not missing


def test_only_what_a_check_is_written_with_lies_at_the_top() -> None:
    top = {file.name for file in (ROOT / "steadyhand").glob("*.py")}
    assert top == {*("__init__.py", "check.py", "source.py", "triggers.py", "account.py")}


def test_rooms_stay_small() -> None:
    rooms: dict[str, int] = {}
    for top in OURS:
        for file in python(top):
            if file.name not in ("__init__.py", "__main__.py", "conftest.py"):
                room = file.parent.as_posix()
                rooms[room] = rooms.get(room, 0) + 1
    large = {room: count for room, count in rooms.items() if count > MOST_FILES}
    assert not {
        room
        for room in large
        if not room.replace("tests/", "steadyhand/", 1).startswith(GROW_WITH_AWS)
    }, large


def test_files_stay_small() -> None:
    long = {
        file.as_posix(): count
        for top in OURS
        for file in python(top)
        if (count := len((ROOT / file).read_text("utf-8").splitlines())) > MOST_LINES
    }
    assert not long
