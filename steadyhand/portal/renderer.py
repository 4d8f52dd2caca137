"""What the pages are printed with: Jinja2, escaping every value, and one style sheet for both themes."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markdown_it import MarkdownIt
from markupsafe import Markup

from steadyhand.reports.charts.colours import DARK, LIGHT, Theme
from steadyhand.reports.templating import is_strong
from steadyhand.rhythm.core.figures import spoken

TEMPLATES = Path(__file__).parent / "templates"
NAMED = re.compile(r"(?<!\n)\n(?=[A-Z][a-z]+: )")
"""A line that begins with its name ("Undo: …") is a paragraph of its own."""

HEAD = re.compile(r"^([A-Z][a-z]+:)(?= )", re.MULTILINE)
PLACES = 12
"""More environments than that have no filter of their own."""


@cache
def environment() -> Environment:
    """All templates of this folder. A name that is missing is an error, never nothing."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["spoken"] = spoken
    made.tests["strong"] = is_strong
    return made


def printed(template: str, **said: Any) -> bytes:
    """One page."""
    return environment().get_template(f"{template}.html.j2").render(**said).encode()


def prose(runbook: str) -> Markup:
    """A runbook as HTML. Markup within it stays text."""
    text = HEAD.sub(r"**\1**", NAMED.sub("\n\n", runbook.strip()))
    return Markup(MarkdownIt("commonmark", {"html": False}).render(text))  # noqa: S704 - escaped


@cache
def style_sheet() -> bytes:
    """The one style sheet, with both themes and a filter for each of the environments."""
    text = (TEMPLATES / "steadyhand.css").read_text(encoding="utf-8")
    text = text.replace("/*LIGHT*/", _roots(LIGHT)).replace("/*DARK*/", _roots(DARK))
    places = "\n".join(
        f"main:has(#e{n}:checked) tr.row:not(.e{n}){{display:none}}" for n in range(1, PLACES + 1)
    )
    return text.replace("/*PLACES*/", places).encode()


def script() -> bytes:
    """The one script: it adds a search to the findings."""
    return (TEMPLATES / "findings.js").read_bytes()


def _roots(theme: Theme) -> str:
    return "".join(f"--{name}:{colour};" for name, colour in theme.items())
