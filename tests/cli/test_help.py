"""Help is quick, complete, and written in one place."""

from __future__ import annotations

import io
import os
import re
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from steadyhand.cli.app import COMMANDS, front_page, names, spelled, summary
from tests.cli.terminal import say

NAMES = names()
RUN = "import sys; from steadyhand.cli import main; sys.exit(main())"


def test_every_command_is_a_file_and_every_file_a_command() -> None:
    assert sorted(NAMES) == sorted(f.stem for f in COMMANDS.rglob("*.py") if f.stem != "__init__")


def test_the_front_page_fits_a_terminal() -> None:
    page = front_page()
    assert all(len(line) <= 80 for line in page.splitlines())
    for name in NAMES:
        assert re.search(rf"^  {name} +[A-Z].*\.$", page, re.MULTILINE), name


@pytest.mark.parametrize("words", [[], ["--help"]])
def test_the_front_page_is_on_stdout(words: list[str]) -> None:
    said = say(*words)
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith("Usage: steadyhand")


@pytest.mark.parametrize("name", NAMES)
def test_each_command_helps(name: str) -> None:
    said = say(name, "--help")
    assert said.code == 0
    assert summary(name) in " ".join(said.out.split())
    for option in ("--profile", "--region", "--endpoint-url", "--settings", "--debug"):
        assert option in said.out
    assert all(len(line) <= 80 for line in said.out.splitlines())


def test_help_reaches_neither_aws_nor_rich_nor_a_check() -> None:
    script = f"import atexit; atexit.register(lambda: print(*sys.modules, file=sys.stderr)); {RUN}"
    done = subprocess.run(
        [sys.executable, "-c", script, "--help"], capture_output=True, text=True, check=True
    )
    loaded = done.stderr.split()
    for heavy in (
        "botocore",
        "rich",
        "pydantic",
        "moto",
        "aws_cdk",
        "steadyhand.catalogue.discovery",
    ):
        assert heavy not in loaded


def test_help_takes_little_time() -> None:
    """0.15 s of CPU is the promise; a busy machine gets the best of five tries, and some room."""

    def spent() -> float:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, "-c", RUN, "--help"], check=True, stdout=subprocess.DEVNULL)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    assert min(spent() for _ in range(5)) < 0.2


def test_version() -> None:
    said = say("--version")
    assert said.code == 0
    assert re.fullmatch(r"steadyhand \d+\.\d+\.\d+\n", said.out)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["scna"], "perhaps scan is meant"),
        (["scan", "--outptu", "json"], "No such option"),
        (["scan", "--output", "yaml"], "--output"),
        (["scan", "extra"], "extra"),
        (["show"], "FINDING"),
        (["exempt", "x", "--until", "2999-01-01"], "--because"),
        (["review", "daily"], "weekly"),
        (["--profile"], "--profile"),
    ],
)
def test_usage_is_one_sentence_and_ends_with_2(words: list[str], told: str) -> None:
    said = say(*words)
    assert (said.code, said.out) == (2, "")
    assert told in said.err
    assert len(said.err.splitlines()) <= 2


def test_a_pipe_that_closes_is_no_error() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [sys.executable, "-c", RUN, "checks"],
        stdout=writer,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
        cwd=Path(__file__).parent,
    )
    os.close(writer)
    assert "Traceback" not in done.stderr


class Screen(io.BytesIO):
    def __init__(self, *, is_screen: bool) -> None:
        super().__init__()
        self.is_screen = is_screen

    def isatty(self) -> bool:
        return self.is_screen


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
@pytest.mark.parametrize("is_screen", [True, False])
def test_no_sign_is_too_much_for_a_locale(encoding: str, is_screen: bool) -> None:
    """A pipe is UTF-8 whatever the locale says, so that no name is lost; a screen takes what it can show."""
    below = Screen(is_screen=is_screen)
    stream = io.TextIOWrapper(below, encoding=encoding)
    spelled(stream)
    stream.write("● caf\u00e9 \ud800")
    stream.flush()
    said = below.getvalue().decode(encoding if is_screen else "utf-8")
    assert said.startswith("● caf\u00e9" if encoding == "utf-8" or not is_screen else "? caf")
