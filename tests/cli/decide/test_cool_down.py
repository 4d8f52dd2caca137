"""A cool-down is said to people as such, with the time: before they decide, and while an undo waits."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from rich.console import Console

from steadyhand.cli.output import details
from steadyhand.cli.terminal import THEME
from steadyhand.model import Change, ChangeState, WrittenStep
from tests.checks.costs.test_gp2_volume import BAD, CHECK
from tests.engine.changes.test_guardrails import FINDING
from tests.verbs import NOW, found, planned


def shown() -> tuple[Console, io.StringIO]:
    text = io.StringIO()
    return Console(file=text, width=100, theme=THEME), text


def test_a_plan_says_from_when_aws_takes_it() -> None:
    told = {one.key: one for one in found(CHECK, BAD)}
    console, text = shown()
    details.commands(console, planned(CHECK, told["vol-cools"]), "eu-central-1")
    first, second, *_ = text.getvalue().splitlines()
    then = f"{NOW + timedelta(hours=4):%d %B %Y, %H:%M} UTC"
    assert first == f"  # AWS takes it from {then} on"
    assert second.startswith("  aws ec2 modify-volume")
    console, text = shown()
    details.commands(console, planned(CHECK, told["vol-data"]), "eu-central-1")
    assert "# AWS" not in text.getvalue()


def test_an_undo_that_waits_says_until_when() -> None:
    at = datetime(2026, 11, 23, tzinfo=UTC)
    why = "AWS takes no further change of it before 23 November 2026, 15:00 UTC"
    step = WrittenStep(planned(CHECK, found(CHECK, BAD)[0])[0].do)
    change = Change(
        id="ch-1",
        finding=FINDING,
        steps=(step,),
        state=ChangeState.UNDOING,
        by="ann",
        at=at,
        waits=why,
    )
    console, text = shown()
    details.outcome(console, change)
    assert f"It waits: {why}. Then Steadyhand goes on." in " ".join(text.getvalue().split())
    console, text = shown()
    details.outcome(console, replace(change, waits=""))
    assert "It waits" not in text.getvalue()
