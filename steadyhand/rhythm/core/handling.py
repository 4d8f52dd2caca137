"""Who takes care of a finding, and how: one answer for mail, portal, terminal, JSON, calendar, tickets.

It comes from the guardrails, the plan and the history, in this order: exempt until a day, left alone
because of the owner's tag, being changed right now, nothing but a person can do it, ours by itself,
and else a plan is ready and a person approves it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from enum import StrEnum

from steadyhand.model import Mode, Record, Risk, Step
from steadyhand.rhythm.core.facts import Facts

OURS = frozenset({"", "not_yet_trusted"})
"""Guardrails that do not stand in the way of what is set to go by itself."""

HANDS_OFF = "hands_off"
"""The guardrail of the owner's tag."""

LEAVE = ("", "false", "no", "0")
"""What the tag says where it means nothing, beside nothing at all."""

DAY = timedelta(hours=24)
OFTEN = 2
"""Fixed as often as this within a day: somebody wants it otherwise, so we ask."""


class Handled(StrEnum):
    """How it is taken care of, as programs read it."""

    AUTO = "auto"
    YOU = "you"
    HAND = "hand"
    LEFT = "left"
    PLANNED = "planned"


WORDS: Mapping[Handled, str] = {
    Handled.AUTO: "Automatic",
    Handled.YOU: "Approve",
    Handled.HAND: "By hand",
    Handled.LEFT: "Left alone",
    Handled.PLANNED: "Planned",
}
"""As people read it, everywhere: we do it; a plan is ready for you; only a person can; the owner's
tag says hands off; a day is set for it."""

WAITING = frozenset({Handled.YOU, Handled.HAND})
"""What waits for a person."""


def handled(record: Record, facts: Facts) -> Handled:
    """How this one is taken care of."""
    until, finding = facts.period.until, record.finding
    guardrail = record.held.guardrail if record.held else ""
    recent = [at for at in record.fixed_at if until - at < DAY]
    return rule(
        mode=facts.settings.mode(finding.check, record.environment),
        risk=record.risk,
        steps=steps_of(record, facts),
        is_exempt=record.exempt_until is not None and record.exempt_until > until,
        is_left=guardrail == HANDS_OFF or is_tagged(finding.tags, facts.settings.hands_off_tag),
        is_running=bool(record.open_change),
        is_free=guardrail in OURS and record.undone_at is None and len(recent) < OFTEN,
    )


def rule(
    *,
    mode: Mode,
    risk: Risk,
    steps: Sequence[Step],
    is_exempt: bool = False,
    is_left: bool = False,
    is_running: bool = False,
    is_free: bool = True,
) -> Handled:
    """The rule itself. `is_free`: neither a guardrail nor what happened here before says no."""
    if is_exempt:
        return Handled.PLANNED
    if is_left:
        return Handled.LEFT
    if is_running:
        return Handled.AUTO
    if not steps:
        return Handled.HAND
    is_ours = mode is Mode.AUTO and risk is Risk.SAFE and is_free
    return Handled.AUTO if is_ours and all(step.undo for step in steps) else Handled.YOU


def is_tagged(tags: Mapping[str, str] | None, tag: str) -> bool:
    """Does it carry the owner's tag that says hands off?"""
    said = (tags or {}).get(tag)
    return said is not None and said.lower() not in LEAVE[1:]


def steps_of(record: Record, facts: Facts) -> Sequence[Step]:
    """What `steadyhand approve` would do; nothing where only a person can fix it."""
    return () if record.risk is Risk.ADVICE else facts.kind(record.finding).steps(record.finding)
