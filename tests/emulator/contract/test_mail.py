"""Mails arrive as they were sent, images and attachments included, and can be opened."""

from __future__ import annotations

from contextlib import suppress
from email.message import EmailMessage

import pytest

from emulator import inbox
from tests.emulator.contract.tools import unique

pytestmark = [pytest.mark.emulator]
SENDER = "example.com"
PIXEL = b"\x89PNG\r\n\x1a\n" + b"\0" * 16


@pytest.fixture(autouse=True)
def _verified(aws):
    """SES refuses to send for a domain nobody vouched for, whichever test asks first."""
    mail = aws.client("sesv2")
    with suppress(mail.exceptions.AlreadyExistsException):
        mail.create_email_identity(EmailIdentity=SENDER)


def sent(aws, subject):
    return [m for m in aws.mails() if inbox.parse(m.mime)["Subject"] == subject]


def test_raw_mime_is_kept_byte_for_byte(aws, tmp_path):
    subject = unique("Digest für alle")
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = subject, "box@example.com", "o@example.com"
    message.set_content("plain words")
    message.add_alternative('<p>chart <img src="cid:chart"></p>', subtype="html")
    message.get_payload()[1].add_related(PIXEL, "image", "png", cid="<chart>")
    message.add_attachment("BEGIN:VCALENDAR", subtype="calendar", filename="dates.ics")
    answered = aws.client("sesv2").send_email(
        FromEmailAddress="box@example.com",
        Destination={"ToAddresses": ["o@example.com"], "BccAddresses": ["hidden@example.com"]},
        Content={"Raw": {"Data": message.as_bytes()}},
    )
    (mail,) = sent(aws, subject)
    assert mail.id == answered["MessageId"]
    assert mail.mime == message.as_bytes()
    assert mail.recipients == ("o@example.com", "hidden@example.com")
    (written,) = inbox.write([mail], tmp_path)
    assert written.subject == subject
    assert written.text.strip() == "plain words"
    assert written.attachments == ("dates.ics",)
    assert written.mail_file.read_bytes() == message.as_bytes()
    page = written.page_file.read_text()
    assert "cid:" not in page
    assert 'src="data:image/png;base64,iVBORw0KGgo' in page


def test_simple_content_gets_its_attachments(aws, tmp_path):
    subject = unique("Simple")
    aws.client("sesv2").send_email(
        FromEmailAddress="Steady <box@example.com>",
        Destination={"ToAddresses": ["o@example.com"]},
        ReplyToAddresses=["reply@example.com"],
        Content={
            "Simple": {
                "Subject": {"Data": subject},
                "Body": {
                    "Text": {"Data": "words"},
                    "Html": {"Data": '<img src="cid:chart">'},
                },
                "Headers": [{"Name": "X-Kind", "Value": "digest"}],
                "Attachments": [
                    {
                        "RawContent": PIXEL,
                        "FileName": "chart.png",
                        "ContentDisposition": "INLINE",
                        "ContentId": "chart",
                        "ContentType": "image/png",
                    },
                    {
                        "RawContent": b"a,b\n1,2\n",
                        "FileName": "savings.csv",
                        "ContentDisposition": "ATTACHMENT",
                        "ContentType": "text/csv",
                    },
                ],
            }
        },
    )
    (mail,) = sent(aws, subject)
    message = inbox.parse(mail.mime)
    assert message["X-Kind"] == "digest"
    assert message["Reply-To"] == "reply@example.com"
    assert [p.get_content_type() for p in message.walk()] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "multipart/related",
        "text/html",
        "image/png",
        "text/csv",
    ]
    (written,) = inbox.write([mail], tmp_path)
    assert "data:image/png;base64," in written.page_file.read_text()
    assert set(written.attachments) == {"chart.png", "savings.csv"}


def test_two_mails_do_not_overwrite_each_other(aws, tmp_path):
    for _ in range(2):
        aws.client("ses").send_email(
            Source="box@example.com",
            Destination={"ToAddresses": ["o@example.com"]},
            Message={"Subject": {"Data": "Twice"}, "Body": {"Text": {"Data": "words"}}},
        )
    all_written = inbox.write(sent(aws, "Twice"), tmp_path)
    assert len({written.mail_file for written in all_written}) == 2
    assert all(written.page_file is None for written in all_written)
