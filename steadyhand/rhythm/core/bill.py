"""The bill: what each service cost on each day, before credits, and what the credits were.

A monthly one also knows each usage type, before and now, and what was looked up to explain it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from steadyhand.rhythm.core.money import DOLLARS
from steadyhand.rhythm.core.split import Metered, Parts

CREDITS = ("Credit", "Refund")
"""Cost Explorer's record types that lower a bill without anybody using less."""
SERVICES = 80
"""So many services keep their days; what is left of them is one more."""
SMALL = "Small services"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeEvent:
    """What somebody did to a service, as CloudTrail tells it: first on a day, so many times.

    `on` is what it was done to, where one thing is named.
    """

    day: date
    by: str
    action: str
    count: int = 1
    on: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookup:
    """What CloudTrail said of a service around the day its cost turned.

    No day: none stood out, so nothing was asked. `unread` says why it said nothing; `cut`: there
    was more than we read.
    """

    day: date | None
    deeds: tuple[ChangeEvent, ...] = ()
    deployed: tuple[ChangeEvent, ...] = ()
    unread: str = ""
    cut: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Meter:
    """What was used a day of usage types that one saving concerns, from `first` on.

    `usd` is what one `unit` of it cost, 0 where nobody knows.
    """

    first: date
    quantity: tuple[float, ...]
    unit: str
    usd: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Bill:
    """Money by service, one amount for each of the days from `first`. `id` is its ledger row.

    `currency` is what the account is billed in, as AWS names it.

    `is_estimated`: AWS may still change some of it. `usage` are the usage types of the two spans
    that are compared, `tail` what was folded of them. `band` is AWS's own forecast of the next
    month, low and high. `lookups` are by service, `meters` by the name of the meter. `own` is what
    Steadyhand itself cost. `unread` says of each of these why it is not there: "usage", "own".
    """

    id: str
    first: date
    services: Mapping[str, Sequence[float]]
    credits: Sequence[float]
    is_estimated: bool = False
    currency: str = DOLLARS
    usage: tuple[Metered, ...] = ()
    tail: Mapping[str, Parts] = field(default_factory=dict)
    band: tuple[float, float] | None = None
    lookups: Mapping[str, Lookup] = field(default_factory=dict)
    meters: Mapping[str, Meter] = field(default_factory=dict)
    own: float | None = None
    unread: Mapping[str, str] = field(default_factory=dict)

    @property
    def last(self) -> date:
        """The day after its last."""
        return self.first + timedelta(days=len(self.credits))

    def between(self, since: date, until: date) -> dict[str, float]:
        """What each service cost from a day to the day before another."""
        days = self._days(since, until)
        return {name: sum(usd[days]) for name, usd in self.services.items()}

    def daily(self, since: date, until: date) -> list[float]:
        """What each day cost in all."""
        days = self._days(since, until)
        return [
            sum(day) for day in zip(*(usd[days] for usd in self.services.values()), strict=True)
        ]

    def credited(self, since: date, until: date) -> float:
        """What credits took off, as a positive number."""
        return -sum(self.credits[self._days(since, until)])

    def is_whole(self, since: date, until: date) -> bool:
        """Was something billed on the first of these days, so that they can be compared with?"""
        days = self.daily(since, until)
        return since >= self.first and until <= self.last and bool(days) and days[0] > 0

    def _days(self, since: date, until: date) -> slice:
        return slice(max(0, (since - self.first).days), max(0, (until - self.first).days))


def bill_of(name: str, first: date, until: date, answers: Iterable[Mapping[str, Any]]) -> Bill:
    """Cost Explorer's answers, daily by service and record type, as a bill."""
    length = max(0, (until - first).days)
    services: dict[str, list[float]] = defaultdict(lambda: [0.0] * length)
    credited, estimated, currency = [0.0] * length, False, DOLLARS
    for answer in answers:
        for period in answer["ResultsByTime"]:
            estimated = estimated or bool(period.get("Estimated"))
            day = (date.fromisoformat(period["TimePeriod"]["Start"][:10]) - first).days
            if not 0 <= day < length:
                continue
            for group in period.get("Groups", ()):
                service, *kind = group["Keys"]
                cost = group["Metrics"]["UnblendedCost"]
                usd, currency = float(cost["Amount"]), str(cost.get("Unit") or currency)
                row = credited if kind and kind[0] in CREDITS else services[service]
                row[day] += usd
    return Bill(
        id=name,
        first=first,
        services=largest(services),
        credits=tuple(round(usd, 4) for usd in credited),
        is_estimated=estimated,
        currency=currency,
    )


def largest(services: Mapping[str, Sequence[float]]) -> dict[str, tuple[float, ...]]:
    """Those that cost most, by name; the others as one, so that a bill always fits a row."""
    costly = sorted(services, key=lambda name: (-sum(map(abs, services[name])), name))
    kept = {name: services[name] for name in costly[:SERVICES]}
    if rest := [services[name] for name in costly[SERVICES:]]:
        kept[SMALL] = [sum(day) for day in zip(*rest, strict=True)]
    rounded = {name: tuple(round(usd, 4) for usd in kept[name]) for name in sorted(kept)}
    return {name: usd for name, usd in rounded.items() if any(usd)}
