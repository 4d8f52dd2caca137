"""One ledger, one moment: mails, pages, JSON, calendar and tickets say the same of the same thing."""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal
from typing import Any

from steadyhand.model import Call, Lane, priced
from steadyhand.rhythm.core import words
from steadyhand.rhythm.core.handling import WORDS, Handled, handled, steps_of
from steadyhand.rhythm.tickets.content import Ticket
from tests.agreement.told import Told, day, flat, priced_at, section


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


def test_money_is_the_same_everywhere_and_adds_up(told: Told) -> None:
    page, terminal = told.pages["backlog.html"], told.terminal()
    rows = {name: priced_at(row) for name, row in told.findings().items()}
    for one in told.lanes["items"]:
        usd = sum(rows[task["id"]] for task in one["findings"] if task["state"] == "open")
        mine = page.partition(f'<li id="{one["id"]}"')[2].partition("<li id=")[0]
        line = terminal.partition(one["id"])[2].partition("it-")[0]
        assert priced_at(mine) == priced_at(line) == usd == Decimal(str(one["usd_per_month"] or 0))
    assert priced_at(told.mail.text, "Waste still open:") == sum(rows.values())


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
