"""One finding, one plan, one change, in the terminal."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.text import Text

from steadyhand.aws import cli_command
from steadyhand.cli.terminal import text
from steadyhand.formats.words import tame
from steadyhand.model import Call, Change, ChangeState, Step, filled
from steadyhand.settings.local_date import minute_of

STARTS = re.compile(r"^(?:(\d+\.|[-*]) |(?:Fix|Undo|Runbook):)")
"""How a line of a runbook begins that stands for itself."""

ROOM = 44
"""A command may be as long as this and still have a reason beside it."""


def facts(console: Console, said: Iterable[tuple[str, object]]) -> None:
    """Names on the left, values on the right. What has no space in it is not broken."""
    rows = [(name, tame(str(value))) for name, value in said if value not in (None, "")]
    width = max((len(name) for name, _ in rows), default=0)
    room = max(20, console.width - width - 4)
    for name, value in rows:
        first, *rest = wrapped(value, room) or [""]
        line(console, Text.assemble((f"  {name:<{width}}  ", "m"), first))
        for more in rest:
            line(console, Text(" " * (width + 4) + more))


def prose(console: Console, runbook: str) -> None:
    """A docstring's paragraphs, wrapped to the width that is there; lists keep their shape."""
    pieces: list[str] = []
    for said in runbook.strip().splitlines():
        if not said.strip() or STARTS.match(said) or not pieces or not pieces[-1]:
            pieces.append(tame(said))
        else:
            pieces[-1] += f" {tame(said)}"
    for piece in pieces:
        found = STARTS.match(piece)
        hang = "   " if found and found[1] else ""
        for number, said in enumerate(wrapped(piece, console.width - len(hang))):
            style = "h" if said == "Runbook:" else ""
            line(console, Text(f"{hang}{said}" if number else said, style))
        if not piece:
            console.print()


def commands(console: Console, steps: Sequence[Step], region: str) -> None:
    """The plan and its undo, as `aws` command lines. Nothing is wrapped: it is for copying."""
    for step in steps:
        if step.not_before:
            then_on = minute_of(step.not_before, "UTC")
            console.print(f"  # AWS takes it from {then_on} on", style="act")
        line(console, Text(cli_command.folded(step.do, region, "  ")))
    console.print("\n[h]Undo[/]")
    for step in reversed(steps):
        if step.undo:
            line(console, Text(cli_command.folded(step.undo, region, "  ")))
        else:
            console.print("  there is no way back", style="act")


def way_back(console: Console, change: Change) -> None:
    """The calls of an undo, last step first, as `aws` command lines; what a step made is filled in."""
    console.print("[h]Undo[/]")
    for n, step in reversed(list(enumerate(change.steps))):
        if step.undo and step.became.ours:
            undo: Call = filled(step.undo, change, n)
            line(console, Text(cli_command.folded(undo, change.finding.region, "  ")))


def then(console: Console, *said: tuple[str, str]) -> None:
    """What to do next: commands, and why."""
    width = max([len(command) for command, _ in said if len(command) <= ROOM], default=0)
    console.print()
    for number, (command, why) in enumerate(said):
        start = "Next  " if number == 0 else "      "
        reason = f"{'':<{width - len(command) + 3}}{why}" if len(command) <= width else ""
        is_wide = len(start) + len(command) + len(reason) > console.width
        line(console, Text.assemble(start, (command, "cmd"), ("" if is_wide else reason, "m")))
        if is_wide and reason:
            for more in wrapped(why, max(1, console.width - 8)):
                line(console, Text(f"        {more}", "m"))


def outcome(console: Console, change: Change) -> None:
    """How a change ended."""
    if change.state is ChangeState.VERIFIED:
        console.print(Text.assemble(("✓ ", "auto"), ("Fixed. ", "h"), text(change.finding.summary)))
        console.print("[m]Done, read again, and it is as planned.[/]")
        then(console, (f"steadyhand undo {change.id}", "undo it"))
    elif change.state is ChangeState.UNDONE:
        console.print(
            Text.assemble(("✓ ", "auto"), ("Undone. ", "h"), text(change.finding.summary))
        )
        if change.reason:
            console.print(text(f"But {change.reason}."), style="act")
        else:
            console.print("[m]Exactly as before. This check asks before it acts here again.[/]")
    elif change.state.moves:
        console.print(
            Text.assemble(("● ", "act"), ("On its way. ", "h"), text(change.finding.summary))
        )
        if change.waits:
            console.print(text(f"It waits: {change.waits}. Then Steadyhand goes on."), style="act")
        else:
            console.print("[m]AWS takes its time; Steadyhand looks again until it is done.[/]")
    elif change.state is ChangeState.THEIRS:
        console.print(Text.assemble(("● ", "act"), ("Not ours. ", "h"), text(change.reason)))
    else:
        console.print(Text.assemble(("● ", "act"), ("Not fixed. ", "h"), text(change.reason)))


def line(console: Console, said: Text) -> None:
    """One line as it is, however long."""
    console.print(said, soft_wrap=True)


def wrapped(said: str, width: int) -> list[str]:
    """Lines of at most a width, broken between words only."""
    return textwrap.wrap(said, width, break_long_words=False, break_on_hyphens=False)
