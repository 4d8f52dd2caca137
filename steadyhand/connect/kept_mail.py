"""A review as it was made: kept whole in the ledger, and read again instead of being made again.

A period is what was known at its end. Rows of the ledger change later, as findings are fixed and
exemptions renewed; so the first mail of a period that is over is the mail of that period, for ever.
It is packed, and cut into rows of DynamoDB, which hold 400 kB: first the parts, then one note that
names them, which only the first to write it gets.
"""

from __future__ import annotations

import base64
import json
import zlib
from dataclasses import asdict
from datetime import datetime
from typing import Any, Protocol

from steadyhand.connect.message import Mail
from steadyhand.ledger.typed import typed
from steadyhand.model import Note

KIND, PART = "kept", "kept-part"
ROOM = 300_000
"""Characters of one part."""
LONGEST = 64 * 2**20
"""Bytes of a mail as JSON: ten of the largest that SES takes. Whoever may write rows may pack any number."""
BYTES = ("images", "attachments")


class Store(Protocol):
    """The ledger, as far as kept mails are concerned."""

    def note(self, new: Note, over: Note | None = None) -> bool:
        """False where somebody else wrote it before."""

    def noted(self, kind: str, name: str) -> Note | None:
        """What was said under a name."""


def kept(ledger: Store, name: str) -> tuple[Mail, datetime] | None:
    """The mail of that name as it was made first, and when; None where none was."""
    head = ledger.noted(KIND, name)
    if head is None:
        return None
    texts = []
    try:
        for number in range(int(head.said["parts"])):
            part = ledger.noted(PART, part_name(name, head.said["digest"], number))
            if part is None:
                return None
            texts.append(str(part.said["text"]))
        mail = unpacked("".join(texts))
        return (mail, head.at) if mail.digest == head.said["digest"] else None
    except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError):
        return None  # somebody else wrote it: it is as good as nothing


def keep(mail: Mail, ledger: Store, at: datetime) -> Mail:
    """Keep it, unless one of its name is kept already. The one that is kept is answered."""
    if known := kept(ledger, mail.name):
        return known[0]
    text = packed(mail)
    parts = [text[begin : begin + ROOM] for begin in range(0, len(text), ROOM)]
    for number, part in enumerate(parts):
        name = part_name(mail.name, mail.digest, number)
        ledger.note(Note(kind=PART, name=name, at=at, said={"text": part}))
    said = {"digest": mail.digest, "parts": len(parts), "subject": mail.subject}
    if ledger.note(Note(kind=KIND, name=mail.name, at=at, said=said)):
        return mail
    known = kept(ledger, mail.name)
    return known[0] if known else mail


def part_name(mail: str, digest: str, number: int) -> str:
    """What the ledger calls one part."""
    return f"{mail}#{digest}#{number}"


def packed(mail: Mail) -> str:
    """A mail as text that is as short as can be."""
    said: dict[str, Any] = asdict(mail)
    for name in BYTES:
        said[name] = {key: base64.b64encode(data).decode() for key, data in said[name].items()}
    plain = json.dumps(said, ensure_ascii=True, sort_keys=True).encode()
    return base64.b85encode(zlib.compress(plain, 9)).decode()


def unpacked(text: str) -> Mail:
    """The inverse of `packed`; one of its errors where it is none, or would be longer than any mail of ours."""
    reader = zlib.decompressobj()
    try:
        plain = reader.decompress(base64.b85decode(text), LONGEST)
    except zlib.error as error:
        raise ValueError("what was packed is broken") from error
    if not reader.eof:
        raise ValueError("what was packed does not end")
    said = json.loads(plain)
    for name in BYTES:
        said[name] = {key: base64.b64decode(data) for key, data in said[name].items()}
    said["explain"] = {key: tuple(ids) for key, ids in said["explain"].items()}
    return typed(Mail(**said))
