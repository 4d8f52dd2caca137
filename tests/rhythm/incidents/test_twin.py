"""The incidents of a region are those that CloudWatch tells, whatever became of the events.

What the fake says is documented: DescribeAlarms ("If you omit this parameter, only metric alarms are
returned"), MetricAlarm (StateTransitionedTimestamp: when the state value changed last), and
DescribeAlarmHistory ("CloudWatch retains the history of an alarm even if you delete the alarm").
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from functions.alarm import incident, quiet
from steadyhand.model import Call, Incident, Note, ReadFailed
from steadyhand.readings.alarms import heal
from steadyhand.rhythm.incidents.merged import merged

ACCOUNT, REGION = "123456789012", "eu-central-1"
NOW = datetime(2026, 5, 31, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
STATES = ["OK", "ALARM", "INSUFFICIENT_DATA"]


@dataclass
class Alarm:
    """One alarm's true life: its turns, and whether it is there any more."""

    name: str
    turns: list[tuple[datetime, str, str]]
    is_deleted: bool = False
    is_composite: bool = False

    def spans(self) -> list[tuple[str, datetime, datetime | None]]:
        found, began = [], None
        for at, _, after in self.turns:
            if after == "ALARM":
                began = at
            elif began:
                found.append((self.name, began, at))
                began = None
        if began:
            found.append((self.name, began, NOW if self.is_deleted else None))
        return found

    def events(self) -> list[dict[str, Any]]:
        since = dict.fromkeys(STATES, NOW - 400 * timedelta(days=1))
        found = []
        for at, before, after in self.turns:
            found.append(event(self.name, after, before, at, since[before]))
            since[after] = at
        return found


def event(name: str, after: str, before: str, at: datetime, since: datetime) -> dict[str, Any]:
    return {
        "source": "aws.cloudwatch",
        "detail-type": "CloudWatch Alarm State Change",
        "account": ACCOUNT,
        "region": REGION,
        "detail": {
            "alarmName": name,
            "state": {"value": after, "reason": "r", "timestamp": at.isoformat()},
            "previousState": {"value": before, "timestamp": since.isoformat()},
        },
    }


@dataclass
class CloudWatch:
    """Two to a page, newest or oldest first as asked, one type of alarm at a time."""

    alarms: list[Alarm]
    account: str = ACCOUNT
    region: str = REGION
    denied: str = ""

    def ask(self, call: Call) -> dict[str, Any]:
        if call.operation == self.denied:
            raise ReadFailed("AccessDenied", "not allowed")
        params = call.params
        if call.operation == "DescribeAlarms":
            asked = params.get("AlarmTypes", ["MetricAlarm"])
            items = [one for one in self.alarms if not one.is_deleted and self._of(one) in asked]
            page, token = self._page(items, params)
            parts: dict[str, list[Any]] = {"MetricAlarms": [], "CompositeAlarms": []}
            for one in page:
                at, _, after = one.turns[-1]
                said = {"AlarmName": one.name, "StateValue": after, "StateUpdatedTimestamp": NOW}
                parts[f"{self._of(one)}s"].append(said | {"StateTransitionedTimestamp": at})
            return parts | token
        (kind,) = params.get("AlarmTypes", ["MetricAlarm"])
        turns = [
            (at, one.name, before, after)
            for one in self.alarms
            for at, before, after in one.turns
            if self._of(one) == kind and params["StartDate"] <= at <= params["EndDate"]
        ]
        page, token = self._page(sorted(turns), params)
        return {"AlarmHistoryItems": [spelled(*one) for one in page]} | token

    @staticmethod
    def _of(alarm: Alarm) -> str:
        return "CompositeAlarm" if alarm.is_composite else "MetricAlarm"

    @staticmethod
    def _page(items: list[Any], params: Any) -> tuple[list[Any], dict[str, str]]:
        at = int(params.get("NextToken", 0))
        more = {"NextToken": str(at + 2)} if len(items) > at + 2 else {}
        return items[at : at + 2], more


def spelled(at: datetime, name: str, before: str, after: str) -> dict[str, Any]:
    """As in the AWS CLI's example of `describe-alarm-history`; it writes a little later."""
    said = {
        "version": "1.0",
        "oldState": {"stateValue": before, "stateReason": "testing purposes"},
        "newState": {"stateValue": after, "stateReason": "Threshold Crossed"},
    }
    return {
        "AlarmName": name,
        "Timestamp": at + timedelta(milliseconds=300),
        "HistoryItemType": "StateUpdate",
        "HistoryData": json.dumps(said),
    }


@dataclass
class Ledger:
    """Rows as DynamoDB keeps them: a row that ended is written over only by who read it."""

    rows: dict[str, Incident] = field(default_factory=dict)
    said: dict[tuple[str, str], Note] = field(default_factory=dict)

    def incidents(self, since: Any = None, until: Any = None) -> list[Incident]:
        del since, until
        return [one for one in self.rows.values() if not one.never_was]

    def incident(self, incident: Incident, over: Incident | None = None) -> bool:
        known = self.rows.get(incident.id)
        if known and known.ended_at != (over.ended_at if over else None):
            return False
        self.rows[incident.id] = incident
        return True

    def noted(self, kind: str, name: str) -> Note | None:
        return self.said.get((kind, name))

    def note(self, new: Note, over: Note | None = None) -> bool:
        del over
        self.said[new.kind, new.name] = new
        return True

    def hear(self, said: dict[str, Any]) -> None:
        """What `functions/alarm.py` does with an event."""
        if found := incident(said):
            known = [one for one in self.incidents() if one.signature == found.signature]
            for row in merged(found, sorted(known, key=lambda one: one.began_at), quiet(said)):
                self.incident(row)

    def spans(self) -> list[tuple[str, datetime, datetime | None]]:
        return sorted(
            ((one.signature, one.began_at, one.ended_at) for one in self.incidents()), key=str
        )


@st.composite
def lives(draw: st.DrawFn, days: int = 29) -> Alarm:
    """An alarm that turns at least a minute apart, in the days that CloudWatch keeps."""
    name = draw(st.sampled_from(["api-5xx", "db-cpu", "queue-age", "steadyhand-silent"]))
    at, state, turns = NOW - timedelta(days=days), "INSUFFICIENT_DATA", []
    for gap, after in draw(
        st.lists(st.tuples(st.integers(1, 4_000), st.sampled_from(STATES)), min_size=1, max_size=7)
    ):
        at += gap * MINUTE
        if after != state:
            turns.append((at, state, after))
            state = after
    turns = turns or [(at + MINUTE, "INSUFFICIENT_DATA", "OK")]
    return Alarm(name, turns, draw(st.booleans()), draw(st.booleans()))


def same(told: Any, true: Any) -> bool:
    """Equal but for the third of a second by which the history is late."""
    return len(told) == len(true) and all(
        mine[0] == theirs[0]
        and all(
            (a is None) == (b is None) and (a is None or abs(a - b) < timedelta(seconds=1))
            for a, b in zip(mine[1:], theirs[1:], strict=True)
        )
        for mine, theirs in zip(told, true, strict=True)
    )


@settings(max_examples=300, deadline=None)
@given(st.lists(lives(), max_size=4, unique_by=lambda one: one.name), st.data())
def test_whatever_became_of_the_events_the_incidents_are_cloudwatchs(
    alarms: list[Alarm], data: st.DataObject
) -> None:
    """Any of the events, any number of times, in any order; then the twin."""
    events = [one for alarm in alarms for one in alarm.events()]
    ledger = Ledger()
    for said in data.draw(st.lists(st.sampled_from(events), max_size=12)) if events else ():
        ledger.hear(said)
    heal(CloudWatch(alarms), ledger, NOW)
    true = sorted((span for one in alarms for span in one.spans()), key=str)
    assert same(ledger.spans(), true)
    assert heal(CloudWatch(alarms), ledger, NOW) == [], "a second look has nothing to say"


def fires(name: str, days: float, **more: Any) -> Alarm:
    return Alarm(name, [(NOW - timedelta(days=days), "OK", "ALARM")], **more)


@pytest.mark.parametrize("days", [1, 29, 31, 105, 400])
def test_what_fires_now_is_known_since_when_however_long_ago(days: int) -> None:
    ledger = Ledger()
    heal(CloudWatch([fires("a", days), fires("b", days, is_composite=True)]), ledger, NOW)
    began = NOW - timedelta(days=days)
    assert same(ledger.spans(), [("a", began, None), ("b", began, None)])


@pytest.mark.parametrize("days", [1, 31, 105, 400])
def test_an_alarm_deleted_while_it_fires_is_over(days: int) -> None:
    old = fires("a", days, is_deleted=True)
    ledger = Ledger()
    ledger.hear(old.events()[0])
    heal(CloudWatch([old]), ledger, NOW)
    assert all(ended for _, _, ended in ledger.spans())
    assert ledger.spans()[0][1] == NOW - timedelta(days=days)


@pytest.mark.parametrize("hours", [1, 6, 20])
def test_a_deleted_alarm_fired_until_the_first_look_and_no_longer(hours: int) -> None:
    """Each later look still reads its last turn, and knows no more of its end than the first."""
    ledger, old = Ledger(), fires("a", hours / 48, is_deleted=True)
    heal(CloudWatch([old]), ledger, NOW)
    first = ledger.spans()
    assert heal(CloudWatch([old]), ledger, NOW + timedelta(hours=hours)) == []
    assert ledger.spans() == first == [("a", first[0][1], NOW)]


def test_an_end_lost_long_ago_is_found() -> None:
    """It fired 200 days ago and has been quiet for 190: longer than any history."""
    turns = [(NOW - timedelta(days=days), *how) for days, how in LONG_AGO]
    ledger = Ledger()
    ledger.hear(Alarm("a", turns).events()[0])
    heal(CloudWatch([Alarm("a", turns)]), ledger, NOW)
    assert all(ended for _, _, ended in ledger.spans())


LONG_AGO = [(200, ("OK", "ALARM")), (190, ("ALARM", "OK"))]


def test_another_regions_alarm_of_that_name_is_left_alone() -> None:
    ledger = Ledger()
    ledger.hear(fires("a", 3).events()[0] | {"region": "us-east-1"})
    before = ledger.spans()
    heal(CloudWatch([]), ledger, NOW)
    assert ledger.spans() == before


@pytest.mark.parametrize("denied", ["DescribeAlarms", "DescribeAlarmHistory"])
def test_where_alarms_cannot_be_read_nothing_is_put_right(denied: str) -> None:
    ledger = Ledger()
    ledger.hear(fires("a", 3).events()[0])
    with pytest.raises(ReadFailed):
        heal(CloudWatch([], denied=denied), ledger, NOW)
    assert ledger.spans() == [("a", NOW - timedelta(days=3), None)]
    assert not ledger.said, "the next look begins where this one should have"


def test_what_rings_while_we_look_is_left_to_the_next_look() -> None:
    ledger = Ledger()
    ledger.hear(fires("a", 0).events()[0])
    heal(CloudWatch([]), ledger, NOW)
    assert ledger.spans() == [("a", NOW, None)]


def test_an_alarm_that_ends_in_the_second_in_which_it_began_was() -> None:
    began = datetime(2026, 11, 23, 9, tzinfo=UTC)
    short = Incident(
        id="in-1",
        account="1",
        region="r",
        signature="a",
        summary="",
        began_at=began,
        ended_at=began,
    )
    assert not short.never_was
    assert short.annulled.never_was
