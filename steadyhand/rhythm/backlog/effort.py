"""What work takes: a person's hours, from toil.json, told as nobody would doubt them."""

from __future__ import annotations

from collections.abc import Sequence

from steadyhand.catalogue.lanes import EFFORT
from steadyhand.model import Record, Risk
from steadyhand.rhythm.core.facts import Facts

HOURS = {Risk.SAFE: (1 / 12, 0.25), Risk.APPROVAL: (0.25, 1.0), Risk.ADVICE: (1.0, 4.0)}
"""What the first of a kind takes a person: to say a word, to look and approve, to do it by hand.

What is done by hand is better known to the table of hours, where it has the check.
"""
ALIKE = 0.1
"""Each further one of the kind takes this share of the first."""


def hours(left: Sequence[Record], facts: Facts) -> tuple[float, float]:
    """What it takes: the first of each kind of fix in full, each further one a tenth of that."""
    low = high = 0.0
    for risk in EFFORT:
        alike = [one for one in left if one.risk is risk]
        if alike:
            least, most = first_takes(alike[0], facts)
            more = 1 + ALIKE * (len(alike) - 1)
            low, high = low + least * more, high + most * more
    return rounded(low), rounded(high)


def first_takes(record: Record, facts: Facts) -> tuple[float, float]:
    """Hours of a person for the first of a kind."""
    finding, usual = record.finding, HOURS[record.risk]
    if record.risk is not Risk.ADVICE:
        return usual
    return facts.effort.by_hand(finding.check, facts.kind(finding).category) or usual


def rounded(time: float) -> float:
    """Hours as nobody would doubt them: five minutes, a quarter, a half, five hours."""
    for below, unit in ((0.5, 1 / 12), (1, 0.25), (10, 0.5)):
        if time < below:
            return round(time / unit) * unit
    return float(round(time / 5) * 5)


def brief(low: float, high: float) -> str:
    """Hours for a narrow column: "15–60 min", "0.5–2.5 h"."""
    return f"{60 * low:.0f}–{60 * high:.0f} min" if high <= 1 else f"{low:g}–{high:g} h"
