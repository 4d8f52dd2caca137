"""The embedded AWS starts quickly and ends with whoever started it, in whatever way that ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path

import pytest

from emulator import launcher
from emulator.launcher import Emulator, EmulatorError
from tests.emulator.contract.tools import until

pytestmark = [pytest.mark.emulator]
PARENT = """
    import signal, sys, time
    from emulator.launcher import Emulator

    # as from a terminal: whoever runs the tests in the background has it ignored
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with Emulator.start() as aws:
        aws.client("lambda")  # what a parent does has no part in how it ends
        print(aws.url, aws._process.pid, aws.scratch, flush=True)
        time.sleep(600)
"""


def answers(url):
    try:
        with urllib.request.urlopen(f"{url}/_ministack/health", timeout=2) as answer:
            return answer.status == 200
    except (OSError, urllib.error.URLError):
        return False


def alive(group):
    """Whether anything of a process group is left, zombies that nobody reaps aside."""
    found = subprocess.run(
        ["ps", "-eo", "pgid=,stat="], capture_output=True, text=True, check=True
    ).stdout
    states = [line.split() for line in found.splitlines()]
    return any(int(pgid) == group and not state.startswith("Z") for pgid, state in states)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_it_ends_with_its_parent(how):
    parent = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(PARENT)],
        cwd=Path(__file__).parents[3],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    with parent:
        url, group, scratch = parent.stdout.readline().split()
        assert answers(url)
        assert alive(int(group))
        os.kill(parent.pid, how)
    assert until(lambda: not alive(int(group)), 20)
    assert not answers(url)
    assert until(lambda: not Path(scratch).exists(), 20)


def test_it_ends_when_its_block_fails():
    with suppress(ZeroDivisionError), Emulator.start() as aws:
        group, url = aws._process.pid, aws.url
        assert alive(group)
        1 / 0  # noqa: B018
    assert not alive(group)
    assert not answers(url)
    assert not aws.scratch.exists()


def test_two_run_side_by_side():
    with Emulator.start() as one, Emulator.start(account="444455556666") as other:
        one.client("sqs").create_queue(QueueName="mine")
        assert one.url != other.url
        assert "QueueUrls" not in other.client("sqs").list_queues()
        assert other.client("sts").get_caller_identity()["Account"] == "444455556666"


def test_it_says_what_to_do_when_it_is_not_installed(monkeypatch, tmp_path):
    monkeypatch.setattr(launcher, "INTERPRETER", tmp_path / ".venv-emulator" / "bin" / "python")
    with pytest.raises(EmulatorError, match="run `make setup`"), Emulator.start():
        pass


def test_it_shows_why_it_did_not_start(monkeypatch):
    monkeypatch.setattr(launcher, "INTERPRETER", Path(sys.executable))  # holds no ministack
    with pytest.raises(EmulatorError, match="ministack"), Emulator.start():
        pass


def test_a_function_sees_nothing_of_this_machine(aws, monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", "http://nowhere:1")
    monkeypatch.setenv("AWS_PROFILE", "production")
    monkeypatch.setenv("PYTHONPATH", "/elsewhere")
    leaked = {"HTTPS_PROXY", "AWS_PROFILE", "PYTHONPATH"}
    assert not leaked & set(aws.environment)
    assert aws.environment["AWS_ENDPOINT_URL"] == aws.url
    assert "PATH" in aws.environment
    with Emulator.start() as fresh:
        environ = Path(f"/proc/{fresh._process.pid}/environ")
        if environ.exists():
            names = {line.partition("=")[0] for line in environ.read_text().split("\0")}
            assert not leaked & names
