"""The README promises nothing that is not so: its commands, options, names and links."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from steadyhand.cli.errors import Exit
from steadyhand.settings import deployed
from steadyhand.settings.values import Settings
from tests.cli.terminal import say

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text()
SPOKEN = re.findall(r"(?:^|[`/])(steadyhand (?!COMMAND)[a-z|][^`#\n]*)", README, re.MULTILINE)
TARGETS = set(re.findall(r"(?:^|`[^`\n]*\b)make ([a-z-]+)", README, re.MULTILINE))


@pytest.mark.parametrize("line", sorted({one.strip() for one in SPOKEN}))
def test_its_commands_and_options_exist(line: str) -> None:
    words = line.removeprefix("steadyhand ")
    spoken = re.split(r"\s*\|\s*", words)
    named = [one.split()[0] for one in spoken]
    if named[0] == "review":
        named = ["review"]
    for name in named:
        said = say(name, "--help")
        assert said.code == 0, name
        for option in re.findall(r"(?<!\S)(--?[a-z][a-z-]*)", words):
            assert option in said.out, (name, option)


def test_commands_were_found() -> None:
    said = " ".join(SPOKEN)
    assert all(
        f"steadyhand {one}" in said
        for one in ("scan", "policy", "init", "undo", "doctor", "deploy")
    )


def test_its_make_targets_exist() -> None:
    makefile = (ROOT / "Makefile").read_text()
    assert {"demo", "test", "setup"} <= TARGETS
    for name in TARGETS:
        assert re.search(rf"^{name}:", makefile, re.MULTILINE), name


def test_its_links_and_pictures_lead_somewhere() -> None:
    for target in re.findall(r"\]\(([^)#\s]+)\)", README):
        assert target.startswith("https://") or (ROOT / target).exists(), target
    for path in re.findall(r"`(tests/[\w/.]+)`", README):
        assert (ROOT / path).exists(), path


def test_its_names_are_those_of_the_code() -> None:
    decided = Settings()
    assert f"--name {decided.stop_parameter} " in README
    assert f"`{decided.hands_off_tag}`" in README
    codes = {"clean": 0, "error": 1, "usage": 2, "findings": 3, "not everything": 4, "refused": 5}
    assert sorted(codes.values()) == sorted(Exit)
    said = " ".join(README.split())
    assert all(f"{code} {word}" in said for word, code in codes.items())


def test_the_stacks_it_names_are_those_that_are_built() -> None:
    built = (ROOT / "stacks" / "build.py").read_text()
    for name in (deployed.STORAGE, deployed.forwarder_stack("REGION")):
        assert name in README
    for name in ("SERVICE", "STORAGE", "forwarder_stack("):
        assert f"deployed.{name}" in built
