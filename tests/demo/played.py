"""The demo as a person runs it: a process of its own, and who is left when it is over."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

STARTED = (
    "import signal, sys; from steadyhand.cli import main;"
    " signal.signal(signal.SIGINT, signal.default_int_handler); sys.exit(main())"
)
"""As from a terminal: whoever runs the tests in the background has SIGINT ignored."""

SUBREAPER = 36
"""PR_SET_CHILD_SUBREAPER: whose parent dies becomes our child, so that nobody gets lost."""


@contextmanager
def playing(out: Path) -> Iterator[subprocess.Popen[str]]:
    """`steadyhand demo` under way; killed if the test forgets it."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    environment |= {"PYTHONUNBUFFERED": "1", "COLUMNS": "80"}
    process = subprocess.Popen(
        [sys.executable, "-c", STARTED, "demo", "--out", str(out)],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def await_words(process: subprocess.Popen[str], words: str) -> None:
    """Read its progress until it says this."""
    for line in process.stderr or ():
        if line.startswith(words):
            return
    raise AssertionError(f"it never said {words!r}")


@contextmanager
def nobody_left(seconds: float = 60) -> Iterator[None]:
    """Every process that was started inside is gone soon afterwards, grandchildren too."""
    if not sys.platform.startswith("linux"):
        yield
        return
    ctypes.CDLL(None).prctl(SUBREAPER, 1)
    before = children()
    try:
        yield
        ends = time.monotonic() + seconds
        while (left := children() - before) and time.monotonic() < ends:
            reap(left)
            time.sleep(0.05)
        assert not left, [command(one) for one in left]
    finally:
        ctypes.CDLL(None).prctl(SUBREAPER, 0)
        for one in children() - before:
            os.kill(one, signal.SIGKILL)


def children() -> set[int]:
    """Who is our child."""
    found: set[int] = set()
    for file in Path("/proc/self/task").glob("*/children"):
        found |= {int(one) for one in file.read_text().split()}
    return found


def reap(left: set[int]) -> None:
    """Those who are dead already want no more than to be waited for."""
    for one in left:
        with suppress(ChildProcessError):
            os.waitpid(one, os.WNOHANG)


def command(process: int) -> str:
    """What a process runs, for the message."""
    try:
        said = Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:
        return "gone"
    return said.replace(b"\0", b" ").decode(errors="replace")
