"""A made-up account, and a folder of its own to stand in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import botocore.loaders
import pytest
from moto import mock_aws

from steadyhand.aws.client import Botocore
from steadyhand.catalogue import discovery as catalogue
from steadyhand.model import Answer, Call, ReadFailed
from tests.cli.deployed import install
from tests.functions.conftest import forget


@pytest.fixture(autouse=True)
def elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No test reads the steadyhand.toml of the folder it is run in."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("NO_COLOR", "1")


@pytest.fixture(autouse=True, scope="session")
def read_once() -> Iterator[None]:
    """botocore's service models are large; every command reads them anew, all tests together once."""
    loader = botocore.loaders.create_loader()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("botocore.loaders.create_loader", lambda *_: loader)
        yield


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An account in moto, where the deployed function answers once it is deployed."""
    with mock_aws():
        install(monkeypatch)
        yield
        forget()


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only checks whose reads moto knows, so that a scan can be complete."""
    known = {
        name: place
        for name, place in catalogue.places().items()
        if name in {"open_admin_ports", "open_data_ports", "public_rds_instance", "public_bucket"}
    }
    monkeypatch.setattr(catalogue, "places", lambda: known)


@pytest.fixture
def unread(monkeypatch: pytest.MonkeyPatch) -> None:
    """What moto does not know is refused, as AWS refuses what is not granted."""
    real = Botocore.ask

    def ask(aws_client: Botocore, call: Call) -> Answer:
        try:
            return real(aws_client, call)
        except NotImplementedError as error:
            raise ReadFailed("NotImplemented", str(error)) from error

    monkeypatch.setattr(Botocore, "ask", ask)
