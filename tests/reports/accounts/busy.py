"""A month in which enough happened to say how well it went: fixes, interrupts, decisions, alarms."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from steadyhand.model import ChangeState, FindingStatus, Lane, Note
from steadyhand.rhythm.backlog.moves import note_of
from tests.reports.accounts import stories
from tests.reports.accounts.ledger_rows import MAYA, at, change, incident, record
from tests.reports.accounts.stories import Story

TOM = MAYA.replace("maya", "tom")
SOON = timedelta(minutes=4)


def busy() -> Story:
    """The usual month, and far more of it; people may be interrupted."""
    story = stories.usual()
    ledger = story.ledger
    for n in range(8):
        for month in (2, 4, 5):
            seen = at(month, 3 + n, 2 * n)
            bomb = record(
                "open_admin_ports",
                f"sg-{month}{n}/22",
                f"door-{month}{n} opens SSH to the world",
                seen=seen,
                status=FindingStatus.FIXED,
                changed=seen + SOON,
            )
            if n == 1:
                bomb = replace(
                    bomb, status=FindingStatus.OPEN, changed_at=seen + 20 * timedelta(days=1)
                )
            ledger.found.append(bomb)
            made = change(f"ch-b{month}{n}000000", bomb, seen + SOON, 30 + n)
            if n == 2:
                made = replace(
                    made, state=ChangeState.FAILED, reason="it was done, but did not show"
                )
            ledger.made.append(replace(made, by=TOM) if n % 2 else made)
    ledger.fired += [
        incident(f"in-d{n}-202605", f"door-{n} answers slowly", at(5, 10 + n, 23), 6)
        for n in range(6)
    ]
    known = [one.finding.id for one in ledger.found]
    for n in range(9):
        said = {
            "subject": f"finding {known[n]}",
            "what": "It could not wait",
            "ids": [known[n]],
            "sent": n < 7,
            "night": n % 3 == 0,
            "why": "it could not wait" if n < 7 else "the budget of the week is spent",
        }
        note = Note(kind="interrupt", name=f"s{n}", at=at(5, 4 + n, 5 * (n % 3)), said=said)
        ledger.remembered[note.id] = note
    for n in range(3):
        move = note_of(f"it-{n:010}", Lane.LATER, TOM, "not this month", at(5, 6 + n))
        ledger.remembered[move.id] = move
    return replace(story, settings=replace(story.settings, chat="create"))
