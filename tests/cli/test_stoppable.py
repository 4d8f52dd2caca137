"""Ctrl-C ends a scan, also where Python forgot it."""

from __future__ import annotations

import signal
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
