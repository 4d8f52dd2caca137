"""Completion for your shell: bash, zsh or fish.

Add what it prints to your shell's start file:

steadyhand complete bash >> ~/.bashrc
"""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import Annotated

from typer import Argument

from steadyhand.cli.options import Here


class Shell(StrEnum):
    """Which shell."""

    BASH = "bash"
    ZSH = "zsh"
    FISH = "fish"


def command(here: Here, shell: Annotated[Shell, Argument(metavar="bash|zsh|fish")]) -> int:
    """Print the script."""
    del here
    from steadyhand.cli.completion import script  # noqa: PLC0415

    sys.stdout.write(script(shell.value))
    return 0
