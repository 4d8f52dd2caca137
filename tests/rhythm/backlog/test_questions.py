"""A day that was said stands: whoever asks again, mail or page, on whatever day, says the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from steadyhand.connect.message import as_json
from steadyhand.model import FindingStatus, Note, Record, Risk, Severity
from steadyhand.reports import values
from steadyhand.rhythm.backlog import questions
from steadyhand.rhythm.backlog.decisions import Decision, decisions_of
from steadyhand.rhythm.backlog.items import items_of
from steadyhand.rhythm.core.facts import Facts, as_of
from steadyhand.rhythm.core.figures import spoken
from steadyhand.rhythm.reviews.review import review_of
from steadyhand.rhythm.reviews.summary import need
from tests.reports.accounts import ledger_rows
from tests.reports.accounts.ledger_rows import at, record
from tests.rhythm.reviews.facts import told

WHERE = st.sampled_from(["page", "mail"])


def bucket(**more: object) -> Record:
    said: dict[str, object] = {"severity": Severity.HIGH, "risk": Risk.APPROVAL, "bucket": "b"}
    return record("public_bucket", "b", "b is open", **(said | more))  # type: ignore[arg-type]


def on(when: datetime, record: Record, notes: list[Note]) -> Facts:
    """What is known at a moment."""
    facts = told(found=[record])
    period = replace(facts.period, until=facts.period.local(when), is_running=True)
    return as_of(replace(facts, period=period, notes={questions.KIND: notes}))


def asked(facts: Facts) -> Decision:
    (row,) = decisions_of(facts).rows
    return row


@settings(max_examples=20, deadline=None)
@given(
    due=st.none() | st.integers(0, 200),
    hours=st.lists(st.tuples(st.integers(1, 24 * 20), WHERE), min_size=1, max_size=8),
)
def test_the_day_is_the_first_that_was_said(due: int | None, hours: list[tuple[int, str]]) -> None:
    ends = ledger_rows.NOW + timedelta(days=due) if due is not None else None
    mine, when = bucket(due=ends), ledger_rows.NOW
    notes: list[Note] = []
    said: set[date] = set()
    for number, (later, where) in enumerate(hours):
        facts = on(when, mine, notes)
        card = asked(facts)
        said.add(card.by)
        assert card.is_late == (card.by < facts.period.until.date())
        assert (card.asked.ids if card.asked else ()) == tuple(
            one.id for one in notes if "weekly" in one.id
        )
        if where == "page":
            rows = [(card.finding, card.by)] if card.is_new else []
            notes += questions.on_pages(rows, when)
        else:
            review = values.plain(review_of(facts))
            notes += questions.in_mail(f"weekly-{number}", as_json(review), when)
        when += timedelta(hours=later)
    assert len(said) == 1


def test_a_day_that_was_missed_stays_and_is_said_to_be_over() -> None:
    asks = list(questions.in_mail("weekly-1", '{"decisions": {"rows": []}}', at(5, 1)))
    assert asks == []
    rows = [(bucket().finding.id, date(2026, 5, 12))]
    asks = [*questions.on_pages(rows, at(5, 1))]
    asks += [replace(asks[0], name=f"{rows[0][0]}#weekly-{n}") for n in range(2)]
    facts = on(at(5, 30), bucket(), asks)
    card = asked(facts)
    assert (card.by, card.is_late, str(card.asked)) == (date(2026, 5, 12), True, "2 mails")
    assert spoken(need(decisions_of(facts))) == (
        "We need 1 answer, which was wanted by Tue 12 May."
    )


def test_what_was_over_and_came_back_is_asked_anew() -> None:
    mine = bucket(seen=at(3, 1))
    before = [*questions.on_pages([(mine.finding.id, date(2026, 3, 12))], at(3, 2))]
    history = (
        (at(3, 1), FindingStatus.OPEN),
        (at(4, 1), FindingStatus.FIXED),
        (at(5, 20), FindingStatus.OPEN),
    )
    card = asked(on(at(5, 25), replace(mine, history=history), before))
    assert card.is_new
    assert card.by > date(2026, 5, 25)
    assert card.asked is None


@settings(max_examples=20, deadline=None)
@given(
    due=st.none() | st.integers(4, 60),
    age=st.integers(1, 60),
    later=st.integers(1, 40),
    where=WHERE,
)
def test_nothing_is_overdue_before_the_day_on_which_an_answer_is_wanted(
    due: int | None, age: int, later: int, where: str
) -> None:
    """In the mail that asks first, in the backlog beside it, and whenever either is read again."""
    when = ledger_rows.NOW
    ends = when + timedelta(days=due) if due is not None else None
    mine = bucket(due=ends, seen=when - timedelta(days=age), severity=Severity.CRITICAL)
    first = review_of(on(when, mine, []))
    assert first.week.late == ()
    said = as_json(values.plain(first))
    day = first.decisions.rows[0].by
    notes = (
        list(questions.in_mail("weekly-1", said, when))
        if where == "mail"
        else list(questions.on_pages([(mine.finding.id, day)], when))
    )
    facts = on(when + timedelta(days=later), mine, notes)
    (item,) = items_of(facts)
    assert facts.period.local(item.due).date() == day
    passed = (facts.period.local(facts.period.until).date() - day).days
    assert max(0, passed - 1) <= item.overdue <= max(0, passed)
