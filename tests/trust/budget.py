"""Time for proofs: on as many cores as there are, and no longer than was said.

What one proof leaves over, the next ones get. The longest come last and together, so no core is idle at the end.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from multiprocessing import get_context

from tests.trust.proofs import Proof, Result, prove


def part(left: float, workers: int, promised: float, share: float, waiting: float) -> float:
    """Seconds for one proof of `share` among all that wait, `left` seconds before the end."""
    free = max(0.0, workers * left - promised)
    return max(0.0, min(left, free * share / waiting))


def proved(proofs: Sequence[Proof], *, seconds: float, workers: int) -> Iterator[Result]:
    """What came of each proof, as they end."""
    end = time.monotonic() + seconds
    waiting = sorted(proofs, key=lambda one: one.share, reverse=True)
    running: dict[Future[Result], float] = {}
    with ProcessPoolExecutor(workers, mp_context=get_context("fork")) as pool:
        while waiting or running:
            while waiting and len(running) < workers:
                now, weight = time.monotonic(), sum(one.share for one in waiting)
                proof = waiting.pop()
                promised = sum(max(0.0, until - now) for until in running.values())
                got = part(end - now, workers, promised, proof.share, weight)
                running[pool.submit(prove, proof, seconds=got)] = now + got
            ended, _ = wait(running, return_when=FIRST_COMPLETED)
            for one in ended:
                del running[one]
                yield one.result()
