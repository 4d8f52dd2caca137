"""How the demo looks: 80 columns, one idea a line, no boxes; results on stdout, progress on stderr.

Colour never speaks alone, and only the terminal's own sixteen colours are used, so the owner's
theme wins. A pipe and NO_COLOR get the same words.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.live import Live
from rich.text import Text
from rich.theme import Theme

from steadyhand.rhythm.core.handling import Handled

WIDTH = 80
INDENT = 3
THEME = Theme({"act": "bold red", "auto": "blue", "m": "bright_black", "h": "bold", "cmd": "bold"})
MARKS = {
    "done": ("✓ fixed", "auto"),
    Handled.AUTO: ("✓ automatic", "auto"),
    Handled.YOU: ("● approve", "act"),
    Handled.HAND: ("● by hand", "act"),
    Handled.LEFT: ("○ left alone", ""),
    Handled.PLANNED: ("○ planned", ""),
}
FRAMES = "·∙•∙"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a lane. `mark` is a key of `MARKS`."""

    when: str
    name: str
    what: str
    usd: str
    mark: str


@dataclass(frozen=True, slots=True)
class Terminal:
    """Where the demo speaks: `out` is what it found, `err` how far it is."""

    out: Console
    err: Console

    @classmethod
    def of_terminal(cls) -> Terminal:
        """Standard output and error, never wider than 80 columns."""
        return cls(console(stderr=False), console(stderr=True))

    def say(self, *parts: str | tuple[str, str], indent: int = 0) -> None:
        """One line, or a paragraph: words, and (words, style). Nothing in it is markup."""
        for line in Text.assemble(*parts).wrap(self.out, WIDTH - indent):
            line.rstrip()
            self.out.print(Text(" " * indent) + line, soft_wrap=True)

    def note(self, words: str, indent: int = 0) -> None:
        """Words that are less important."""
        self.say((words, "m"), indent=indent)

    def gap(self) -> None:
        """An empty line."""
        self.out.print()

    def chapter(self, number: int, title: str, rest: str = "") -> None:
        """A new part of the story."""
        self.gap()
        self.say((f"{number}. {title}", "h"), f" {rest}" if rest else "")

    def done(self, words: str, rest: str = "") -> None:
        """What was reached."""
        self.say(("✓", "auto"), " ", (words, "h"), f" {rest}" if rest else "", indent=INDENT)

    def waits(self, words: str) -> None:
        """What waits for a person."""
        self.say(("●", "act"), " ", (words, "h"), indent=INDENT)

    def command(self, line: str, why: str = "") -> None:
        """What a person types."""
        self.say(("$ ", "m"), (line, "cmd"), (f"   {why}" if why else "", "m"), indent=INDENT)

    def clock(self, lines: Iterable[tuple[float, str]]) -> None:
        """What happened when, in seconds since it began."""
        for seconds, words in lines:
            self.say((f"{seconds:5.2f} s", "m"), f"  {words}", indent=INDENT)

    def lane(self, title: str, why: str, rows: Sequence[Row]) -> None:
        """One lane of findings: date, name, what is wrong, dollars a month, who does something."""
        self.gap()
        self.say((title, "h"), (f"  {why}", "m"))
        for row in rows:
            mark, style = MARKS[row.mark]
            self.cells(
                (row.when, 8, ""),
                (row.name, 22, "h"),
                (row.what, 23, ""),
                mark=(mark, style),
                usd=row.usd,
            )

    def cells(
        self, *cells: tuple[str, int, str], mark: tuple[str, str] = ("", ""), usd: str = ""
    ) -> None:
        """Columns of a given width; what is too long is cut. Dollars to the right, the mark last."""
        line = Text("  ")
        for words, width, style in cells:
            line.append(set_cell_size(_cut(words, width), width), style)
            line.append(" ")
        line.append(f"{usd:>9} ")
        line.append(*mark)
        line.rstrip()
        self.out.print(line, soft_wrap=True)

    @contextmanager
    def working(self, words: str) -> Iterator[Progress]:
        """Progress, on stderr: a line that lives in a terminal and is gone afterwards."""
        progress = Progress(words, time.monotonic())
        if not self.err.is_terminal:
            self.err.print(Text(words, "m"))
            yield progress
            return
        with Live(progress, console=self.err, transient=True, refresh_per_second=8):
            yield progress


@dataclass
class Progress:
    """What is being done, for how long, and the last that was heard of it."""

    words: str
    since: float
    heard: str = ""

    def tell(self, line: str) -> None:
        """The newest line of whatever is at work."""
        self.heard = " ".join(line.split())

    def __rich__(self) -> Text:
        seconds = time.monotonic() - self.since
        frame = FRAMES[int(seconds * 4) % len(FRAMES)]
        line = Text.assemble((f"{frame} ", "auto"), self.words, (f"  {seconds:.0f} s", "m"))
        if self.heard:
            line.append(f"  {self.heard}", "m")
        line.truncate(WIDTH - 1, overflow="ellipsis")
        return line


def console(*, stderr: bool) -> Console:
    """A console of our colours. Without a terminal it is 80 columns wide."""
    made = Console(theme=THEME, highlight=False, stderr=stderr, emoji=False)
    made.width = min(made.width, WIDTH) if made.is_terminal else WIDTH
    return made


def here(file: Path) -> str:
    """A path as one types it from where we are."""
    now = Path.cwd()
    return str(file.relative_to(now)) if file.is_relative_to(now) else str(file)


def _cut(words: str, width: int) -> str:
    """At most so wide; what is missing is three dots."""
    return words if cell_len(words) <= width else f"{set_cell_size(words, width - 1)}…"
