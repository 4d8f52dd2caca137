"""What holds for the embedded AWS as a whole; `contract/` holds it to each behaviour we rely on."""

from __future__ import annotations

import ast
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from emulator.launcher import HERE, INTERPRETER

pytestmark = [pytest.mark.emulator]
BRIDGE = sorted((HERE / "bridge").rglob("*.py"))
ANOTHER_VERSION = """
import importlib.metadata, runpy, sys
importlib.metadata.version = lambda name: "1.5.34"
sys.argv = ["bridge", "0", sys.argv[1]]
runpy.run_module("bridge", run_name="__main__")
"""


def test_the_bridge_fits_one_version_only():
    with tempfile.TemporaryDirectory() as scratch:
        started = subprocess.Popen(
            [str(INTERPRETER), "-c", ANOTHER_VERSION, scratch],
            cwd=HERE,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        said, _ = started.stdout.read(), started.wait(30)
        started.stdin.close()
        started.stdout.close()
    assert started.returncode == 1
    assert "fits ministack 1.5.33, this is 1.5.34. Run `make setup`." in said


@pytest.mark.parametrize("file", BRIDGE, ids=lambda file: file.stem)
def test_the_bridge_knows_nothing_of_steadyhand(file):
    said = file.read_text().replace("knows Steadyhand", "")
    said = said.replace('"steadyhand" / "reference"', "")  # facts of AWS, as data
    assert "steadyhand" not in said.lower()
    assert said.startswith('"""'), "every file says what AWS does and ministack does not"


def test_every_fix_is_put_in_place():
    """Whatever lies in the bridge is reached from what is started."""
    reached = {HERE / "bridge" / "__main__.py"}
    ahead = list(reached)
    while ahead:
        new = set(imported(ahead.pop())) - reached
        reached |= new
        ahead += new
    packages = {file for file in BRIDGE if file.name == "__init__.py"}
    assert set(BRIDGE) - packages <= reached


def imported(file: Path) -> Iterator[Path]:
    """The files of the bridge that one imports by relative imports."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level:
            above = file.parents[node.level - 1].joinpath(*(node.module or "").split("."))
            names = [above / one.name for one in node.names]
            for place in (above, *names):
                for found in (place.with_suffix(".py"), place / "__init__.py"):
                    if found.exists():
                        yield found
