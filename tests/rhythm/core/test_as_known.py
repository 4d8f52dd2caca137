"""What rows say of a past moment is what they said then, whatever was written into them since."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st

from steadyhand.model import Exemption, FindingStatus, Incident, Record
from steadyhand.rhythm.backlog.items import items_of
from steadyhand.rhythm.core.facts import Facts, as_of
from steadyhand.rhythm.core.head import head_of
from steadyhand.rhythm.incidents.alarms import incidents_of
from tests.reports.accounts import ledger_rows, stories

HOURS = st.integers(-24 * 60, 24 * 60)
"""From the period's end."""


@cache
def usual() -> Facts:
    return stories.usual().facts()


UNTIL = datetime.fromisoformat("2026-05-31T22:00:00+00:00")


def row(turns: list[tuple[datetime, FindingStatus]], by: datetime, name: str) -> Record:
    """A finding's row as the ledger overwrites it: its status, when it changed, and its history."""
    known = tuple(one for one in turns if one[0] < by)
    at, status = known[-1]
    one = ledger_rows.record("open_admin_ports", name, "x", seen=known[0][0], changed=at)
    return replace(one, status=status, history=known)


@st.composite
def ledgers(draw: st.DrawFn) -> tuple[Facts, Facts]:
    """A ledger as it stood at the period's end, and as it stands two months later."""
    ends = UNTIL, UNTIL + timedelta(days=61)
    found: tuple[list[Record], list[Record]] = ([], [])
    for number in range(draw(st.integers(1, 4))):
        hours = sorted(draw(st.sets(HOURS, min_size=1, max_size=5)))
        over = draw(st.sampled_from([FindingStatus.FIXED, FindingStatus.GONE]))
        turns = [
            (UNTIL + timedelta(hours=at), over if n % 2 else FindingStatus.OPEN)
            for n, at in enumerate(hours)
        ]
        for rows, by in zip(found, ends, strict=True):
            if turns[0][0] < by:
                rows.append(row(turns, by, f"n{number}"))
    fired = [
        (UNTIL + timedelta(hours=at), UNTIL + timedelta(hours=at + draw(st.integers(0, 999))))
        for at in draw(st.sets(HOURS, max_size=3))
    ]
    words = draw(st.lists(st.tuples(HOURS, st.sampled_from(["open_admin_ports", "b"])), max_size=2))
    stays = {scope: UNTIL + timedelta(hours=at) for at, scope in words}

    def ledger(rows: list[Record], by: datetime) -> Facts:
        return replace(
            usual(),
            period=replace(usual().period, until=UNTIL.astimezone(usual().period.until.tzinfo)),
            records=rows,
            changes=(),
            notes={},
            exemptions=[
                Exemption(scope=one, because="x", by="m", at=at, until=at + timedelta(days=20))
                for one, at in stays.items()
                if at < by
            ],
            incidents=[
                Incident(
                    id=f"in-{at:%d%H}",
                    account=ledger_rows.ACCOUNT,
                    region="r",
                    signature="api",
                    summary="x",
                    began_at=at,
                    ended_at=ended if ended < by else None,
                )
                for at, ended in fired
                if at < by
            ],
        )

    return ledger(found[0], ends[0]), ledger(found[1], ends[1])


@settings(max_examples=150, deadline=None)
@given(ledgers())
def test_two_months_later_the_rows_say_the_same_of_it(pair: tuple[Facts, Facts]) -> None:
    then, later = map(as_of, pair)
    assert head_of(later) == head_of(then)
    assert items_of(later, ended=True) == items_of(then, ended=True)
    assert {one.finding.id for i in items_of(later) for one in i.open} == {
        one.finding.id for one in later.open_at(UNTIL)
    }
    assert incidents_of(later) == incidents_of(then)
    assert later.records == then.records
