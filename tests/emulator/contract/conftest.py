"""Accounts of the contract's own, so that nobody deployed into the others answers for AWS."""

from __future__ import annotations

import pytest

from emulator.launcher import Emulator


@pytest.fixture(scope="session")
def aws(tmp_path_factory):
    """An account where IAM is not enforced."""
    log = tmp_path_factory.mktemp("contract") / "emulator.log"
    with Emulator.start(log=log) as running:
        yield running


@pytest.fixture(scope="session")
def guarded_aws(tmp_path_factory):
    """An account where IAM is enforced."""
    log = tmp_path_factory.mktemp("guarded-contract") / "emulator.log"
    with Emulator.start(auth=True, log=log) as running:
        yield running
