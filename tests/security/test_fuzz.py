"""A short walk of the fuzzer in every test run; `make trust` goes on for minutes."""

from __future__ import annotations

import json

import pytest

from steadyhand.cli.scans import scan_store
from steadyhand.settings.values import Settings
from tests.security import samples
from tests.security.every import PARSERS
from tests.security.fuzz import fuzz
from tests.security.parsers import written


@pytest.mark.parametrize("name", PARSERS)
def test_whatever_comes_is_a_value_or_one_sentence(name: str) -> None:
    assert fuzz(name, 1, times=100, seconds=0.2) >= 100


@pytest.mark.parametrize("field", ["started_at", "finished_at"])
def test_a_kept_scan_whose_times_have_no_zone_is_as_good_as_none(field: str) -> None:
    """Such a time cannot be compared with ours; found by five minutes of fuzzing."""
    (sample, *_) = samples.kept_scans()
    with written(sample) as file:
        assert scan_store.read(file, Settings())
    for zoneless in ("2026-11-23T09:00:06", "9999-12-31T23:59:59+00:00", "", None):
        with written(json.dumps(json.loads(sample) | {field: zoneless}).encode()) as file:
            assert scan_store.read(file, Settings()) is None
