"""A short walk of the fuzzer in every test run; `make trust` goes on for minutes."""

from __future__ import annotations

import pytest

from tests.security.every import PARSERS
from tests.security.fuzz import fuzz


@pytest.mark.parametrize("name", PARSERS)
def test_whatever_comes_is_a_value_or_one_sentence(name: str) -> None:
    assert fuzz(name, 1, times=100, seconds=0.2) >= 100
