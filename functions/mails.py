"""Tells whoever changed something by hand that it was set back, sent by the functions that act.

A mail that fails never fails its caller: the change stands, and the weekly review names them.
"""

from __future__ import annotations

from collections.abc import Iterable

from functions.batches import log, metrics
from functions.context import check, deployed, home, ledger, now
from steadyhand.connect.mail import Envelope, Unsure, deliver
from steadyhand.connect.set_back import mail_of, whom
from steadyhand.model import STEADYHAND, Change, ChangeState, Note, ReadFailed

TOLD = "told"
"""The kind of the notes that remember these mails."""

A_DAY = 10
"""So many mails a day, and no more: who changes more than that is no person, and the review counts them."""


def set_back(changes: Iterable[Change]) -> None:
    """Of these changes, those that put back what a person did by hand."""
    settings = deployed().settings
    for change in changes:
        mine = change.by == STEADYHAND and change.state is ChangeState.VERIFIED
        if not mine or not check(change.finding.check).puts_back_code:
            continue
        if not (to := whom(change, settings.drift_tell)):
            continue
        try:
            why = send(change, to)
        except (ReadFailed, Unsure) as failed:
            why = f"it could not be sent: {failed}"
        log.info("told", extra={"change": change.id, "why": why})


def send(change: Change, to: str) -> str:
    """Once, and within the day's number; what became of it."""
    mail, at = mail_of(change), now()
    if not has_place(mail.name):
        return f"{A_DAY} mails of this day are sent"
    envelope = Envelope(sender=deployed().settings.mail_from, to=[to], at=at, by=change.id)
    done = deliver(mail, envelope, ledger=ledger(), aws=home().with_(attempts=1), kind=TOLD)
    metrics.add_metric("Mails", "Count", int(done.sent))
    return done.why


def has_place(name: str) -> bool:
    """Is there one of the day's places for this mail, or has it one?"""
    at = now()
    for number in range(A_DAY):
        place = Note(kind=TOLD, name=f"{at:%Y-%m-%d}#{number}", at=at, said={"mail": name})
        if ledger().note(place):
            return True
        taken = ledger().noted(TOLD, place.name)
        if taken and taken.said.get("mail") == name:
            return True
    return False
