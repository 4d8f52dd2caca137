"""What is to be done: dates, what is fixed already, quick wins, the first four weeks, what we let be."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from steadyhand.model import Change, ChangeState, Lane, Mode, Record, Risk, Severity, priced
from steadyhand.model.names import short_name
from steadyhand.rhythm.backlog.items import Item, items_of
from steadyhand.rhythm.calendar.bombs import Bomb, ahead
from steadyhand.rhythm.core import words
from steadyhand.rhythm.core.facts import Facts
from steadyhand.rhythm.core.figures import Figure, counted
from steadyhand.rhythm.core.handling import Handled, handled
from steadyhand.rhythm.first.facts import FirstFacts
from steadyhand.rhythm.first.parts import Row, Rows, cut
from steadyhand.rhythm.first.run import GRAVE

DATED, UNDATED, WINS, LANE, FIXED = 6, 5, 10, 5, 5
WEEKS = {Lane.NOW: "weeks 1 and 2", Lane.NEXT: "weeks 3 and 4", Lane.LATER: "when there is time"}
FREE = frozenset({"", "not_yet_trusted", "risky"})
"""Guardrails that say no more than: ask."""
RISKS = {Risk.SAFE: "safe, with an undo", Risk.APPROVAL: "may affect users, needs your approval"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Something that is wrong now and has no date."""

    what: str
    then: str
    handled: Handled
    count: Figure | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticking:
    """Time bombs: those with a date, those that could happen any day, and those that no longer can."""

    dated: tuple[Bomb, ...]
    undated: tuple[Standing, ...]
    folded: Figure | None
    fixed: Rows
    waiting: Figure
    every: tuple[Bomb, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Weeks:
    """One lane of the plan."""

    title: str
    when: str
    rows: tuple[Row, ...]
    count: Figure
    folded: Figure | None


def ticking_of(first: FirstFacts, items: tuple[Item, ...]) -> Ticking:
    """What has a date, soonest first, then what is grave and has no date."""
    facts = first.facts
    every = ahead(facts)
    grave = [
        one
        for one in items
        if one.detonates_at is None and any(r.finding.severity in GRAVE for r in one.open)
    ]
    rest = [name for bomb in every[DATED:] for name in bomb.ids]
    rest += [name for one in grave[UNDATED:] for name in one.ids]
    waiting = [r.finding.id for r in facts.open_at(facts.period.until)]
    return Ticking(
        dated=tuple(every[:DATED]),
        undated=tuple(
            Standing(
                what=one.what,
                then=words.sentence(words.clean(facts.kind(one.open[0].finding).consequence)),
                handled=handled(one.open[0], facts),
                count=places(f"bombs.{one.id}", one.ids),
            )
            for one in grave[:UNDATED]
        ),
        folded=counted("bombs.folded", rest, "more finding") if rest else None,
        fixed=cut("fixed", list(fixed(first)), most=FIXED, none=quiet(first)),
        waiting=counted("bombs.waiting", waiting, "finding"),
        every=tuple(every),
    )


def fixed(first: FirstFacts) -> Iterator[tuple[Row, list[str]]]:
    """Changes that hold, latest first, each with the command that undoes it."""
    facts = first.facts
    for one in sorted(holding(facts), key=lambda change: (change.at, change.id), reverse=True):
        when = words.moment(facts.period.local(one.at), facts.period.year)
        row = Row(
            name=words.told(one.finding.summary),
            note=(when,),
            command=f"steadyhand undo {words.clean(one.id, words.NAME)}",
        )
        yield row, [one.id]


def holding(facts: Facts) -> list[Change]:
    """Changes that were looked at again, and hold."""
    return [one for one in facts.changes if one.state is ChangeState.VERIFIED]


def quiet(first: FirstFacts) -> str:
    """Why nothing is fixed."""
    if not first.seen.has_ledger:
        return "Nothing by us: we only looked, and no ledger was read."
    return "Nothing yet: we change nothing until you say so."


def wins_of(first: FirstFacts, items: tuple[Item, ...]) -> Rows:
    """What a person can settle with one command, most valuable first."""
    rows, facts = [], first.facts
    for one in sorted(items, key=ease):
        ready = [r for r in one.open if is_win(r, facts)]
        if not ready:
            continue
        lead, risk = ready[0].finding.id, ready[0].risk
        usd = f"{priced(one.usd_per_month)} a month, " if one.usd_per_month else ""
        more = f", {len(ready) - 1:,} more like it" if len(ready) > 1 else ""
        note = f"{usd}{value(one)}; {RISKS[risk]}{more}"
        command = f"steadyhand {'approve' if first.seen.has_ledger else 'plan'} {lead}"
        ids = [r.finding.id for r in ready]
        what = (
            one.what if len(ready) == 1 == len(one.open) else words.told(ready[0].finding.summary)
        )
        row = Row(
            name=what.rstrip("."),
            note=(note,),
            value=places(f"wins.{one.id}", ids),
            command=command,
        )
        rows.append((row, ids))
    none = "Nothing that one command would settle."
    return cut("wins", rows, most=WINS, none=none)


def is_win(record: Record, facts: Facts) -> bool:
    """Is a plan ready that waits for a person, and does nothing speak against it?"""
    guardrail = record.held.guardrail if record.held else ""
    is_free = guardrail in FREE and record.undone_at is None
    return is_free and handled(record, facts) is Handled.YOU


def ease(one: Item) -> tuple[bool, int, bool, float]:
    """What is safe before what may affect users, then what is worst, in production, and dearest."""
    is_safe = any(r.risk is Risk.SAFE for r in one.open)
    return (not is_safe, grade(one), not one.is_production, -(one.usd_per_month or 0))


def grade(one: Item) -> int:
    """How bad the worst of it is; 0 is worst."""
    return min(list(Severity).index(r.finding.severity) for r in one.open)


def value(one: Item) -> str:
    """What it is worth: the severity of the worst of it."""
    return f"{list(Severity)[grade(one)].value} severity"


def weeks_of(items: tuple[Item, ...]) -> tuple[Weeks, ...]:
    """The first four weeks: the backlog as it is computed, grave things first."""
    lanes: dict[Lane, list[Item]] = defaultdict(list)
    for one in items:
        lanes[one.lane].append(one)
    made = []
    for lane in Lane:
        rest = [name for one in lanes[lane][LANE:] for name in one.ids]
        made.append(
            Weeks(
                title=lane.value.capitalize(),
                when=WEEKS[lane],
                rows=tuple(planned(one) for one in lanes[lane][:LANE]),
                count=counted(
                    f"weeks.{lane.value}", [n for one in lanes[lane] for n in one.ids], "finding"
                ),
                folded=counted(f"weeks.{lane.value}.folded", rest, "more finding")
                if rest
                else None,
            )
        )
    return tuple(made)


def planned(one: Item) -> Row:
    """One item of the plan, and what it takes."""
    where = words.clean(one.environment, 30)
    return Row(
        name=one.what.rstrip("."),
        note=(f"{where}, {words.hours(*one.hours)} of work",),
        value=places(f"weeks.{one.id}", one.ids),
    )


def places(name: str, ids: Sequence[str]) -> Figure | None:
    """How many they are, where it is more than one."""
    return counted(name, ids, "place") if len(ids) > 1 else None


def alone_of(first: FirstFacts) -> Rows:
    """What we left alone, and why: exemptions, guardrails, tags, and what is not switched on."""
    facts, seen = first.facts, first.seen
    rows: list[tuple[Row, list[str]]] = []
    for exempt in facts.exemptions:
        until = words.day(facts.period.local(exempt.until).date(), facts.period.year)
        note = f"exempt until {until}: {words.told(exempt.because)}"
        about = facts.by_id.get(exempt.scope)
        name = short_name(about.finding) if about else exempt.scope
        rows.append((Row(name=words.clean(name, words.NAME), note=(note,)), [exempt.scope]))
    held: dict[str, list[str]] = defaultdict(list)
    for one in facts.records:
        if one.held:
            held[words.told(one.held.reason)].append(one.finding.id)
    for reason, ids in sorted(held.items(), key=lambda pair: (-len(pair[1]), pair[0])):
        figure = counted("alone.held", ids, "finding")
        rows.append((Row(name=words.sentence(reason).rstrip("."), value=figure), ids))
    tagged = [one for one in seen.things if one.hands_off]
    if tagged:
        ids = [one.id for one in tagged]
        note = f"they carry the tag {facts.settings.hands_off_tag}"
        figure = counted("alone.tagged", ids, "resource")
        rows.append((Row(name="Left alone", note=(note,), value=figure), ids))
    owned = [one.id for one in seen.things if one.owner]
    if owned:
        figure = counted("alone.owned", owned, "resource")
        note = "code made them; a change beside the code would not last"
        rows.append(
            (Row(name="Owned by infrastructure as code", note=(note,), value=figure), owned)
        )
    if not any(Mode.AUTO in said.values() for said in facts.settings.modes.values()):
        note = "every check only observes until you say otherwise in steadyhand.toml"
        rows.append((Row(name="Everything else", note=(note,)), []))
    return cut("alone", rows, most=7, none="Nothing was left alone.")


def items(first: FirstFacts) -> tuple[Item, ...]:
    """The backlog, as `steadyhand backlog` computes it."""
    return items_of(first.facts)
