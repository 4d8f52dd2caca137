"""One word for a period, and the sentence that says why. The rule is written here, and nowhere else."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

from steadyhand.rhythm.backlog.decisions import Decisions
from steadyhand.rhythm.calendar.bombs import Bombs, ahead
from steadyhand.rhythm.core import words
from steadyhand.rhythm.core.changes import Changes
from steadyhand.rhythm.core.facts import Facts
from steadyhand.rhythm.core.figures import Figure, Line, Named, counted
from steadyhand.rhythm.core.handling import Handled
from steadyhand.rhythm.core.period import Cadence
from steadyhand.rhythm.incidents.alarms import Incidents
from steadyhand.rhythm.reviews.mistakes import Mistakes

PAINFUL = {Cadence.WEEKLY: timedelta(minutes=10), Cadence.MONTHLY: timedelta(minutes=60)}
"""From this much firing on, a period was painful."""
WRONG = {Cadence.WEEKLY: 1, Cadence.MONTHLY: 3}
"""From so many of our own changes that were undone or failed, too."""
SOON = timedelta(days=14)


class FindingStatus(StrEnum):
    """How it was. `blank`: nobody has looked yet."""

    BLANK = "blank"
    QUIET = "quiet"
    NORMAL = "normal"
    STABLE = "stable"
    PAINFUL = "painful"


def status_of(
    facts: Facts, incidents: Incidents, changes: Changes, mistakes: Mistakes
) -> FindingStatus:
    """Painful: alarms fired long, or changes of ours went wrong. Quiet: there is nothing to tell.

    A month in between is stable, a week in between is normal.
    """
    if facts.is_blank:
        return FindingStatus.BLANK
    wrong = len(mistakes.undone.ids) + len(mistakes.failed.ids)
    if incidents.time >= PAINFUL[facts.period.cadence] or wrong >= WRONG[facts.period.cadence]:
        return FindingStatus.PAINFUL
    is_new = any(facts.period.holds(one.first_seen) for one in facts.records)
    if not (incidents.rows or changes.rows or is_new or soon(facts)):
        return FindingStatus.QUIET
    return FindingStatus.NORMAL if facts.period.cadence is Cadence.WEEKLY else FindingStatus.STABLE


def soon(facts: Facts) -> list[str]:
    """What happens within two weeks, or should have by now."""
    return [
        name for one in ahead(facts, SOON) if one.handled is not Handled.PLANNED for name in one.ids
    ]


def because(facts: Facts, incidents: Incidents, changes: Changes, mistakes: Mistakes) -> Line:
    """Why it is called so, in one sentence."""
    if facts.is_blank:
        return ("no sweep has finished yet.",)
    if incidents.time >= PAINFUL[facts.period.cadence]:
        worst = incidents.rows[0]
        return (Named(worst.what), " fired for ", worst.lasted, ".")
    if mistakes.rows:
        wrong = (*mistakes.undone.ids, *mistakes.failed.ids)
        return (counted("verdict.wrong", wrong, "change"), " of ours went wrong.")
    parts: list[Figure] = []
    if incidents.rows:
        parts.append(incidents.count)
    if changes.rows:
        parts.append(changes.count)
    new = [r.finding.id for r in facts.records if facts.period.holds(r.first_seen)]
    if new:
        parts.append(counted("verdict.new", new, "new finding"))
    due = soon(facts)
    if due:
        parts.append(counted("verdict.soon", due, "date within 14 days", "dates within 14 days"))
    return joined(parts) if parts else ("nothing broke, nothing changed, nothing is due.",)


def joined(parts: list[Figure]) -> Line:
    """Figures as a sentence: "1 incident, 2 changes and 3 new findings."."""
    line: list[str | Figure] = []
    for at, part in enumerate(parts):
        if at:
            line.append(" and " if at == len(parts) - 1 else ", ")
        line.append(part)
    return (*line, ".")


def headline(facts: Facts, status: FindingStatus, decisions: Decisions) -> Line:
    """The verdict as a person would say it: "May was stable. 2 decisions need you."."""
    title = facts.period.title
    if status is FindingStatus.BLANK:
        return (f"{title}: no sweep has finished yet.",)
    said = f"{title} is {status} so far." if facts.period.is_running else f"{title} was {status}."
    if not decisions.rows:
        return (said, " Nothing needs you.")
    needs = "needs you." if len(decisions.rows) == 1 else "need you."
    return (said, " ", decisions.count, " ", needs)


def next_bomb(bombs: Bombs, year: int) -> str:
    """The next date that comes, for a subject: "api certificate 19 Jun"."""
    for one in bombs.every:
        return f"{one.thing} {words.short_day(one.on, year)}"
    return ""
