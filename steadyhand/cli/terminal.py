"""How the terminal looks: 80 columns, no boxes, the sixteen colours of the owner's theme.

What is read in the account is shown as `Text`, never as markup, and without control characters:
whoever can name a resource must not be able to write on the owner's screen.
"""

from __future__ import annotations

import re
import sys
from datetime import datetime
from typing import IO, Any, cast

from rich.console import Console, ConsoleOptions, RenderResult
from rich.table import Table
from rich.text import Text
from rich.theme import Theme

from steadyhand.formats.words import tame
from steadyhand.model import priced
from steadyhand.rhythm.core.handling import WORDS, Handled

THEME = Theme(
    {
        "act": "bold red",
        "auto": "blue",
        "m": "bright_black",
        "h": "bold",
        "cmd": "bold",
        "bar.complete": "blue",
        "bar.finished": "blue",
        "bar.back": "bright_black",
    },
    inherit=False,
)
WIDEST, NARROW = 120, 56
MARKED = 12
"""Columns that the longest mark takes: "○ left alone"."""

TRAILING = re.compile(r" +\n")
ACTING = re.compile(r"\x1b(?!\[[0-9;?]*[A-Za-z])|[\x00-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f-\x9f]")
"""Controls that no output of ours has: titles, the clipboard (OSC 52), links, device commands, C1.

Colours and the progress bar's moves are CSI sequences and pass (ECMA-48, 5.4 and 8.3)."""

PREAMBLE = re.compile(
    r"(?s)An error occurred \((.*?)\) when calling the (\w+) operation[^:]*: (.*)"
)
MARKS = {Handled.AUTO: ("✓", "auto"), Handled.YOU: ("●", "act"), Handled.HAND: ("●", "act")}


def out() -> Console:
    """Where the result goes."""
    return _console(sys.stdout)


def err() -> Console:
    """Where everything else goes."""
    return _console(sys.stderr)


class Trimmed:
    """A file that is told no spaces at the end of a line, and no control that acts on a terminal."""

    def __init__(self, file: IO[str]) -> None:
        self.file = file

    def write(self, said: str) -> int:
        """Write, without them."""
        return self.file.write(ACTING.sub("", TRAILING.sub("\n", said)))

    def __getattr__(self, name: str) -> Any:
        return getattr(self.file, name)


def _console(said: IO[str]) -> Console:
    file = cast(IO[str], Trimmed(said))
    console = Console(file=file, theme=THEME, highlight=False, emoji=False, soft_wrap=False)
    console.width = min(console.width, WIDEST)
    return console


def mark(how: Handled) -> Text:
    """A mark and its word: ● approve, ● by hand, ✓ automatic, ○ left alone, ○ planned."""
    sign, style = MARKS.get(how, ("○", ""))
    return Text(f"{sign} {WORDS[how].lower()}", style)


def text(said: object, style: str = "") -> Text:
    """Something that was read in the account."""
    return Text(tame(str(said)), style)


class Rows(Table):
    """A table whose rows stack where the terminal is narrow: what wraps first, below it the rest."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        if options.max_width >= NARROW or not self.expand:
            yield from super().__rich_console__(console, options)
            return
        for row in zip(*(column.cells for column in self.columns), strict=True):
            cells = [one if isinstance(one, Text) else Text(str(one)) for one in row]
            wraps = [cell for cell, at in zip(cells, self.columns, strict=True) if at.ratio]
            others = [one for one in cells if one not in wraps and one.plain.strip()]
            for one in wraps:
                one.overflow = "fold"
                yield one
            if others:
                yield Text(" · ", "m").join(others)


def columns(*widths: int | None) -> Table:
    """A table without lines. A width that is missing takes what is left and wraps."""
    table = Rows(box=None, show_header=False, padding=(0, 1, 0, 0), pad_edge=False)
    for width in widths:
        if width is None:
            table.add_column(ratio=1, overflow="fold")
        else:
            table.add_column(width=width, no_wrap=True, overflow="ellipsis")
    table.expand = None in widths
    return table


def day(when: datetime | None, now: datetime) -> str:
    """19 Jun; with the year where it is another."""
    if when is None:
        return ""
    return f"{when.day} {when:%b}" if when.year == now.year else f"{when:%b %Y}"


def dollars(amount: float | None) -> str:
    """A month's cost; nothing where there is none."""
    return priced(amount) if amount else ""


def aws_said(reason: str) -> str:
    """An error of AWS without its preamble: "ListQueues: not authorized (AccessDenied)"."""
    found = PREAMBLE.match(reason)
    return f"{found[2]}: {found[3].rstrip('.')} ({found[1]})" if found else reason.rstrip(".")
