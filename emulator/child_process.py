"""A program that runs for us, and never longer than we do: it has a process group, which ends with it."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from emulator.waiting import TooLate, until

GRACE = 2.0


class ChildFailed(Exception):
    """A program ended badly or took too long. The message says how, with its last words."""


@dataclass(frozen=True, slots=True)
class ChildProcess:
    """A program under way; what it says goes to a file."""

    name: str
    log: Path
    process: subprocess.Popen[bytes]

    def wait(self, seconds: float) -> None:
        """Wait for its end; `ChildFailed` where that is not a good one."""
        try:
            code = until(self.process.poll, self.name, seconds, progress=self._written)
        except TooLate:
            raise ChildFailed(self._said(f"did not end within {seconds:.0f} s")) from None
        if code:
            raise ChildFailed(self._said(f"ended with {code}"))

    def _written(self) -> int:
        return self.log.stat().st_size

    def _said(self, how: str) -> str:
        return f"{self.name} {how}:\n{tail(self.log)}"


@contextmanager
def sent(
    name: str, command: Sequence[str], environment: Mapping[str, str], log: Path
) -> Iterator[ChildProcess]:
    """Start a program in a process group of its own; the group is gone when the block ends."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as out:
        process = subprocess.Popen(
            list(command),
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield ChildProcess(name, log, process)
    finally:
        end(process)


def end(process: subprocess.Popen[bytes]) -> None:
    """End a program and whatever it started, politely first."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        if not _is_there(process.pid):
            break
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, number)
        _wait_for_all(process, GRACE)
    process.wait()


def tail(log: Path, lines: int = 15) -> str:
    """The last lines of a log."""
    with suppress(OSError):
        written = log.read_text(errors="replace").splitlines()
        return "\n".join([line for line in written if line.strip()][-lines:])
    return ""


def _is_there(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def _wait_for_all(process: subprocess.Popen[bytes], seconds: float) -> None:
    ends = time.monotonic() + seconds
    while time.monotonic() < ends and _is_there(process.pid):
        process.poll()  # a group whose leader is a zombie still counts as there
        time.sleep(0.02)
