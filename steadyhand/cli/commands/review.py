"""The weekly or the monthly mail, as it would be sent; nothing is sent.

The text is printed. With --out, HTML, text and attachments are written into a folder.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from typer import Argument, Option

from steadyhand.cli import told
from steadyhand.cli.house import now, opened, reading
from steadyhand.cli.options import Here
from steadyhand.cli.terminal import err
from steadyhand.cli.trouble import Trouble
from steadyhand.formats.words import tame

if TYPE_CHECKING:
    from steadyhand.connect.letter import Mail


class Cadence(StrEnum):
    """How often it comes."""

    WEEKLY = "weekly"
    MONTHLY = "monthly"


def command(
    here: Here,
    cadence: Annotated[Cadence, Argument(metavar="weekly|monthly")],
    out: Annotated[
        Path | None, Option("--out", metavar="DIR", help="Write it into this folder.")
    ] = None,
    explain: Annotated[
        bool, Option("--explain", help="Which ledger rows each number is made of.")
    ] = False,
) -> int:
    """Build it from the ledger."""
    try:
        from steadyhand.reports import build  # noqa: PLC0415
    except ModuleNotFoundError as error:
        said = f"the reports need {error.name}, which is not installed"
        raise Trouble(said, "pip install 'steadyhand[reports]'") from error
    door = opened(here)
    with reading(door.aws.region):
        mail = build(
            cadence.value, ledger=door.ledger, settings=door.decided, aws=door.aws, now=now()
        )
    if out:
        for file in written(mail, out):
            sys.stdout.write(f"{file}\n")
    else:
        sys.stdout.write(f"{tame(mail.subject)}\n\n{mail.text.rstrip()}\n")
    if explain:
        told.facts(err(), ((name, ", ".join(rows)) for name, rows in mail.explain.items()))
    return 0


def written(mail: Mail, folder: Path) -> Iterator[Path]:
    """The mail as files. The page holds its pictures; no name leads out of the folder."""
    files = {
        "mail.html": mail.page.encode(),
        "mail.txt": f"{mail.subject}\n\n{mail.text.rstrip()}\n".encode(),
        "explain.json": mail.explained().encode(),
    }
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in {**files, **mail.attachments}.items():
        file = folder / Path(name).name
        file.write_bytes(content)
        yield file
