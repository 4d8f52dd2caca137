"""One small account for all tests of the bench."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bench.processes import Stage, stage

N = 3


@pytest.fixture(scope="session")
def planted() -> Iterator[Stage]:
    """moto behind the front, with three of each kind."""
    with stage(N) as account:
        yield account


@pytest.fixture
def account(planted: Stage) -> Iterator[Stage]:
    """The same, as fast as it can, with nothing counted."""
    planted.ask("reset")
    yield planted
    planted.ask("rate?rps=0")
    planted.ask("latency?ms=0")
