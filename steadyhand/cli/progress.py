"""One bar a region while a scan reads, on stderr, only where somebody looks; gone when it is done."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import FrameType

from rich.progress import BarColumn, TaskID, TextColumn
from rich.progress import Progress as Bars

from steadyhand.cli.terminal import err
from steadyhand.engine.scan import Progress, ScanResult

MAX_WAIT = 0.5
"""Seconds after which a scan is long."""

MANY_REGIONS = 3
"""From so many regions on it is said before how long it will take."""

MOST = 8
"""Bars that fit. Of more regions, those that are not done yet are shown."""


CALLS, SECONDS = 1.2, 0.08
"""Calls for each check in a region, and seconds a call, where no earlier scan says better."""


def estimate(before: ScanResult | None, regions: int, checks: int) -> None:
    """How many calls it will take and how long, before it begins; only where somebody looks."""
    console = err()
    if not console.is_terminal or regions < MANY_REGIONS:
        return
    calls, seconds = estimated(before, regions, checks)
    console.print(f"[m]{regions} regions: about {calls:,} calls, {seconds:,} seconds.[/]")


def estimated(before: ScanResult | None, regions: int, checks: int) -> tuple[int, int]:
    """Calls and seconds: as the last scan of this account had them, else as most accounts have."""
    a_region = before.calls / len(before.regions) if before and before.calls else CALLS * checks
    a_call = before.seconds / before.calls if before and before.calls else SECONDS
    calls = a_region * regions
    return max(1, round(calls)), max(1, round(calls * a_call))


@contextmanager
def watched(*, quiet: bool = False) -> Iterator[Callable[[Sequence[Progress]], None]]:
    """What a scan tells its progress to. It ends the scan where Ctrl-C was pressed and got lost."""
    with stoppable() as look, drawn(quiet=quiet) as draw:

        def watch(regions: Sequence[Progress]) -> None:
            look()
            draw(regions)

        yield watch


@contextmanager
def stoppable() -> Iterator[Callable[[], None]]:
    """A look that raises where Ctrl-C was pressed since.

    Python raises `KeyboardInterrupt` wherever it is, and forgets it inside a destructor or a callback of the
    garbage collector (docs.python.org/3/library/signal.html, "Note on Signal Handlers and Exceptions").
    """
    pressed: list[int] = []

    def remember(number: int, frame: FrameType | None) -> None:
        pressed.append(number)
        signal.default_int_handler(number, frame)

    def look() -> None:
        if pressed:
            raise KeyboardInterrupt

    is_ours = (
        threading.current_thread() is threading.main_thread()
        and signal.getsignal(signal.SIGINT) is signal.default_int_handler
    )
    if not is_ours:
        yield look
        return
    signal.signal(signal.SIGINT, remember)
    try:
        yield look
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@contextmanager
def drawn(*, quiet: bool) -> Iterator[Callable[[Sequence[Progress]], None]]:
    """Progress as bars, on a terminal alone."""
    console = err()
    if quiet or not console.is_terminal:
        yield lambda _: None
        return
    bars = Bars(
        TextColumn("  {task.description:<15}"),
        BarColumn(28),
        TextColumn("[m]{task.fields[note]}[/]"),
        console=console,
        transient=True,
    )
    tasks: dict[str, TaskID] = {}
    began = time.monotonic()

    def watch(regions: Sequence[Progress]) -> None:
        if time.monotonic() - began < MAX_WAIT:
            return
        bars.start()
        busy = [one.region for one in regions if one.read < one.sources][:MOST]
        if len(regions) > 1:
            done, every = sum(one.read for one in regions), sum(one.sources for one in regions)
            if "all" not in tasks:
                tasks["all"] = bars.add_task("all regions", note="")
            calls, spent = sum(one.calls for one in regions), time.monotonic() - began
            left = f"  {spent * (every - done) / done:.0f} s left" if done else ""
            bars.update(tasks["all"], total=every, completed=done, note=f"{calls:>5} calls{left}")
        for one in regions:
            if one.region not in tasks:
                tasks[one.region] = bars.add_task(one.region, note="")
            bars.update(
                tasks[one.region],
                total=one.sources,
                completed=one.read,
                visible=one.region in busy or len(regions) <= MOST,
                note=f"{one.sources} sources  {one.calls:>3} calls",
            )

    try:
        yield watch
    finally:
        bars.stop()
