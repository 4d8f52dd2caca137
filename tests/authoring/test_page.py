"""docs/adding-a-check.md is followed to the letter, in a copy of the tree: two checks, and nothing else is edited."""

from __future__ import annotations

import re
import resource
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.checks.proofs import ROOT

PAGE = (ROOT / "docs" / "adding-a-check.md").read_text("utf-8")
BLOCKS = re.findall(r"^```python (\S+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
COMMANDS = dict(re.findall(r"^make (\w+) CHECK=(\S+)", PAGE, re.MULTILINE))
CHECKS = [
    "/".join(Path(file).with_suffix("").parts[2:])
    for file, _ in BLOCKS
    if file.startswith("steadyhand/checks/") and not file.endswith("__init__.py")
]
NEEDED = ("steadyhand", "tests", "emulator", "events", "docs", "pyproject.toml", "Makefile")
SECONDS = 15


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of what a check needs."""
    for name in NEEDED:
        if (ROOT / name).is_dir():
            shutil.copytree(
                ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__")
            )
        else:
            shutil.copy(ROOT / name, tmp_path / name)
    if (ROOT / ".mypy_cache").exists():
        shutil.copytree(ROOT / ".mypy_cache", tmp_path / ".mypy_cache")
    return tmp_path


def made(tree: Path, name: str, check: str) -> subprocess.CompletedProcess[str]:
    """What `make NAME CHECK=…` runs."""
    recipe = re.search(
        rf"^{name}: .*\n\t@\S+ -m (\S+) ", (ROOT / "Makefile").read_text(), re.MULTILINE
    )
    assert recipe, f"make knows no {name}"
    command = [sys.executable, "-m", recipe[1], check]
    return subprocess.run(command, cwd=tree, capture_output=True, text=True, check=False)


def files(tree: Path) -> dict[str, str]:
    """Every file of the copy that people write."""
    return {
        str(file.relative_to(tree)): file.read_text("utf-8")
        for name in NEEDED
        for file in (tree / name).rglob("*")
        if file.suffix in {".py", ".json", ".md", ".toml"} and file.is_file()
    }


@pytest.mark.timeout(1200)
@pytest.mark.deep
def test_the_page_adds_two_checks_and_edits_nothing_else(tree: Path) -> None:
    before = files(tree)
    assert len(CHECKS) == 2
    assert dict.fromkeys(("new", "one", "event"), CHECKS[0]) == COMMANDS
    for check in CHECKS:
        assert made(tree, "new", check).returncode == 0
    begun = made(tree, "one", CHECKS[0])
    assert begun.returncode == 1
    assert begun.stderr == (
        f"steadyhand/checks/{CHECKS[0]}.py:1: say in one sentence what is wrong, as a person would.\n"
    )
    for file, text in BLOCKS:
        (tree / file).write_text(text)
    for check in CHECKS:
        written = made(tree, "event", check)
        assert written.returncode == 0, written.stderr
        spent = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
        whole = made(tree, "one", check)
        assert whole.returncode == 0, whole.stderr + whole.stdout
        assert f"{check} is whole" in whole.stdout
        assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - spent < SECONDS
    after = files(tree)
    own = {file for file, _ in BLOCKS} | {
        name.format(*check.split("/"))
        for check in CHECKS
        for name in ("events/{1}.json", "docs/runbooks/{1}.md", "tests/checks/{0}/__init__.py")
    }
    touched = {file for file, text in after.items() if before.get(file) != text}
    assert touched <= own | {"docs/checks.md", "docs/worst-cases.md"}, (
        "a check is one file, one test and one event"
    )
    assert not before.keys() - after.keys()


def test_blocks_are_as_the_formatter_leaves_them(tmp_path: Path) -> None:
    for number, (_, text) in enumerate(BLOCKS):
        (tmp_path / f"block{number}.py").write_text(text)
    config = ["--config", str(ROOT / "pyproject.toml")]
    command = [sys.executable, "-m", "ruff", "format", "--check", *config, str(tmp_path)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout


def test_the_page_names_every_word_of_a_test_file() -> None:
    """What the suites look for in a check's test stands in the page's table."""
    looked = {
        name
        for file in (ROOT / "tests").rglob("*.py")
        if "authoring" not in file.parts
        for name in re.findall(
            r'getattr\((?:told|proof|proof\(\w+\)|module), "([A-Z_]+)"', file.read_text()
        )
    }
    assert {"CHECK", "NO_ECHO", "ANSWERS"} <= looked
    missing = {name for name in looked if f"`{name}`" not in PAGE}
    assert not missing


def test_the_page_names_every_prefix_of_peers() -> None:
    from steadyhand.catalogue import discovery

    prefixes = {peer.partition(":")[0] for check in discovery.load() for peer in check.peers}
    assert not {one for one in prefixes if f"`{one}:`" not in PAGE}


@pytest.mark.parametrize(
    ("check", "said"),
    [
        ("", "CHECK=: say a category and a name, in small letters: CHECK=jobs/my_check\n"),
        ("Jobs/X", "CHECK=Jobs/X: say a category and a name, in small letters: CHECK=jobs/my_check\n"),
        ("costs/short_visibility_timeout",
         "steadyhand/checks/jobs/short_visibility_timeout.py is there already: give it another name\n"),
    ],
)  # fmt: skip
def test_what_cannot_be_written_is_said(check: str, said: str) -> None:
    ran = made(ROOT, "new", check)
    assert (ran.returncode, ran.stderr) == (2, said)
