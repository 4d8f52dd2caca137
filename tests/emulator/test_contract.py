"""What holds for the embedded AWS as a whole; `contract/` holds it to each behaviour we rely on."""

from __future__ import annotations

import re
import subprocess
import tempfile

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
    assert "steadyhand" not in said.lower()
    assert said.startswith('"""'), "every file says what AWS does and ministack does not"


def test_every_fix_is_put_in_place():
    """Plumbing apart, `install.py` names every file of the bridge."""
    plumbing = {
        "__init__",
        "__main__",
        "install",
        "parent_watch",
        "bus",
        "trail_spelling",
        "recorder",
    }
    plumbing |= {file.stem for file in BRIDGE if file.parent.name == "http"}
    installed = re.findall(
        r"^    (\w+),$", (HERE / "bridge" / "install.py").read_text(), re.MULTILINE
    )
    for file in BRIDGE:
        assert file.stem in plumbing | set(installed), file.stem
