"""Mails that came back, from SES's event to what a review says of it."""

from __future__ import annotations

import json
from copy import deepcopy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from steadyhand.rhythm.core.facts import Facts, as_of
from steadyhand.rhythm.core.period import Cadence, period_of
from steadyhand.rhythm.incidents.bounces import bounces_in, bounces_of
from steadyhand.settings.values import Settings

BOUNCED = json.loads((Path(__file__).parents[3] / "events" / "mail_bounced.json").read_text())


def event(kind: str, **detail: Any) -> dict[str, Any]:
    """As EventBridge delivers it: the same mail, another fate."""
    made = deepcopy(BOUNCED)
    made["detail-type"] = kind
    del made["detail"]["bounce"]
    made["detail"].update(detail)
    return made


FATES = {
    "bounced": BOUNCED,
    "complaint": event(
        "Email Complaint Received",
        complaint={"complainedRecipients": [{"emailAddress": "ops@leaflab.example"}]},
    ),
    "delayed": event(
        "Email Delivery Delayed",
        deliveryDelay={
            "delayType": "MailboxFull",
            "delayedRecipients": [
                {"emailAddress": "ops@leaflab.example", "status": "4.2.2", "diagnosticCode": "full"}
            ],
        },
    ),
    "rejected": event("Email Rejected", reject={"reason": "Bad content"}),
    "failed": event("Email Rendering Failed", failure={"errorMessage": "no attribute"}),
}


@pytest.mark.parametrize("how", FATES)
def test_each_fate_is_a_note_of_its_own(how: str) -> None:
    (note,) = bounces_in(FATES[how])
    assert (note.kind, note.said["how"]) == ("bounce", how)
    assert note.said["to"] == "ops@leaflab.example"
    assert note.name == f"{BOUNCED['detail']['mail']['messageId']}#{how}#ops@leaflab.example"
    assert note.at == datetime(2026, 11, 23, 9, 0, 9, tzinfo=UTC)
    assert note.said["for_good"] == (how in ("bounced", "complaint"))
    assert note.said["subject"] == "Week 47: quiet"


def test_a_bounce_that_passes_is_not_for_good() -> None:
    passing = deepcopy(BOUNCED)
    passing["detail"]["bounce"]["bounceType"] = "Transient"
    (note,) = bounces_in(passing)
    assert note.said["for_good"] is False


def test_each_person_of_a_mail_is_a_note() -> None:
    two = deepcopy(BOUNCED)
    two["detail"]["bounce"]["bouncedRecipients"].append({"emailAddress": "maya@leaflab.example"})
    assert [note.said["to"] for note in bounces_in(two)] == [
        "ops@leaflab.example",
        "maya@leaflab.example",
    ]


def test_the_review_says_who_and_why() -> None:
    monday = datetime(2026, 11, 30, 9, tzinfo=UTC)
    period = period_of(Cadence.WEEKLY, monday, "Europe/Berlin")
    notes = [note for one in FATES.values() for note in bounces_in(one)]
    made = Facts(account="1", period=period, settings=Settings(), notes={"bounce": notes})
    said = bounces_of(as_of(made))
    assert str(said.count) == "5 mails of ours"
    assert said.count.ids == tuple(sorted((note.id for note in notes), reverse=True))
    assert (len(said.rows), str(said.folded)) == (4, "1 more")
    told = {row.what: row.why for row in said.rows}
    assert "Our mail to ops@leaflab.example is late." in told
    assert told["Our mail to ops@leaflab.example is late."] == "full."


def test_a_quiet_week_says_nothing() -> None:
    period = period_of(Cadence.WEEKLY, datetime(2026, 11, 30, 9, tzinfo=UTC), "UTC")
    said = bounces_of(Facts(account="1", period=period, settings=Settings()))
    assert (said.count.ids, said.rows, said.folded) == ((), (), None)
