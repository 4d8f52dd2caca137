"""The demo, from an empty account to what is left to look at; and how it ends when it must not go on.

Everything is real but the account: the stacks and functions are those an owner deploys, by the
official CDK CLI, and what is told was read from the account and the ledger afterwards.
"""

from __future__ import annotations

import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from emulator.child_process import ChildFailed, tail
from emulator.launcher import Emulator, EmulatorError
from emulator.waiting import TooLate
from steadyhand.aws.identity import ERRORS
from steadyhand.demo import artifacts
from steadyhand.demo.chapters import Story
from steadyhand.demo.commands import CommandFailed
from steadyhand.demo.deployment import DeploymentError
from steadyhand.demo.stage import Stage
from steadyhand.demo.terminal import Terminal, here
from steadyhand.model import ReadFailed

OUT = Path("demo-output")
FAILED, INTERRUPTED, TERMINATED = 1, 130, 143
WENT_WRONG = (
    *(EmulatorError, DeploymentError, ChildFailed, TooLate, CommandFailed),
    *(ReadFailed, *ERRORS),
)
LONGEST = 300
"""Characters of a log line that are shown."""

FOLDERS = ("mail", "charts", "logs", "portal", "reviews")
"""What goes before the next run. `cdk.out` stays: what is packed already is not packed again."""

FILES = ("calendar.ics", "findings.json", "ledger.jsonl", artifacts.SCAN)


class Terminated(BaseException):
    """Somebody asked us to end."""


def run(out: Path = OUT, terminal: Terminal | None = None) -> int:
    """Play it, leave its artifacts in `out`, and say how it ended: 0, 1, 130 or 143."""
    shown = terminal or Terminal.of_terminal()
    log = out / "logs" / "emulator.log"
    try:
        with _stoppable():
            make_room(out)
            with Emulator.start(log=log) as aws:
                Story(Stage(aws=aws, out=out), shown).tell()
    except WENT_WRONG as failed:
        sorry(shown, failed, log)
        return FAILED
    except KeyboardInterrupt:
        shown.err.print("Stopped. Nothing is left running.", style="m")
        return INTERRUPTED
    except Terminated:
        return TERMINATED
    return 0


def make_room(out: Path) -> None:
    """What an earlier run left goes, and nothing else that may lie there."""
    out.mkdir(parents=True, exist_ok=True)
    for left in FOLDERS:
        shutil.rmtree(out / left, ignore_errors=True)
    for left in FILES:
        (out / left).unlink(missing_ok=True)


def sorry(terminal: Terminal, failed: Exception, log: Path) -> None:
    """What went wrong, the last words of whoever knows why, and where the rest is written."""
    first, *rest = str(failed).splitlines() or [type(failed).__name__]
    terminal.err.print(f"The demo stopped: {first.rstrip('.:')}.", style="h", markup=False)
    for line in rest or tail(log).splitlines():
        shown = line if len(line) <= LONGEST else f"{line[:LONGEST]}…"
        terminal.err.print(f"  {shown}", style="m", markup=False, soft_wrap=True)
    where = f"The logs are in {here(log.parent)}. Nothing is left running."
    terminal.err.print(where, markup=False, soft_wrap=True)


@contextmanager
def _stoppable() -> Iterator[None]:
    """The first Ctrl-C stops the story; those that follow do not disturb the cleaning up."""
    asked: list[int] = []

    def stop(number: int, frame: FrameType | None) -> None:
        del frame
        if not asked:
            asked.append(number)
            raise KeyboardInterrupt if number == signal.SIGINT else Terminated

    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    heard = [number for number, handler in before.items() if handler is not signal.SIG_IGN]
    for number in heard:
        signal.signal(number, stop)
    try:
        yield
    finally:
        for number in heard:
            signal.signal(number, before[number])
