"""Ctrl-C ends a scan, also where Python forgot it; a reader that has enough ends nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress

import pytest

from steadyhand.cli.progress import watched


@pytest.fixture
def interruptible() -> Iterator[None]:
    """As in a terminal; what a shell starts in the background ignores Ctrl-C from the start."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
def test_an_interrupt_that_got_lost_ends_the_scan_at_the_next_look() -> None:
    """As inside a destructor, where Python prints "Exception ignored" and goes on."""
    before = signal.getsignal(signal.SIGINT)
    with watched(quiet=True) as watch:
        watch([])
        with suppress(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
        with pytest.raises(KeyboardInterrupt):
            watch([])
    assert signal.getsignal(signal.SIGINT) is before


COMMAND = """
import sys
from steadyhand import cli
from steadyhand.cli import app
def said(argv):
    print("read", flush=True)
    sys.stdin.readline()
    for stream in (sys.stdout, sys.stderr):
        print("unread " * 20_000, file=stream)
    return 3
app.run = said
sys.exit(cli.main())
"""


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_reader_that_closes_the_pipe_is_no_error(unbuffered: str) -> None:
    """`steadyhand backlog 2>&1 | head -1`: the code is the command's own, and nothing is said."""
    pipe = subprocess.PIPE
    environment = os.environ | {"PYTHONUNBUFFERED": unbuffered}
    with subprocess.Popen(
        [sys.executable, "-c", COMMAND],
        stdin=pipe,
        stdout=pipe,
        stderr=subprocess.STDOUT,
        env=environment,
    ) as command:
        assert command.stdin
        assert command.stdout
        assert command.stdout.readline() == b"read\n"
        command.stdout.close()
        command.stdin.close()
        assert command.wait(20) == 3
