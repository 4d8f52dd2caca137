"""Fixtures of engine."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from moto import mock_aws

from steadyhand.catalogue import discovery as catalogue
from steadyhand.check import Check
from tests.reconcilers import table


@pytest.fixture
def aws() -> Iterator[None]:
    with mock_aws():
        table()
        yield


@pytest.fixture
def check() -> Check:
    return catalogue.load(["open_admin_ports"])[0]
