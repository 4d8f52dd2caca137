"""A change set on the terminal: what it would do, and why nobody should execute it, or how."""

from __future__ import annotations

from steadyhand.cli.terminal import err, out, text
from steadyhand.formats.change_set import Read, executing
from steadyhand.rhythm.core.words import clean


def show(known: Read) -> None:
    """A line for each property; then the reasons against it, or the command."""
    console = out()
    for line in known.lines:
        console.print(text(clean(line)))
    for reason in dict.fromkeys(known.refused):
        err().print(text(f"Refused: {clean(reason)}.", "act"))
    if known.refused:
        return
    console.print()
    console.print(text(f"It sets back what drifted in {clean(known.stack)}, and does no more."))
    console.print(text("It has no undo, and executing it deletes the stack's other change sets:"))
    console.print(text(clean(executing(known), 400)), soft_wrap=True)
