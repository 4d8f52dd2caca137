"""The weekly or the monthly mail, as it would be sent; nothing is sent.

The text is printed. With --out, HTML, text and attachments are written into a folder.
"""

from __future__ import annotations

import sys
from enum import StrEnum
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

from typer import Argument, Option

from steadyhand.cli.house import now, opened, reading
from steadyhand.cli.options import Here
from steadyhand.cli.terminal import err, text
from steadyhand.cli.trouble import Trouble


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
        build: Any = import_module("steadyhand.reports").build
    except ImportError as error:
        said = f"the reports need a library that is not installed: {error.name or error}"
        raise Trouble(said, "pip install 'steadyhand[reports]'") from error
    door = opened(here)
    with reading(door.aws.region):
        mail = build(door.ledger, door.decided, cadence.value, now(), door.aws)
    if out:
        written(mail, out)
    else:
        sys.stdout.write(f"{mail.subject}\n\n{mail.text.rstrip()}\n")
    if explain:
        explained(mail)
    return 0


def written(mail: Any, folder: Path) -> None:
    """The mail as files; the names of attachments cannot lead out of the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    files: dict[str, bytes] = {
        "mail.html": mail.html.encode(),
        "mail.txt": f"{mail.subject}\n\n{mail.text.rstrip()}\n".encode(),
    }
    for attachment in mail.attachments:
        files[Path(attachment.name).name] = attachment.content
    for name, content in files.items():
        (folder / name).write_bytes(content)
        sys.stdout.write(f"{folder / name}\n")


def explained(mail: Any) -> None:
    """Each number, and the rows it comes from."""
    console = err()
    for number, rows in getattr(mail, "numbers", {}).items():
        console.print(text(f"{number}: {', '.join(map(str, rows))}"))
