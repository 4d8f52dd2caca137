"""What is typed says what mails and pages say: show, plan, calendar."""

from __future__ import annotations

from functools import partial

import pytest

from steadyhand.aws import cli_command
from steadyhand.cli.commands.know import calendar as calendar_command
from steadyhand.cli.commands.look import plan, show
from steadyhand.formats.words import tame
from steadyhand.rhythm.core.handling import WORDS, Handled, handled
from tests.agreement.told import Told, flat, printed


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
