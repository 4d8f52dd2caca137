"""What templates are written on: Jinja2, with HTML escaped by itself and text wrapped at 72 columns.

A name that is missing in a template is an error, never nothing.
"""

from __future__ import annotations

import textwrap
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template, select_autoescape

from steadyhand.rhythm.core.figures import Figure, Line, Named, spoken
from steadyhand.rhythm.core.handling import WORDS

TEMPLATES = Path(__file__).parent / "templates"
PAGE = ".mjml.j2"
COLUMNS = 72
NUMBER = 14
"""Columns for a number, with the gap before it."""


def template(name: str) -> Template:
    """One template; those that become HTML escape every value."""
    return environment().get_template(name)


@cache
def environment() -> Environment:
    """All templates of this folder."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(enabled_extensions=(PAGE.lstrip("."),), default=False),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters |= {"spoken": spoken, "wrap": wrap, "hang": hang, "capped": capped}
    made.globals |= {"across": across, "handling": WORDS}
    made.tests["strong"] = is_strong
    return made


def is_strong(part: Any) -> bool:
    """Should it stand out?"""
    return isinstance(part, Figure | Named)


def capped(said: str) -> str:
    """With a capital first letter, and the rest as it is."""
    return said[:1].upper() + said[1:]


def wrap(said: str | Line, indent: str = "") -> str:
    """A paragraph."""
    return hang(said, indent, indent)


def hang(said: str | Line, head: str, indent: str | None = None) -> str:
    """A paragraph beside its head, or below it."""
    return textwrap.fill(
        said if isinstance(said, str) else spoken(said),
        COLUMNS,
        initial_indent=head,
        subsequent_indent=" " * len(head) if indent is None else indent,
        break_on_hyphens=False,
    )


def across(name: str, *columns: object) -> str:
    """A row of a table: words left, numbers right. What is wide takes its room from the name."""
    numbers = "".join(f"  {column!s:>{NUMBER - 2}}" for column in columns)
    wide = COLUMNS - len(numbers)
    left = name if len(name) <= wide else name[: wide - 1] + "…"
    return f"{left:<{wide}}{numbers}"
