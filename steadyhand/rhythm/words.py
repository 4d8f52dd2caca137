"""How numbers, dates and strangers' names are written in everything people read."""

from __future__ import annotations

import unicodedata
from datetime import date, datetime, timedelta

MINUS = "−"
MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Unicode's categories of what changes a line without being seen: controls, directions, breaks."""

NAME, SENTENCE, STORY = 64, 160, 320
"""How many characters of a name, a sentence and an explanation a mail has room for."""


def clean(text: str, most: int = SENTENCE) -> str:
    """Somebody else's words as one line of visible characters, cut with an ellipsis."""
    seen = "".join(" " if unicodedata.category(one) in UNSEEN else one for one in text)
    whole = " ".join(seen.split())
    return whole if len(whole) <= most else whole[: most - 1].rstrip() + "…"


def sentence(text: str) -> str:
    """With a capital first letter and one full stop."""
    said = text.strip().rstrip(".")
    if not said:
        return ""
    return f"{said[:1].upper()}{said[1:]}{'' if said.endswith(('?', '!', '…')) else '.'}"


def plural(count: int, one: str, many: str = "") -> str:
    """A count and its noun: "1 decision", "2 decisions"."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def listed(parts: list[str]) -> str:
    """With commas and an "and": "a, b and c"."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def money(usd: float) -> str:
    """In dollars, cents only below ten: "$4,212", "$2.41"."""
    size = abs(usd)
    said = f"${size:,.2f}" if 0 < size < 9.995 else f"${size:,.0f}"
    return f"{MINUS}{said}" if usd < 0 else said


def moved(usd: float) -> str:
    """A difference with its sign: "−$318", "+$96", "±$0"."""
    sign = "+" if usd > 0 else MINUS if usd < 0 else "±"
    return sign + money(abs(usd))


def duration(time: timedelta) -> str:
    """In at most two units: "19 seconds", "31 minutes", "2 hours 5 minutes", "3 days"."""
    seconds = max(0, round(time.total_seconds()))
    if seconds < 100:
        return plural(seconds, "second")
    minutes = round(seconds / 60)
    if minutes < 100:
        return plural(minutes, "minute")
    hours, left = divmod(minutes, 60)
    if hours < 48:
        return plural(hours, "hour") + (f" {plural(left, 'minute')}" if left else "")
    return plural(round(hours / 24), "day")


def day(on: date, year: int | None = None) -> str:
    """A date in full: "19 June", with the year where it is not `year`."""
    return f"{on.day} {MONTHS[on.month - 1]}" + (
        "" if year is None or on.year == year else f" {on.year}"
    )


def short_day(on: date, year: int | None = None) -> str:
    """A date for a narrow column: "19 Jun"."""
    return f"{on.day} {MONTHS[on.month - 1][:3]}" + (
        "" if year is None or on.year == year else f" {on.year}"
    )


def weekday(on: date, year: int | None = None) -> str:
    """A date with its day of the week: "Friday 19 June"."""
    return f"{DAYS[on.weekday()]} {day(on, year)}"


def moment(at: datetime, year: int | None = None) -> str:
    """A date and a time of day: "19 June, 10:42"."""
    return f"{day(at.date(), year)}, {at:%H:%M}"


def range_of(first: date, last: date) -> str:
    """Some days in a row: "12–14 May", "30 April – 2 May", "12 May"."""
    if first == last:
        return day(first)
    if first.month == last.month:
        return f"{first.day}–{day(last)}"
    return f"{day(first)} – {day(last)}"


def account(number: str) -> str:
    """An account's number in groups: "1111-2222-3333"."""
    grouped = "-".join(number[at : at + 4] for at in range(0, len(number), 4))
    return grouped if len(number) == 12 and number.isdigit() else clean(number, NAME)
