"""When nothing is changed: windows of the owner's calendar, in the owner's time zone.

A window is two days, "2026-12-20..2027-01-06" with both of them, one day, "2026-12-24", or two moments of every
week, "Fri 16:00..Mon 08:00", of which the second is outside. All is compared as clocks on the wall show it, so a
window holds as written on days when clocks change.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from steadyhand.settings.local_date import day_of

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
WEEKLY = re.compile(rf"({'|'.join(DAYS)}) ([01][0-9]|2[0-3]):([0-5][0-9])")
DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
TO = ".."
WEEK = timedelta(days=7)
LIKE = 'write one like "2026-12-20..2027-01-06" or "Fri 16:00..Mon 08:00"'


def dates(window: str) -> tuple[date, date] | None:
    """The first and the last day of a window of dates; None where it is none."""
    first, _, last = window.partition(TO)
    last = last if TO in window else first
    if not (DATE.fullmatch(first) and DATE.fullmatch(last)):
        return None
    try:
        begins, ends = date.fromisoformat(first), date.fromisoformat(last)
    except ValueError:
        return None
    return (begins, ends) if begins <= ends else None


def week(window: str) -> tuple[timedelta, timedelta] | None:
    """Beginning and end of a weekly window, since Monday 00:00; None where it is none."""
    found = [WEEKLY.fullmatch(one) for one in window.split(TO)]
    if len(found) != 2 or not (found[0] and found[1]):
        return None
    begins, ends = (
        timedelta(days=DAYS.index(one[1]), hours=int(one[2]), minutes=int(one[3]))
        for one in found
        if one
    )
    return (begins, ends) if begins != ends else None


def is_window(said: str) -> bool:
    """Is it a window at all?"""
    return bool(dates(said) or week(said))


def frozen(windows: Iterable[str], at: datetime, zone: str) -> str:
    """The window that a moment lies in; nothing where it lies in none."""
    return next((one for one in windows if lies_in(one, at, zone)), "")


def lies_in(window: str, at: datetime, zone: str) -> bool:
    """Does a moment lie in a window, by the clocks of this zone? What is no window holds nothing up."""
    if days := dates(window):
        return days[0] <= day_of(at, zone) <= days[1]
    if moments := week(window):
        there = at.astimezone(ZoneInfo(zone))
        since = timedelta(days=there.weekday(), hours=there.hour, minutes=there.minute)
        begins, ends = moments
        return (since - begins) % WEEK < (ends - begins) % WEEK
    return False
