"""Everything that is told of one ledger at one moment, and how tests read it."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from html import unescape
from types import SimpleNamespace
from typing import Any, cast

from icalendar import Calendar as File
from rich.console import Console

from steadyhand.catalogue import discovery as catalogue
from steadyhand.cli.commands.know import calendar as calendar_command
from steadyhand.cli.lookup import Known
from steadyhand.cli.output import backlog
from steadyhand.cli.session import Session
from steadyhand.cli.status import AccountStatus
from steadyhand.cli.terminal import THEME
from steadyhand.connect.message import Mail
from steadyhand.engine.scan import Found
from steadyhand.model import Lane, Step
from steadyhand.portal.gather import PortalRows
from steadyhand.portal.site import site
from steadyhand.reports.calendar_file import feed
from steadyhand.reports.compose import compose
from steadyhand.rhythm.backlog.items import items_of
from steadyhand.rhythm.calendar.entries import calendar_of
from steadyhand.rhythm.core import words
from steadyhand.rhythm.core.facts import Facts
from steadyhand.rhythm.core.handling import steps_of
from tests.reports.accounts import stories
from tests.reports.accounts.busy import busy

ANY: Any = None
STORIES = {"usual": stories.usual, "busy": busy, "first month": stories.first_month}


class Told:
    """Everything that people and programs are told of one ledger at one moment."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.mail: Mail = compose(facts)
        self.pages: Mapping[str, str] = {
            name: data.decode()
            for name, data in site(
                PortalRows(facts=facts, checks=tuple(catalogue.load()), reviews=())
            ).items()
            if name.endswith(".html")
        }
        self.items = items_of(facts)
        self.calendar = calendar_of(facts)
        self.status = AccountStatus(facts=facts, is_remembered=True, session=cast(Session, None))
        self.lanes = backlog.as_json(self.items, self.status)
        self.dates = calendar_command.as_json(self.calendar, self.status)
        self.file = File.from_ical(feed(self.calendar))

    def terminal(self) -> str:
        """The backlog as a person sees it, every item."""
        said = io.StringIO()
        console = Console(file=said, width=120, theme=THEME)
        backlog.show(console, self.items, self.status, every=True)
        return said.getvalue()

    def known(self) -> Iterator[Known]:
        """The first open finding of each item, as `show` and `plan` know it."""
        checks = {check.id: check for check in catalogue.load()}
        session: Any = SimpleNamespace(decided=self.facts.settings)
        for item in self.items:
            record, facts = item.open[0], self.facts
            steps = tuple(
                Step(owns=ANY, makes=ANY, do=one.do, undo=one.undo)
                for one in steps_of(record, facts)
            )
            check, lane = checks[record.finding.check], item.lane
            found = Found(
                finding=record.finding, check=check, risk=record.risk, plan=steps, lane=lane
            )
            yield Known(found=found, record=record, session=session)

    def findings(self) -> Mapping[str, str]:
        """The portal's row of each finding, by its id."""
        whole = "".join(page for name, page in self.pages.items() if name.startswith("findings"))
        rows = re.split(r'(?=<(?:tr|details|article)[^>]*id="fi-)', whole)
        named = ((re.search(r'id="(fi-\w+)"', row), row) for row in rows)
        return {found[1]: unescape(row) for found, row in named if found}


def day(told: Told, said: str) -> str:
    """A moment of the JSON as mails and pages write its day."""
    period = told.facts.period
    return words.short_day(period.local(datetime.fromisoformat(said)).date(), period.until.year)


def flat(html: str) -> str:  # the words of a page on one line
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def section(page: str, lane: Lane) -> str:
    """One lane of the backlog's page."""
    return page.partition(f'<h2 id="lane-{lane}"')[2].partition("</section>")[0]


def priced_at(said: str, before: str = "·") -> Decimal:  # what it says that it costs a month
    usd = re.search(rf"{before} \$([\d,]+\.\d\d) a month", flat(said)) or ["", "0"]
    return Decimal(usd[1].replace(",", ""))


def printed(write: Callable[[Console], None]) -> str:
    """What a person reads in a terminal of 120 columns, on one line."""
    said = io.StringIO()
    write(Console(file=said, width=120, theme=THEME))
    return " ".join(said.getvalue().split())
