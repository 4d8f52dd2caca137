"""The lines by which code would say what is there: a diff, as a check that compares with code tells it."""

from __future__ import annotations

from steadyhand.model import Finding
from steadyhand.reference.secrets import redacted
from steadyhand.rhythm.core import words

LINES, LINE = 60, 400
"""Lines of a diff that are shown, and characters of one."""

SIDES = ("", "+", "-", " ", "@")
"""How a line of a diff begins."""


def adopted_by(finding: Finding) -> str:
    """A finding's diff, as harmless text; empty where it has none. What is left out is said."""
    said = finding.evidence.get("adopt")
    lines = redacted(said).splitlines() if isinstance(said, str) else []
    shown = [_line(one) for one in lines[:LINES]]
    if (more := len(lines) - LINES) > 0:
        shown.append(f"# {words.plural(more, 'more line')}")
    return "\n".join(shown)


def _line(text: str) -> str:
    """A line with its indentation, which YAML means."""
    if text[:1] not in SIDES:
        return words.clean(text, LINE)
    bare = text[1:].lstrip(" ")
    return f"{text[: len(text) - len(bare)]}{words.clean(bare, LINE)}"
