"""Why a bill changed: dearer, more of it, new, or gone. Usage type by usage type, to the cent."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

UNITLESS = frozenset({"", "N/A"})
"""What Cost Explorer calls a unit that it does not know, or where units are mixed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Metered:
    """One usage type of one service, in the span before and now.

    Quantities are in `unit`, which is empty where none was told or where it was not the same.
    """

    service: str
    kind: str
    before: float = 0
    now: float = 0
    before_quantity: float = 0
    now_quantity: float = 0
    unit: str = ""

    @property
    def change(self) -> float:
        """Dollars more than before."""
        return self.now - self.before


@dataclass(frozen=True, slots=True)
class Parts:
    """A change in dollars, in its parts. `unexplained` is what no quantity tells. They add up."""

    price: float = 0
    usage: float = 0
    new: float = 0
    gone: float = 0
    unexplained: float = 0

    @property
    def total(self) -> float:
        """The change."""
        return self.price + self.usage + self.new + self.gone + self.unexplained

    def __add__(self, other: Parts) -> Parts:
        return Parts(
            price=self.price + other.price,
            usage=self.usage + other.usage,
            new=self.new + other.new,
            gone=self.gone + other.gone,
            unexplained=self.unexplained + other.unexplained,
        )


def parts_of(one: Metered) -> Parts:
    """In both spans: the price moved what is used now, the usage moved at the price before.

    (p₁−p₀)·q₁ + (q₁−q₀)·p₀ is p₁q₁−p₀q₀, so the two are the whole change. What was there only
    now is new, what was there only before is gone. Without a unit nothing can be said. Where the
    use changed and a unit costs more than twice or less than half, that is no price of a list, but
    a free tier, a first tier or cents that were rounded: then it is usage.
    """
    if not (one.before or one.before_quantity):
        return Parts(new=one.change)
    if not (one.now or one.now_quantity):
        return Parts(gone=one.change)
    if not one.unit or one.before_quantity <= 0 or one.now_quantity <= 0:
        return Parts(unexplained=one.change)
    if is_tiered(one):
        return Parts(usage=one.change)
    usage = (one.now_quantity - one.before_quantity) * one.before / one.before_quantity
    return Parts(price=one.change - usage, usage=usage)


RATIO = 2.0
"""List prices do not double or halve from one month to the next."""
MOVED = 0.1
"""The use changed where it differs by more than this share."""


def is_tiered(one: Metered) -> bool:
    """Did the use move the bill, at a price that was none before or is none now?"""
    more = one.now_quantity - one.before_quantity
    if abs(more) < MOVED * max(one.now_quantity, one.before_quantity) or more * one.change < 0:
        return False
    was, now = one.before / one.before_quantity, one.now / one.now_quantity
    return max(was, now) > RATIO * min(was, now)


def split(rows: Iterable[Metered], tails: Iterable[Parts], change: float) -> Parts:
    """A whole change. What the usage types do not add up to is unexplained."""
    found = sum((*(parts_of(one) for one in rows), *tails), Parts())
    return replace(found, unexplained=found.unexplained + change - found.total)


def metered_of(
    before: Iterable[Mapping[str, Any]], now: Iterable[Mapping[str, Any]]
) -> list[Metered]:
    """Cost Explorer's answers by service and usage type, for two spans, as rows.

    Dearest first. `Amount` and `Unit` are as GetCostAndUsage gives them.
    """
    usd: dict[tuple[str, str], list[float]] = defaultdict(lambda: [0.0, 0.0])
    quantity: dict[tuple[str, str], list[float]] = defaultdict(lambda: [0.0, 0.0])
    units: dict[tuple[str, str], set[str]] = defaultdict(set)
    for span, answers in enumerate((before, now)):
        for answer in answers:
            for period in answer["ResultsByTime"]:
                for group in period.get("Groups", ()):
                    service, kind = group["Keys"]
                    cost, used = (group["Metrics"][m] for m in ("UnblendedCost", "UsageQuantity"))
                    usd[service, kind][span] += float(cost["Amount"])
                    quantity[service, kind][span] += float(used["Amount"])
                    units[service, kind].add(str(used.get("Unit", "")))
    rows = [
        Metered(
            service=service,
            kind=kind,
            before=round(usd[service, kind][0], 4),
            now=round(usd[service, kind][1], 4),
            before_quantity=short(quantity[service, kind][0]),
            now_quantity=short(quantity[service, kind][1]),
            unit=only(units[service, kind]),
        )
        for service, kind in usd
    ]
    rows.sort(key=lambda one: (-max(abs(one.before), abs(one.now)), one.service, one.kind))
    return rows


def only(units: set[str]) -> str:
    """The one unit, or none."""
    return next(iter(units)) if len(units) == 1 and not units & UNITLESS else ""


def short(number: float) -> float:
    """To nine digits that count: enough for a price, and little to write down."""
    return float(f"{number:.9g}")
