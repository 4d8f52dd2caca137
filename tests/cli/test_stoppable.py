"""Ctrl-C ends a scan, also where Python forgot it."""

from __future__ import annotations

import signal
from contextlib import suppress

import pytest

from steadyhand.cli.progress import watched


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
