"""A person's date is a day in the owner's time zone: one function for all who read or say it.

"Until 24 June" holds through the whole of 24 June where the owner lives. It ends with the last
second of that day there, so that whoever turns the moment back into a day says 24 June again.
"""

from __future__ import annotations

from datetime import MAXYEAR, UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

SECOND = timedelta(seconds=1)
FAR = date(MAXYEAR, 1, 1)
"""Nothing ends from then on: the last days there are have no day after them, which calendars need."""


def end_of(day: date, zone: str) -> datetime:
    """The last second of a day there. Where clocks change at midnight, the day is longer or shorter."""
    place = ZoneInfo(zone)
    after = datetime.combine(day + timedelta(days=1), time(), place)
    return after.astimezone(UTC) - SECOND


def day_of(at: datetime, zone: str) -> date:
    """On which day a moment is there."""
    return at.astimezone(ZoneInfo(zone)).date()


def minute_of(at: datetime, zone: str) -> str:
    """A moment for a person, to the minute that has begun by then: "28 November 2026, 15:05 UTC"."""
    there = (at + timedelta(seconds=59)).astimezone(ZoneInfo(zone))
    return f"{there:%d %B %Y, %H:%M} {zone}"


def until_in(said: str, zone: str) -> datetime:
    """What a person wrote behind "until", in UTC: a day there, or a moment. `ValueError` where it is neither."""
    if len(said) <= len("2027-01-31"):
        return in_utc(end_of(min(date.fromisoformat(said), FAR), zone))
    at = datetime.fromisoformat(said)
    return in_utc(at if at.tzinfo else at.replace(tzinfo=ZoneInfo(zone)))


def in_utc(at: datetime) -> datetime:
    """A moment as the ledger compares it. `ValueError` from `FAR` on, and where it has no UTC."""
    try:
        there = at.astimezone(UTC)
    except OverflowError:
        raise ValueError(f"{at} is too far away") from None
    if there.date() >= FAR:
        raise ValueError(f"{at} is too far away")
    return there
