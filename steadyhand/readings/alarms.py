"""Reads what CloudWatch itself says of a region's alarms, and puts right what is known of them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from steadyhand.model import Answer, Call, Incident, Note, ReadFailed
from steadyhand.rhythm.incidents.twin import FIRING, Seen, Stands, Turn, healed

HISTORY, ALARMS = "cloudwatch:DescribeAlarmHistory", "cloudwatch:DescribeAlarms"
PERMISSIONS = (HISTORY, ALARMS)
KEPT = timedelta(days=30)
"""How long CloudWatch keeps an alarm's history."""
OVERLAP = timedelta(days=1)
"""How far before the last look the next one begins."""
TYPES = {"MetricAlarms": "MetricAlarm", "CompositeAlarms": "CompositeAlarm"}
"""Without its type, a composite alarm is in no answer."""
PAGES = 200
KIND = "alarms"


class Client(Protocol):
    """What is needed of AWS, in the region."""

    account: str
    region: str

    def ask(self, call: Call) -> Answer:
        """One call, one answer."""


class Store(Protocol):
    """What is needed of the ledger."""

    def noted(self, kind: str, name: str) -> Note | None:
        """What was said under a name."""

    def note(self, new: Note, over: Note | None = None) -> bool:
        """Write it down."""

    def incidents(
        self, since: datetime | None = None, until: datetime | None = None
    ) -> list[Incident]:
        """All incidents that began in a time."""

    def incident(self, incident: Incident, over: Incident | None = None) -> bool:
        """Write it down, in place of `over`."""


def heal(aws: Client, ledger: Store, now: datetime) -> list[Incident]:
    """The region's incidents as CloudWatch tells them; those that are new or were told wrong.

    Raises `ReadFailed` where the alarms could not be read: then nothing is corrected.
    """
    last = ledger.noted(KIND, aws.region)
    since = max(now - KEPT, last.at - OVERLAP) if last else now - KEPT
    seen = read(aws, since, now)
    written = [
        row for row, over in healed(seen, ledger.incidents()) if ledger.incident(row, over=over)
    ]
    ledger.note(Note(kind=KIND, name=aws.region, at=now, said={}), over=last)
    return written


def read(aws: Client, since: datetime, now: datetime) -> Seen:
    """How the alarms stand is read last: what turned meanwhile stands in both or in the later."""
    turns = [
        turn
        for kind in TYPES.values()
        for item in listed(aws, history(kind, since, now), "AlarmHistoryItems")
        if (turn := turn_of(item))
    ]
    asked = Call(ALARMS, {"AlarmTypes": list(TYPES.values()), "MaxRecords": 100})
    stands = [stands_of(item, now) for item in listed(aws, asked, *TYPES)]
    return Seen(
        account=aws.account, region=aws.region, since=since, at=now, turns=turns, stands=stands
    )


def history(kind: str, since: datetime, now: datetime) -> Call:
    """Each time an alarm of a type changed its state."""
    return Call(
        HISTORY,
        {
            "AlarmTypes": [kind],
            "HistoryItemType": "StateUpdate",
            "StartDate": since,
            "EndDate": now,
            "MaxRecords": 100,
            "ScanBy": "TimestampAscending",
        },
    )


def listed(aws: Client, call: Call, *items: str) -> Iterator[Mapping[str, Any]]:
    """The items of a list, page by page."""
    params, seen = dict(call.params), set[str]()
    for _ in range(PAGES):
        answer = aws.ask(Call(call.action, params))
        for name in items:
            yield from answer.get(name) or ()
        following = answer.get("NextToken")
        if not following:
            return
        if following in seen:
            raise ReadFailed("RepeatedPage", f"{call.action} gave the same page twice")
        seen.add(following)
        params["NextToken"] = following
    raise ReadFailed("TooMany", f"{call.action} has more than {PAGES} pages")


def turn_of(item: Mapping[str, Any]) -> Turn | None:
    """A change of state; None where what it was cannot be read.

    `HistoryData` is JSON: `oldState` and `newState`, each with `stateValue` and `stateReason`.
    """
    try:
        said = json.loads(item["HistoryData"])
        before, after = said["oldState"]["stateValue"], said["newState"]["stateValue"]
        why = str(said["newState"].get("stateReason") or "")
    except (KeyError, TypeError, ValueError, AttributeError):
        return None
    return Turn(
        name=str(item["AlarmName"]),
        at=item["Timestamp"].astimezone(UTC),
        before=str(before),
        after=str(after),
        why=why,
    )


def stands_of(item: Mapping[str, Any], now: datetime) -> Stands:
    """An alarm as it is now. `StateUpdatedTimestamp` moves while it keeps firing."""
    since = item.get("StateTransitionedTimestamp") or item.get("StateUpdatedTimestamp") or now
    said = item.get("AlarmDescription") or item.get("StateReason") or ""
    return Stands(
        name=str(item["AlarmName"]),
        state=str(item.get("StateValue", "")),
        since=since.astimezone(UTC),
        says=str(said) if item.get("StateValue") == FIRING else "",
    )
