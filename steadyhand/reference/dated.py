"""Facts that age: prices and end-of-life dates, read from dated files in reference/.

Every file says `as_of` when and from which `source` it was written, so that a report can say so too.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from steadyhand.model import priced

DATA = Path(__file__).parent

HOURS_A_MONTH = 730
"""What AWS multiplies an hourly price with when it shows a monthly one."""


@cache
def dated(name: str) -> Mapping[str, Any]:
    """One file of reference/, by its name without the ending."""
    facts: Mapping[str, Any] = json.loads((DATA / f"{name}.json").read_text("utf-8"))
    return facts


@dataclass(frozen=True, slots=True)
class Cost:
    """What something costs a month at list prices of a region, in USD.

    `usd` is None where nobody bills in dollars, as in China. `at` is the region whose prices were
    taken where its own are not in the table; then a person reads "about".
    """

    region: str
    usd: float | None = 0.0
    at: str = ""

    def add(self, what: str, how_much: float) -> Cost:
        """With so much of something more, by its name in the price table."""
        table = dated("prices")
        if self.usd is None or self.region.startswith(tuple(table["other_currency"])):
            return replace(self, usd=None)
        if not how_much:
            return self
        own: Mapping[str, float] = table["regions"].get(self.region, {})
        default: Mapping[str, float] = table["regions"][table["default_region"]]
        known = what in own
        if not known and what not in default:
            return replace(self, usd=None)
        usd = self.usd + how_much * (own[what] if known else default[what])
        return replace(self, usd=usd, at=self.at if known else table["default_region"])

    @property
    def rounded(self) -> float | None:
        """To the cent, as it is remembered."""
        return None if self.usd is None else round(self.usd, 2)

    def __str__(self) -> str:
        if self.usd is None:
            return "cost unknown"
        if self.at:
            return f"about {priced(self.usd)} a month (price of {self.at})"
        return f"{priced(self.usd)} a month"

    def a_month(self) -> str:
        """For the end of a sentence; nothing where it is unknown."""
        return "" if self.usd is None else f"; {self}"
