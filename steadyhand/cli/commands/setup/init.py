"""Ask a few questions, and write steadyhand.toml.

Each has a default. An account is asked nothing but who you are, and nothing is changed in one: every
check observes until you say otherwise. An existing file is left as it is.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated
from zoneinfo import available_timezones

import typer
from typer import Option

from steadyhand.cli import client
from steadyhand.cli.errors import CliError, Misused
from steadyhand.cli.options import Here
from steadyhand.engine.ask.operators import as_operator
from steadyhand.settings import file as settings_file
from steadyhand.settings.fields import OPERATOR
from steadyhand.settings.file import NAME
from steadyhand.settings.values import Settings

ADDRESS = re.compile(r"^[^@\s,<>]+@[^@\s,<>]+\.[^@\s,<>]+$")
REGION = re.compile(r"^[a-z]{2}(-[a-z]+)+-\d$")
WHO_MAY = "Who may fix, approve and undo (ARNs of roles or users, or nothing: nobody)"
YES = ("y", "yes")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What a person said."""

    owner: str
    mail_to: Sequence[str]
    mail_from: str
    time_zone: str
    operators: Sequence[str]
    regions: Sequence[str]
    trail: bool
    recorder: bool


def command(
    here: Here,
    out: Annotated[
        Path, Option("--out", metavar="FILE", help="Where it is written. [./steadyhand.toml]")
    ] = Path(NAME),
    defaults: Annotated[
        bool, Option("--defaults", help="Ask nothing: take every default.")
    ] = False,
) -> int:
    """Ask, write, say what is next."""
    if out.exists():
        raise CliError(
            f"{out} is there already, and is left as it is", f"edit {out}, or --out FILE"
        )
    if not defaults and not sys.stdin.isatty():
        raise Misused("nobody is there to answer", "steadyhand init --defaults")
    written = as_toml(asked(_default) if defaults else asked(_ask, offered(here)))
    try:
        out.write_text(written, encoding="utf-8")
    except OSError as error:
        raise CliError(f"{out} cannot be written: {error.strerror}") from error
    settings_file.read(out)
    typer.echo(f"Wrote {out}. Every check observes; nothing is changed until you say so there.")
    typer.echo("Next: steadyhand doctor")
    return 0


Ask = Callable[[str, str, Callable[[str], str]], str]


def offered(here: Here) -> str:
    """Who you are to AWS, as the owner's list names it; nothing where that cannot be told."""
    try:
        return as_operator(client.connect(here, Settings()).identity)
    except CliError:
        return ""


def asked(ask: Ask, me: str = "") -> Answers:
    """All questions. An answer that does not fit is asked for again."""
    owner = ask("Your team's name", "Your team", _any)
    mail_to = _listed(
        ask("Who gets the mails (addresses, or nothing)", "", _each(ADDRESS, "address"))
    )
    mail_from = ""
    if mail_to:
        said = "An address SES may send from (its domain or itself verified)"
        mail_from = ask(said, mail_to[0], _one(ADDRESS, "address"))
    return Answers(
        owner=owner,
        mail_to=mail_to,
        mail_from=mail_from,
        operators=_listed(ask(WHO_MAY, me, _each(OPERATOR, "ARN of a role or user"))),
        time_zone=ask("Your time zone", "UTC", _zone),
        regions=_listed(ask("Regions to look at (or nothing)", "", _each(REGION, "region"))),
        trail=_is_yes(ask("Is there a CloudTrail trail of management events", "yes", _yes_no)),
        recorder=_is_yes(ask("Does AWS Config record there", "no", _yes_no)),
    )


def as_toml(said: Answers) -> str:
    """The file. What has its default stands as a comment."""
    return "\n".join(_lines(said)) + "\n"


def _lines(said: Answers) -> Iterator[str]:
    yield "# What you decide. `steadyhand doctor` reads this file and says what is wrong with it."
    yield from ("", "[owner]", f"name = {quoted(said.owner)}")
    if said.mail_to:
        yield f"mail_to = {listed(said.mail_to)}"
        yield f"mail_from = {quoted(said.mail_from)}"
    yield f"time_zone = {quoted(said.time_zone)}"
    if said.operators:
        yield f"operators = {listed(said.operators)}"
    yield from ("", "[deploy]")
    if said.regions:
        yield f"regions = {listed(said.regions)}"
        yield f"home = {quoted(said.regions[0])}"
    yield f'trail = "{"exists" if said.trail else "none"}"      # "exists", "create" or "none"'
    yield f'recorder = "{"exists" if said.recorder else "none"}"   # "exists", "create" or "none"'
    yield from (
        "",
        "# How far each check goes: observe, propose, approve or auto. What is not named observes.",
        "[checks.open_admin_ports]",
        'mode = "observe"',
    )


def quoted(said: str) -> str:
    """A TOML basic string: quotes, backslashes and controls escaped (TOML 1.0, "String")."""
    text = said.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(one if one.isprintable() else f"\\u{ord(one):04x}" for one in text) + '"'


def listed(said: Sequence[str]) -> str:
    """A TOML array of strings."""
    return f"[{', '.join(map(quoted, said))}]"


# Questions.


def _ask(question: str, default: str, check: Callable[[str], str]) -> str:
    while True:
        said = str(typer.prompt(question, default=default, show_default=bool(default))).strip()
        wrong = check(said)
        if not wrong:
            return said
        typer.echo(f"  {wrong}", err=True)


def _default(question: str, default: str, check: Callable[[str], str]) -> str:
    del question, check
    return default


def _any(said: str) -> str:
    return "" if said else "say a name"


def _one(shape: re.Pattern[str], what: str) -> Callable[[str], str]:
    return lambda said: "" if shape.match(said) else f"{said} is no {what}"


def _each(shape: re.Pattern[str], what: str) -> Callable[[str], str]:
    def check(said: str) -> str:
        return next((f"{one} is no {what}" for one in _listed(said) if not shape.match(one)), "")

    return check


def _zone(said: str) -> str:
    return "" if said in available_timezones() else f"{said} is no time zone, as Europe/Berlin is"


def _yes_no(said: str) -> str:
    return "" if said.lower() in {*YES, "n", "no"} else "yes or no"


def _is_yes(said: str) -> bool:
    return said.lower() in YES


def _listed(said: str) -> list[str]:
    return [one for one in re.split(r"[\s,;]+", said.strip()) if one]
