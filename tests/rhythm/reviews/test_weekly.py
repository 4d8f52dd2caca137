"""One screen on Monday: what is risky and late, what was promised, and every second week a slot."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from steadyhand.model import Exemption, FindingStatus, Lane, Note, Record, Risk, Severity
from steadyhand.rhythm.backlog.moves import item_id, note_of
from steadyhand.rhythm.backlog.promises import Fate
from steadyhand.rhythm.backlog.slot import is_slot
from steadyhand.rhythm.core.figures import Line, figures, spoken
from steadyhand.rhythm.core.period import Cadence, period_of
from steadyhand.rhythm.reviews.review import Review, review_of
from steadyhand.rhythm.reviews.week import Week
from tests.reports.accounts import doubles, stories
from tests.reports.accounts.doubles import SETTINGS, Client, Ledger
from tests.reports.accounts.ledger_rows import ACCOUNT, MAYA, at, record, sweep

EVEN = datetime(2026, 6, 1, 8, tzinfo=UTC)  # week 22 ended
ODD = datetime(2026, 5, 25, 8, tzinfo=UTC)  # week 21 ended

# Medium and by hand in Next: 60 days. Seen on 25 March, it should be done by 24 May.
KEY = record("old_access_key", "k", "k is old", seen=at(3, 25))
BUCKET = record(
    "public_bucket", "b", "b is open", severity=Severity.HIGH, risk=Risk.APPROVAL, bucket="b"
)


def reviewed(
    *found: Record,
    now: datetime = EVEN,
    notes: tuple[Note, ...] = (),
    bill: Any = None,
    settings: Any = SETTINGS,
    **rows: Any,
) -> Review:
    ledger = Ledger(
        aws=Client(bill=bill or {}), found=list(found), swept=[sweep(at(5, 31))], **rows
    )
    made = stories.Story(ledger, now=now, settings=settings).facts("weekly")
    return review_of(replace(made, notes={**made.notes, "move": notes}))


def week(*found: Record, **more: Any) -> Week:
    return reviewed(*found, **more).week


def said(lines: tuple[Line, ...]) -> list[str]:
    return [spoken(one) for one in lines]


def kept(*found: Record, **more: Any) -> list[tuple[Fate, str]]:
    return [(one.fate, spoken(one.told)) for one in week(*found, **more).kept]


# Risky.


def test_what_goes_off_soon_and_what_was_put_off() -> None:
    soon = record("acm_expiring", "c", "c expires", risk=Risk.APPROVAL, due=at(6, 10))
    far = record("acm_expiring", "d", "d expires", risk=Risk.APPROVAL, due=at(8, 10))
    assert said(week(soon, far).risky) == ["c, 10 Jun, 9 days left."]
    item = item_id(ACCOUNT, "acm_expiring", "production")
    word = note_of(item, Lane.LATER, MAYA, "we are moving away", at(5, 27))
    assert said(week(soon, notes=(word,)).risky) == [
        "c, 10 Jun, 9 days left.",
        "c expires: You put it in Later, and its date comes in 9 days.",
    ]


def test_what_goes_wrong_every_day_in_production_is_risky_and_elsewhere_it_is_not() -> None:
    found = [
        record("stack_drift", "s", "s has drifted"),
        record("stack_drift", "t", "t has drifted", environment="staging"),
        record("backup_job_failed", "v", "v", environment="staging"),
    ]
    assert said(week(*found).risky) == [
        "1 backup that fails.",
        "1 production stack that is not as it was deployed.",
    ]


@pytest.mark.parametrize(
    ("budget", "told"),
    [
        (4500, []),
        (4000, ["30 days at this pace cost $4,123; your budget is $4,000."]),
        (None, []),
    ],
)
def test_a_budget_that_burns_is_told_in_time(budget: float | None, told: list[str]) -> None:
    settings = replace(SETTINGS, monthly_budget_usd=budget)
    assert said(week(KEY, bill=doubles.bill(credited=False), settings=settings).risky) == told


# Overdue.


def test_what_is_late_escalates_the_latest_first() -> None:
    older = replace(KEY, first_seen=at(3, 1))
    other = record("old_access_key", "s", "s is old", environment="staging", seen=at(3, 20))
    assert said(week(older, other).late) == [
        "k is old (production): overdue by 31 days.",
        "s is old (staging): overdue by 12 days.",
    ]


def test_a_week_with_something_late_is_not_silent() -> None:
    story = stories.quiet()
    assert review_of(story.facts("weekly")).is_quiet
    (key,) = story.ledger.found
    story.ledger.found = [replace(key, first_seen=at(3, 1))]
    assert not review_of(story.facts("weekly")).is_quiet


def test_only_three_late_ones_are_shown() -> None:
    many = [replace(KEY, environment=f"e{n}", first_seen=at(3, 1)) for n in range(5)]
    told = week(*many)
    assert len(told.late) == 3
    assert told.later is not None
    assert told.later.words == "2 more"


def test_an_answer_is_wanted_in_time_for_the_clock() -> None:
    """High and in Next: 30 days. What is late already leaves three days to answer."""
    fresh = replace(BUCKET, first_seen=at(5, 8))
    (asked,) = reviewed(fresh).decisions.rows
    assert asked.by == date(2026, 6, 7)
    (late,) = reviewed(BUCKET).decisions.rows
    assert late.by == date(2026, 6, 4)


# Promises.


def test_what_was_to_be_done_and_was_not_has_slipped() -> None:
    due = replace(KEY, first_seen=at(3, 29))  # by 28 May
    assert kept(due) == [(Fate.SLIPPED, "k is old (production): still open, overdue by 3 days.")]
    assert said(week(due, now=ODD).next) == ["By 28 May: k is old (production)."]


def test_what_was_done_says_when() -> None:
    due = replace(KEY, first_seen=at(3, 29), status=FindingStatus.FIXED, changed_at=at(5, 27))
    assert kept(due) == [(Fate.DONE, "k is old (production): done on 27 May.")]


def test_half_done_is_slipped_and_says_how_much_is_left() -> None:
    due = replace(KEY, first_seen=at(3, 29))
    done = record(
        "old_access_key", "m", "m", seen=at(3, 29), status=FindingStatus.FIXED, changed=at(5, 27)
    )
    ((fate, told),) = kept(due, done)
    assert fate is Fate.SLIPPED
    assert "1 of 2 left, overdue by 3 days" in told


def test_what_was_exempted_or_moved_away_is_dropped() -> None:
    due = replace(KEY, first_seen=at(3, 29), exempt_until=at(9, 1))
    word = Exemption(scope=due.finding.id, until=at(9, 1), because="x", by=MAYA, at=at(5, 27))
    assert kept(due, said=[word]) == [(Fate.DROPPED, "k is old (production): exempt now.")]
    item = item_id(ACCOUNT, "old_access_key", "production")
    move = note_of(item, Lane.LATER, MAYA, "not now", at(5, 27))
    free = replace(due, exempt_until=None)
    assert kept(free, notes=(move,)) == [
        (Fate.DROPPED, "k is old (production): moved to Later by maya.")
    ]


def test_what_was_exempt_all_along_was_never_promised() -> None:
    due = replace(KEY, first_seen=at(3, 29), exempt_until=at(9, 1))
    word = Exemption(scope="old_access_key", until=at(9, 1), because="x", by=MAYA, at=at(5, 2))
    assert kept(due, said=[word]) == []


def test_what_was_late_before_is_no_new_promise() -> None:
    assert kept(replace(KEY, first_seen=at(3, 1))) == []


def test_a_first_week_made_no_promises() -> None:
    young = record("old_access_key", "k", "k", seen=at(5, 27))
    assert kept(young) == []


def test_what_happens_later_does_not_change_what_was_said() -> None:
    due = replace(KEY, first_seen=at(3, 29))
    then = reviewed(due)
    later = replace(due, status=FindingStatus.FIXED, changed_at=at(6, 3))
    assert reviewed(later).week.kept == then.week.kept
    assert reviewed(later).week.slot == then.week.slot


# The slot.


@pytest.mark.parametrize(("name", "has"), [("2026-W22", True), ("2026-W21", False)])
def test_every_second_week_has_a_slot(name: str, *, has: bool) -> None:
    period = period_of(Cadence.WEEKLY, EVEN, "Europe/Dublin", name)
    assert is_slot(period) is has
    assert (week(KEY, now=EVEN if has else ODD).slot is not None) is has


def test_a_month_has_none() -> None:
    assert not is_slot(period_of(Cadence.MONTHLY, EVEN, "Europe/Dublin"))


def test_three_of_the_highest_score_that_nobody_is_asked_and_nobody_fixes() -> None:
    found = [
        BUCKET,  # asked above
        record("acm_renewal_blocked", "r", "r", severity=Severity.HIGH, risk=Risk.SAFE),  # ours
        record("queue_without_dlq", "q", "q", risk=Risk.ADVICE),
        KEY,
        record("unattached_volume", "v", "v", risk=Risk.APPROVAL, usd=3, volume="v"),
        record("endless_logs", "l", "l", risk=Risk.SAFE, severity=Severity.LOW),
    ]
    slot = week(*found).slot
    assert slot is not None
    assert [one.what for one in slot.candidates] == ["q.", "k is old.", "v."]
    assert [one.score.words for one in slot.candidates] == ["46", "11", "1.7"]
    volume = slot.candidates[2]
    assert volume.plan == "x:Do"
    assert volume.undo.startswith("make a volume of the same kind")
    assert volume.effort.words == "15–60 min"
    assert volume.worth is not None
    assert volume.worth.words == "$3.00 a month"
    assert volume.next.startswith("steadyhand plan fi-")
    assert slot.candidates[1].next == "steadyhand checks old_access_key"


def test_what_the_last_slot_achieved() -> None:
    done = replace(KEY, status=FindingStatus.FIXED, changed_at=at(5, 28))
    left = record("queue_without_dlq", "q", "q")
    new = record("stack_drift", "s", "s", seen=at(5, 30))
    slot = week(done, left, new).slot
    assert slot is not None
    assert [(one.fate, spoken(one.told)) for one in slot.last] == [
        (Fate.SLIPPED, "q (production): still open."),
        (Fate.DONE, "k is old (production): done on 28 May."),
    ]


def test_after_53_weeks_the_last_slot_is_three_weeks_ago() -> None:
    now = datetime(2027, 1, 18, 8, tzinfo=UTC)  # week 2 of 2027; 2026 had 53
    seen = datetime(2026, 12, 29, tzinfo=UTC)  # in week 53: unknown at the end of week 52
    slot = week(record("old_access_key", "k", "k", seen=seen), now=now).slot
    assert slot is not None
    assert slot.last == ()
    earlier = replace(KEY, first_seen=seen - timedelta(days=7))
    slot = week(earlier, now=now).slot
    assert slot is not None
    assert len(slot.last) == 1


# The table.


def test_items_in_now_are_counted_where_a_person_put_them() -> None:
    item = item_id(ACCOUNT, "old_access_key", "production")
    move = note_of(item, Lane.NOW, MAYA, "today", at(5, 27))
    rows = {one.name: one for one in reviewed(KEY, notes=(move,)).table}
    row = rows["Items in Now"]
    assert row.before is not None
    assert (row.now.words, row.before.words, row.trend) == ("1", "0", "worse")


def test_pages_are_told_where_there_is_a_chat() -> None:
    assert "Pages (at night)" not in {one.name for one in reviewed(KEY).table}
    sent = Note(
        kind="interrupt",
        name="x#2026-05-27",
        at=at(5, 27, 3),
        said={"sent": True, "subject": "x", "why": "", "night": True, "what": "x", "ids": []},
    )
    made = stories.Story(Ledger(found=[KEY], swept=[sweep(at(5, 31))]), now=EVEN).facts("weekly")
    rows = {one.name: one for one in review_of(replace(made, notes={"interrupt": (sent,)})).table}
    assert rows["Pages (at night)"].now.words == "1 (1)"
    assert rows["Pages (at night)"].now.ids == ("interrupt#x#2026-05-27",)


# The whole.


def test_a_silent_week_is_five_lines() -> None:
    text = stories.quiet().mail("weekly").text.partition("\n--\n")[0].strip()
    assert len(text.splitlines()) == 5


def test_every_number_of_a_week_has_rows() -> None:
    found = (KEY, BUCKET, replace(KEY, environment="staging", first_seen=at(3, 1)))
    ids = {one.finding.id for one in found}
    told = week(*found)
    numbers = [one for one in figures(told) if one.words not in {"0 of 3", "0", "0 waited"}]
    assert len(numbers) > 5
    for one in numbers:
        assert set(one.ids) <= ids, one
        assert one.ids or one.name.startswith("interrupts."), one
