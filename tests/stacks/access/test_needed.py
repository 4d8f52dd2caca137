"""No role is granted what it does not need, and is denied nothing that it needs.

A mutation over permissions.json: `make trust` prints how many actions were taken away, one at a time,
and how many of those nobody would miss.
"""

from __future__ import annotations

from typing import Any

import pytest

from stacks.permissions import boundaries, permissions
from tests.stacks.conftest import Installation
from tests.trust.mutation.grants import ACTOR, contradicted, is_noticed, mutants


@pytest.fixture(scope="module")
def page(widest: Installation) -> dict[str, Any]:
    return permissions(widest.templates) | boundaries(widest.templates)


def test_without_any_single_granted_action_something_fails(page: dict[str, Any]) -> None:
    made = mutants(page)
    assert len(made) > 400
    assert [one for one in made if not is_noticed(one, page)] == []


def test_nothing_that_a_role_needs_is_denied_to_it(page: dict[str, Any]) -> None:
    """Its own denials, and those of the boundary: an undo must be able to do what it says."""
    assert contradicted(page) == []


def test_an_action_that_nobody_needs_is_seen(page: dict[str, Any]) -> None:
    """The mutation itself notices: one more action, and one that is granted twice."""
    for more in ("ec2:TerminateInstances", "dynamodb:Query"):
        said = page["steadyhand-alarm"]
        also = {"actions": [more], "on": said["may"][2]["on"]}
        grown = {**page, "steadyhand-alarm": {**said, "may": [*said["may"], also]}}
        unneeded = {one.action for one in mutants(grown) if not is_noticed(one, grown)}
        assert unneeded == {more}


def test_a_denial_that_takes_a_need_away_is_seen(page: dict[str, Any]) -> None:
    denial = {"actions": ["cloudtrail:Stop*"], "on": ["*"], "effect": "Deny"}
    denied = {**page, ACTOR: {**page[ACTOR], "may": [*page[ACTOR]["may"], denial]}}
    assert [action for _, action, _ in contradicted(denied)] == ["cloudtrail:StopLogging"]
