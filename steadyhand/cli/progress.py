"""One bar a region while a scan reads, on stderr, only where somebody looks; gone when it is done."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from rich.progress import BarColumn, TaskID, TextColumn
from rich.progress import Progress as Bars

from steadyhand.cli.terminal import err
from steadyhand.engine.scan import Progress

MAX_WAIT = 0.5
"""Seconds after which a scan is long."""

MOST = 8
"""Bars that fit. Of more regions, those that are not done yet are shown."""


@contextmanager
def watched() -> Iterator[Callable[[Sequence[Progress]], None]]:
    """What a scan tells its progress to."""
    console = err()
    if not console.is_terminal:
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
