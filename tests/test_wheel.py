"""The wheel: the product and the emulator that its demo starts, and nothing that only developers need."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (made,) = folder.glob("*.whl")
    return made


def test_what_is_inside(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as packed:
        names = packed.namelist()
    tops = {name.partition("/")[0] for name in names}
    assert {one for one in tops if not one.endswith(".dist-info")} == {"steadyhand", "emulator"}
    assert {"steadyhand/reference/cloudtrail.json", "emulator/bridge/install.py"} <= set(names)
    assert not [name for name in names if "__pycache__" in name or "_cache/" in name]


def test_its_demo_says_what_it_needs(wheel: Path, tmp_path: Path) -> None:
    """Stacks, CDK and ministack are those of a checkout; without them there is one sentence."""
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(tmp_path / "installed")
    code = "import sys; sys.path.insert(0, sys.argv[1]); import steadyhand; print(steadyhand.__file__); "
    code += "sys.argv = ['steadyhand', 'demo']; from steadyhand.cli import main; sys.exit(main())"
    run = subprocess.run(
        [sys.executable, "-P", "-c", code, str(tmp_path / "installed")],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.stdout.startswith(str(tmp_path)), "not the wheel's"
    assert run.returncode == 1
    said = " ".join(run.stderr.split())
    assert "is not installed in .venv-emulator: run `make setup` in a checkout" in said
    assert "Traceback" not in said
