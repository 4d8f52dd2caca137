"""A pretend AWS on this machine, full of time bombs; needs no account.

It deploys Steadyhand into an emulator, lets time bombs appear, fixes them, undoes one and
writes the mails into demo-output/.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from typer import Option

from steadyhand.cli.options import Here


def command(
    here: Here,
    out: Annotated[
        Path | None, Option("--out", metavar="DIR", help="Where mails and logs go. [demo-output]")
    ] = None,
) -> int:
    """Tell the story."""
    del here
    from steadyhand.demo.story import run  # noqa: PLC0415

    return run(out) if out else run()
