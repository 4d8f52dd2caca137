"""Both trackers, each behind a socket of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.connect.tickets.double import served
from tests.connect.tickets.github_double import GitHubDouble
from tests.connect.tickets.gitlab_double import GitLabDouble
from tests.connect.tickets.world import World


@pytest.fixture(params=[GitHubDouble, GitLabDouble], ids=["github", "gitlab"])
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    """An account and a tracker; every test sees both kinds."""
    double = request.param()
    with served(double):
        yield World(double)


@pytest.fixture
def hub() -> Iterator[World]:
    """GitHub alone."""
    double = GitHubDouble()
    with served(double):
        yield World(double)


@pytest.fixture
def lab() -> Iterator[World]:
    """GitLab alone."""
    double = GitLabDouble()
    with served(double):
        yield World(double)
