"""How long a person works on what we fix: hours by check, from a table with a version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from steadyhand.catalogue import discovery

Range = tuple[float, float]
"""At least and at most, in hours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """The table `reference/hours.json`: hands-on hours for each check, else for its category.

    A category that the table does not know says HOURS itself, at least and at most.

    Estimates from counting the steps of runbooks; the file says so, and why each is as long as it
    is. `approval` is what a person spends on one answer.
    """

    version: str = ""
    approval: Range = (0, 0)
    checks: Mapping[str, Range] = field(default_factory=dict)
    categories: Mapping[str, Range] = field(default_factory=dict)

    def by_hand(self, check: str, category: str) -> Range | None:
        """To notice, judge, do and verify one; None where the table says nothing."""
        return self.checks.get(check) or self.categories.get(category)


def effort_in(table: Mapping[str, Any]) -> Effort:
    """The table as its file holds it."""

    def ranges(name: str) -> dict[str, Range]:
        return {one: hours(said) for one, said in table[name].items()}

    return Effort(
        version=str(table["version"]),
        approval=hours(table["approval"]),
        checks=ranges("checks"),
        categories=_newer() | ranges("categories"),
    )


def _newer() -> dict[str, Range]:
    known = discovery.categories().items()
    return {name: one.HOURS for name, one in known if hasattr(one, "HOURS")}


def hours(said: Mapping[str, Any]) -> Range:
    """One entry's range."""
    low, high = said["hours"]
    return float(low), float(high)
