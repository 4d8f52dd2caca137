"""What Steadyhand changed: by itself, with approval, undone, failed, and what it held back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from steadyhand.catalogue.lanes import PRODUCTION
from steadyhand.model import Change, ChangeState, Record
from steadyhand.rhythm.core import words
from steadyhand.rhythm.core.facts import Facts, is_automatic, is_open
from steadyhand.rhythm.core.figures import Figure, counted
from steadyhand.rhythm.core.period import Period

VISIBLE = 10
IN_GROUP = 3
HELD = 4
ORDINARY = frozenset(
    {"no_plan", "not_yet_trusted", "risky", "irreversible", "exempt", "undeclared"}
)
"""Reasons that are the owner's own decision, or that a decision asks about anyway."""


GROUPS = {
    "undone": "Undone",
    "failed": "Failed",
    "being undone": "Being undone",
    "being made": "Being made",
    "approved": "Approved",
    "automatic": "Automatic",
    "not ours": "Not ours",
}
"""What a month's changes are told under: what went wrong is never folded away below the rest."""

HEADS = {
    "automatic": "Fixed",
    "approved": "Fixed",
    "undone": "Undone",
    "failed": "Failed",
    "being undone": "Being undone",
    "being made": "Being made",
    "not ours": "Not ours",
}
"""How a row of what we changed begins."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeLine:
    """One change as it is read. `undo` is the command that undoes it, if anything does."""

    id: str
    when: str
    outcome: str
    what: str
    how: str
    took: Figure | None
    calls: str
    environment: str
    is_production: bool
    undo: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The changes of one outcome: the most important ones, and how many more there are."""

    title: str
    count: Figure
    rows: tuple[ChangeLine, ...]
    folded: Figure | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldBack:
    """One reason not to touch, and how many findings it holds."""

    reason: str
    count: Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What was done in the period: how often in each way, the most important ones, the reasons."""

    count: Figure
    kinds: tuple[Figure, ...]
    told: str
    rows: tuple[ChangeLine, ...]
    folded: Figure | None
    groups: tuple[Group, ...]
    held: tuple[HeldBack, ...]
    held_back: Figure


def changes_of(facts: Facts) -> Changes:
    """What we changed, production first, then the latest."""
    found = begun_or_ended(facts)
    shown = sorted(found, key=lambda one: (one.environment != PRODUCTION, -one.at.timestamp()))
    rest = shown[VISIBLE:]
    held = held_back(facts)
    return Changes(
        count=counted("changes", (one.id for one in found), "change"),
        kinds=kinds_of(found),
        told=", ".join(str(one) for one in kinds_of(found) if one.ids),
        rows=tuple(made(one, facts) for one in shown[:VISIBLE]),
        folded=counted("changes.folded", (one.id for one in rest), "more change") if rest else None,
        groups=tuple(group(name, shown, facts) for name in GROUPS if of(name, shown)),
        held=tuple(held[:HELD]),
        held_back=Figure(
            "changes.held",
            f"{sum(len(one.count.ids) for one in held):,} held back",
            tuple(name for one in held for name in one.count.ids),
        ),
    )


def of(name: str, found: Sequence[Change]) -> list[Change]:
    """Those of one outcome."""
    return [one for one in found if outcome(one) == name]


def group(name: str, found: Sequence[Change], facts: Facts) -> Group:
    """One outcome as it is read."""
    those = of(name, found)
    rest = [one.id for one in those[IN_GROUP:]]
    key = f"changes.{name}"
    return Group(
        title=GROUPS[name],
        count=Figure(f"{key}.group", f"{len(those):,}", tuple(one.id for one in those)),
        rows=tuple(made(one, facts) for one in those[:IN_GROUP]),
        folded=counted(f"{key}.folded", rest, "more", "more") if rest else None,
    )


STUCK = timedelta(days=1)
"""A change that has been under way for so long is told, though it has not ended."""


def begun_or_ended(facts: Facts) -> list[Change]:
    """Those that ended in the period, each once; and those under way that should have ended."""
    period = facts.period
    return [one for one in facts.changes if period.holds(told_at(one, period))]


def told_at(change: Change, period: Period) -> datetime | None:
    """The moment that decides in which period a change is told."""
    if change.ended_at is not None:
        return change.ended_at
    if change.state is ChangeState.VERIFIED:
        return change.at  # it was undone later; when it had ended is not known any more
    is_late = period.is_running or period.until - change.at >= STUCK
    return change.at if is_late else None


OUTCOMES = {
    ChangeState.DOING: "being made",
    ChangeState.UNDOING: "being undone",
    ChangeState.ROLLING_BACK: "being undone",
    ChangeState.UNDONE: "undone",
    ChangeState.FAILED: "failed",
    ChangeState.THEIRS: "not ours",
}
"""What every state but a verified one is called: "not ours" is what somebody else did before us."""


def outcome(change: Change) -> str:
    """How it went, in a word that stands for all of its kind."""
    if change.state is ChangeState.VERIFIED:
        return "automatic" if is_automatic(change) else "approved"
    return OUTCOMES[change.state]


def kinds_of(found: Sequence[Change]) -> tuple[Figure, ...]:
    """How many of each outcome; the two that should be zero are always told."""
    ids = defaultdict[str, list[str]](list)
    for change in found:
        ids[outcome(change)].append(change.id)
    always = ("automatic", "approved", "undone", "failed")
    said = [*always, *(name for name in GROUPS if name not in always and ids[name])]
    return tuple(Figure(f"changes.{n}", f"{len(ids[n]):,} {n}", tuple(ids[n])) for n in said)


def made(change: Change, facts: Facts) -> ChangeLine:
    """A change as it is read."""
    done = change.state is ChangeState.VERIFIED and change.ended_at is not None
    took = words.duration(change.ended_at - change.at) if done and change.ended_at else ""
    calls = [step.do.operation for step in change.steps]
    can_undo = change.state is ChangeState.VERIFIED and bool(calls)
    can_undo = can_undo and all(step.undo for step in change.steps)
    return ChangeLine(
        id=change.id,
        when=words.moment(facts.period.local(change.at), facts.period.year),
        outcome=HEADS[outcome(change)],
        what=words.told(change.finding.summary),
        how=how(change),
        took=Figure(f"changes.{change.id}.took", took, (change.id,)) if took else None,
        calls=words.clean(", ".join(calls), words.NAME),
        environment=words.clean(change.environment, words.NAME),
        is_production=change.environment == PRODUCTION,
        undo=f"steadyhand undo {words.clean(change.id, words.NAME)}" if can_undo else "",
        note=words.told(change.reason),
    )


def how(change: Change) -> str:
    """Who wanted it, and what became of it."""
    began = "automatic" if is_automatic(change) else f"approved by {words.person(change.by)}"
    if change.state is ChangeState.UNDONE:
        return f"{began}, undone by {words.person(change.undone_by) or 'somebody'}"
    return began


def held_back(facts: Facts) -> list[HeldBack]:
    """What a guardrail kept us from fixing, the commonest reason first."""
    ids = defaultdict[str, list[str]](list)
    for record in facts.records:
        if is_held(record, facts) and record.held:
            ids[words.clean(record.held.reason)].append(record.finding.id)
    return _ordered(ids)


def is_held(record: Record, facts: Facts) -> bool:
    """Open at the end of the period, and held for a reason worth telling."""
    return (
        is_open(record, facts.period.until)
        and record.held is not None
        and record.held.guardrail not in ORDINARY
    )


def _ordered(ids: Mapping[str, Iterable[str]]) -> list[HeldBack]:
    rows = [(reason, tuple(found)) for reason, found in ids.items()]
    rows.sort(key=lambda row: (-len(row[1]), row[0]))
    return [
        HeldBack(reason=reason, count=counted("changes.held.for", found, "finding"))
        for reason, found in rows
    ]
