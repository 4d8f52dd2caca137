"""What is typed says what mails and pages say: show, plan, calendar."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest
from rich.console import Console

from steadyhand.aws import cli_command
from steadyhand.catalogue import discovery as catalogue
from steadyhand.catalogue.lanes import lane_of
from steadyhand.check import Check
from steadyhand.cli.commands.know import calendar as calendar_command
from steadyhand.cli.commands.look import plan, show
from steadyhand.cli.lookup import Known
from steadyhand.cli.output import backlog
from steadyhand.cli.status import facts_in
from steadyhand.cli.terminal import THEME
from steadyhand.engine.scan import Found, together
from steadyhand.formats.words import tame
from steadyhand.model import Record
from steadyhand.rhythm.backlog.items import items_of
from steadyhand.rhythm.core.handling import WORDS, Handled, handled
from steadyhand.settings.values import Settings
from tests.agreement.told import Told, flat, printed
from tests.formats.made_up import result


def test_show_says_what_the_backlog_says(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(show, "from_ledger", lambda _: told.status)
    for item, one in zip(told.items, told.known(), strict=True):
        record, finding = item.open[0], one.found.finding
        how = handled(record, told.facts)
        said = printed(partial(show.show, one=one))
        assert f" lane {item.lane} handled {WORDS[how]} " in said, finding.id
        assert f" environment {record.environment} " in said
        is_offered = any(f"steadyhand {word} {finding.id}" in said for word in ("approve", "fix"))
        assert is_offered == (how in {Handled.YOU, Handled.AUTO} and bool(one.found.plan))


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


def test_plan_says_what_the_page_and_show_say(told: Told) -> None:
    rows = told.findings()
    seen = 0
    for one in told.known():
        finding, said = one.found.finding, "\n".join(plan.script(one.found))
        assert said.startswith(f"# {tame(finding.summary)}\n")
        assert ("There is no plan for it" in said) == (not one.found.plan), finding.id
        for step in one.found.plan:
            command = " ".join(cli_command.command(step.do, finding.region).split())
            assert command in " ".join(said.replace("\\\n", " ").split()), finding.id
            assert command in flat(rows[finding.id]), finding.id
            seen += 1
    assert seen


def scanned(record: Record, check: Check, decided: Settings, now: datetime) -> Found:
    """What a scan makes of one finding by itself."""
    environment = decided.environment(record.finding)
    lane = lane_of(record.finding, check.category, now, record.risk, environment)
    return Found(finding=record.finding, check=check, risk=record.risk, plan=(), lane=lane)


def test_a_scan_puts_each_finding_where_the_backlog_of_it_does(told: Told) -> None:
    checks, decided = {check.id: check for check in catalogue.load()}, told.facts.settings
    now = told.facts.period.until
    soon = now + timedelta(days=3)
    records = [one for item in told.items for one in item.open]
    records += [
        replace(one, finding=replace(one.finding, name=f"{at} soon", detonates_at=soon))
        for at, one in enumerate(records[::3])
    ]
    every = [scanned(one, checks[one.finding.check], decided, now) for one in records]
    seen = result(
        found=together(every, decided),
        settings=decided,
        started_at=now - timedelta(seconds=6),
        finished_at=now,
    )
    items = items_of(facts_in(seen, decided))
    waits = {name: item.lane for item in items for name in item.ids}
    assert {one.finding.id: one.lane for one in seen.found} == waits
    session: Any = SimpleNamespace(decided=decided)
    for one in seen.found:
        stands = show.standing(Known(found=one, record=None, session=session))
        assert stands
        assert stands.lane == one.lane


@pytest.mark.parametrize("columns", [20, 40, 80])
def test_a_narrow_terminal_hides_nothing_of_the_backlog_and_the_calendar(
    told: Told, columns: int
) -> None:
    """Of "left alone" too, the longest of the marks."""
    how = Handled.LEFT
    calendar = replace(
        told.calendar, entries=tuple(replace(one, handled=how) for one in told.calendar.entries)
    )
    said = io.StringIO()
    console = Console(file=said, width=columns, theme=THEME)
    backlog.show(console, told.items, told.status, every=True)
    calendar_command.show(console, calendar, told.status, days=180)
    assert "…" not in said.getvalue()
    flat = "".join(said.getvalue().split())
    for item in told.items:
        assert all(word in flat for word in (item.id, *item.what.rstrip(".").split()))
    assert flat.count("leftalone") >= len(calendar.entries)
