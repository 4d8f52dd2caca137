"""Every call of a run, answered by everything that is no answer: it ends well, and next time is right."""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from functions import tickets
from functions.context import ledger
from steadyhand.cli.doctor import account as doctor
from steadyhand.cli.doctor.line import Sign
from steadyhand.connect.tickets.sync import Done
from steadyhand.connect.tickets.tracker import Paused, Refused, TrackerFailed
from steadyhand.model import FindingStatus
from steadyhand.settings.values import Settings
from tests.connect.tickets.double import Answered, Double, HttpRequest, served
from tests.connect.tickets.github_double import GitHubDouble
from tests.connect.tickets.gitlab_double import GitLabDouble
from tests.connect.tickets.test_sync import is_open
from tests.connect.tickets.world import World, writes
from tests.functions.conftest import deploy as deploy  # noqa: PLC0414 - a fixture

ODD: list[Answered | None] = [
    None,
    Answered(200, {}),
    Answered(200, []),
    Answered(200, None),
    Answered(200, "fine"),
    Answered(200, 7),
    Answered(200, [None, 3, "x"]),
    Answered(200, {"number": "x", "iid": "x", "state": 3, "title": None, "labels": 5}),
    Answered(204),
    Answered(201, {"message": "Created"}),
    Answered(301, {"message": "Moved Permanently"}, {"Location": "/repositories/9/issues/1"}),
    Answered(307, {"message": "Temporary Redirect"}, {"Location": "https://example.com/x"}),
    Answered(400, {"message": "Problems parsing JSON"}),
    Answered(401, {"message": "Bad credentials"}),
    Answered(403, {"message": "Issue is locked"}),
    Answered(404, {"message": "Not Found"}),
    Answered(409, {"message": "Conflict"}),
    Answered(410, {"message": "This issue was deleted"}),
    Answered(422, {"message": "Validation Failed"}),
    Answered(
        429,
        {"message": "Too many"},
        {"Retry-After": "9" * 5000, "RateLimit-Reset": "\xb2", "X-RateLimit-Reset": "9" * 50},
    ),
    Answered(500, {"message": "oops"}),
    Answered(502, None),
    Answered(503, "<html>"),
]
CHECKS = ("open_admin_ports", "endless_logs", "acm_expiring")


def oddly(double: Double, at: int, odd: Answered | None, *, after: bool) -> Callable[[], bool]:
    """The n-th request from now on is answered so, before or after it was done. Was it asked?"""
    whole, count = double.answer, [0]

    def answer(asked: HttpRequest) -> Answered | None:
        count[0] += 1
        if count[0] != at:
            return whole(asked)
        if after:
            whole(asked)
        return odd

    double.answer = answer  # type: ignore[method-assign]
    return lambda: count[0] >= at


def calm(double: Double) -> None:
    del double.answer  # type: ignore[method-assign]


@pytest.mark.parametrize("kind", [GitHubDouble, GitLabDouble])
@settings(max_examples=15, deadline=None)
@given(
    st.integers(1, 30),
    st.sampled_from(ODD),
    st.booleans(),
    st.sampled_from(["new", "some are over", "one is back"]),
)
def test_any_call_may_be_answered_oddly(
    kind: type[Any], at: int, odd: Answered | None, after: bool, chapter: str
) -> None:
    double = kind()
    with served(double):
        world = World(double)
        stranger = double.put("somebody else's")
        kept = copy.deepcopy(double.issues)
        found = [world.find(check, n=n) for n, check in enumerate(CHECKS)]
        if chapter != "new":
            world.run()
            world.become(found[0], FindingStatus.GONE)
            world.find(CHECKS[1], n=9)
        if chapter == "one is back":
            world.turn(hours=1)
            world.run()
            world.become(found[0], FindingStatus.OPEN)
        world.turn(hours=1)
        oddly(double, at, odd, after=after)
        done = world.run()
        assert done.trouble is None or isinstance(done.trouble, TrackerFailed)
        calm(double)
        for _ in range(3):
            world.turn(hours=25)
            last = world.run()
        assert last.trouble is None, "the next day is as if nothing had been"
        count = len(double.writes)
        world.turn(hours=1)
        world.run()
        assert writes(double, count) == []
        assert {number: double.issues[number] for number in kept} == kept, stranger
        for n, check in enumerate(CHECKS):
            is_over = chapter == "some are over" and n == 0
            assert is_open(world.ticket(check)) is not is_over
        ours = [one for number, one in double.issues.items() if number not in kept]
        assert sum(map(is_open, ours)) == (2 if chapter == "some are over" else 3), "none is double"


@pytest.mark.moto
@pytest.mark.parametrize(
    "done",
    [
        Done(trouble=Refused("the project was renamed or moved")),
        Done(rejected=["it-1: #7 is locked", "it-2: odd answer"]),
    ],
)
def test_every_gap_is_told_by_the_doctor(deploy: Any, done: Done) -> None:
    """Until a run without one."""
    from functions.context import home

    said = Settings(tickets="github", tickets_project="larkfield/ops", home="eu-central-1")
    deploy(said)
    boto3.client("ssm", "eu-central-1").put_parameter(
        Name=said.tickets_token, Value="tok", Type="SecureString"
    )
    tickets.remember(done)
    line = doctor.tickets(home(), said)
    assert line.sign is Sign.MISSING
    assert ("renamed" if done.trouble else "2 tickets were not taken: #7 is locked") in line.said
    assert ledger().noted("ticket", "state")
    tickets.remember(
        Done(trouble=Paused("too many requests", datetime(2027, 1, 1, 15, tzinfo=UTC)))
    )
    waiting = doctor.tickets(home(), said)
    assert (waiting.sign, "wait until 01 January 2027, 15:00 UTC" in waiting.said) == (
        Sign.LATER,
        True,
    )
    tickets.remember(Done())
    assert doctor.tickets(home(), said).sign is Sign.OK
