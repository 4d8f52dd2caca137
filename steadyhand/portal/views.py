"""What each page says, as values for its template."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from steadyhand.catalogue.lanes import MEANING, PRODUCTION
from steadyhand.model import Lane, priced
from steadyhand.portal import rows
from steadyhand.portal.gather import Review as Written
from steadyhand.portal.renderer import PLACES
from steadyhand.reference.dated import dated
from steadyhand.rhythm.backlog.decisions import decisions_of
from steadyhand.rhythm.backlog.items import Item, items_of
from steadyhand.rhythm.backlog.lanes import VISIBLE
from steadyhand.rhythm.calendar.entries import DAYS
from steadyhand.rhythm.core import words
from steadyhand.rhythm.core.facts import Facts
from steadyhand.rhythm.core.handling import WAITING, WORDS
from steadyhand.rhythm.incidents.alarms import is_ours
from steadyhand.rhythm.incidents.recurring import recurring
from steadyhand.rhythm.reviews.review import Review

ON_PAGE, MOST = 500, 2000
"""Findings on a page, and in all; the rest is counted with its check."""

ON_CHECK, ON_CHANGES, ON_TODAY = 50, 500, 6
AHEAD = timedelta(days=DAYS)
Page = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The open findings, the most urgent first, and how many there are of each check."""

    shown: tuple[rows.FindingRow, ...]
    by_check: Mapping[str, Sequence[rows.FindingRow]]
    counts: Mapping[str, int]

    @property
    def count(self) -> int:
        """All of them."""
        return sum(self.counts.values())


def open_findings(facts: Facts) -> Found:
    """What is open now, in the order of the backlog."""
    shown: list[rows.FindingRow] = []
    by_check = defaultdict[str, list[rows.FindingRow]](list)
    counts = Counter[str]()
    for item in items_of(facts):
        counts[item.check] += len(item.open)
        for record in item.open:
            if len(shown) < MOST:
                shown.append(rows.finding_row(record, item.lane, facts))
            if len(by_check[item.check]) < ON_CHECK:
                by_check[item.check].append(rows.finding_row(record, item.lane, facts, plans=False))
    order = {name: at for at, name in enumerate(Lane)}
    shown.sort(key=lambda one: order[one.lane])
    return Found(shown=tuple(shown), by_check=by_check, counts=counts)


def today(facts: Facts, review: Review) -> Page:
    """The overview."""
    changes = sorted(facts.changes, key=lambda one: (one.at, one.id), reverse=True)[:ON_TODAY]
    return {
        "r": review,
        "dates": dates(facts, review)[:ON_TODAY],
        "changes": [rows.change_row(one, facts) for one in changes],
        "lanes": lanes(facts),
        "incidents": [one for one in facts.incidents if not is_ours(one)],
    }


def findings(facts: Facts, found: Found) -> Iterator[tuple[str, Page]]:
    """Pages of findings: the first is `findings`, the second `findings-2`."""
    places = sorted({one.environment for one in found.shown}, key=production_first)[:PLACES]
    parts = [found.shown[at : at + ON_PAGE] for at in range(0, len(found.shown), ON_PAGE)] or [()]
    for number, part in enumerate(parts, 1):
        counts = Counter(one.lane for one in part)
        yield (
            f"findings-{number}" if number > 1 else "findings",
            {
                "headline": findings_headline(facts, found),
                "capped": capped(found),
                "findings": part,
                "counts": [(lane.value, counts[lane]) for lane in Lane],
                "places": [*places, *({one.environment for one in part} - set(places))],
                "number": number,
                "pages_of": len(parts),
            },
        )


def findings_headline(facts: Facts, found: Found) -> str:
    """How many, and how many of them now."""
    if not found.count:
        return "Nobody has looked yet." if facts.is_blank else "No finding is open."
    now = sum(one.lane is Lane.NOW for one in found.shown)
    belong = "None belongs" if not now else "One belongs" if now == 1 else f"{now:,} belong"
    return f"{words.plural(found.count, 'finding')}. {belong} to now."


def capped(found: Found) -> str:
    """Said where not all of them are here."""
    if found.count <= MOST:
        return ""
    return f"Here are the {MOST:,} most urgent; each check's page counts the rest."


def calendar(facts: Facts, review: Review) -> Page:
    """Everything with a date."""
    begin, last = facts.period.until.date(), review.calendar.last_day
    every = dates(facts, review)
    yours = sum(one["how"] in WAITING for one in every)
    need = "None needs" if not yours else "One needs" if yours == 1 else f"{yours} need"
    count = words.plural(len(every), "date")
    return {
        "headline": f"{count} in 180 days. {need} you." if every else "No date in 180 days.",
        "window": f"{words.day(begin)} {begin.year} to {words.day(last)} {last.year}",
        "dates": every,
        "months": [(across(on, begin), words.MONTHS[on.month - 1][:3]) for on in firsts(begin)],
    }


def dates(facts: Facts, review: Review) -> list[dict[str, str]]:
    """The dates of the next 180 days, the soonest first."""
    begin = facts.period.until.date()
    return [
        {
            "day": one.day,
            "what": one.what,
            "then": one.then,
            "how": one.handled.value,
            "word": WORDS[one.handled],
            "sure": "" if one.is_certain else words.sentence(one.certainty),
            "left": f"in {words.plural((one.on - begin).days, 'day')}" if one.on > begin else "",
            "at": across(one.on, begin),
        }
        for one in review.calendar.entries
    ]


def across(on: date, begin: date) -> str:
    """Where a day lies on a line of 180 days, in per cent."""
    return f"{min(100, max(0, 100 * (on - begin) / AHEAD)):.1f}%"


def firsts(begin: date) -> Iterator[date]:
    """The first of each month that lies on the line."""
    on = (begin.replace(day=1) + timedelta(days=32)).replace(day=1)
    while on <= begin + AHEAD:
        yield on
        on = (on + timedelta(days=32)).replace(day=1)


def backlog(facts: Facts) -> Page:
    """Now, next and later."""
    every = lanes(facts)
    count = sum(len(one["work"]) for one in every)
    now = len(every[0]["work"])
    said = f"{words.plural(now, 'item')} for now, {count} in all." if count else "Nothing waits."
    return {"headline": said, "lanes": every, "visible": VISIBLE}


def lanes(facts: Facts) -> list[dict[str, Any]]:
    """The three lanes with all their items."""
    items = items_of(facts, asked=decisions_of(facts).days)
    return [
        {
            "name": lane.value,
            "title": lane.value.capitalize(),
            "why": MEANING[lane],
            "work": [item(one) for one in items if one.lane is lane],
            "findings": sum(len(one.open) for one in items if one.lane is lane),
        }
        for lane in Lane
    ]


def item(one: Item) -> dict[str, Any]:
    """One piece of work."""
    moved = one.moved
    by = words.person(moved.by) if moved else ""
    return {
        "id": one.id,
        "what": one.what,
        "check": one.check,
        "environment": words.clean(one.environment, words.NAME),
        "is_production": one.is_production,
        "count": len(one.open),
        "usd": priced(one.usd_per_month) if one.usd_per_month else "",
        "effort": words.hours(*one.hours) if one.hours[1] else "",
        "moved": f"Put here by {by}: {words.told(moved.because)}" if moved else "",
        "overdue": f"overdue by {words.plural(one.overdue, 'day')}" if one.overdue else "",
        "warning": one.warning,
        "reasons": one.reasons,
        "score": str(one.score),
    }


def changes(facts: Facts) -> Page:
    """What we changed, and how it is undone."""
    every = sorted(facts.changes, key=lambda one: (one.at, one.id), reverse=True)
    rest = len(every) - ON_CHANGES
    said = words.plural(len(every), "change")
    return {
        "headline": f"{said}." if every else "We have changed nothing.",
        "since": since(facts),
        "capped": f"These are the last {ON_CHANGES} of {len(every):,}." if rest > 0 else "",
        "changes": [rows.change_row(one, facts) for one in every[:ON_CHANGES]],
    }


def incidents(facts: Facts) -> Page:
    """What fired, and what fires again and again."""
    every = sorted(facts.incidents, key=lambda one: (one.began_at, one.id), reverse=True)
    yours = [one for one in every if not is_ours(one)]
    said = f"{words.plural(len(yours), 'incident')}." if yours else "No alarm fired."
    if len(yours) < len(every):
        said += f" {words.plural(len(every) - len(yours), 'alarm')} over Steadyhand itself."
    return {
        "headline": said,
        "since": since(facts),
        "sources": recurring(facts, dated("toil")),
        "incidents": [rows.incident_row(one, facts) for one in every[:ON_CHANGES]],
    }


def exemptions(facts: Facts) -> Page:
    """What may stay, and until when."""
    every = [rows.exemption_row(one, facts) for one in facts.exemptions]
    running = sum(bool(one.left) for one in every)
    said = f"{words.plural(running, 'exemption')} in force." if running else "Nothing is exempt."
    every.sort(key=lambda one: not one.left)
    return {"headline": said, "exemptions": every}


def reviews(written: Sequence[Written], facts: Facts) -> Page:
    """The mails so far."""
    return {
        "headline": f"{words.plural(len(written), 'review')}." if written else "No review yet.",
        "reviews": [
            {
                "name": one.name,
                "subject": words.clean(one.subject),
                "day": words.short_day(facts.period.local(one.at).date(), facts.period.until.year),
            }
            for one in written
        ],
    }


def since(facts: Facts) -> str:
    """The first day whose changes and incidents are here."""
    first = min(
        [one.at for one in facts.changes] + [one.began_at for one in facts.incidents]
        or [facts.period.since]
    )
    return words.day(facts.period.local(first).date(), facts.period.until.year)


def production_first(name: str) -> tuple[bool, str]:
    """Production before all others, these by name."""
    return name != PRODUCTION, name
