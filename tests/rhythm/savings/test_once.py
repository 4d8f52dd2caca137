"""A saving is counted once, however often its finding comes back and is fixed between two reviews."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from steadyhand.model import FindingStatus, Note, Record
from steadyhand.rhythm.core.facts import as_of
from steadyhand.rhythm.savings.statement import Stage, fresh, known
from tests.reports.accounts import stories
from tests.reports.accounts.ledger_rows import at, change, record

FIXED, OPEN = FindingStatus.FIXED, FindingStatus.OPEN
FIRST = at(4, 10)


def noted(one: Record) -> Note:
    """What the review of April wrote down of it."""
    said = {
        "check": "unattached_volume",
        "fixes": ["ch-0"],
        "findings": [one.finding.id],
        "first": "2026-04-10",
        "last": "2026-04-10",
        "meter": "EC2 - Other#EBS:VolumeUsage.gp3",
        "before": 100.0,
        "after": 0.0,
        "unit": "GB-Mo",
        "usd": 8.0,
        "noise": 0.1,
        "estimate": 8.0,
    }
    return Note(kind="saving", name="ch-0", at=at(5, 1), said=said)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 9), st.integers(1, 9)), max_size=4), st.booleans())
def test_a_finding_is_claimed_or_waits_at_most_once(
    rounds: list[tuple[int, int]], is_open: bool
) -> None:
    """It came back some days after it was fixed, and was fixed again some days after that."""
    one = record("unattached_volume", "vol-1", "vol-1 is attached to nothing", usd=8, seen=at(4, 1))
    turns: list[tuple[datetime, FindingStatus]] = [(at(4, 1), OPEN), (FIRST, FIXED)]
    made, when = [change("ch-0", one, FIRST)], FIRST
    for n, (away, there) in enumerate(rounds, 1):
        back, when = when + timedelta(days=away), when + timedelta(days=away + there)
        turns += [(back, OPEN), (when, FIXED)]
        made.append(change(f"ch-{n}", one, when))
    if is_open:
        turns.append((when + timedelta(days=1), OPEN))
    last, status = turns[-1]
    story = stories.usual()
    row = replace(one, status=status, changed_at=last, history=tuple(turns))
    told = as_of(
        replace(
            story.facts(),
            records=(row,),
            changes=tuple(made),
            notes={"saving": (noted(one),)},
            bill=None,
        )
    )
    stages = [one.stage for one in (*fresh(told), *known(told))]
    counted = [stage for stage in stages if stage in {Stage.VERIFIED, Stage.APPLIED}]
    before = [turn for turn in turns if turn[0] < told.period.until]
    assert len(counted) == (1 if before[-1][1] is FIXED else 0), stages
    assert (Stage.LAPSED in stages) == (len(before) > 2)
