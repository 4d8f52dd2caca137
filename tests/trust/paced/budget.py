"""Time for proofs: on as many cores as there are, and no longer than was said.

What one proof leaves over, the next ones get. The longest come last and together, so no core is idle at the
end. Each has a process of its own: nothing that one leaves behind is in the way of another.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from typing import Any

from tests.trust.proofs import Proof, Result, prove

OVERTIME = 240.0
"""Seconds: the longest case there may be. What takes longer hangs, and is ended."""

CONTEXT = get_context("fork")


@dataclass(frozen=True)
class Running:
    """A proof at work, and when its time is over."""

    proof: Proof
    process: Any
    answer: Connection
    until: float

    def result(self) -> Result:
        """What came of it; broken where it died or hangs."""
        why = "it died"
        try:
            if self.answer.poll():
                found = Result(proof=self.proof, **self.answer.recv())
                self.process.join()
                return found
            why = "it hangs"
        except EOFError:
            pass
        self.process.kill()
        self.process.join()
        return Result(proof=self.proof, broken={"the proof itself": [why]})


def begun(proof: Proof, seconds: float) -> Running:
    """One proof in a process of its own."""
    answer, into = CONTEXT.Pipe(duplex=False)
    process = CONTEXT.Process(target=answered, args=(into, proof, seconds))
    process.start()
    into.close()
    return Running(proof, process, answer, time.monotonic() + seconds)


def answered(into: Any, proof: Proof, seconds: float) -> None:
    """What the process does. Whoever asked has the proof itself."""
    said = vars(prove(proof, seconds=seconds))
    into.send({name: value for name, value in said.items() if name != "proof"})


def part(left: float, workers: int, promised: float, share: float, waiting: float) -> float:
    """Seconds for one proof of `share` among all that wait, `left` seconds before the end."""
    free = max(0.0, workers * left - promised)
    return max(0.0, min(left, free * share / waiting))


def proved(
    proofs: Sequence[Proof], *, seconds: float, workers: int, overtime: float = OVERTIME
) -> Iterator[Result]:
    """What came of each proof, as they end."""
    end = time.monotonic() + seconds
    waiting = sorted(proofs, key=lambda one: one.share, reverse=True)
    running: list[Running] = []
    while waiting or running:
        while waiting and len(running) < workers:
            now, weight = time.monotonic(), sum(one.share for one in waiting)
            promised = sum(max(0.0, one.until - now) for one in running)
            proof = waiting.pop()
            running.append(begun(proof, part(end - now, workers, promised, proof.share, weight)))
        patience = min(one.until for one in running) + overtime - time.monotonic()
        ended = wait([one.answer for one in running], timeout=max(0.0, patience))
        late = time.monotonic() - overtime
        for one in list(running):
            if one.answer in ended or one.until <= late:
                running.remove(one)
                yield one.result()
