"""A pretend AWS on this machine, full of time bombs; needs no account.

It deploys Steadyhand into an emulator, lets time bombs appear, fixes them, undoes one and
writes the mails into demo-output/. Outside a checkout the tools it needs are fetched first, once.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

from typer import Option

from steadyhand.cli.options import Here
from steadyhand.cli.project import setup
from steadyhand.cli.terminal import err, text

AGAIN = "import sys; from steadyhand.cli import main; sys.exit(main())"


def command(
    here: Here,
    out: Annotated[
        Path | None, Option("--out", metavar="DIR", help="Where mails and logs go. [demo-output]")
    ] = None,
) -> int:
    """Tell the story."""
    del here
    root = setup.project(lambda said: err().print(text(said)), emulator=True)
    if root != setup.PACKAGE.parent:
        python = str(root / setup.TOOLS / "bin" / "python")
        words = ["demo", *(["--out", str(out)] if out else [])]
        os.execve(python, [python, "-P", "-c", AGAIN, *words], dict(setup.environment(root)))  # noqa: S606
    from steadyhand.demo.story import run  # noqa: PLC0415

    return run(out) if out else run()
