"""How numbers, dates and strangers' names are written in everything people read."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise

from steadyhand.reference.secrets import redacted
from steadyhand.rhythm.core.money import MINUS, money, moved

__all__ = ["MINUS", "money", "moved"]

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

UNREADABLE = "(unreadable)"
"""What stands for a name without a single visible character."""

COMMON = frozenset(
    [
        "the",
        "a",
        "an",
        "bucket",
        "database",
        "image",
        "rule",
        "snapshot",
        "it",
        "our",
        "no",
        "none",
        "every",
        "everything",
        "nobody",
    ]
)
"""Words that a sentence may begin with in a capital; anything else may be a name."""

ISO = re.compile(r"\b\d{4}-\d\d-\d\d\b")

DAY, CLOSE, OFTEN = 1440, 10, 3
"""In minutes: a day, and how far apart what comes at the same hour may be; and how often it must."""

NAME, SENTENCE, STORY = 64, 160, 320
"""How many characters of a name, a sentence and an explanation a mail has room for."""


def clean(text: str, most: int = SENTENCE) -> str:
    """Somebody else's words as one line of visible characters, cut with an ellipsis."""
    seen = text
    if not (text.isascii() and text.isprintable()):
        seen = "".join(" " if unicodedata.category(one) in UNSEEN else one for one in text)
    whole = redacted(" ".join(seen.split())) or (UNREADABLE if text.strip() else "")
    room = most if len(whole) <= most and weight(whole) <= 2 * most else fitting(whole, most)
    return whole if room == most else whole[:room].rstrip() + "…"


def weight(text: str) -> int:
    """How many bytes it becomes in a page, where some letters are five."""
    return len(text.encode()) + 4 * sum(text.count(one) for one in "&<>\"'")


def fitting(text: str, most: int) -> int:
    """How many characters fit, together with an ellipsis."""
    left = 2 * most - weight("…")
    for at, one in enumerate(text[: most - 1]):
        left -= weight(one)
        if left < 0:
            return at
    return min(len(text), most - 1)


def person(who: str) -> str:
    """Who it was, by name: the last part of an ARN, "maya" of arn:aws:iam::111122223333:user/maya.

    "root" of arn:aws:iam::111122223333:root.
    """
    said = clean(who)
    last = said.rpartition("/")[2] or said
    return clean(last.rpartition(":")[2] or last if last.startswith("arn:") else last, NAME)


def sentence(text: str) -> str:
    """Our own words, with a capital first letter and one full stop."""
    said = _stopped(text)
    return said[:1].upper() + said[1:]


def told(text: str, most: int = SENTENCE) -> str:
    """Somebody else's words as a sentence. Names keep their small letters; dates are written out."""
    said = _stopped(ISO.sub(_written_out, clean(text, most)))
    return said[:1].upper() + said[1:] if said.partition(" ")[0] in COMMON else said


def _written_out(found: re.Match[str]) -> str:
    try:
        on = date.fromisoformat(found[0])
    except ValueError:
        return found[0]
    return f"{day(on)} {on.year}"


def _stopped(text: str) -> str:
    said = text.strip().rstrip(".")
    return said + "." if said and not said.endswith(("?", "!", "…")) else said


def uncapped(text: str) -> str:
    """As it goes on within a sentence: "Every browser" becomes "every browser"."""
    return text[:1].lower() + text[1:] if text[1:2].islower() or text[1:2] == " " else text


def plural(count: int, one: str, many: str = "") -> str:
    """A count and its noun: "1 decision", "2 decisions"."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def listed(parts: list[str]) -> str:
    """With commas and an "and": "a, b and c"."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def percent(share: float) -> str:
    """A share of one: "94%". What rounds to nothing is nothing, and never minus."""
    size = round(100 * share)
    return f"{MINUS if size < 0 else ''}{abs(size):,}%"


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


def brief(time: timedelta) -> str:
    """The same for a narrow column: "19 s", "22 min", "2 h 5 min"."""
    said = duration(time)
    for long, short in (("second", "s"), ("minute", "min"), ("hour", "h")):
        said = said.replace(f"{long}s", short).replace(long, short)
    return said


def hours(low: float, high: float) -> str:
    """A range of work: "2 to 8 hours", "30 minutes to 2 hours", "15 to 60 minutes"."""
    if high <= 1:
        return f"{60 * low:g} to {60 * high:g} minutes"
    return f"{60 * low:g} minutes to {high:g} hours" if low < 1 else f"{low:g} to {high:g} hours"


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


def same_hour(moments: Sequence[datetime]) -> str:
    """Say "always at 05:12" where three or more local moments lie within ten minutes of the day, else nothing."""
    at = sorted(one.hour * 60 + one.minute for one in moments)
    if len(at) < OFTEN:
        return ""
    gaps = [after - before for before, after in pairwise([*at, at[0] + DAY])]
    widest = max(range(len(gaps)), key=gaps.__getitem__)
    if DAY - gaps[widest] > CLOSE:
        return ""
    hour, minute = divmod(at[(widest + 1) % len(at)], 60)
    return f"always at {hour:02}:{minute:02}"


def range_of(first: date, last: date) -> str:
    """Some days in a row: "12–14 May", "30 April – 2 May", "12 May"."""
    if first == last:
        return day(first)
    if first.year != last.year:
        return f"{day(first)} {first.year} – {day(last)} {last.year}"
    if first.month == last.month:
        return f"{first.day}–{day(last)}"
    return f"{day(first)} – {day(last)}"


def account(number: str) -> str:
    """An account's number in groups: "1111-2222-3333"."""
    grouped = "-".join(number[at : at + 4] for at in range(0, len(number), 4))
    return grouped if len(number) == 12 and number.isdigit() else clean(number, NAME)
