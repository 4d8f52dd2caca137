"""The time bombs as a calendar file: every program that knows appointments can read it."""

from __future__ import annotations

from datetime import UTC, timedelta

from icalendar import Calendar, Event

from steadyhand.rhythm.bombs import IN_FILE, Bomb
from steadyhand.rhythm.review import Review

SAID = {"auto": "Automatic", "you": "Waiting for you", "planned": "Planned"}


def ics(review: Review) -> bytes:
    """One event a bomb. Their ids stay the same, so a newer file replaces them."""
    calendar = Calendar()
    calendar.add("prodid", "-//Steadyhand//Time bombs//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", f"Time bombs of {review.owner}")
    for bomb in review.bombs.every[:IN_FILE]:
        calendar.add_component(event(bomb, review))
    written: bytes = calendar.to_ical()
    return written


def event(bomb: Bomb, review: Review) -> Event:
    """A day, in the owner's time zone."""
    more = f" And {bomb.others}." if bomb.others else ""
    made = Event()
    made.add("uid", f"{bomb.ids[0]}@{review.account}.steadyhand")
    made.add("dtstamp", review.period.until.astimezone(UTC).replace(microsecond=0))
    made.add("dtstart", bomb.on)
    made.add("dtend", bomb.on + timedelta(days=1))
    made.add("summary", bomb.what.rstrip("."))
    made.add("description", f"{bomb.then}{more} {SAID[bomb.handled]}: {bomb.note}.".strip())
    made.add("transp", "TRANSPARENT")
    return made
