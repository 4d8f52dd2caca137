"""The bill: what each service cost on each day, before credits, and what the credits were."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

CREDITS = ("Credit", "Refund")
"""Cost Explorer's record types that lower a bill without anybody using less."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bill:
    """Dollars by service, one for each of the days from `first`. `id` is its row in the ledger.

    `is_estimated`: AWS may still change some of it.
    """

    id: str
    first: date
    services: Mapping[str, Sequence[float]]
    credits: Sequence[float]
    is_estimated: bool = False

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
    credited, estimated = [0.0] * length, False
    for answer in answers:
        for period in answer["ResultsByTime"]:
            estimated = estimated or bool(period.get("Estimated"))
            day = (date.fromisoformat(period["TimePeriod"]["Start"][:10]) - first).days
            if not 0 <= day < length:
                continue
            for group in period.get("Groups", ()):
                service, *kind = group["Keys"]
                usd = float(group["Metrics"]["UnblendedCost"]["Amount"])
                row = credited if kind and kind[0] in CREDITS else services[service]
                row[day] += usd
    rounded = {name: tuple(round(usd, 4) for usd in services[name]) for name in sorted(services)}
    return Bill(
        id=name,
        first=first,
        services={name: usd for name, usd in rounded.items() if any(usd)},
        credits=tuple(round(usd, 4) for usd in credited),
        is_estimated=estimated,
    )


def bill_out(bill: Bill) -> dict[str, Any]:
    """A bill as the ledger keeps it."""
    return {
        "first": bill.first.isoformat(),
        "services": {name: list(usd) for name, usd in bill.services.items()},
        "credits": list(bill.credits),
        "estimated": bill.is_estimated,
    }


def bill_in(name: str, said: Mapping[str, Any]) -> Bill:
    """The inverse of `bill_out`."""
    return Bill(
        id=name,
        first=date.fromisoformat(said["first"]),
        services={service: tuple(usd) for service, usd in said["services"].items()},
        credits=tuple(said["credits"]),
        is_estimated=bool(said["estimated"]),
    )
