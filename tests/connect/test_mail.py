"""A mail is sent once, or not at all, or a person hears that nobody knows."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest
from botocore.session import Session
from botocore.validate import ParamValidator

from steadyhand.connect.mail import Delivery, Envelope, Unsure, content, deliver
from steadyhand.connect.message import Mail
from steadyhand.model import Call, Note, ReadFailed
from tests.reports.accounts import extremes, ledger_rows
from tests.reports.accounts.doubles import Ledger

MAIL = Mail(
    name="monthly-2026-05",
    subject="May: stable",
    preheader="Nothing",
    html="<p>May</p>",
    text="May\n",
    images={"daily-light.png": b"\x89PNG light", "daily-dark.png": b"\x89PNG dark"},
    attachments={"calendar.ics": b"BEGIN:VCALENDAR"},
)
FIRST = Envelope(
    sender="s@example.com", to=["maya@example.com"], at=ledger_rows.NOW, by="request-1"
)
OTHER = replace(FIRST, by="request-2")
RETRY = replace(FIRST, at=ledger_rows.NOW + timedelta(minutes=1))


@dataclass
class Post:
    """SES, with a plan for each call: a code to fail with, or nothing."""

    plan: list[str] = field(default_factory=list)
    sent: list[Call] = field(default_factory=list)

    def ask(self, call: Call) -> Mapping[str, Any]:
        code = self.plan.pop(0) if self.plan else ""
        if code:
            raise ReadFailed(code, f"{code} happened")
        self.sent.append(call)
        return {"MessageId": f"m-{len(self.sent)}"}


def test_once() -> None:
    ledger, post = Ledger(), Post()
    done = deliver(MAIL, FIRST, ledger=ledger, aws=post)
    assert done == Delivery(sent=True, why="it was sent", message="m-1")
    for again in (FIRST, OTHER, RETRY):
        done = deliver(MAIL, again, ledger=ledger, aws=post)
        assert done == Delivery(sent=False, why="it was sent before", message="m-1")
    assert deliver(MAIL, OTHER, ledger=ledger, aws=post, again=True).sent is False
    assert len(post.sent) == 1


def names(ledger: Ledger) -> set[str]:
    return {one.name for one in ledger.remembered.values()}


def begin(ledger: Ledger) -> None:
    name, said = "mail#monthly-2026-05#1", {"by": "request-1"}
    assert ledger.note(Note(kind="review", name=name, at=ledger_rows.NOW, said=said))


def test_another_period_is_another_mail() -> None:
    ledger, post = Ledger(), Post()
    deliver(MAIL, FIRST, ledger=ledger, aws=post)
    assert deliver(replace(MAIL, name="monthly-2026-06"), FIRST, ledger=ledger, aws=post).sent


def test_it_is_written_down_before_it_is_sent() -> None:
    ledger = Ledger()

    class Watched(Post):
        def ask(self, call: Call) -> Mapping[str, Any]:
            assert "mail#monthly-2026-05#1" in names(ledger)
            assert "mail#monthly-2026-05#1#ended" not in names(ledger)
            return super().ask(call)

    assert deliver(MAIL, FIRST, ledger=ledger, aws=Watched()).sent
    assert "mail#monthly-2026-05#1#ended" in names(ledger)


def test_what_ses_refused_may_be_sent_later() -> None:
    ledger, post = Ledger(), Post(plan=["MessageRejected"])
    with pytest.raises(ReadFailed, match="MessageRejected"):
        deliver(MAIL, FIRST, ledger=ledger, aws=post)
    assert deliver(MAIL, RETRY, ledger=ledger, aws=post).sent
    assert deliver(MAIL, OTHER, ledger=ledger, aws=post).why == "it was sent before"
    assert len(post.sent) == 1


@pytest.mark.parametrize("code", ["ReadTimeoutError", "ConnectionClosedError", "InternalFailure"])
def test_what_nobody_knows_is_not_repeated_by_itself(code: str) -> None:
    ledger, post = Ledger(), Post(plan=[code])
    with pytest.raises(Unsure, match=code):
        deliver(MAIL, FIRST, ledger=ledger, aws=post)
    with pytest.raises(Unsure):
        deliver(MAIL, RETRY, ledger=ledger, aws=post)
    assert post.sent == []
    late = replace(OTHER, at=ledger_rows.NOW + timedelta(hours=1))
    assert deliver(MAIL, late, ledger=ledger, aws=post, again=True).sent
    assert len(post.sent) == 1
    assert deliver(MAIL, late, ledger=ledger, aws=post, again=True).sent is False
    assert len(post.sent) == 1


def test_a_worker_that_died_is_noticed_by_its_own_second_try() -> None:
    """Lambda tries the same request again; a claim without an end is then nobody's work."""
    ledger, post = Ledger(), Post()
    begin(ledger)
    with pytest.raises(Unsure):
        deliver(MAIL, RETRY, ledger=ledger, aws=post)
    assert post.sent == []


def test_a_second_call_leaves_the_first_to_its_work() -> None:
    """The scheduler may fire twice: that is no failure, and no second mail."""
    ledger, post = Ledger(), Post()
    begin(ledger)
    assert deliver(MAIL, OTHER, ledger=ledger, aws=post).why == "somebody is sending it"
    late = replace(OTHER, at=ledger_rows.NOW + timedelta(minutes=16))
    with pytest.raises(Unsure):
        deliver(MAIL, late, ledger=ledger, aws=post)
    assert post.sent == []


def test_ses_understands_it() -> None:
    model = Session().get_service_model("sesv2").operation_model("SendEmail")
    said = content(MAIL, FIRST)
    report = ParamValidator().validate(said, model.input_shape)
    assert not report.has_errors(), report.generate_report()
    simple = said["Content"]["Simple"]
    inline = [one for one in simple["Attachments"] if one["ContentDisposition"] == "INLINE"]
    assert {one["ContentId"] for one in inline} == set(MAIL.images)
    assert {one["RawContent"] for one in inline} == set(MAIL.images.values())
    (other,) = [one for one in simple["Attachments"] if one["ContentDisposition"] == "ATTACHMENT"]
    assert other["FileName"] == "calendar.ics"
    assert "ContentId" not in other


def test_nothing_to_attach() -> None:
    bare = replace(MAIL, images={}, attachments={})
    assert "Attachments" not in content(bare, FIRST)["Content"]["Simple"]


def test_a_whole_mail_fits_ses() -> None:
    said = content(extremes.crowd(2_000).mail(), FIRST)["Content"]["Simple"]
    size = sum(len(base64.b64encode(one["RawContent"])) for one in said["Attachments"])
    assert size + len(said["Body"]["Html"]["Data"].encode()) < 300_000
