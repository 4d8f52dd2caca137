"""The bench measures what it says: the same findings, calls counted exactly."""

from __future__ import annotations

import time

import pytest

from bench import scans
from bench.floor import MORE_LISTS, fewest
from bench.tools import BARE, US, Kinds
from tests.bench.conftest import N

pytestmark = [pytest.mark.moto]


def test_bare_http_takes_the_fewest_calls_and_finds_what_was_planted(account):
    scans.warm(account, [BARE])
    (runs,) = scans.compare(account, [BARE], 1)
    assert runs.calls == fewest(N)
    assert runs.differs(Kinds(account.planted)) == {}


def test_our_scan_finds_what_was_planted_and_counts_its_calls(account):
    scans.warm(account, [US])
    sample = scans.scan(account, US)
    assert sample.found == Kinds(account.planted)
    assert sample.calls.total() <= 1.1 * (fewest(N) + len(MORE_LISTS)) + 2


def test_a_call_takes_as_long_as_it_is_told(account):
    account.ask("latency?ms=100")
    began = time.monotonic()
    scans.scan(account, BARE)
    assert time.monotonic() - began > 0.3
