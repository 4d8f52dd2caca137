"""What a note of a kind must say so that its readers can take it at its word. Whoever may write rows can write any.

Fields that a reader can do without are not named here.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

Fits = Callable[[Any], bool]
LARGEST = 1e15


def text(said: Any) -> bool:
    """Words, perhaps none."""
    return isinstance(said, str)


def texts(said: Any) -> bool:
    """A list of words."""
    return isinstance(said, list | tuple) and all(map(text, said))


def truth(said: Any) -> bool:
    """True or false."""
    return isinstance(said, bool)


def amount(said: Any) -> bool:
    """A number that can be counted with and shown."""
    is_number = isinstance(said, int | float) and not isinstance(said, bool)
    return is_number and abs(said) < LARGEST and math.isfinite(said)


def whole(said: Any) -> bool:
    """A number without a fraction."""
    return isinstance(said, int) and amount(said)


def day(said: Any) -> bool:
    """A day as "2026-05-01", with a day before it and one after; `ValueError` where it is none."""
    return text(said) and len(said) == 10 and 1 < date.fromisoformat(said).year < 9999


def bounced(said: Any) -> bool:
    """How a mail came back."""
    return said in ("bounced", "complaint", "delayed", "failed", "rejected")


def moment(said: Any) -> bool:
    """A time with its zone; `ValueError` where it is none."""
    found = datetime.fromisoformat(said) if text(said) else None
    return bool(found and found.tzinfo and 1 < found.year < 9999)


SHAPES: Mapping[str, Mapping[str, Fits]] = {
    "date": {
        "hash": text,
        "sequence": whole,
        "modified": moment,
        "on": day,
        "kind": text,
        "what": text,
        "is_off": truth,
    },
    "bounce": {"to": text, "how": bounced, "why": text, "for_good": truth},
    "example": {"until": moment},
    "interrupt": {"subject": text, "sent": truth, "why": text, "night": truth},
    "slot": {"subject": text},
    "kept": {"digest": text, "parts": whole},
    "kept-part": {"text": text},
    "move": {"lane": text},
    "question": {"by": day},
    "usage": {"on": day},
    "saving": {
        "check": text,
        "fixes": texts,
        "findings": texts,
        "first": day,
        "last": day,
        "meter": text,
        "before": amount,
        "after": amount,
        "unit": text,
        "usd": amount,
        "estimate": amount,
    },
}
MAY_SAY: Mapping[str, Fits] = {"ids": texts, "findings": texts}
"""What a note need not say, and if it does, is this."""

LAPSED: Mapping[str, Fits] = {"of": text}
MAIL: Mapping[str, Fits] = {"subject": text, "digest": text, "by": text}
"""Of the notes that remember the sending of a mail; then how it ended, well or not."""

ENDED: Mapping[str, Fits] = {"outcome": text}
SENT: Mapping[str, Fits] = {"message": text}


def fit(kind: str, name: str, said: Mapping[str, Any]) -> Mapping[str, Any]:
    """What it says; `ValueError` where one of its fields is not what everybody takes it for."""
    there = {field: fits for field, fits in MAY_SAY.items() if field in said}
    for field, fits in {**there, **shape_of(kind, name, said)}.items():
        if not fits(said.get(field)):
            raise ValueError(f"a note of this kind has another {field}")
    return said


def shape_of(kind: str, name: str, said: Mapping[str, Any]) -> Mapping[str, Fits]:
    """What must be in a note of this kind and name."""
    if kind == "saving" and name.endswith("#lapsed"):
        return LAPSED
    if not name.startswith("mail#"):
        return SHAPES.get(kind, {})
    if not name.endswith("#ended"):
        return MAIL
    return {**ENDED, **SENT} if said.get("outcome") == "sent" else ENDED
