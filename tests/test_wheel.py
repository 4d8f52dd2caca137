"""The wheel: the product and the emulator that its demo starts, and nothing that only developers need."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from steadyhand.cli.commands.know.doctor import of_cdk
from steadyhand.cli.doctor.line import Sign
from steadyhand.cli.errors import CliError
from steadyhand.cli.project import setup
from steadyhand.demo import deployment
from steadyhand.demo.deployment import remedy
from tests.cli.terminal import say

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


@pytest.fixture
def installed(wheel: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The wheel as pip lays it down, far from any checkout; its tools are not really fetched."""
    site = tmp_path / "site-packages"
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(site)
    monkeypatch.setattr(setup, "PACKAGE", site / "steadyhand")
    monkeypatch.setattr(setup, "CARRIED", site / "steadyhand" / "carried")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return site


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The tools that were run; a made environment is an empty one."""
    said: list[list[str]] = []

    def run(command: list[str], where: Path) -> None:
        said.append([Path(command[0]).name, *command[1:]])
        if command[1:3] == ["-m", "venv"]:
            (Path(command[3]) / "lib" / "python3.11" / "site-packages").mkdir(parents=True)

    monkeypatch.setattr(setup, "run", run)
    return said


def test_it_brings_its_project_and_fetches_tools_once_by_their_hashes(
    installed: Path, ran: list[list[str]]
) -> None:
    told: list[str] = []
    where = setup.project(told.append, emulator=True)
    assert installed not in where.parents
    for name in ("app.py", "cdk.json", "stacks/build.py", "functions/react.py", "locks/deploy.txt"):
        assert (where / name).is_file(), name
    for name in ("steadyhand/cli/app.py", "emulator/bridge/install.py"):
        assert (where / name).is_file(), name
    assert not (where / "steadyhand" / "carried").exists()
    fetched = [one for one in ran if "pip" in one]
    assert [one[-1] for one in fetched] == ["locks/deploy.txt", "locks/emulator.txt"]
    assert all("--require-hashes" in one for one in fetched)
    assert ["npm", "ci"] in [one[:2] for one in ran]
    assert len(told) == 2
    assert all("once" in one and "MB" in one for one in told)
    ran.clear()
    assert setup.project(told.append, emulator=True) == where
    assert (ran, len(told)) == ([], 2)
    (installed / "steadyhand" / "new.py").touch()
    assert setup.project(told.append, emulator=False) != where


def test_no_hint_of_a_wheel_names_what_only_a_checkout_has(
    installed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = of_cdk()
    assert (line.sign, line.then) == (Sign.LATER, "")
    assert "steadyhand deploy" in line.said
    monkeypatch.setattr(deployment, "ROOT", installed)
    assert remedy() == f"delete {installed} and start again"
    monkeypatch.setattr(deployment, "ROOT", ROOT)
    monkeypatch.setattr(setup, "CARRIED", installed / "no-such-folder")
    assert of_cdk().sign is not Sign.LATER
    assert remedy() == "run `make setup`"


def test_a_folder_that_others_may_write_to_runs_nothing(
    installed: Path, ran: list[list[str]], tmp_path: Path
) -> None:
    (tmp_path / "cache" / "steadyhand").mkdir(parents=True)
    (tmp_path / "cache" / "steadyhand").chmod(0o777)
    with pytest.raises(CliError, match="others may write"):
        setup.project(str, emulator=False)
    assert ran == []


def test_a_tool_that_cannot_be_fetched_is_one_sentence(installed: Path, tmp_path: Path) -> None:
    words = [sys.executable, "-c", "import sys; sys.exit('no way to the registry')"]
    with pytest.raises(CliError, match=r"python\S* -c .* failed: no way to the registry"):
        setup.run(words, tmp_path)


def test_deploying_hands_the_owners_settings_to_the_cdk(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """In a checkout and out of one: the project's own CDK, the settings of where one stands."""
    said: list[tuple[list[str], Path, str]] = []

    def run(command: list[str], *, cwd: Path, env: Mapping[str, str], check: bool) -> Any:
        said.append((command, cwd, env.get("AWS_PROFILE", "")))
        return SimpleNamespace(returncode=int("bootstrap" in command and len(said) > 2))

    monkeypatch.setattr(setup, "project", lambda tell, emulator: tmp_path)
    monkeypatch.setattr("steadyhand.cli.commands.setup.deploy.subprocess.run", run)
    monkeypatch.chdir(tmp_path)
    assert say("deploy", "--profile", "prod").code == 0
    (words, where, profile), said[:] = said[0], []
    assert (words[1], where, profile) == ("deploy", tmp_path, "prod")
    assert not [one for one in words if "settings" in one]
    Path("steadyhand.toml").write_text("")
    assert say("deploy", "--bootstrap").code == 0
    assert [words[1] for words, *_ in said] == ["bootstrap", "deploy"]
    assert all(f"steadyhand:settings={tmp_path}/steadyhand.toml" in words[-1] for words, *_ in said)
    failed = say("deploy", "--bootstrap")
    assert (failed.code, "CDK did not deploy" in failed.err) == (1, True)
    assert say("deploy", "--endpoint-url", "http://127.0.0.1:1").code == 2
    assert say("deploy", "--settings", "no.toml").code == 1


def test_no_hint_names_a_package_that_is_not_ours() -> None:
    """The name on PyPI is not ours: nobody is told to install it from there."""
    for folder in ("steadyhand", "emulator", "stacks", "functions"):
        for file in (ROOT / folder).rglob("*.py"):
            text = file.read_text(encoding="utf-8")
            assert not re.search(
                r"(?:pip|pipx|uv|uvx)(?: install| tool install)? .?steadyhand", text
            ), file
