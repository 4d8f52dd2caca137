"""`steadyhand review first-48-hours`: looks at the account now, whether or not anything is deployed."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from steadyhand.cli import client
from steadyhand.cli.errors import Exit, Misused
from steadyhand.cli.options import Here
from steadyhand.cli.output import details, number_rows
from steadyhand.cli.output.shape import Shape
from steadyhand.cli.saved import save
from steadyhand.cli.terminal import err
from steadyhand.formats.words import tame
from steadyhand.model import ReadFailed
from steadyhand.rhythm.first.report import CADENCE
from steadyhand.settings.deployed import TABLE

if TYPE_CHECKING:
    from steadyhand.aws.client import Botocore
    from steadyhand.ledger.table import Ledger
    from steadyhand.reports.first.compose import ComposedMail
    from steadyhand.settings.values import Settings

NO_TABLE = "ResourceNotFoundException"


def command(here: Here, *, asked: str, out: Path | None, explain: bool, output: Shape) -> int:
    """Look, compose, write. It ends with 4 where something could not be read, as a scan does."""
    from steadyhand.cli.progress import watched  # noqa: PLC0415
    from steadyhand.reports.first.compose import compose, gather  # noqa: PLC0415

    decided = client.settings(here)
    clients = client.connect_all(here, decided)
    ledger, unread = remembered(clients[0], decided)
    with watched() as watch:
        facts, looked = gather(
            clients=clients,
            settings=decided,
            ledger=ledger,
            ledger_unread=unread,
            clock=lambda: datetime.now(UTC),
            identity=clients[0].identity,
            watch=watch,
        )
    made = compose(facts, looked)
    if asked:
        resolve(made, asked)
        return Exit.CLEAN
    if out:
        for file in written(made, out):
            sys.stdout.write(f"{file}\n")
    elif output is Shape.JSON:
        number_rows.every(made.report) if explain else number_rows.values(made.report)
    else:
        sys.stdout.write(f"{tame(made.report.subject)}\n\n{made.report.text.rstrip()}\n")
    if explain and output is not Shape.JSON:
        details.facts(
            err(), ((name, ", ".join(rows)) for name, rows in made.report.explain.items())
        )
    return Exit.INCOMPLETE if facts.seen.unknown else Exit.CLEAN


def remembered(here: Botocore, decided: Settings) -> tuple[Ledger | None, str]:
    """The ledger of a deployed Steadyhand; else why nobody knows, or nothing where there is none."""
    from steadyhand.ledger.table import Ledger as Book  # noqa: PLC0415

    home = client.home(decided)
    there = here if home in {"", here.region} else here.elsewhere(home)
    book = Book(there, TABLE)
    try:
        book.noted("review", CADENCE)
    except ReadFailed as failed:
        return None, "" if failed.code == NO_TABLE else failed.code
    return book, ""


def resolve(made: ComposedMail, asked: str) -> None:
    """What one number is made of, as JSON: the findings and what was seen, by id."""
    meant = {name: ids for name, ids in made.report.explain.items() if asked in name.split(": ", 1)}
    if not meant:
        said = f'no number here is called or reads "{asked}"'
        raise Misused(said, f"steadyhand review {CADENCE} --explain")
    known = json.loads(made.files["inventory.json"])
    found = json.loads(made.files["findings.json"])["findings"]
    known |= {one["id"]: one for one in found}
    shown = {name: {one: known.get(one) for one in ids} for name, ids in meant.items()}
    number_rows.write(shown)


def written(made: ComposedMail, folder: Path) -> Iterator[Path]:
    """The report as files: page, text, pictures, lists, and what every number is made of."""
    mail = made.report
    files = {
        "mail.html": mail.page.encode(),
        "mail.txt": f"{mail.subject}\n\n{mail.text.rstrip()}\n".encode(),
        "mail.json": mail.values.encode(),
        "explain.json": mail.explained().encode(),
        **mail.images,
        **made.files,
    }
    for name, content in files.items():
        yield save(folder / Path(name).name, content)
