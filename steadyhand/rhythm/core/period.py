"""The time a review speaks of: a week or a month in the owner's time zone."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import cached_property
from zoneinfo import ZoneInfo

from steadyhand.rhythm.core import words

GRACE = 3
"""Until this day of a month, a monthly review speaks of the month before."""
LATE = timedelta(hours=36)
"""For so long a week's review may be late, and still speaks of the week that it was for."""
FIRST = 2006
"""The year of the first services of AWS: nothing before it can have been seen."""


class Cadence(StrEnum):
    """How often."""

    WEEKLY = "weekly"
    MONTHLY = "monthly"


@dataclass(frozen=True, kw_only=True)
class Period:
    """From midnight to midnight, the end excluded. `is_running`: its end is now, it goes on.

    `billed_until` is the day that was not over in UTC when somebody asked, where there is one.
    """

    cadence: Cadence
    since: datetime
    until: datetime
    is_running: bool = False
    billed_until: date | None = field(default=None, compare=False)

    @property
    def zone(self) -> str:
        """The time zone's name."""
        return str(self.since.tzinfo)

    @property
    def year(self) -> int:
        """The year that goes without saying."""
        return self.since.year

    @property
    def name(self) -> str:
        """What makes it unique: "2026-05", "2026-W21"; a running one says until when it goes."""
        if self.cadence is Cadence.MONTHLY:
            said = f"{self.since:%Y-%m}"
        else:
            year, week, _ = self.since.isocalendar()
            said = f"{year}-W{week:02}"
        return f"{said}-until-{self.until:%Y-%m-%d}" if self.is_running else said

    @property
    def title(self) -> str:
        """How people call it: "May", "Week 21"."""
        if self.cadence is Cadence.MONTHLY:
            return words.MONTHS[self.since.month - 1]
        return f"Week {self.since.isocalendar().week}"

    @property
    def dates(self) -> str:
        """Which days: "May 2026", "18–24 May 2026"."""
        if self.cadence is Cadence.MONTHLY and not self.is_running:
            return f"{self.title} {self.year}"
        last = (self.until - timedelta(microseconds=1)).date()
        return f"{words.range_of(self.since.date(), last)} {last.year}"

    @property
    def bill_days(self) -> tuple[date, date]:
        """The days of the bill, which are UTC's: the first, and the one after the last.

        A day that is not over has no bill: on Monday at nine in Sydney it is still Sunday in UTC.
        """
        over = self.until.astimezone(UTC).date() if self.is_running else self.until.date()
        if self.billed_until is not None:
            over = min(over, self.billed_until)
        return self.since.date(), max(self.since.date(), over)

    @property
    def is_billed(self) -> bool:
        """Are all of its days over, as the bill counts them?"""
        return not self.is_running and self.bill_days[1] == self.until.date()

    @property
    def span(self) -> tuple[datetime, datetime]:
        """From when to when, in UTC, to subtract.

        Python subtracts two times of one zone as its clocks show them: an hour off where they were
        put forward or back in between.
        """
        return self._since, self._until

    def holds(self, at: datetime | None) -> bool:
        """Is a time in it?"""
        return at is not None and self._since <= at < self._until

    @cached_property
    def _since(self) -> datetime:
        return self.since.astimezone(UTC)

    @cached_property
    def _until(self) -> datetime:
        return self.until.astimezone(UTC)

    def local(self, at: datetime) -> datetime:
        """A time as the owner's clock shows it."""
        return at.astimezone(self.since.tzinfo)


class NoPeriod(ValueError):
    """A name that names no week and no month, or one that has not begun."""


def period_of(cadence: Cadence, now: datetime, zone: str, name: str = "") -> Period:
    """The period to review now, or the one that is named: "2026-10" or "2026-W43".

    On a Monday, and until Tuesday noon, it is the week before, on the first days of a month the month before. At any other
    time somebody asks in between: then it is the running one, until now.
    """
    place = ZoneInfo(zone)
    local = now.astimezone(place)
    if name:
        return _named(cadence, name, local, place)
    begin = _begin(cadence, local.date())
    days_in, since = (local.date() - begin).days, local - _midnight(begin, place)
    if days_in < GRACE if cadence is Cadence.MONTHLY else since < LATE:
        whole = _whole(cadence, _begin(cadence, begin - timedelta(days=1)), place)
        return _looked_at(whole, now)
    return Period(cadence=cadence, since=_midnight(begin, place), until=local, is_running=True)


def _named(cadence: Cadence, name: str, now: datetime, place: ZoneInfo) -> Period:
    """The inverse of a period's name. One that goes on ends now."""
    weekly = cadence is Cadence.WEEKLY
    try:
        begin = date.fromisoformat(f"{name}-1" if weekly else f"{name}-01")
        period = _whole(cadence, begin, place)
    except (ValueError, OverflowError):
        wanted = "week, as in 2026-W43" if weekly else "month, as in 2026-10"
        raise NoPeriod(f'"{name}" names no {wanted}') from None
    if begin.year < FIRST:
        raise NoPeriod(f"{name} is before there was AWS")
    (since, until), moment = period.span, now.astimezone(UTC)
    if since > moment:
        raise NoPeriod(f"{name} has not begun")
    if until <= moment:
        return _looked_at(period, now)
    return replace(
        period, until=max(moment, since + datetime.resolution).astimezone(place), is_running=True
    )


def _looked_at(whole: Period, now: datetime) -> Period:
    today = now.astimezone(UTC).date()
    return replace(whole, billed_until=today) if today < whole.until.date() else whole


def before(period: Period) -> Period:
    """The whole period before this one."""
    place = ZoneInfo(period.zone)
    return _whole(
        period.cadence,
        _begin(period.cadence, period.since.date() - timedelta(days=1)),
        place,
    )


def next_review(period: Period) -> date:
    """The day the next review of this cadence is due."""
    begin = _begin(period.cadence, period.since.date())
    following = _following(period.cadence, begin)
    return following if period.is_running else _following(period.cadence, following)


def _begin(cadence: Cadence, on: date) -> date:
    return on.replace(day=1) if cadence is Cadence.MONTHLY else on - timedelta(days=on.weekday())


def _following(cadence: Cadence, begin: date) -> date:
    if cadence is Cadence.WEEKLY:
        return begin + timedelta(days=7)
    return (begin + timedelta(days=32)).replace(day=1)


def _whole(cadence: Cadence, begin: date, place: ZoneInfo) -> Period:
    return Period(
        cadence=cadence,
        since=_midnight(begin, place),
        until=_midnight(_following(cadence, begin), place),
    )


def _midnight(on: date, place: ZoneInfo) -> datetime:
    """When a day begins; where clocks skip midnight, it is the first minute that exists."""
    return datetime.combine(on, time(), place).astimezone(UTC).astimezone(place)
