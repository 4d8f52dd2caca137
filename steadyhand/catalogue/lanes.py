"""Which lane a finding waits in, and why: a sum that anyone can do again, never a list kept by hand.

    score = impact × probability × 90 days ÷ days left ÷ effort × place × bonus

From `NOW_FROM` on it waits in Now, from `NEXT_FROM` on in Next, else in Later. Three rules stand
above the score: what is critical and open to the internet is in Now, what happens within 14 days
is in Now, what happens within 90 days at least in Next.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import prod

from steadyhand.catalogue.discovery import categories
from steadyhand.model import Finding, Lane, Risk, Severity, priced

SOON = timedelta(days=14)
AHEAD = timedelta(days=90)
DAY = timedelta(days=1)
NOW_FROM = 72.0
NEXT_FROM = 5.0


def _of(work: str) -> frozenset[str]:
    return frozenset(name for name, one in categories().items() if work == one.WORK)


STABILITY = _of("stability")
SECURITY = _of("security")
MEANING = {
    Lane.NOW: "cannot wait",
    Lane.NEXT: "the coming weeks",
    Lane.LATER: "when there is time",
}
"""What a lane says of what waits in it."""

OPEN_TO_ALL = frozenset({"exposure"})
"""Categories of what anybody on the internet can reach."""
DATED = _of("dated")
"""Stability while its date is near, scale and cost before that."""

IMPACT = {Severity.CRITICAL: 8.0, Severity.HIGH: 4.0, Severity.MEDIUM: 2.0, Severity.LOW: 1.0}
"""How much it hurts. Each step is twice the one below."""
USD = 50.0
"""So many dollars a month weigh as much as one point of impact."""
DEAREST = 16.0
"""More than that no amount of money weighs: a bill can wait where an outage cannot."""

PROBABILITY = {"backups": (0.8, "a backup is needed on a bad day")} | dict.fromkeys(
    SECURITY, (0.5, "somebody has to try")
)
CERTAIN = (1.0, "it goes on, or its date comes")
"""How sure it is that it hurts within 90 days, if nobody does anything. What is not named is."""

EFFORT = {
    Risk.SAFE: (1.0, "a fix with an undo is ready"),
    Risk.APPROVAL: (1.2, "a fix is ready, and needs your yes"),
    Risk.ADVICE: (1.4, "somebody has to do it by hand"),
}
"""What it takes. It weighs little: what is hard to fix hurts no less."""

MONEY = "scale and cost"
PRODUCTION = "production"
ELSEWHERE = 0.5
"""What goes wrong outside production hurts half as much; money costs the same anywhere."""

BONUS = {
    "stability": 32.0,
    "security": 16.0,
    MONEY: 1.0,
}
"""Stability before security, security before scale and cost."""


@dataclass(frozen=True, slots=True)
class Factor:
    """One number of the product, and why it is what it is."""

    name: str
    value: float
    why: str


@dataclass(frozen=True, slots=True)
class Score:
    """How urgent it is: the product of its factors."""

    factors: tuple[Factor, ...]

    @property
    def value(self) -> float:
        """What items of a lane are sorted by."""
        return prod(one.value for one in self.factors)

    def __str__(self) -> str:
        return f"{self.value:,.0f}" if self.value >= 10 else f"{self.value:.2g}"


def lane_of(
    finding: Finding,
    category: str,
    now: datetime,
    risk: Risk = Risk.ADVICE,
    environment: str = PRODUCTION,
) -> Lane:
    """Where it waits by the rule. A person's word stands above it, and is not known here."""
    return lane_at(weight(finding, category, now, risk, environment), finding, now, category)


def lane_at(value: float, finding: Finding, now: datetime, category: str) -> Lane:
    """The same, where the score is known already."""
    if is_attackable(finding, category):
        return Lane.NOW
    when = finding.detonates_at
    left = when - now if when else None
    if value >= NOW_FROM or (left is not None and left <= SOON):
        return Lane.NOW
    is_near = left is not None and left <= AHEAD
    return Lane.NEXT if value >= NEXT_FROM or is_near else Lane.LATER


def foremost(lanes: Iterable[Lane]) -> Lane:
    """Where an item waits whose findings would wait in these: that of the most urgent."""
    return min(lanes, key=tuple(Lane).index)


def is_attackable(finding: Finding, category: str) -> bool:
    """Is it critical, and open to everybody on the internet? Then it can be attacked today."""
    return category in OPEN_TO_ALL and finding.severity is Severity.CRITICAL


def weight(
    finding: Finding,
    category: str,
    now: datetime,
    risk: Risk,
    environment: str = PRODUCTION,
) -> float:
    """The score as a bare number: what `score_of` says, without the words."""
    work = work_of(finding, category, now)
    return (
        impact(finding)
        * PROBABILITY.get(category, CERTAIN)[0]
        * nearness(finding, now, category)
        / EFFORT[risk][0]
        * place(environment, work)
        * BONUS[work]
    )


def score_of(
    finding: Finding,
    category: str,
    now: datetime,
    risk: Risk = Risk.ADVICE,
    environment: str = PRODUCTION,
) -> Score:
    """The score with its factors, each with its reason."""
    sure, because = PROBABILITY.get(category, CERTAIN)
    effort, takes = EFFORT[risk]
    work = work_of(finding, category, now)
    return Score(
        (
            Factor("impact", impact(finding), _hurts(finding)),
            Factor("probability", sure, because),
            Factor("nearness", nearness(finding, now, category), _left(finding, now, category)),
            Factor("effort", 1 / effort, takes),
            Factor("place", place(environment, work), f"in {environment or 'no environment'}"),
            Factor("bonus", BONUS[work], work),
        )
    )


def place(environment: str, work: str) -> float:
    """How much it weighs where it is. Without an environment it counts as production."""
    return 1.0 if work == MONEY or environment in ("", PRODUCTION) else ELSEWHERE


def work_of(finding: Finding, category: str, now: datetime) -> str:
    """What kind of work it is: stability, security, or scale and cost."""
    when = finding.detonates_at
    is_near = when is not None and when - now <= AHEAD
    if category in STABILITY or (category in DATED and is_near):
        return "stability"
    return "security" if category in SECURITY else MONEY


def impact(finding: Finding) -> float:
    """By its severity, or by what it costs where that is more."""
    usd = (finding.usd_per_month or 0) / USD
    return max(IMPACT[finding.severity], min(usd, DEAREST))


def nearness(finding: Finding, now: datetime, category: str) -> float:
    """90 days divided by the days left; one day where its day has come, 90 where it has no date.

    What can be attacked today weighs as if it happened within 14 days.
    """
    when = finding.detonates_at
    near = AHEAD / max(when - now, DAY) if when else 1.0
    return max(near, AHEAD / SOON) if is_attackable(finding, category) else near


def _hurts(finding: Finding) -> str:
    usd = finding.usd_per_month or 0
    if usd / USD > IMPACT[finding.severity]:
        return f"{priced(usd)} a month"
    return f"{finding.severity} severity"


def _left(finding: Finding, now: datetime, category: str) -> str:
    when = finding.detonates_at
    if is_attackable(finding, category) and (when is None or when - now > SOON):
        return f"it can be attacked today, so as if it were {SOON.days} days away"
    if when is None:
        return "no date, so as if it were 90 days away"
    days = (when - now).days
    return f"{days} day{'' if days == 1 else 's'} left" if when > now else "its day has passed"
