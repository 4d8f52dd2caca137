"""The dates ahead as a calendar file: every program that knows appointments can read it.

RFC 5545: the id of an event stays for life, SEQUENCE and LAST-MODIFIED grow when what it says
changes, and what went away is CANCELLED, so that a calendar takes it out.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from icalendar import Alarm, Event, vText
from icalendar import Calendar as File

from steadyhand.rhythm.calendar.entries import Calendar, Entry
from steadyhand.rhythm.core.handling import WAITING, WORDS
from steadyhand.rhythm.reviews.review import Review

EARLY = timedelta(days=-3)
"""When a calendar reminds of what waits for a person."""
REVIEW = timedelta(minutes=30)
DAILY = timedelta(hours=12)
"""How often a program that subscribes should look again."""
UNFIT = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
"""Controls that RFC 5545 forbids in text."""


def ics(review: Review) -> bytes:
    """The file that comes with a mail."""
    return written(review.calendar)


def feed(calendar: Calendar) -> bytes:
    """The file that programs subscribe to."""
    return written(calendar, subscribed=True)


def written(calendar: Calendar, *, subscribed: bool = False) -> bytes:
    """One event a date, soonest first, then what was called off."""
    file = File()
    file.add("prodid", "-//Steadyhand//Time bombs//EN")
    file.add("version", "2.0")
    file.add("calscale", "GREGORIAN")
    file.add("method", "PUBLISH")
    file.add("x-wr-calname", vText(text(f"Time bombs of {calendar.owner}")))
    if subscribed:
        file.add("refresh-interval", DAILY, parameters={"VALUE": "DURATION"})
        file.add("x-published-ttl", "PT12H")
    for entry in calendar.in_file:
        file.add_component(event(entry, calendar))
    made: bytes = file.to_ical()
    return made


def event(entry: Entry, calendar: Calendar) -> Event:
    """A day in the owner's time zone, or half an hour for a review."""
    made = Event()
    made.add("uid", f"{entry.uid}@{calendar.account}.steadyhand")
    modified = whole(entry.modified or calendar.at)
    made.add("dtstamp", modified)
    made.add("last-modified", modified)
    made.add("sequence", entry.sequence)
    made.add("status", "CANCELLED" if entry.is_off else "CONFIRMED")
    if entry.is_timed:
        made.add("dtstart", whole(entry.at))
        made.add("dtend", whole(entry.at + REVIEW))
    else:
        made.add("dtstart", entry.on)
        made.add("dtend", entry.on + timedelta(days=1))
    made.add("summary", text(entry.what.rstrip(".")))
    made.add("description", text(story(entry)))
    made.add("transp", "TRANSPARENT")
    if entry.handled in WAITING and not entry.is_off:
        made.add_component(reminder(entry))
    return made


def story(entry: Entry) -> str:
    """What happens then, who takes care of it, and how sure it is."""
    if entry.is_off:
        return entry.then
    more = f"And {entry.others}. " if entry.others else ""
    sure = entry.certainty[:1].upper() + entry.certainty[1:]
    who = f"{WORDS[entry.handled]}: {entry.note}." if entry.note else f"{WORDS[entry.handled]}."
    return f"{entry.then} {more}{who} {sure}.".strip()


def reminder(entry: Entry) -> Alarm:
    """For what nobody but a person does."""
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("trigger", EARLY)
    alarm.add("description", text(entry.what.rstrip(".")))
    return alarm


def whole(at: datetime) -> datetime:
    """To the second, in UTC, as the format wants it."""
    return at.astimezone(UTC).replace(microsecond=0)


def text(said: str) -> str:
    """Without what no calendar may hold; commas, semicolons and breaks are escaped on writing."""
    tamed = said.encode("utf-8", "replace").decode("utf-8")
    return UNFIT.sub(" ", tamed)
