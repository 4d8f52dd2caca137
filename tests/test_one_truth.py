"""One ledger, one moment: mails, pages, terminal, JSON, calendar and tickets say the same of the same thing."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from functools import partial
from html import unescape
from types import SimpleNamespace
from typing import Any, cast

import pytest
from icalendar import Calendar as File
from rich.console import Console

from steadyhand.catalogue import discovery as catalogue
from steadyhand.cli.commands.know import calendar as calendar_command
from steadyhand.cli.commands.look import show
from steadyhand.cli.lookup import Known
from steadyhand.cli.output import backlog
from steadyhand.cli.session import Session
from steadyhand.cli.status import AccountStatus
from steadyhand.cli.terminal import THEME
from steadyhand.connect.message import Mail
from steadyhand.engine.scan import Found
from steadyhand.model import Call, Lane, Step, priced
from steadyhand.portal.gather import PortalRows
from steadyhand.portal.site import site
from steadyhand.reports.calendar_file import feed
from steadyhand.reports.compose import compose
from steadyhand.reports.first.compose import compose as compose_first
from steadyhand.rhythm.backlog.items import items_of
from steadyhand.rhythm.calendar.entries import calendar_of
from steadyhand.rhythm.core import words
from steadyhand.rhythm.core.facts import Facts
from steadyhand.rhythm.core.handling import WORDS, Handled, handled, steps_of
from steadyhand.rhythm.tickets.content import Ticket
from tests.reports.accounts import first, first_answers, ledger_rows, stories
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

    def findings(self) -> Mapping[str, str]:
        """The portal's row of each finding, by its id."""
        whole = "".join(page for name, page in self.pages.items() if name.startswith("findings"))
        rows = re.split(r'(?=<(?:tr|details|article)[^>]*id="fi-)', whole)
        named = ((re.search(r'id="(fi-\w+)"', row), row) for row in rows)
        return {found[1]: unescape(row) for found, row in named if found}


@pytest.fixture(scope="module", params=STORIES)
def told(request: pytest.FixtureRequest) -> Told:
    return Told(STORIES[request.param]().facts())


def day(told: Told, said: str) -> str:
    """A moment of the JSON as mails and pages write its day."""
    period = told.facts.period
    return words.short_day(period.local(datetime.fromisoformat(said)).date(), period.until.year)


def flat(html: str) -> str:  # the words of a page on one line
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def section(page: str, lane: Lane) -> str:
    """One lane of the backlog's page."""
    return page.partition(f'<h2 id="lane-{lane}"')[2].partition("</section>")[0]


def test_an_item_waits_in_one_lane_wherever_it_shows(told: Told) -> None:
    page, terminal = told.pages["backlog.html"], told.terminal()
    headings = {lane: terminal.find(f"\n{lane.title()} ") for lane in Lane}
    for one in told.lanes["items"]:
        assert f'id="{one["id"]}"' in section(page, one["lane"])
        above = [lane for lane, at in headings.items() if 0 <= at < terminal.index(one["id"])]
        assert max(above, key=headings.__getitem__) == one["lane"]


def test_counts_of_lanes_agree(told: Told) -> None:
    index, mail = flat(told.pages["index.html"]), told.mail.text
    findings = flat(told.pages["findings.html"])
    for lane in Lane:
        mine = [one for one in told.lanes["items"] if one["lane"] == lane]
        still = [task for one in mine for task in one["findings"] if task["state"] == "open"]
        assert f"{lane.title()} {len(mine)} {len(still)}" in index
        assert f"{lane.title()} {len(still)}" in findings
        count = words.plural(len(mine), "item")
        assert re.search(rf"^  {lane.title()} +{count}\.", mail, re.MULTILINE), lane
    now = sum(one["lane"] == Lane.NOW for one in told.lanes["items"])
    assert f"{words.plural(now, 'item')} for now, {len(told.items)} in all." in flat(
        told.pages["backlog.html"]
    )


def test_who_takes_care_is_one_word_everywhere(told: Told) -> None:
    rows = told.findings()
    records = {one.finding.id: one for item in told.items for one in item.open}
    assert set(rows) == set(records)
    for name, record in records.items():
        how = handled(record, told.facts)
        marks = {WORDS[one] for one in Handled if f"</span> {WORDS[one]}</span>" in rows[name]}
        assert marks == {WORDS[how]}, name
        is_offered = f"steadyhand approve {name}" in rows[name]
        assert is_offered == (how in {Handled.YOU, Handled.AUTO}), (name, how)
    for item, said in zip(told.items, told.lanes["items"], strict=True):
        if item.open:
            assert said["handled"] == handled(item.open[0], told.facts)
    for one in told.dates["dates"]:
        for name in set(one["findings"]) & set(records):
            assert one["handled"] == handled(records[name], told.facts), name


def test_a_date_is_the_same_day_everywhere(told: Told) -> None:
    page = flat(told.pages["calendar.html"])
    events = {str(one["uid"]).partition("@")[0]: one for one in told.file.walk("VEVENT")}
    records = {one.finding.id: one for item in told.items for one in item.open}
    rows = told.findings()
    assert told.dates["dates"]
    for one in told.dates["dates"]:
        shown = day(told, one["at"])
        event: Any = events[one["uid"]]
        start = event.decoded("dtstart")
        on = told.facts.period.local(start).date() if isinstance(start, datetime) else start
        assert on.isoformat() == one["on"]
        assert f"{shown} {one['what']}" in page
        assert WORDS[one["handled"]] in str(event["description"]) or one["kind"] == "review"
        for name in set(one["findings"]) & set(records):
            assert f'<td class="date">{shown}</td>' in rows[name], name


def test_the_mails_time_bombs_are_those_of_the_calendar(told: Told) -> None:
    mail = " ".join(told.mail.text.partition("TIME BOMBS")[2].partition("RELIABILITY")[0].split())
    ahead = [one for one in told.calendar.entries if one.kind == "finding"]
    for one in ahead:
        said = f"{one.day} {one.what}"
        within = one.at - told.facts.period.until
        assert (said in mail) == (within.days < 90), said


def test_a_decision_has_one_day_to_be_answered_by(told: Told) -> None:
    mail, index = told.mail, flat(told.pages["index.html"])
    asked = re.findall(r"DECISION \d OF \d - answer by (.+)", mail.text)
    shown = re.findall(r"Answer by (\w+ \d+ \w+(?: \d{4})?)", index)
    assert asked == shown
    for by in asked:
        assert by in flat(mail.html)
    ids = re.findall(r"^  steadyhand approve (fi-\w+)$", mail.text, re.MULTILINE)
    assert ids == re.findall(r"steadyhand approve (fi-\w+)", told.pages["index.html"])
    records = {one.finding.id: one for item in told.items for one in item.open}
    assert {handled(records[name], told.facts) for name in ids} <= {Handled.YOU}


def test_money_is_the_same_everywhere_and_adds_up(told: Told) -> None:
    page, terminal = told.pages["backlog.html"], told.terminal()
    rows = {name: priced_at(row) for name, row in told.findings().items()}
    for one in told.lanes["items"]:
        usd = sum(rows[task["id"]] for task in one["findings"] if task["state"] == "open")
        mine = page.partition(f'<li id="{one["id"]}"')[2].partition("<li id=")[0]
        line = terminal.partition(one["id"])[2].partition("it-")[0]
        assert priced_at(mine) == priced_at(line) == usd == Decimal(str(one["usd_per_month"] or 0))
    assert priced_at(told.mail.text, "Waste still open:") == sum(rows.values())


def priced_at(said: str, before: str = "·") -> Decimal:  # what it says that it costs a month
    usd = re.search(rf"{before} \$([\d,]+\.\d\d) a month", flat(said)) or ["", "0"]
    return Decimal(usd[1].replace(",", ""))


def test_tickets_say_what_the_backlog_says(told: Told) -> None:
    def command(call: Call, region: str) -> str:
        return f"{call.action} {region}"

    records = {one.finding.id: one for item in told.items for one in item.open}
    for item, said in zip(told.items, told.lanes["items"], strict=True):
        body = Ticket(item=item, facts=told.facts, command=command).whole
        period = told.facts.period
        due = period.local(datetime.fromisoformat(said["due"])).date()
        assert f"To be done by {words.day(due, period.until.year)}" in body
        if usd := said["usd_per_month"]:
            assert f"Costs {priced(usd)} a month" in body
        still = [task for task in said["findings"] if task["state"] == "open"]
        assert f"What is left: {len(still):,} of " in body
        offered = set(re.findall(r"steadyhand (?:fix|approve) (fi-\w+)", body))
        mine = {Handled.YOU, Handled.AUTO}
        able = {one.finding.id for one in item.open if handled(one, told.facts) in mine}
        able = {name for name in able if steps_of(records[name], told.facts)}
        assert bool(offered) == bool(able)
        assert offered <= able


def test_an_exemption_ends_on_one_day(told: Told) -> None:
    page, calendar = flat(told.pages["exemptions.html"]), told.dates["dates"]
    ending = [one for one in calendar if one["kind"] == "exemption"]
    for one in ending:
        local = datetime.fromisoformat(one["on"]).date()
        left = (local - told.facts.period.local(told.facts.period.until).date()).days
        assert words.day(local, told.facts.period.until.year) in page
        assert f"{words.plural(left, 'day')} left" in page


def printed(write: Callable[[Console], None]) -> str:
    """What a person reads in a terminal of 120 columns, on one line."""
    said = io.StringIO()
    write(Console(file=said, width=120, theme=THEME))
    return " ".join(said.getvalue().split())


def test_show_says_what_the_backlog_says(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(show, "from_ledger", lambda _: told.status)
    checks = {check.id: check for check in catalogue.load()}
    session: Any = SimpleNamespace(decided=told.facts.settings)
    for item in told.items:
        record, facts = item.open[0], told.facts
        finding, how = record.finding, handled(record, told.facts)
        steps = tuple(
            Step(owns=ANY, makes=ANY, do=one.do, undo=one.undo) for one in steps_of(record, facts)
        )
        check, lane = checks[finding.check], facts.lane(record)
        found = Found(finding=finding, check=check, risk=record.risk, plan=steps, lane=lane)
        one = Known(found=found, record=record, session=session)
        said = printed(partial(show.show, one=one))
        assert f" lane {item.lane} handled {WORDS[how]} " in said, finding.id
        assert f" environment {record.environment} " in said
        is_offered = any(f"steadyhand {word} {finding.id}" in said for word in ("approve", "fix"))
        assert is_offered == (how in {Handled.YOU, Handled.AUTO} and bool(steps)), finding.id


def test_the_calendar_in_the_terminal_is_the_calendar(told: Told) -> None:
    said = printed(
        lambda console: calendar_command.show(console, told.calendar, told.status, days=180)
    )
    at = -1
    for one in told.calendar.entries:
        row = " ".join(f"{one.day} {one.what.rstrip('.')}".split())
        at = said.find(row, at + 1)
        assert at >= 0, row
        assert WORDS[one.handled].lower() in said[at + len(row) :][:60], row


@pytest.mark.parametrize("story", STORIES)
def test_the_weekly_mail_says_what_the_pages_say(story: str) -> None:
    week = Told(STORIES[story]().on(ledger_rows.MONDAY).facts("weekly"))
    mail, index = " ".join(week.mail.text.split()), flat(week.pages["index.html"])
    by = re.compile(r"answer by (\w+ \d+ \w+)", re.IGNORECASE)
    assert by.findall(mail) == by.findall(index)
    offered = re.findall(r"steadyhand approve (fi-\w+)", mail)
    assert offered == re.findall(r"steadyhand approve (fi-\w+)", week.pages["index.html"])
    now = sum(one["lane"] == Lane.NOW for one in week.lanes["items"])
    counted = re.search(r"Items in Now +(\d+)", week.mail.text)
    assert counted is None or int(counted[1]) == now
    backlog_page = flat(week.pages["backlog.html"])
    for late in re.findall(r"overdue by \d+ days?", mail):
        assert late in backlog_page


def test_the_first_report_says_what_the_backlog_says() -> None:
    facts, looked = first.look(first_answers.USUAL)
    told, made = Told(facts.facts), compose_first(facts, looked)
    for lane in Lane:
        mine = [one for one in told.lanes["items"] if one["lane"] == lane]
        count = words.plural(sum(len(one["findings"]) for one in mine), "finding")
        assert re.search(rf"^{lane.upper()}, .*, {count}$", made.report.text, re.MULTILINE), lane
    records = {one.finding.id: one for item in told.items for one in item.open}
    for mail in (made.mail, made.report):
        offered = re.findall(r"steadyhand (?:plan|fix|approve) (fi-\w+)", mail.text)
        assert offered
        assert {handled(records[name], told.facts) for name in offered} == {Handled.YOU}
