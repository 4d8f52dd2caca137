"""What fired, what we sent to chat, how much of it at night, and whether it was worth it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from steadyhand.model import Exemption, Note
from steadyhand.rhythm.core.facts import Facts
from steadyhand.rhythm.core.figures import Figure, number
from steadyhand.rhythm.core.period import Period
from steadyhand.rhythm.incidents.alarms import is_ours
from steadyhand.rhythm.incidents.urgent import EVENING, KIND, MORNING, is_night
from steadyhand.rhythm.results.promised import FEW, too_few

ANSWERED = timedelta(days=7)
"""So long after an interrupt, a change or a decision counts as its answer."""

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class OnCall:
    """Pages are alarms that began to fire and interrupts of ours; one about an alarm is the same page.

    `precision`: how many interrupts a change or a decision followed. `waited`: what the budget kept
    for the weekly review. `may_send`: is there a chat at all?
    """

    pages: Figure
    before: Figure | None
    night_hours: str
    nights: Figure
    a_week: Figure
    budget: int
    waited: Figure
    precision: Figure
    may_send: bool


def oncall_of(facts: Facts) -> OnCall:
    """From incidents and notes of the kind "interrupt"."""
    period = facts.period
    fired = pages(facts, period)
    earlier = pages(facts, facts.previous) if facts.has_history else {}
    notes = [one for one in facts.notes.get(KIND, ()) if period.holds(one.at)]
    sent = [one for one in notes if one.said.get("sent")]
    return OnCall(
        pages=number("oncall.pages", fired),
        before=number("oncall.pages.before", earlier) if facts.has_history else None,
        night_hours=f"{EVENING}:00 to {MORNING:02}:00",
        nights=number("oncall.nights", (n for n, at in fired.items() if is_night(at, period.zone))),
        a_week=a_week(facts, sent),
        budget=facts.settings.interrupts_a_week,
        waited=number("oncall.waited", (one.id for one in notes if not one.said.get("sent"))),
        precision=precision(facts, sent),
        may_send=facts.settings.chat == "create" or bool(notes),
    )


def pages(facts: Facts, period: Period) -> dict[str, datetime]:
    """Row by row, and when."""
    sent = [
        one for one in facts.notes.get(KIND, ()) if period.holds(one.at) and one.said.get("sent")
    ]
    about = {str(name) for one in sent for name in one.said.get("ids", ())}
    fired = {
        one.id: one.began_at
        for one in facts.incidents
        if period.holds(one.began_at) and one.id not in about and not is_ours(one)
    }
    return fired | {one.id: one.at for one in sent}


def a_week(facts: Facts, sent: list[Note]) -> Figure:
    """How often, over the weeks of the period that we looked."""
    ids = tuple(one.id for one in sent)
    since, until = facts.period.span
    time = until - max(since, facts.began or since)
    if not ids:
        return Figure("oncall.week", "none")
    if time < WEEK:
        return Figure("oncall.week", f"too few days: {len(ids)}", ids)
    return Figure("oncall.week", f"{len(ids) / (time / WEEK):.1f} a week", ids)


def precision(facts: Facts, sent: Iterable[Note]) -> Figure:
    """The share that was answered, of those old enough for an answer, or answered already."""
    acts = answers(facts)
    until = facts.period.until
    judged: dict[str, bool] = {}
    for one in sent:
        after = one.at + ANSWERED
        led = any(one.at <= when <= after for n in one.said.get("ids", ()) for when in acts[str(n)])
        if led or after <= until:
            judged[one.id] = led
    if len(judged) < FEW:
        return too_few("oncall.precision", judged)
    share = 100 * sum(judged.values()) / len(judged)
    return Figure("oncall.precision", f"{share:.0f}%", tuple(judged))


def answers(facts: Facts) -> Mapping[str, list[datetime]]:
    """By row: when a change of it was begun or undone, and when a person decided on it."""
    found = defaultdict[str, list[datetime]](list)
    for change in facts.changes:
        found[change.finding.id].append(change.at)
        found[change.id].append(change.at)
        if change.undone_by and change.ended_at:
            found[change.id].append(change.ended_at)
    by_scope = defaultdict[str, list[Exemption]](list)
    for exemption in facts.exemptions:
        by_scope[exemption.scope].append(exemption)
    for name, record in facts.by_id.items() if by_scope else ():
        for scope in (name, record.finding.resource, record.finding.check):
            if scope in by_scope:
                found[name] += [one.at for one in by_scope[scope]]
    for move in facts.notes.get("move", ()):
        found[move.name.partition("#")[0]].append(move.at)
    return found
