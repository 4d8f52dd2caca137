"""The weekly or monthly mail, or the first report; nothing is sent.

The text is printed. With --out, HTML, text and attachments are written into a folder. With
--explain, the ledger rows of every number are listed; with --explain and a number, as it is
printed ("$318", "5 changes") or named ("cost.total"), the rows of that one are shown.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Annotated

from typer import Argument, Option

from steadyhand.cli import first
from steadyhand.cli.errors import Misused
from steadyhand.cli.options import Here
from steadyhand.cli.output import details, number_rows
from steadyhand.cli.output.shape import Shape
from steadyhand.cli.saved import save
from steadyhand.cli.session import now, open_session, reading
from steadyhand.cli.terminal import err
from steadyhand.formats.words import tame

if TYPE_CHECKING:
    from steadyhand.cli.session import Session
    from steadyhand.connect.message import Mail
    from steadyhand.rhythm.core.facts import Facts


class Cadence(StrEnum):
    """How often it comes."""

    WEEKLY = "weekly"
    MONTHLY = "monthly"
    FIRST = "first-48-hours"


def command(  # noqa: PLR0917 - Typer calls it by name
    here: Here,
    cadence: Annotated[Cadence, Argument(metavar="weekly|monthly|first-48-hours")],
    number: Annotated[
        list[str] | None,
        Argument(
            metavar="[NUMBER]", help="With --explain: the one to explain.", show_default=False
        ),
    ] = None,
    period: Annotated[
        str, Option("--period", metavar="NAME", help="Another one: 2026-10, 2026-W43.")
    ] = "",
    out: Annotated[
        Path | None, Option("--out", metavar="DIR", help="Write it into this folder.")
    ] = None,
    explain: Annotated[
        bool, Option("--explain", help="Which ledger rows each number, or one, is made of.")
    ] = False,
    output: Annotated[
        Shape, Option("--output", "-o", help="How to write it; an explanation too.")
    ] = Shape.TEXT,
) -> int:
    """Build it from the ledger."""
    from steadyhand.readings.gather import gather  # noqa: PLC0415
    from steadyhand.reports.compose import compose  # noqa: PLC0415

    asked = " ".join(number or ())
    if asked and not explain:
        raise Misused(f'"{asked}" is one word too many', f"{again(cadence, period)} {quote(asked)}")
    if cadence is Cadence.FIRST:
        if period:
            raise Misused("the first report has no period", f"steadyhand review {cadence}")
        return first.command(here, asked=asked, out=out, explain=explain, output=output)
    session = open_session(here)
    with reading(session.aws.region), named(cadence):
        facts = gather(
            cadence.value,
            ledger=session.ledger,
            settings=session.decided,
            aws=session.aws,
            now=now(),
            period=period,
        )
    mail = compose(facts)
    mail = as_made(session, facts, mail)
    if asked:
        with reading(session.aws.region):
            number_rows.explain(
                facts,
                mail,
                asked,
                session.ledger.noted,
                shape=output,
                again=again(cadence, period),
            )
        return 0
    if out:
        for file in written(mail, out):
            sys.stdout.write(f"{file}\n")
    elif output is Shape.JSON:
        number_rows.every(mail) if explain else number_rows.values(mail)
        return 0
    else:
        sys.stdout.write(f"{tame(mail.subject)}\n\n{mail.text.rstrip()}\n")
    if explain:
        details.facts(err(), ((name, ", ".join(rows)) for name, rows in mail.explain.items()))
    return 0


def as_made(session: Session, facts: Facts, mail: Mail) -> Mail:
    """The review of a period that is over as it was made, where one was; and it is said that it is."""
    from steadyhand.connect.kept_mail import kept  # noqa: PLC0415

    if facts.period.is_running:
        return mail
    known = kept(session.ledger, mail.name)
    if known is None:
        said = "none was made when it ended; what changed since may show in it"
        details.facts(err(), [("as it is known now", said)])
        return mail
    day = facts.period.local(known[1])
    said = f"{day.day} {day:%B %Y}; what came later is not in it"
    details.facts(err(), [("as it was made on", said)])
    return known[0]


def again(cadence: Cadence, period: str) -> str:
    """The command line that explains all numbers, or one that is put behind it."""
    return f"steadyhand review {cadence}{f' --period {period}' if period else ''} --explain"


@contextmanager
def named(cadence: Cadence) -> Iterator[None]:
    """A period that is none is a mistake on the command line."""
    from steadyhand.rhythm.core.period import NoPeriod  # noqa: PLC0415

    try:
        yield
    except NoPeriod as none:
        raise Misused(str(none), f"steadyhand review {cadence}") from none


def written(mail: Mail, folder: Path) -> Iterator[Path]:
    """The mail as files. The page holds its pictures; no name leads out of the folder."""
    files = {
        "mail.html": mail.page.encode(),
        "mail.txt": f"{mail.subject}\n\n{mail.text.rstrip()}\n".encode(),
        "explain.json": mail.explained().encode(),
    }
    for name, content in {**files, **mail.attachments}.items():
        yield save(folder / Path(name).name, content)
