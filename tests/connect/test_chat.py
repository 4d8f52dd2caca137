"""People are interrupted once for each subject, and not more often than the owner allows."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import timedelta
from threading import Barrier, Lock
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as settings_of
from hypothesis import strategies as st

from steadyhand.connect.chat import LAST, SENT, SHARE, UNSENT, WORKING, Delivery, interrupt
from steadyhand.model import Call, Note, ReadFailed
from steadyhand.rhythm.incidents.urgent import ALARMS, Cause, Interrupt, week_of
from tests.reports.accounts.doubles import SETTINGS, Ledger
from tests.reports.accounts.ledger_rows import ACCOUNT, NOW

TOPIC = "arn:aws:sns:eu-west-1:111122223333:steadyhand-chat"
HERE = replace(SETTINGS, chat="create", interrupts_a_week=3)
DECIDED = "it was decided before"
SPENT = "the 3 interrupts of this week are used"


def one(subject: str = "in-1#2026-06-01", **more: Any) -> Interrupt:
    known = {
        "cause": Cause.INCIDENT,
        "source": "a check",
        "title": "api-5xx fires",
        "story": "Since 09:30, in eu-west-1. Customers see errors.",
        "steps": ("`aws cloudwatch describe-alarm-history --alarm-name api-5xx` says more.",),
        "ids": ("in-1",),
        "resources": ("api-5xx",),
        "region": "eu-west-1",
    }
    return Interrupt(subject=subject, **(known | more))


def grave(number: int, **more: Any) -> Interrupt:
    """Each of a source of its own, and such that every place is open to it."""
    return one(f"s{number}", source=f"check {number}", is_grave=True, **more)


@dataclass
class Topic:
    """SNS, with a plan for each call: a code to fail with, or nothing."""

    plan: list[str] = field(default_factory=list)
    account: str = ACCOUNT
    said: list[dict[str, Any]] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)

    def ask(self, call: Call) -> Mapping[str, Any]:
        assert (call.action, call.params["TopicArn"]) == ("sns:Publish", TOPIC)
        code = self.plan.pop(0) if self.plan else ""
        if code:
            raise ReadFailed(code, f"{code} happened")
        with self.lock:
            self.said.append(json.loads(call.params["Message"]))
        return {"MessageId": "m"}

    @property
    def subjects(self) -> list[str]:
        return [said["metadata"]["threadId"] for said in self.said]


def tell(what: Interrupt, ledger: Any, topic: Topic, hours: float = 0, **more: Any) -> Delivery:
    at = NOW + timedelta(hours=hours)
    settings = replace(HERE, **more)
    return interrupt(what, settings=settings, ledger=ledger, aws=topic, topic=TOPIC, at=at)


def words(ledger: Ledger) -> dict[str, Mapping[str, Any]]:
    return {note.name: note.said for note in ledger.remembered.values() if note.kind == "interrupt"}


def test_once_for_each_subject() -> None:
    ledger, topic = Ledger(), Topic()
    assert tell(one(), ledger, topic) == Delivery(sent=True, why=SENT)
    for hours in (0, 1, 24 * 40):
        assert tell(one(), ledger, topic, hours) == Delivery(sent=False, why=DECIDED)
    assert len(topic.said) == 1
    assert words(ledger)["in-1#2026-06-01"] == {
        "subject": "in-1#2026-06-01",
        "cause": "incident",
        "what": "api-5xx fires",
        "ids": ["in-1"],
        "sent": True,
        "why": SENT,
        "night": False,
    }


def test_three_a_week_first_come_first_served_and_the_rest_waits() -> None:
    ledger, topic = Ledger(), Topic()
    told = [tell(grave(n), ledger, topic).sent for n in range(5)]
    assert told == [True, True, True, False, False]
    assert topic.subjects == ["s0", "s1", "s2"]
    assert [words(ledger)[f"s{n}"]["why"] for n in (3, 4)] == [SPENT, SPENT]
    assert topic.said[2]["content"]["description"].endswith("Interrupt 3 of at most 3 this week.")
    assert tell(grave(3), ledger, topic, 24 * 7).why == DECIDED  # the weekly said it
    assert tell(one("s5"), ledger, topic, 24 * 7).sent  # a new week, a new budget


@pytest.mark.parametrize(("budget", "sent"), [(0, 0), (1, 1), (10, 5)])
def test_the_owner_sets_the_budget(budget: int, sent: int) -> None:
    ledger, topic = Ledger(), Topic()
    for n in range(5):
        tell(grave(n), ledger, topic, interrupts_a_week=budget)
    assert len(topic.said) == sent


def test_what_could_not_be_sent_costs_nothing_and_is_tried_again() -> None:
    ledger, topic = Ledger(), Topic(plan=["AuthorizationError"])
    why = f"{UNSENT} (AuthorizationError)"
    assert tell(one(), ledger, topic) == Delivery(sent=False, why=why)
    assert words(ledger)["in-1#2026-06-01"]["sent"] is False
    assert words(ledger)["in-1#2026-06-01"]["why"] == why
    for n in range(3):
        assert tell(grave(n), ledger, topic).sent
    assert tell(one(), ledger, topic, 1).why == SPENT
    assert tell(one(), ledger, topic, 2).why == DECIDED
    other = Ledger()
    tell(one(), other, Topic(plan=["InternalError"]))
    assert tell(one(), other, topic, 1).sent
    assert words(other)["in-1#2026-06-01"]["sent"] is True


def test_a_sender_that_died_is_taken_over_and_keeps_its_place() -> None:
    ledger, topic = Ledger(), Topic()

    class Died(BaseException):
        pass

    class Dying(Topic):
        def ask(self, call: Call) -> Mapping[str, Any]:
            raise Died

    with pytest.raises(Died):
        tell(one(), ledger, Dying())
    assert words(ledger)["in-1#2026-06-01"]["sent"] is False  # nothing that nobody saw is claimed
    assert tell(one(), ledger, topic).why == DECIDED  # it may still be at it
    late = WORKING.total_seconds() / 3600 + 0.01
    assert tell(one(), ledger, topic, late).sent
    places = [note.said["subject"] for note in ledger.remembered.values() if note.kind == "slot"]
    assert places == ["in-1#2026-06-01"]


class Shared(Ledger):
    """A ledger that many write to at the same time, each write whole, as DynamoDB's are."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.lock, self.start = Lock(), Barrier(width)

    def note(self, new: Note, over: Note | None = None) -> bool:
        with self.lock:
            return super().note(new, over)


@pytest.mark.parametrize("seed", range(10))
def test_many_at_once_send_each_subject_once_within_the_budget(seed: int) -> None:
    width = 12
    ledger, topic = Shared(width), Topic()
    subjects = [f"s{(n + seed) % 4}" for n in range(width)]

    def go(subject: str) -> Delivery:
        ledger.start.wait()
        return tell(grave(int(subject[1:])), ledger, topic)

    with ThreadPoolExecutor(width) as pool:
        told = list(pool.map(go, subjects))
    assert len(topic.said) == 3
    assert max(Counter(topic.subjects).values()) == 1
    assert sum(one.sent for one in told) == 3
    assert set(words(ledger)) == set(subjects)
    assert sorted(said["sent"] for said in words(ledger).values()) == [False, True, True, True]


# Whose places they are.

TOLD = st.tuples(st.sampled_from([ALARMS, "a", "b"]), st.booleans())


@settings_of(max_examples=150, deadline=None)
@given(st.integers(0, 9), st.lists(TOLD, max_size=25))
def test_no_flood_takes_what_another_could_not_do_without(
    budget: int, told: list[tuple[str, bool]]
) -> None:
    """Whatever comes first: alarms and every check have their half at most, the last place is for the grave."""
    ledger, topic = Ledger(), Topic()
    sent: Counter[str] = Counter()
    graves = 0
    for number, (source, is_grave) in enumerate(told):
        of_ours = is_grave and source != ALARMS
        what = one(f"s{number}", source=source, is_grave=of_ours)
        if tell(what, ledger, topic, interrupts_a_week=budget).sent:
            sent[source] += 1
            graves += of_ours
    assert all(count <= (budget + 1) // 2 for count in sent.values())
    if budget > 1:
        assert sent.total() - graves <= budget - 1
    free = budget - sent.total()
    late = tell(one("late", source="c", is_grave=True), ledger, topic, interrupts_a_week=budget)
    assert late.sent == (free > 0)


@pytest.mark.parametrize("budget", range(2, 8))
def test_any_number_of_alarms_at_once_leave_places_for_what_we_saw(budget: int) -> None:
    ledger, topic = Shared(1), Topic()
    alarms = [one(f"s{n}", source=ALARMS) for n in range(12)]
    with ThreadPoolExecutor(12) as pool:
        told = list(pool.map(lambda it: tell(it, ledger, topic, interrupts_a_week=budget), alarms))
    assert sum(one.sent for one in told) == min(budget - 1, (budget + 1) // 2)
    assert tell(grave(99), ledger, topic, interrupts_a_week=budget).sent
    assert {one.why for one in told} <= {SENT, SHARE, LAST}


def test_a_row_that_somebody_else_wrote_holds_up_nothing() -> None:
    ledger, topic = Ledger(), Topic()
    for number in (1, 2, 3):
        ledger.note(
            Note(kind="slot", name=f"{week_of(NOW, HERE.time_zone)}#{number}", at=NOW, said={})
        )
    assert tell(grave(1), ledger, topic).sent
    ledger.note(Note(kind="interrupt", name="s2", at=NOW, said={}))
    assert tell(grave(2), ledger, topic).why == DECIDED
