"""A period is what was known at its end: May reads the same in June, whatever happened in between."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from steadyhand.cli.commands.know.review import as_made
from steadyhand.connect import kept_mail
from steadyhand.connect.message import Mail
from steadyhand.model import (
    Change,
    ChangeState,
    Exemption,
    FindingStatus,
    Held,
    Incident,
    Lane,
    Severity,
)
from steadyhand.portal.gather import PortalRows
from steadyhand.portal.site import site
from steadyhand.readings.gather import gather
from steadyhand.reports.compose import compose
from steadyhand.rhythm.backlog.moves import note_of
from steadyhand.rhythm.core.facts import Facts, as_of
from steadyhand.rhythm.core.head import head_of
from tests.reports.accounts import ledger_rows, stories
from tests.reports.accounts.doubles import Ledger
from tests.reports.accounts.kinds import EFFORT, KINDS
from tests.reports.accounts.ledger_rows import at
from tests.reports.accounts.stories import Story

SOON = at(6, 1, 9)
LATER = at(6, 20, 9)


def first_open(ledger: Ledger) -> int:
    return next(n for n, one in enumerate(ledger.found) if one.status is FindingStatus.OPEN)


def changed(ledger: Ledger, **what: Any) -> None:
    """The first open finding's row is overwritten, as the ledger does it."""
    n = first_open(ledger)
    ledger.found[n] = replace(ledger.found[n], **what)


def exempted(ledger: Ledger, now: datetime) -> None:
    one = ledger.found[first_open(ledger)]
    until = now + timedelta(days=90)
    ledger.said.append(Exemption(scope=one.finding.id, until=until, because="x", by="maya", at=now))
    changed(ledger, exempt_until=until)


def renewed(ledger: Ledger, now: datetime) -> None:
    ledger.said = [replace(one, at=now, until=now + timedelta(days=200)) for one in ledger.said]
    ledger.found = [
        replace(one, exempt_until=now + timedelta(days=200)) if one.exempt_until else one
        for one in ledger.found
    ]


def undone(ledger: Ledger, now: datetime) -> None:
    n = next(n for n, one in enumerate(ledger.made) if one.state is ChangeState.VERIFIED)
    one = ledger.made[n]
    ledger.made[n] = replace(
        one, state=ChangeState.UNDONE, ended_at=now, undone_by="maya", reason="no"
    )
    ledger.found = [
        replace(row, status=FindingStatus.OPEN, changed_at=now, undone_at=now)
        if row.finding.id == one.finding.id
        else row
        for row in ledger.found
    ]


def reopened(ledger: Ledger, now: datetime) -> None:
    ledger.found = [
        replace(one, status=FindingStatus.OPEN, changed_at=now)
        if one.status is not FindingStatus.OPEN
        else one
        for one in ledger.found
    ]


def worse(ledger: Ledger, now: datetime) -> None:
    finding = ledger.found[first_open(ledger)].finding
    said = replace(finding, summary="it is far worse", severity=Severity.CRITICAL)
    changed(ledger, finding=said, changed_at=now)


def under_way(ledger: Ledger, now: datetime) -> None:
    one = ledger.found[first_open(ledger)]
    change = ledger_rows.change("ch-late", one, now, state=ChangeState.DOING)
    ledger.made.append(replace(change, ended_at=None))
    changed(ledger, open_change="ch-late", open_since=now)


def failed(ledger: Ledger, now: datetime) -> None:
    one = ledger.found[first_open(ledger)]
    change: Change = ledger_rows.change("ch-fail", one, now, state=ChangeState.FAILED, reason="no")
    ledger.made.append(change)
    changed(ledger, changed_at=now, fixed_at=(now,), held=Held("failed", "no"))


def fired(ledger: Ledger, now: datetime) -> None:
    ledger.fired.append(
        Incident(
            id="in-late",
            account=ledger_rows.ACCOUNT,
            region="eu-west-1",
            signature="late",
            summary="late",
            began_at=now,
        )
    )


def moved(ledger: Ledger, now: datetime) -> None:
    ledger.note(note_of("it-0000000000", Lane.LATER, "maya", "x", now))


EVENTS: dict[str, Callable[[Ledger, datetime], None]] = {
    "exempted": exempted,
    "exemption renewed": renewed,
    "undone": undone,
    "gone": lambda ledger, now: changed(ledger, status=FindingStatus.GONE, changed_at=now),
    "fixed": lambda ledger, now: changed(
        ledger, status=FindingStatus.FIXED, changed_at=now, fixed_at=(now,)
    ),
    "reopened": reopened,
    "other environment": lambda ledger, now: changed(ledger, environment="sandbox", changed_at=now),
    "held reason gone": lambda ledger, now: changed(ledger, held=None, changed_at=now),
    "held": lambda ledger, now: changed(
        ledger, held=Held("hands_off", "a person says hands off"), changed_at=now
    ),
    "a change under way": under_way,
    "a change that failed": failed,
    "worse": worse,
    "an alarm": fired,
    "a move": moved,
}


def made(story: Story, cadence: str) -> Mail:
    """As the function makes it."""
    return kept_mail.keep(compose(story.facts(cadence)), story.ledger, story.now)


@pytest.mark.parametrize("cadence", ["monthly", "weekly"])
@given(st.lists(st.sampled_from(sorted(EVENTS)), min_size=1, max_size=4, unique=True))
@settings(max_examples=15, deadline=None)
def test_may_is_may_whatever_happens_later(cadence: str, events: list[str]) -> None:
    story = stories.usual().on(SOON)
    before = made(story, cadence)
    name = before.name.removeprefix(f"{cadence}-")
    for n, event in enumerate(events):
        EVENTS[event](story.ledger, LATER + timedelta(hours=n))
    again = kept_mail.kept(story.ledger, f"{cadence}-{name}")
    assert again is not None
    assert (again[0], again[1]) == (before, SOON)
    assert again[0].digest == before.digest
    assert kept_mail.keep(replace(before, text="another"), story.ledger, LATER) == before


DATED = ("exempted", "an alarm", "a move", "gone", "fixed", "a change under way")


def test_what_the_rows_still_tell_is_told_without_the_kept_mail() -> None:
    """No review was made at that time: what has a date of its own is in no mail, page or head of it."""
    story = stories.usual().on(SOON)

    def everything() -> tuple[Mail, Mapping[str, bytes], str]:
        facts = story.facts()
        return compose(facts), site(told(facts)), head_of(as_of(facts))

    before = everything()
    for event in DATED:
        EVENTS[event](story.ledger, LATER)
    assert everything() == before


def told(facts: Facts) -> PortalRows:
    return PortalRows(facts=facts, checks=(), reviews=())


def test_a_mail_of_many_parts_comes_back_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_mail, "ROOM", 1000)
    story = stories.usual().on(SOON)
    before = made(story, "monthly")
    parts = [name for name in story.ledger.remembered if name.startswith("kept-part#")]
    assert len(parts) > 5
    again = kept_mail.kept(story.ledger, before.name)
    assert again is not None
    assert again[0] == before


def test_of_two_at_once_the_first_is_kept() -> None:
    story = stories.usual().on(SOON)
    mine = compose(story.facts())

    class Late(Ledger):
        def noted(self, kind: str, name: str) -> Any:
            found = super().noted(kind, name)
            return None if kind == kept_mail.KIND and not self.asked else found

        def note(self, new: Any, over: Any = None) -> bool:
            if new.kind == kept_mail.KIND and not self.asked:
                type(self).asked = True
                kept_mail.keep(replace(mine, text="theirs"), self, SOON)
            return super().note(new, over)

        asked = False

    assert kept_mail.keep(mine, Late(), SOON).text == "theirs"


# Whoever asks for May again, by the function or by the command line.


def named(story: Story, cadence: str, name: str) -> Facts:
    """A person asks for a period by its name, after it is over."""
    ledger = story.ledger
    said = gather(
        cadence,
        ledger=ledger,
        settings=story.settings,
        aws=ledger.aws,
        now=story.now,
        period=name,
    )
    return replace(said, kinds=KINDS, prices_of="1 June 2025", effort=EFFORT)


@pytest.mark.parametrize("cadence", ["monthly", "weekly"])
@settings(max_examples=3, deadline=None)
@given(st.permutations(sorted(EVENTS)), st.integers(1, 400))
def test_all_kinds_of_later_events_change_no_byte(
    cadence: str, events: list[str], days: int
) -> None:
    """All of them, in any order, then it is rendered again, up to a year later."""
    story = stories.usual().on(SOON)
    first = kept_mail.keep(compose(story.facts(cadence)), story.ledger, SOON)
    for n, event in enumerate(events):
        EVENTS[event](story.ledger, LATER + timedelta(hours=n))
    late = story.on(LATER + timedelta(days=days))
    facts = named(late, cadence, first.name.removeprefix(f"{cadence}-"))
    again = compose(facts)
    assert again.name == first.name
    by_function = kept_mail.keep(again, late.ledger, late.now)
    by_command = as_made(SimpleNamespace(ledger=late.ledger), facts, again)  # type: ignore[arg-type]
    for one in (by_function, by_command):
        assert one == first
        assert one.images == first.images
        assert one.attachments == first.attachments
        assert one.digest == first.digest


def test_the_command_line_says_that_it_is_as_it_was_made(
    capsys: pytest.CaptureFixture[str],
) -> None:
    story = stories.usual().on(SOON)
    first = kept_mail.keep(compose(story.facts()), story.ledger, SOON)
    facts = named(story.on(LATER), "monthly", "2026-05")
    as_made(SimpleNamespace(ledger=story.ledger), facts, first)  # type: ignore[arg-type]
    assert "1 June 2026; what came later is not in it" in capsys.readouterr().err


def test_the_command_line_says_that_it_was_not_made_then(
    capsys: pytest.CaptureFixture[str],
) -> None:
    story = stories.usual().on(SOON)
    facts = named(story.on(LATER), "monthly", "2026-05")
    made_now = compose(facts)
    assert as_made(SimpleNamespace(ledger=story.ledger), facts, made_now) == made_now  # type: ignore[arg-type]
    said = " ".join(capsys.readouterr().err.split())
    assert "none was made when it ended; what changed since may show in it" in said
