"""A mail, before anybody sends it: words, pictures, attachments, and where its numbers are from."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from email.headerregistry import Address
from email.message import EmailMessage, MIMEPart
from email.policy import SMTP
from email.utils import parseaddr
from html import escape
from typing import Any

from steadyhand.reference.secrets import redacted_in

CALENDAR = "text/calendar"
PAGES = "steadyhand portal"
"""The command that gets the private pages, as every mail says it."""

PICTURE = "image/png"
KINDS = {".csv": "text/csv", ".ics": CALENDAR, ".json": "application/json", ".png": PICTURE}
"""What an attachment is, by how its name ends."""


@dataclass(frozen=True, kw_only=True)
class Mail:
    """`images` by Content-ID, `attachments` by file name. `name` is the same for the same period.

    `explain` leads from each figure to the ledger's rows it was made from; `values` is everything
    the mail says, as JSON.
    """

    name: str
    subject: str
    preheader: str
    html: str
    text: str
    images: Mapping[str, bytes] = field(default_factory=dict)
    attachments: Mapping[str, bytes] = field(default_factory=dict)
    explain: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    values: str = "{}"

    @property
    def digest(self) -> str:
        """A short name for what it says."""
        said = hashlib.sha256()
        for part in (self.name, self.subject, self.html, self.text):
            said.update(part.encode() + b"\0")
        for name, data in sorted({**self.images, **self.attachments}.items()):
            said.update(name.encode() + b"\0" + data)
        return said.hexdigest()[:24]

    @property
    def size(self) -> int:
        """Bytes as they travel: pictures and attachments grow by a third."""
        kept = (*self.images.values(), *self.attachments.values())
        return len(self.html.encode()) + len(self.text.encode()) + sum(map(len, kept)) * 4 // 3

    @property
    def page(self) -> str:
        """The HTML with its pictures inside: a file that needs nothing beside it."""
        page = self.html
        for name, data in self.images.items():
            inside = f"data:{PICTURE};base64,{base64.b64encode(data).decode()}"
            page = page.replace(f'src="cid:{name}"', f'src="{inside}"')
        return page

    def as_mime(self, sender: str, to: Sequence[str]) -> bytes:
        """The whole mail. Its boundaries and its Message-ID come from what it says."""
        message = EmailMessage(policy=SMTP)
        message["Subject"] = self.subject
        message["From"] = address(sender)
        message["To"] = tuple(address(one) for one in to)
        domain = address(sender).domain or "steadyhand.invalid"
        message["Message-ID"] = f"<{self.name}.{self.digest}@{domain}>"
        message.set_content(self.text)
        message.add_alternative(self.html, subtype="html")
        page = _last(message)
        for name, data in sorted(self.images.items()):
            page.add_related(
                data, "image", "png", cid=f"<{name}>", filename=name, disposition="inline"
            )
        for name, data in sorted(self.attachments.items()):
            message.add_attachment(data, *kind_of(name).split("/"), filename=name)
        for number, part in enumerate(part for part in message.walk() if part.is_multipart()):
            part.set_boundary(f"steadyhand-{self.digest}-{number}")
        return message.as_bytes()

    def linked(self, url: str) -> Mail:
        """The same mail with a link to the pages, beside the command that gets them."""
        link = f'<a href="{escape(url)}">open it here</a> (for some hours), or all: '
        return replace(
            self,
            html=self.html.replace(f"<code>{PAGES}</code>", f"{link}<code>{PAGES}</code>", 1),
            text=self.text.replace(f": {PAGES}\n", f": {PAGES}\nFor some hours: {url}\n", 1),
        )

    def explained(self) -> str:
        """`explain` as JSON."""
        return as_json({name: list(ids) for name, ids in self.explain.items()})


def kind_of(name: str) -> str:
    """The type of an attached file."""
    return KINDS[f".{name.rpartition('.')[2]}"]


def address(text: str) -> Address:
    """A person's name and address, or only the address."""
    name, found = parseaddr(text)
    return Address(display_name=name, addr_spec=found)


def as_json(value: Any) -> str:
    """The same text for the same value, one that a person can read, without secrets."""
    return json.dumps(redacted_in(value), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _last(message: EmailMessage) -> MIMEPart:
    *_, page = message.iter_parts()
    if not isinstance(page, MIMEPart):
        raise TypeError("a mail has a page")
    return page
