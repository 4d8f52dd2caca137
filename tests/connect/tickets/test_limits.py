"""Limits: how long to be silent, and never longer than a day."""

from __future__ import annotations

from datetime import timedelta

import pytest

from steadyhand.connect.tickets.tracker import Paused
from tests.connect.tickets.github_on_issues import refusal as said
from tests.connect.tickets.issue_calls import ISSUES, MAKING
from tests.connect.tickets.world import World


def later(world: World, **by: float) -> str:
    return str(int((world.now + timedelta(**by)).timestamp()))


@pytest.mark.parametrize("status", [403, 429])
def test_a_secondary_limit_says_until_when(hub: World, status: int) -> None:
    hub.find()
    words = (
        "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."
    )
    hub.double.fail(*MAKING, said(status, words, Retry_After="90"))
    done = hub.run()
    assert isinstance(done.trouble, Paused)
    assert done.trouble.until == hub.now + timedelta(seconds=90)
    assert done.created == 0


def test_a_secondary_limit_that_does_not_say(hub: World) -> None:
    hub.find()
    words = (
        "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."
    )
    hub.double.fail(*MAKING, said(403, words))
    done = hub.run()
    assert isinstance(done.trouble, Paused)
    assert done.trouble.until == hub.now + timedelta(minutes=1)


def test_the_primary_limit(hub: World) -> None:
    hub.find()
    headers = {
        "X_RateLimit_Limit": "5000",
        "X_RateLimit_Remaining": "0",
        "X_RateLimit_Reset": later(hub, minutes=17),
    }
    hub.double.fail("GET", ISSUES, said(403, "API rate limit exceeded for user ID 1.", **headers))
    done = hub.run()
    assert isinstance(done.trouble, Paused)
    assert done.trouble.until == hub.now + timedelta(minutes=17)


def test_it_stops_before_the_hour_is_used_up(hub: World) -> None:
    hub.find()
    hub.double.headers = {
        "X-RateLimit-Limit": "5000",
        "X-RateLimit-Remaining": "99",
        "X-RateLimit-Reset": later(hub, minutes=5),
    }
    done = hub.run()
    assert isinstance(done.trouble, Paused)
    assert done.trouble.until == hub.now + timedelta(minutes=5)
    assert len(hub.double.asked) == 1
    hub.turn(minutes=6)
    assert hub.run().created == 1


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [({"Retry_After": "45"}, 45), ({"RateLimit_Reset": "@120"}, 120), ({}, 60)],
)
def test_gitlabs_limit(lab: World, headers: dict[str, str], seconds: int) -> None:
    lab.find()
    given = {
        name: later(lab, seconds=int(value[1:])) if value.startswith("@") else value
        for name, value in headers.items()
    }
    lab.double.fail(*MAKING, said(429, "429 Too Many Requests", **given))
    done = lab.run()
    assert isinstance(done.trouble, Paused)
    assert done.trouble.until == lab.now + timedelta(seconds=seconds)
    assert len(lab.double.issues) == 0
    lab.turn(hours=1)
    assert lab.run().created == 1


def test_it_stops_before_gitlabs_minute_is_used_up(lab: World) -> None:
    lab.find()
    lab.double.headers = {
        "RateLimit-Limit": "600",
        "RateLimit-Remaining": "5",
        "RateLimit-Reset": later(lab, seconds=30),
    }
    done = lab.run()
    assert isinstance(done.trouble, Paused)
    assert len(lab.double.asked) == 1


def test_no_pause_is_longer_than_a_day(hub: World) -> None:
    hub.find()
    hub.double.fail("GET", ISSUES, said(429, "slow down", Retry_After="99999999"))
    done = hub.run()
    assert isinstance(done.trouble, Paused)
    assert done.trouble.until == hub.now + timedelta(days=1)
