"""What may interrupt people, and what the reviews say of it."""

from __future__ import annotations

import re
import shlex
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from steadyhand.catalogue.lanes import PRODUCTION
from steadyhand.model import Change, ChangeState, Finding, Incident, Note, Severity
from steadyhand.rhythm.backlog.questions import MARGIN
from steadyhand.rhythm.core.facts import Facts, as_of
from steadyhand.rhythm.core.figures import spoken
from steadyhand.rhythm.core.period import Cadence, period_of
from steadyhand.rhythm.incidents import urgent
from steadyhand.rhythm.incidents.interrupts import interrupts_of
from steadyhand.rhythm.incidents.urgent import MARGIN as ASKED_BEFORE
from steadyhand.rhythm.incidents.urgent import (
    Cause,
    Waiting,
    environment_of,
    is_night,
    of_alarm,
    of_changes,
    of_dates,
    of_switch,
    week_of,
)
from steadyhand.settings.values import Settings
from tests.corpus import HOSTILE, SHOWN

NOW = datetime(2026, 10, 21, 8, 30, tzinfo=UTC)
ZONE = "Europe/Dublin"
HERE = Settings(time_zone=ZONE, chat="create")


def fired(name: str, at: datetime = NOW, **more: Any) -> Incident:
    said = {"account": "1", "region": "eu-west-1", "summary": "customers see errors"} | more
    return Incident(id=f"in-0a1b2c3d4e-{at:%Y%m%dT%H%M%S}", signature=name, began_at=at, **said)


def bomb(hours: float, key: str = "api", **more: Any) -> Finding:
    known = {
        "check": "acm_expiring",
        "account": "1",
        "region": "eu-west-1",
        "resource": f"arn:aws:acm:eu-west-1:1:certificate/{key}",
        "key": key,
        "name": key,
        "summary": f"the certificate of {key} expires soon",
        "severity": Severity.HIGH,
        "detonates_at": NOW + timedelta(hours=hours),
    }
    return Finding(**(known | more))


def waits(finding: Finding, *, is_asked: bool = True, environment: str = "production") -> Waiting:
    said = "Every browser refuses to connect."
    return Waiting(finding=finding, environment=environment, consequence=said, is_asked=is_asked)


def change(state: ChangeState, **more: Any) -> Change:
    known: dict[str, Any] = {"steps": (), "by": "steadyhand", "at": NOW, "environment": "staging"}
    return Change(id=f"ch-{state}", finding=bomb(1), state=state, **(known | more))


@pytest.mark.parametrize(
    ("name", "cause"),
    [
        ("api-5xx", Cause.INCIDENT),  # no word of an environment: the default is production
        ("prod-checkout-latency", Cause.INCIDENT),
        ("staging-api-5xx", None),
        ("api-dev", None),
        ("steadyhand-react-dead-letters", Cause.DEAD_LETTERS),
        ("steadyhand-dead-letters", Cause.DEAD_LETTERS),
        ("steadyhand-silent", Cause.SILENCE),
        ("steadyhand-react-errors", None),
        ("steadyhand-sweep-waits", None),
    ],
)
def test_few_alarms_interrupt(name: str, cause: Cause | None) -> None:
    found = of_alarm(fired(name), HERE)
    assert (found.cause if found else None) == cause


def test_an_alarm_that_flaps_is_one_subject_a_day() -> None:
    first, again, tomorrow = (
        of_alarm(fired("api-5xx", NOW + timedelta(hours=hours)), HERE) for hours in (0, 9, 24)
    )
    assert first
    assert again
    assert tomorrow
    assert first.subject == again.subject == "in-0a1b2c3d4e#2026-10-21"
    assert tomorrow.subject == "in-0a1b2c3d4e#2026-10-22"
    assert first.story == "Since 09:30, in eu-west-1. customers see errors."


@pytest.mark.parametrize("text", [*HOSTILE, "--endpoint-url"], ids=[*SHOWN, "an option"])
def test_a_name_that_could_be_a_command_is_in_none(text: str) -> None:
    """Whoever may make alarms names them, ours too; somebody awake at three pastes what stands in backticks."""
    for name, where in [
        (f"steadyhand-{text}-dead-letters", "eu-west-1"),
        (f"{text} prod", "eu-west-1"),
        (text, "eu-west-1"),
        ("steadyhand-dead-letters", text),
    ]:
        found = of_alarm(fired(name, region=where), HERE)
        (step,) = found.steps if found else ("",)
        assert step.count("`") in (0, 2)
        command = step.split("`")[1] if "`" in step else ""
        assert re.fullmatch(r"[\w./: +-]*", command, re.ASCII)
        program = [one for one in shlex.split(command) if one.startswith("-")]
        assert set(program) <= {"--alarm-name", "--region", "--queue-url"}


def test_environments_are_told_apart_as_those_of_resources_are() -> None:
    for name in ("orders-prod", "orders-stg", "demo", "orders", "Live_Orders"):
        assert environment_of(name, HERE) == HERE.environment(
            bomb(1, resource=name, key=name, tags={})
        )


@pytest.mark.parametrize(
    ("made", "told"),
    [
        (change(ChangeState.FAILED, reason="the effect did not show"), True),
        (change(ChangeState.UNDONE, undone_by="steadyhand"), True),
        (
            change(ChangeState.UNDONE, undone_by="arn:maya", reason="it does not look as before"),
            True,
        ),
        (change(ChangeState.UNDONE, undone_by="arn:maya"), False),
        (change(ChangeState.VERIFIED), False),
        (change(ChangeState.DOING), False),
    ],
)
def test_a_change_that_went_wrong(made: Change, told: bool) -> None:
    found = of_changes([made])
    assert [one.subject for one in found] == ([made.id] if told else [])
    for one in found:
        assert one.ids == (made.id, made.finding.id)


def test_it_means_the_same_as_the_review() -> None:
    assert ASKED_BEFORE == MARGIN
    assert urgent.PRODUCTION == PRODUCTION


@pytest.mark.parametrize(
    ("hours", "is_asked", "causes"),
    [
        (-1, True, []),
        (3, False, [Cause.BOMB]),
        (24, True, [Cause.BOMB]),
        (25, True, [Cause.DECISION]),
        (25, False, []),  # nothing to approve: not yet
        (119, True, [Cause.DECISION]),
        (121, True, []),
    ],
)
def test_dates(hours: float, is_asked: bool, causes: list[Cause]) -> None:
    found = of_dates([waits(bomb(hours), is_asked=is_asked)], NOW, ZONE)
    assert [one.cause for one in found] == causes


def test_equal_dates_are_one_interrupt() -> None:
    group = [waits(bomb(5, f"n{n}")) for n in range(500)]
    other = waits(bomb(5, "elsewhere"), environment="staging")
    found = of_dates([*group, other], NOW, ZONE)
    assert len(found) == 2
    assert len(found[0].ids) == 500
    assert "499 more like it." in found[0].story
    assert found[0].steps == (f"`steadyhand approve {found[0].ids[0]}`",)
    assert found == of_dates([other, *reversed(group)], NOW, ZONE)


def test_each_pull_of_the_switch_is_another_subject() -> None:
    one, two = (of_switch("the kill switch says 'stop'", number, "/s/stop") for number in "78")
    assert (one.subject, two.subject) == ("stop#7", "stop#8")


def test_the_week_and_the_night_are_the_owners() -> None:
    late = datetime(2026, 10, 25, 23, 30, tzinfo=UTC)  # Sunday; Monday in Tokyo
    assert (week_of(late, "UTC"), week_of(late, "Asia/Tokyo")) == ("2026-W43", "2026-W44")
    assert week_of(datetime(2027, 1, 1, tzinfo=UTC), "UTC") == "2026-W53"
    assert is_night(late, "UTC")
    assert not is_night(late, "Asia/Tokyo")
    assert [is_night(NOW.replace(hour=hour), "UTC") for hour in (6, 7, 21, 22)] == [1, 0, 0, 1]


# What the reviews say.


def told(subject: str, *, sent: bool, at: datetime = NOW, night: bool = False) -> Note:
    why = "it could not wait" if sent else "the 3 interrupts of this week are used"
    said = {
        "subject": subject,
        "cause": "incident",
        "what": f"{subject} fires",
        "ids": ["in-1"],
        "sent": sent,
        "why": why,
        "night": night,
    }
    return Note(kind="interrupt", name=subject, at=at, said=said)


def facts(*notes: Note, settings: Settings = HERE, cadence: str = "weekly") -> Facts:
    monday = datetime(2026, 10, 26, 9, tzinfo=UTC)
    period = period_of(Cadence(cadence), monday, ZONE)
    made = Facts(account="1", period=period, settings=settings, notes={"interrupt": notes})
    return as_of(made)


def test_three_of_three_and_two_waited() -> None:
    sent = [told(f"a{n}", sent=True, night=n == 0) for n in range(3)]
    rest = [told(f"b{n}", sent=False) for n in range(2)]
    week_before = told("old", sent=True, at=NOW - timedelta(days=7))
    said = interrupts_of(facts(*sent, *rest, week_before))
    assert spoken(said.line) == "3 of 3 used, 2 waited"
    assert said.used.ids == tuple(f"interrupt#a{n}" for n in range(3))
    assert said.waited.ids == ("interrupt#b0", "interrupt#b1")
    assert str(said.nights) == "1 at night"
    assert said.before is None  # no history: no difference is printed
    assert [row.what for row in said.rows] == ["b0 fires.", "b1 fires."]
    assert said.rows[0].why == "The 3 interrupts of this week are used."


def test_a_month_counts_and_folds() -> None:
    rest = [told(f"b{n}", sent=False) for n in range(9)]
    said = interrupts_of(facts(*rest, told("a", sent=True), cadence="monthly"))
    assert spoken(said.line) == "1 used, 9 waited"
    assert (len(said.rows), str(said.folded)) == (4, "5 more")


def test_a_week_before_is_compared_with_where_there_is_one() -> None:
    old = told("old", sent=True, at=NOW - timedelta(days=7))
    made = replace(facts(old), incidents=(fired("a", NOW - timedelta(days=30)),))
    said = interrupts_of(made)
    assert said.before
    assert (str(said.before), said.before.ids) == ("1", ("interrupt#old",))
    assert spoken(said.line) == "0 of 3 used"


def test_without_chat_nobody_is_interrupted_and_that_is_said() -> None:
    said = interrupts_of(facts(settings=Settings(time_zone=ZONE)))
    assert not said.is_on
    assert spoken(said.line) == "There is no chat, so we interrupted nobody"
