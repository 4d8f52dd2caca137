"""Each story, told once."""

from __future__ import annotations

import pytest

from tests.agreement.told import STORIES, Told


@pytest.fixture(scope="session", params=STORIES)
def told(request: pytest.FixtureRequest) -> Told:
    return Told(STORIES[request.param]().facts())
