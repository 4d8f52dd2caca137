"""Fixtures of checks."""

from __future__ import annotations

import pytest

from steadyhand.catalogue import discovery as catalogue
from steadyhand.check import Check


@pytest.fixture(params=catalogue.names())
def check(request: pytest.FixtureRequest) -> Check:
    (made,) = catalogue.load([request.param])
    return made
