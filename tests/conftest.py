"""What every test stands on: made-up credentials, one region, no file left behind."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings
from xdist.scheduler import LoadScopeScheduling

if TYPE_CHECKING:
    from playwright.sync_api import Browser

os.environ["MOTO_EC2_LOAD_DEFAULT_AMIS"] = (
    "false"  # a thousand images for each world: a fifth of its time
)

settings.register_profile("steadyhand", deadline=None, database=None, derandomize=True)
settings.load_profile("steadyhand")


def pytest_collection_finish() -> None:
    """Fourteen thousand tests are no rubbish: no collection goes through them again.

    A review freezes what it read, for a process that ends with it. Here more comes after it.
    """
    gc.collect()
    gc.freeze()
    gc.freeze = lambda: None


@pytest.fixture(autouse=True)
def nobody(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """No test reaches an account of the person who runs it."""
    nowhere = str(tmp_path_factory.getbasetemp() / "no-such-file")
    for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL", "AWS_SESSION_TOKEN", "AWS_DEFAULT_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in {
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": "eu-central-1",
        "AWS_REGION": "eu-central-1",
        "AWS_CONFIG_FILE": nowhere,
        "AWS_SHARED_CREDENTIALS_FILE": nowhere,
        "AWS_EC2_METADATA_DISABLED": "true",
        "XDG_CACHE_HOME": str(tmp_path_factory.getbasetemp() / "cache"),
    }.items():
        monkeypatch.setenv(name, value)


@pytest.fixture(autouse=True)
def whole_moto() -> None:
    """What moto lacks is answered as AWS does, where moto is used at all."""
    if "moto" in sys.modules:
        from tests import moto_gaps

        moto_gaps.fill()


ROOMS = (
    ("tests/emulator/contract/", "contract"),
    ("tests/verify/", "contract"),  # the longest of all: it must not begin last
    ("tests/emulator/test_enforced", "enforced"),
    ("tests/emulator/", "deployed"),
    ("tests/demo/test_story", "demo"),
    ("tests/demo/test_account", "account"),
    ("tests/trust/settling/", "settling"),
    ("tests/bench/", "bench"),
    ("tests/stacks/", "stacks"),
    ("tests/aws/test_service_models", "stacks"),
)
"""Tests that share something dear, like a running account: they stay with one worker."""


WAITING_SECONDS = 1800
"""Seconds for a test of a running account: it gives up by itself, where nothing moves any more."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A busy machine is no failure (see `emulator.waiting`); and workers must collect the same in the same order."""
    for item in items:
        if "frozenset({" in item.nodeid or " at 0x" in item.nodeid:
            raise pytest.UsageError(f"this test is called otherwise in each process: {item.nodeid}")
        if item.get_closest_marker("emulator") and not item.get_closest_marker("timeout"):
            item.add_marker(pytest.mark.timeout(WAITING_SECONDS))


class Rooms(LoadScopeScheduling):
    """Which tests go to the same worker."""

    def _split_scope(self, nodeid: str) -> str:
        for place, room in ROOMS:
            if nodeid.startswith(place):
                return room
        return "browser" if "browser" in nodeid.partition("::")[0] else nodeid


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Rooms | None:
    """xdist's own groups do nothing with this pytest: they write into names it no longer reads."""
    return Rooms(config, log) if config.getvalue("dist") == "loadgroup" else None


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Headless Chromium, one for a worker."""
    from tests import browser as eye

    with eye.opened() as found:
        yield found
