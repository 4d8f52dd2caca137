"""A review: one value for both cadences. Later sections are new fields, not another shape."""

from __future__ import annotations

from dataclasses import dataclass

from steadyhand.rhythm.backlog.decisions import Decisions, decisions_of
from steadyhand.rhythm.backlog.items import items_of
from steadyhand.rhythm.backlog.lanes import Backlog, backlog_of
from steadyhand.rhythm.backlog.proposals import Proposal, proposals_of
from steadyhand.rhythm.calendar.bombs import Bombs, bombs_of
from steadyhand.rhythm.calendar.entries import Calendar, calendar_of
from steadyhand.rhythm.core import words
from steadyhand.rhythm.core.changes import Changes, changes_of
from steadyhand.rhythm.core.facts import Facts, as_of
from steadyhand.rhythm.core.figures import Figure, Line, spoken
from steadyhand.rhythm.core.head import head_of
from steadyhand.rhythm.core.period import Cadence, Period, next_review
from steadyhand.rhythm.cost.comparison import Cost, cost_of
from steadyhand.rhythm.incidents.alarms import Incidents, incidents_of
from steadyhand.rhythm.results.drifted import Drifted, drifted_of
from steadyhand.rhythm.results.exposure import Exposure, exposure_of
from steadyhand.rhythm.results.oncall import OnCall, oncall_of
from steadyhand.rhythm.results.promised import Results, results_of
from steadyhand.rhythm.reviews.coverage import Coverage, coverage_of
from steadyhand.rhythm.reviews.documents import Documents, documents_of
from steadyhand.rhythm.reviews.jobs import Jobs, jobs_of
from steadyhand.rhythm.reviews.mistakes import Mistakes, mistakes_of
from steadyhand.rhythm.reviews.reliability import Reliability, reliability_of
from steadyhand.rhythm.reviews.security import Security, security_of
from steadyhand.rhythm.reviews.summary import earlier, preheader_of, sentences_of, subject_of
from steadyhand.rhythm.reviews.table import Row, table_of
from steadyhand.rhythm.reviews.verdict import FindingStatus, because, headline, status_of
from steadyhand.rhythm.reviews.week import Week, earlier_of, week_of
from steadyhand.rhythm.savings.statement import Savings, savings_of


@dataclass(frozen=True, kw_only=True)
class Review:
    """What people read, before it has a layout."""

    owner: str
    account: str
    period: Period
    window: str
    before_title: str
    status: FindingStatus
    status_word: str
    because: Line
    headline: Line
    subject: Line
    preheader: Line
    sentences: tuple[Line, ...]
    is_first: bool
    looked_since: str
    decisions: Decisions
    bombs: Bombs
    calendar: Calendar
    next_date: str
    incidents: Incidents
    reliability: Reliability | None
    security: Security | None
    jobs: Jobs | None
    cost: Cost | None
    chart_alt: str
    savings: Savings
    mistakes: Mistakes
    changes: Changes
    drifted: Drifted | None
    exposure: Exposure
    results: Results
    oncall: OnCall
    documents: Documents
    proposals: tuple[Proposal, ...]
    head: str
    backlog: Backlog
    coverage: Coverage
    table: tuple[Row, ...]
    week: Week
    next_review: str
    prices_of: str
    example: str
    own_cost: Figure | None = None

    @property
    def is_blank(self) -> bool:
        """Has nobody looked yet?"""
        return self.status is FindingStatus.BLANK

    @property
    def is_quiet(self) -> bool:
        """Is there nothing to tell, and nothing to ask?"""
        return self.status in {FindingStatus.QUIET, FindingStatus.BLANK} and not (
            self.decisions.rows or self.week.late or self.week.interrupts.rows
        )


def review_of(known: Facts) -> Review:
    """From what the ledger knows to what people read."""
    facts = as_of(known)
    period = facts.period
    incidents, changes, mistakes = incidents_of(facts), changes_of(facts), mistakes_of(facts)
    decisions, bombs, cost = decisions_of(facts), bombs_of(facts), cost_of(facts)
    items, last = items_of(facts, asked=decisions.days), earlier_of(facts)
    results, savings = results_of(facts), savings_of(facts)
    status = status_of(facts, incidents, changes, mistakes)
    why = because(facts, incidents, changes, mistakes)
    following = next_review(period)
    began = facts.began
    is_first = not facts.has_history
    return Review(
        owner=words.clean(facts.settings.owner, words.NAME),
        account=words.account(facts.account),
        period=period,
        window=window(period),
        before_title=earlier(facts),
        status=status,
        status_word="Not yet" if status is FindingStatus.BLANK else status.value.capitalize(),
        because=why,
        headline=headline(facts, status, decisions),
        subject=subject_of(
            facts,
            status=status,
            cost=cost,
            decisions=decisions,
            bombs=bombs,
            incidents=incidents,
        ),
        preheader=preheader_of(facts, incidents, changes, decisions, why),
        sentences=sentences_of(
            facts,
            incidents=incidents,
            changes=changes,
            mistakes=mistakes,
            decisions=decisions,
            cost=cost,
            returned=results.returned,
            savings=savings,
        ),
        is_first=is_first,
        looked_since=(words.moment(period.local(began), period.year) if began and is_first else ""),
        decisions=decisions,
        bombs=bombs,
        calendar=calendar_of(facts),
        next_date=next_date(bombs, period),
        incidents=incidents,
        reliability=reliability_of(facts),
        security=security_of(facts),
        jobs=jobs_of(facts),
        cost=cost,
        chart_alt=chart_alt(cost),
        savings=savings,
        own_cost=cost.own if cost else None,
        mistakes=mistakes,
        changes=changes,
        drifted=drifted_of(facts),
        exposure=exposure_of(facts),
        results=results,
        oncall=oncall_of(facts),
        documents=documents_of(facts),
        proposals=proposals_of(facts, items, {one.finding for one in decisions.rows}),
        head=head_of(facts),
        backlog=backlog_of(facts, items),
        coverage=coverage_of(facts),
        table=table_of(facts, cost, items, last.items if last else ())
        if period.cadence is Cadence.WEEKLY
        else (),
        week=week_of(facts, bombs, decisions, items, last),
        next_review=words.weekday(following, period.year),
        prices_of=facts.prices_of,
        example=facts.example,
    )


def window(period: Period) -> str:
    """From when to when: "1 May, 00:00 to 1 June, 00:00"."""
    begin, end = period.since, period.until
    return f"{words.moment(begin)} to {words.moment(end, begin.year)}"


def next_date(bombs: Bombs, period: Period) -> str:
    """The next bomb as a sentence."""
    for one in bombs.every:
        return f"{one.thing}, {words.day(one.on, period.year)}."
    return "none within 90 days."


def chart_alt(cost: Cost | None) -> str:
    """What the chart shows, in words and numbers."""
    if cost is None:
        return ""
    daily = cost.daily
    before = (
        f" {daily.unit} averaged {words.money(daily.before, daily.currency)} a day."
        if daily.before
        else ""
    )
    return f"Daily cost in {daily.title}. {spoken(daily.low_high)}{before}"
