"""The lines by which code would say what is there: a diff, as a check that compares with code tells it."""

from __future__ import annotations

from steadyhand.model import Finding
from steadyhand.rhythm.core import words

LINES, LINE = 60, 400
"""Lines of a diff that are shown, and characters of one."""


def adopted_by(finding: Finding) -> str:
    """A finding's diff, as harmless text; empty where it has none. What is left out is said."""
    said = finding.evidence.get("adopt")
    lines = said.splitlines() if isinstance(said, str) else []
    shown = [_line(one) for one in lines[:LINES]]
    if (more := len(lines) - LINES) > 0:
        shown.append(f"# {words.plural(more, 'more line')}")
    return "\n".join(shown)


def _line(text: str) -> str:
    """A line with its indentation, which YAML means."""
    bare = text[1:].lstrip(" ")
    return f"{text[: len(text) - len(bare)]}{words.clean(bare, LINE)}"
