"""What needs an answer: at most three questions, each with what it costs to wait."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

from steadyhand.catalogue.lanes import PRODUCTION, SOON, is_attackable
from steadyhand.model import ChangeState, Record, Risk, Severity, Step, monthly, priced
from steadyhand.model.names import short_name
from steadyhand.rhythm.backlog.questions import answer_by, asked_of, mails_of
from steadyhand.rhythm.backlog.used_by import used_by
from steadyhand.rhythm.core import words
from steadyhand.rhythm.core.facts import Facts
from steadyhand.rhythm.core.figures import Figure, Line, Named, counted
from steadyhand.rhythm.core.handling import Handled, handled, steps_of

MOST = 3
AHEAD = timedelta(days=90)
WORTH = 10.0
"""Dollars a month, from which on money alone is worth a question."""

SEVERITIES = tuple(Severity)
GRAVE = frozenset({Severity.CRITICAL, Severity.HIGH})
ASKED = re.compile(
    r",? ?\b(?:once|when) a person has (?:said yes|approved it)(?:,? since [^.]*)?,? ?"
)
DOING = re.compile(
    r"(?:add|cancel|deactivate|enable|keep|make|release|request|require|restore|revoke|set|start"
    r"|switch|take|turn)\b"
)
"""With what a question goes on. A runbook that begins otherwise tells of a state, or of a person."""

ASIDE = re.compile(r"[:;]| \(|, (?:since|because) ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One question, its plan, what happens without an answer, and the command that says yes.

    `alike` are the names of the `others`: what else the same question will be asked of. `unnamed` are
    those that it counts and does not name. `used_by` says who uses it, as far as that was read. `asked` are the mails that asked before; `is_late`: the day
    on which they wanted the answer has passed; `is_new`: no mail and no page asked yet.
    """

    finding: str
    what: str
    question: str
    plan: Line
    silent: Line
    waiting: Line
    by: date
    answer_by: str
    is_late: bool
    is_new: bool
    asked: Figure | None
    age: Figure
    command: str
    others: Figure | None
    alike: str
    used_by: Line | None
    unnamed: Figure | None
    environment: str
    is_production: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Decisions:
    """The most urgent ones, and how many more could be asked."""

    rows: tuple[Decision, ...]
    count: Figure
    more: Figure | None

    @property
    def days(self) -> dict[str, date]:
        """By finding: until when it wants an answer."""
        return {one.finding: one.by for one in self.rows}


def decisions_of(facts: Facts) -> Decisions:
    """One question for each check, the most urgent first."""
    groups = defaultdict[str, list[Record]](list)
    for record in facts.open_at(facts.period.until):
        if is_asked(record, facts):
            groups[record.finding.check].append(record)
    asked = sorted(
        (
            sorted(group, key=lambda one: urgency(one, facts))
            for group in groups.values()
            if is_worth(group, facts)
        ),
        key=lambda group: urgency(group[0], facts),
    )
    rows: list[Decision] = []
    rest: list[str] = []
    for first, *others in asked:
        steps = steps_of(first, facts) if len(rows) < MOST else ()
        if steps:
            rows.append(decision(first, others, steps, facts))
        elif len(rows) >= MOST:
            rest.append(first.finding.id)
    return Decisions(
        rows=tuple(rows),
        count=counted("decisions", (one.finding for one in rows), "decision"),
        more=counted("decisions.more", rest, "more question") if rest else None,
    )


def is_asked(record: Record, facts: Facts) -> bool:
    """A plan may be ready, and we do not act by ourselves."""
    return record.risk is not Risk.ADVICE and handled(record, facts) is Handled.YOU


def is_worth(group: Sequence[Record], facts: Facts) -> bool:
    """Worth a question: one of them is dated or grave, or together they cost real money."""
    usd = monthly(one.finding for one in group)
    return usd >= WORTH or any(
        one.finding.severity in GRAVE or is_near(one, facts) for one in group
    )


def is_near(record: Record, facts: Facts) -> bool:
    """Does its date come within 90 days?"""
    when = record.finding.detonates_at
    return when is not None and when - facts.period.until <= AHEAD


def urgency(record: Record, facts: Facts) -> tuple[object, ...]:
    """By date, then the gravest, production first, then the dearest.

    What can be attacked today comes after what happens within two weeks, and before all else.
    """
    finding = record.finding
    at = finding.detonates_at
    when = at.timestamp() if at and is_near(record, facts) else float("inf")
    if is_attackable(finding, facts.kind(finding).category):
        when = min(when, (facts.period.until + SOON).timestamp())
    return (
        when,
        SEVERITIES.index(finding.severity),
        record.environment != PRODUCTION,
        -(finding.usd_per_month or 0),
        finding.id,
    )


def decision(
    first: Record, alike: Sequence[Record], steps: Sequence[Step], facts: Facts
) -> Decision:
    """One finding as a question."""
    finding, kind, period = first.finding, facts.kind(first.finding), facts.period
    asked = asked_of(first, facts)
    by = answer_by(first, asked, facts)
    said = f"decisions.{finding.id}"
    age = period.until - facts.since(first)
    others = [one.finding.id for one in alike]
    return Decision(
        finding=finding.id,
        what=words.told(finding.summary),
        question=question(kind.fix),
        plan=plan(first, steps, facts),
        silent=silent(first, facts),
        waiting=waiting(first, alike, facts),
        by=by,
        answer_by=f"{words.DAYS[by.weekday()][:3]} {words.day(by, period.year)}",
        is_late=by < period.local(period.until).date(),
        is_new=not asked,
        asked=mails_of(f"{said}.asked", asked),
        age=Figure(
            f"{said}.age",
            f"{words.plural(age.days, 'day')} ago" if age.days > 0 else "today",
            (finding.id,),
        ),
        command=f"steadyhand approve {finding.id}",
        others=counted(f"{said}.others", others, "more like it", "more like it")
        if others
        else None,
        alike=names(alike),
        used_by=used_by(first, facts),
        unnamed=unnamed(f"{said}.unnamed", alike),
        environment=words.clean(first.environment, words.NAME),
        is_production=first.environment == PRODUCTION,
    )


def names(alike: Sequence[Record]) -> str:
    """What else the same is to be done with, by name: "staging-db, old-db and 4 more"."""
    every = [words.clean(short_name(one.finding), words.NAME) for one in alike]
    if more := unnamed("", alike):
        return f"{', '.join(every[:MOST])} and {more}"
    return words.listed(every) if every else ""


def unnamed(name: str, alike: Sequence[Record]) -> Figure | None:
    """How many have no name in that: none, or more than one."""
    rest = [one.finding.id for one in alike[MOST:]]
    return counted(name, rest, "more", "more") if len(rest) > 1 else None


def question(fix: str) -> str:
    """The first thing the check's runbook says of its fix, as a question."""
    first = re.split(r"(?<=[a-z]) ?\. ", ASKED.sub(" ", fix).strip(), maxsplit=1)[0]
    said = ASIDE.split(first)[0].strip().rstrip(".").strip()
    return f"Shall we {said}?" if DOING.match(said) else "Shall we fix it?"


def plan(record: Record, steps: Sequence[Step], facts: Facts) -> Line:
    """What we would do, how long it takes, what it risks, and how it is undone."""
    finding, kind = record.finding, facts.kind(record.finding)
    calls = Figure(f"decisions.{finding.id}.calls", words.plural(len(steps), "call"), (finding.id,))
    risk = "It should not affect users." if record.risk is Risk.SAFE else "It may affect users."
    if record.undone_at:
        on = words.day(facts.period.local(record.undone_at).date(), facts.period.year)
        risk = f"It may affect users: a person undid the same on {on}."
    back = "There is no way back."
    if all(step.undo for step in steps):
        back = f"Undo: {words.told(kind.undo, words.STORY)}" if kind.undo else ""
        back = back or "Undo: one command."
    return ("It takes ", calls, " to AWS", *took(record, facts), f". {risk} {back}")


def took(record: Record, facts: Facts) -> Line:
    """How long the same fix took before."""
    times = {
        one.id: (one.ended_at - one.at).total_seconds()
        for one in facts.changes
        if one.finding.check == record.finding.check
        and one.state is ChangeState.VERIFIED
        and one.ended_at
    }
    if not times:
        return ("; we have no numbers yet of how long",)
    usual = words.duration(timedelta(seconds=median(times.values())))
    name = f"decisions.{record.finding.id}.took"
    return (" and usually ", Figure(name, usual, tuple(times)))


def silent(record: Record, facts: Facts) -> Line:
    """What happens if nobody answers."""
    finding = record.finding
    consequence = words.sentence(words.clean(facts.kind(finding).consequence, words.STORY))
    if is_attackable(finding, facts.kind(finding).category):
        return ("we change nothing, and it can be attacked today. ", consequence)
    if not finding.detonates_at:
        return ("we change nothing. ", consequence or "It stays so.")
    on = facts.period.local(finding.detonates_at)
    if finding.detonates_at <= facts.period.until:
        return ("we change nothing, and its day has passed. ", consequence)
    return (
        "we change nothing. On ",
        Named(words.weekday(on.date(), facts.period.year)),
        f" at {on:%H:%M} ",
        words.uncapped(consequence) or "it happens.",
    )


def waiting(record: Record, alike: Sequence[Record], facts: Facts) -> Line:
    """What it costs, as far as there is a number for it."""
    finding = record.finding
    low, high = facts.kind(finding).hours_lost
    said: list[str | Figure] = []
    if finding.usd_per_month:
        cost = f"{priced(finding.usd_per_month)} a month"
        said += [
            Figure(f"decisions.{finding.id}.usd", cost, (finding.id,)),
            *together(record, alike),
        ]
    if high and (finding.detonates_at or not said):
        hours = Figure(f"decisions.{finding.id}.hours", words.hours(low, high), (finding.id,))
        said += [", and " if said else f"{until_when(record, facts)}, then ", hours]
        said.append(" of work")
    return (*said, ".") if said else ("an amount we have no number for.",)


def until_when(record: Record, facts: Facts) -> str:
    """What waiting costs before it happens, and when that is, as far as anybody knows."""
    finding, when = record.finding, record.finding.detonates_at
    if is_attackable(finding, facts.kind(finding).category):
        return "nothing until somebody finds it, today or any day"
    if when is None or when <= facts.period.until:
        return "nothing until it happens"
    return f"nothing until {words.day(facts.period.local(when).date(), facts.period.year)}"


def together(record: Record, alike: Sequence[Record]) -> Line:
    """What all of its kind cost, where there are more."""
    costly = [one for one in (record, *alike) if one.finding.usd_per_month]
    if len(costly) < 2:
        return ()
    usd = priced(monthly(one.finding for one in costly))
    ids = tuple(one.finding.id for one in costly)
    return (", ", Figure(f"decisions.{record.finding.id}.together", usd, ids), " for all like it")
