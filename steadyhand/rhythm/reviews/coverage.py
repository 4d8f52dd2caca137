"""What was looked at, what could not be read, and which exemptions end soon."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta

from steadyhand.rhythm.core import words
from steadyhand.rhythm.core.facts import Facts
from steadyhand.rhythm.core.figures import Figure, Line, counted, number
from steadyhand.rhythm.core.measured import Measured
from steadyhand.rhythm.tickets.content import gap_of

VISIBLE = 5
SILENCE = timedelta(hours=26)
TRACKERS = {"github": "GitHub", "gitlab": "GitLab"}
ENDING = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Something that was not read: what, why, and in how many places."""

    what: str
    why: str
    places: Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """An exemption whose day comes. `what` is what the finding said, or the scope itself."""

    scope: str
    what: str
    day: str
    because: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """What stands under every review. `silent`: regions nobody has looked at for too long."""

    regions: str
    last_look: str
    checks: Figure
    gaps: tuple[Gap, ...]
    folded: Figure | None
    count: Figure
    silent: tuple[Line, ...]
    ending: tuple[Ending, ...]
    ending_count: Figure
    bill: str
    measures: Figure | None


def coverage_of(facts: Facts) -> Coverage:
    """How far the review can be trusted."""
    gaps, ids = gaps_of(facts)
    rest = gaps[VISIBLE:]
    regions = sorted({words.clean(one.region, words.NAME) for one in facts.sweeps})
    checks = {check for one in facts.sweeps for check in one.checks}
    looked = tuple(dict.fromkeys(one.id for one in facts.sweeps))
    last = max((one.at for one in facts.sweeps), default=None)
    soon = [e for e in facts.exemptions if timedelta() <= e.until - facts.period.until <= ENDING]
    scopes = {one.scope for one in soon[:VISIBLE]}
    said = {
        name: words.told(facts.by_id[name].finding.summary)
        for name in scopes
        if name in facts.by_id
    }
    return Coverage(
        regions=words.listed(regions) if regions else "no region yet",
        last_look=words.moment(facts.period.local(last), facts.period.year) if last else "",
        checks=Figure("coverage.checks", words.plural(len(checks), "check"), looked),
        gaps=tuple(gaps[:VISIBLE]),
        folded=number("coverage.folded", sorted({p for gap in rest for p in gap.places.ids}))
        if rest
        else None,
        count=counted("coverage.gaps", ids, "check was not read", "checks were not read"),
        silent=silent(facts),
        ending=tuple(
            Ending(
                scope=words.clean(one.scope, words.NAME),
                what=said.get(one.scope) or words.clean(one.scope, words.NAME),
                day=words.short_day(facts.period.local(one.until).date(), facts.period.year),
                because=words.told(one.because),
                by=words.person(one.by),
            )
            for one in soon[:VISIBLE]
        ),
        ending_count=counted("coverage.ending", (one.scope for one in soon), "exemption"),
        bill=words.clean(facts.bill_unread),
        measures=unmeasured(facts.measured),
    )


def unmeasured(measured: Measured | None) -> Figure | None:
    """How many measures of the month could not be read; their sections name them."""
    if measured is None or not measured.unread:
        return None
    what = {(one.section, one.what) for one in measured.unread}
    return Figure("coverage.measures", words.plural(len(what), "measure"), (measured.id,))


def gaps_of(facts: Facts) -> tuple[list[Gap], list[str]]:
    """What the last sweeps could not read, folded by check and reason; and each place of it."""
    places = defaultdict[tuple[str, str], set[str]](set)
    for sweep in facts.sweeps:
        for check, region, reason in sweep.unknown:
            what = (words.clean(check, words.NAME), words.clean(reason))
            places[what].add(f"{sweep.id}#{region}#{check}")
    found = [
        Gap(
            what=check,
            why=why,
            places=counted(f"coverage.{check}", sorted(there), "place"),
        )
        for (check, why), there in places.items()
    ]
    found.sort(key=lambda gap: (-len(gap.places.ids), gap.what, gap.why))
    found[:0] = [*ledger(facts), *tickets(facts)]
    return found, sorted({f"{s.id}#{r}#{c}" for s in facts.sweeps for c, r, _ in s.unknown})


def ledger(facts: Facts) -> list[Gap]:
    """Rows of the ledger that make no sense: what they held is in no review."""
    if not facts.ledger_unread:
        return []
    rows = counted("coverage.ledger", facts.ledger_unread, "row")
    return [Gap(what="ledger", why=words.clean(facts.ledger_unread[0]), places=rows)]


def tickets(facts: Facts) -> list[Gap]:
    """What keeps the tickets from being written, if anything does."""
    note = gap_of(facts)
    if note is None:
        return []
    where = TRACKERS.get(facts.settings.tickets, "the tracker")
    places = Figure("coverage.tickets", where, (note.id,))
    return [Gap(what="tickets", why=words.clean(str(note.said["gap"])), places=places)]


def silent(facts: Facts) -> tuple[Line, ...]:
    """Regions whose last look is older than a day."""
    latest: dict[str, tuple[str, Line]] = {}
    for region in sorted({one.region for one in facts.sweeps}):
        last = max((s for s in facts.sweeps if s.region == region), key=lambda one: one.at)
        if facts.period.until - last.at > SILENCE:
            named = words.clean(region, words.NAME)
            when = words.moment(facts.period.local(last.at), facts.period.year)
            latest[region] = named, (f"{named} was last looked at on {when}.",)
    return tuple(line for _, line in latest.values())
