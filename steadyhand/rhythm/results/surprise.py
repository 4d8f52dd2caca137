"""Incidents that no finding foretold.

The rule is that of `causes`: a finding concerns an alarm where its resource is named in the alarm's
name or sentence, in the same region; it foretold the incident if it was open when that began. The
same service is not enough: every account has some finding about EC2. Alarms over Steadyhand itself
are no incidents of yours.
"""

from __future__ import annotations

from dataclasses import dataclass

from steadyhand.rhythm.core.facts import Facts, is_open
from steadyhand.rhythm.core.figures import Figure, counted, number
from steadyhand.rhythm.incidents.alarms import touching
from steadyhand.rhythm.incidents.causes import concerning
from steadyhand.rhythm.results.promised import FEW


@dataclass(frozen=True, slots=True, kw_only=True)
class Surprises:
    """Incidents of the period that were not foretold; `share` where there are enough.

    They are those that the review counts: one that began before and still fires is among them.
    """

    count: Figure
    incidents: Figure
    share: Figure | None


def surprises_of(facts: Facts) -> Surprises:
    """By the rule above."""
    began = touching(facts.incidents, facts.period)
    concerned = concerning(began, facts.records)
    missed = [
        one.id
        for one in began
        if not any(is_open(record, one.began_at) for record in concerned.get(one.id, ()))
    ]
    of = tuple(one.id for one in began)
    percent = f"{100 * len(missed) / len(of):.0f}%" if len(of) >= FEW else ""
    return Surprises(
        count=number("surprises", missed),
        incidents=counted("surprises.of", of, "incident"),
        share=Figure("surprises.share", percent, of) if percent else None,
    )
