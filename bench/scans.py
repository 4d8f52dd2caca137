"""Runs scanners one after the other, again and again, so that a noisy neighbour disturbs all alike."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from bench.processes import Ran, Stage, run
from bench.tools import Kinds, Tool


class Sample(NamedTuple):
    """One run: what it cost, which calls it made, what it found."""

    ran: Ran
    calls: Counter[str]
    found: Kinds


class Runs(list[Sample]):
    """All runs of one tool on one account."""

    @property
    def calls(self) -> int:
        """The most it made in a run."""
        return max(sample.calls.total() for sample in self)

    @property
    def cpu(self) -> float:
        """Seconds, the median."""
        return statistics.median(sample.ran.cpu for sample in self)

    @property
    def peak(self) -> float:
        """MB, the median."""
        return statistics.median(sample.ran.peak for sample in self)

    @property
    def wall(self) -> float:
        """Seconds, the least: noise only adds."""
        return min(sample.ran.wall for sample in self)

    def differs(self, planted: Kinds) -> dict[str, tuple[int, int]]:
        """By kind what was found and what was planted, where any run differs."""
        return {
            kind: (sample.found[kind], planted[kind])
            for sample in self
            for kind in sorted(sample.found | planted)
            if sample.found[kind] != planted[kind]
        }


def compare(stage: Stage, tools: Sequence[Tool], repeat: int, latency: float = 0) -> list[Runs]:
    """The runs of each tool. With `latency`, every call takes so many milliseconds at least."""
    stage.ask(f"latency?ms={latency}")
    runs = [Runs() for _ in tools]
    for _ in range(repeat):
        for tool, mine in zip(tools, runs, strict=True):
            mine.append(scan(stage, tool))
    stage.ask("latency?ms=0")
    return runs


def warm(stage: Stage, tools: Iterable[Tool]) -> None:
    """Let the front remember what they will ask, so that moto's own time is in no figure."""
    for tool in tools:
        scan(stage, tool)


def scan(stage: Stage, tool: Tool) -> Sample:
    """One run, in a home of its own: no answer of an earlier run is remembered."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        stage.ask("reset")
        ran = run(tool.command(folder), stage.variables(folder), folder)
        calls = Counter(stage.ask("stats")["calls"])
        return Sample(ran, calls, tool.found(ran, folder))
