"""What a meter says of a saving: used a day before, and after. Measured once, and written down."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from statistics import median

from steadyhand.model import Note
from steadyhand.rhythm.core import words
from steadyhand.rhythm.core.bill import Meter
from steadyhand.rhythm.core.facts import Facts
from steadyhand.rhythm.core.intervals import intervals
from steadyhand.rhythm.core.money import DOLLARS
from steadyhand.rhythm.cost.units import a_month, is_monthly, levels, ways
from steadyhand.rhythm.savings.applied import DAYS, Saving, applied

NOISE = 2.0
"""A saving is seen where it is more than so many times what the meter moves by on its own."""
NORMAL = 1.4826
"""Makes the median distance of normally scattered numbers their standard deviation."""
RETURNED = 0.9
"""A saving lapsed where this share of what had gone from the meter is back."""
SEEN = 0.05
"""Below this share of the estimate the meter does not show it: days differ by as much."""
LAPSED = "#lapsed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """Used a day before and after, and the dollars a month that this is.

    What is metered by the month is told as what was there. `usd` is never more than was estimated:
    others may have turned the meter down too; it is nothing where the meter moves by as much on its
    own, which is `noise`, in dollars a month.
    """

    before: float
    after: float
    unit: str
    usd: float
    noise: float = 0.0


def measure(
    saving: Saving, meters: Mapping[str, Meter], currency: str = DOLLARS
) -> tuple[Measured | None, str]:
    """What the meter says, or why it cannot say yet.

    Both are medians of the 14 days next to it; the days of the fixes themselves are left out.
    """
    if saving.meter is None:
        return None, saving.why
    if currency != DOLLARS:
        return None, f"it is estimated in dollars and billed in {currency}: not compared"
    meter = meters.get(saving.meter.name)
    if meter is None:
        return None, "its meter was not read"
    if not meter.unit:
        return None, "its meter has no unit"
    if not meter.usd:
        return None, "its meter has no price"
    over = saving.last + timedelta(days=DAYS + 1)
    likely = is_monthly(meter.unit)
    before, after = around(meter, saving, monthly=likely)
    if not after:
        return None, f"14 days of use after it are on the bill from {words.day(over)} on"
    if not before:
        return None, "14 days of use before it are not on the bill"
    used, uses = median(before), median(after)
    month = meter.usd * a_month(monthly=likely)
    usd = min(saved(meter, saving, monthly=way) for way in ways(meter.unit))
    noise = NOISE * max(scatter(before), scatter(after)) * month
    usd = 0.0 if usd < max(SEEN * saving.estimate, noise) else min(usd, saving.estimate)
    return Measured(
        before=short(used),
        after=short(uses),
        unit=meter.unit,
        usd=round(usd, 2),
        noise=round(noise, 2),
    ), ""


def around(meter: Meter, saving: Saving, *, monthly: bool) -> tuple[tuple[float, ...], ...]:
    """What was there on the days before and after a saving."""
    over = saving.last + timedelta(days=DAYS + 1)
    before = days(meter, saving.first - timedelta(days=DAYS), saving.first, monthly=monthly)
    return before, days(meter, saving.last + timedelta(days=1), over, monthly=monthly)


def saved(meter: Meter, saving: Saving, *, monthly: bool) -> float:
    """Dollars a month less than before, if a day is a share of its month, or if it is not."""
    before, after = around(meter, saving, monthly=monthly)
    return (median(before) - median(after)) * meter.usd * a_month(monthly=monthly)


def scatter(used: Sequence[float]) -> float:
    """By how much days differ on their own, as a standard deviation."""
    middle = median(used)
    return NORMAL * median([abs(one - middle) for one in used])


def days(meter: Meter, since: date, until: date, *, monthly: bool) -> tuple[float, ...]:
    """What was there on these days; nothing where not all of them were read."""
    first, last = (since - meter.first).days, (until - meter.first).days
    if first < 0 or last > len(meter.quantity):
        return ()
    return levels(meter.quantity[first:last], since, monthly=monthly)


def returned(meter: Meter | None, said: Measured, last: date) -> bool:
    """Is what had gone from a meter back, on the latest 14 days, two weeks after the look at it?

    What was never seen to go, for the meter moves as much on its own, cannot come back.
    """
    if meter is None or not said.usd or said.before <= said.after:
        return False
    end = meter.first + timedelta(days=len(meter.quantity))
    if end < last + timedelta(days=2 * DAYS + 1):
        return False
    latest = days(meter, end - timedelta(days=DAYS), end, monthly=is_monthly(meter.unit))
    back = said.after + RETURNED * (said.before - said.after)
    return bool(latest) and median(latest) >= back


def short(number: float) -> float:
    """To four digits that count."""
    return float(f"{number:.4g}")


def noted(note: Note) -> Measured:
    """What a note says that was measured."""
    said = note.said
    return Measured(
        before=said["before"],
        after=said["after"],
        unit=said["unit"],
        usd=said["usd"],
        noise=said.get("noise", 0.0),
    )


def has_lapsed(facts: Facts, note: Note) -> bool:
    """Did a saving that was measured come back: by its note, its findings, or its meter?"""
    if any(other.name == f"{note.name}{LAPSED}" for other in facts.notes.get("saving", ())):
        return True
    findings, until = set(note.said["findings"]), facts.period.until
    last = date.fromisoformat(note.said["last"])
    open_again = [
        one
        for one in facts.records
        if one.finding.id in findings
        and any(
            last < begin.astimezone(UTC).date() and begin < until
            for begin, _ in intervals(one, facts.changes_of(one.finding.id))
        )
    ]
    meter = facts.bill.meters.get(note.said["meter"]) if facts.bill else None
    return bool(open_again) or returned(meter, noted(note), last)


def notes_of(facts: Facts, at: datetime) -> list[Note]:
    """What this look at the meters adds to the ledger. Each name is heard only once."""
    if facts.bill is None:
        return []
    found = []
    for one in applied(facts):
        said, _ = measure(one, facts.bill.meters, facts.bill.currency)
        if said and one.meter and not one.came_back:
            found.append(Note(kind="saving", name=one.name, at=at, said=as_note(one, said)))
    for note in facts.notes.get("saving", ()):
        if not note.name.endswith(LAPSED) and has_lapsed(facts, note):
            name = f"{note.name}{LAPSED}"
            found.append(Note(kind="saving", name=name, at=at, said={"of": note.name}))
    return found


def as_note(saving: Saving, said: Measured) -> dict[str, object]:
    """A measured saving as the ledger keeps it, with everything to check it by."""
    return {
        "check": saving.check,
        "fixes": list(saving.ids),
        "findings": [one.finding.id for one in saving.fixes],
        "first": saving.first.isoformat(),
        "last": saving.last.isoformat(),
        "meter": saving.meter.name if saving.meter else "",
        "before": said.before,
        "after": said.after,
        "unit": said.unit,
        "usd": said.usd,
        "noise": said.noise,
        "estimate": round(saving.estimate, 2),
    }
