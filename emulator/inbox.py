"""The mails that went out, as files a person can open: the mail itself, and its page in a browser.

Inline images become data URIs, so that a page needs nothing beside it.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage, MIMEPart
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from emulator.launcher import Mail

INLINE = re.compile(r"""(?<=["'(])cid:([^"')]+)""")


@dataclass(frozen=True)
class StoredMail:
    """One mail, parsed, and where it was written."""

    subject: str
    sender: str
    recipients: tuple[str, ...]
    sent_at: datetime
    text: str
    html: str
    attachments: tuple[str, ...]
    mail_file: Path
    page_file: Path | None


def write(mails: Iterable[Mail], folder: Path) -> list[StoredMail]:
    """Write each mail as `NN-subject.eml`, and its HTML part as `NN-subject.html`."""
    folder.mkdir(parents=True, exist_ok=True)
    return [_write(mail, folder, number) for number, mail in enumerate(mails, 1)]


def parse(mime: bytes) -> EmailMessage:
    """Read a mail as the standard library's newest mail policy does."""
    return message_from_bytes(mime, policy=policy.default)


def page(message: EmailMessage) -> str:
    """Give the HTML part with its inline images inside; empty when there is none."""
    part = message.get_body(("html",))
    if part is None:
        return ""
    images = dict(_images(message))
    return INLINE.sub(lambda found: images.get(found[1], found[0]), _content(part))


def _write(mail: Mail, folder: Path, number: int) -> StoredMail:
    message = parse(mail.mime)
    subject = str(message.get("Subject", "")).strip()
    name = re.sub(r"[^a-z0-9]+", "-", subject.lower()).strip("-")[:60] or "mail"
    mail_file = folder / f"{number:02d}-{name}.eml"
    mail_file.write_bytes(mail.mime)
    html = page(message)
    page_file = mail_file.with_suffix(".html") if html else None
    if page_file is not None:
        page_file.write_text(html, encoding="utf-8")
    text = message.get_body(("plain",))
    return StoredMail(
        subject=subject,
        sender=mail.sender or str(message.get("From", "")),
        recipients=mail.recipients,
        sent_at=datetime.fromtimestamp(mail.sent_at, UTC),
        text=_content(text) if text is not None else "",
        html=html,
        attachments=tuple(n for part in message.walk() if (n := part.get_filename())),
        mail_file=mail_file,
        page_file=page_file,
    )


def _content(part: MIMEPart) -> str:
    return str(part.get_content())


def _images(message: EmailMessage) -> Iterator[tuple[str, str]]:
    for part in message.walk():
        if cid := str(part.get("Content-ID", "")).strip("<> "):
            data = part.get_payload(decode=True)
            if isinstance(data, bytes):
                encoded = base64.b64encode(data).decode()
                yield cid, f"data:{part.get_content_type()};base64,{encoded}"
