"""Facts that age: prices and end-of-life dates, read from dated files in reference/.

Every file says `as_of` when and from which `source` it was written, so that a report can say so too.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent

HOURS_A_MONTH = 730
"""What AWS multiplies an hourly price with when it shows a monthly one."""


@cache
def dated(name: str) -> Mapping[str, Any]:
    """One file of reference/, by its name without the ending."""
    facts: Mapping[str, Any] = json.loads((DATA / f"{name}.json").read_text("utf-8"))
    return facts


def price(what: str, region: str) -> float:
    """A list price in USD, without discounts and free tiers: `price("ebs.gp3.gb_month", region)`.

    A region that is not in the table is priced as the table's default. `KeyError` where nothing of
    that name has a price.
    """
    table = dated("prices")
    regions: Mapping[str, Mapping[str, float]] = table["regions"]
    default: Mapping[str, float] = regions[table["default_region"]]
    return regions.get(region, default).get(what, default[what])
