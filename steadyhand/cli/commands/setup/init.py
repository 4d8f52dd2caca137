"""Ask a few questions, and write steadyhand.toml.

Each has a default, and what an option says is not asked. The account is only read, for what to offer;
nothing is changed in it, and every check observes until you say otherwise. A file that is there is
written over only if you say so. With --region the regions to look at, the first as home.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any

import typer
from typer import Option

from steadyhand.cli import client
from steadyhand.cli.doctor import account as doctor
from steadyhand.cli.doctor.line import Line, Sign
from steadyhand.cli.doctor.mail import mail, sandbox
from steadyhand.cli.errors import CliError, Misused
from steadyhand.cli.options import Here
from steadyhand.cli.saved import save
from steadyhand.engine.ask.operators import as_operator
from steadyhand.formats.words import tame
from steadyhand.model import ReadFailed
from steadyhand.settings.file import NAME, Wrong, decided
from steadyhand.settings.values import Settings

WHERE = "exists|create|none"
Said = dict[str, dict[str, Any]]
"""The document: keys by section."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One key of the file. `only_with` is the key without which it is not asked."""

    section: str
    key: str
    text: str
    many: bool = False
    only_with: str = ""


QUESTIONS = (
    Question(section="owner", key="name", text="Your team's name"),
    Question(
        section="owner",
        key="mail_to",
        text="Who gets the mails (addresses, or nothing)",
        many=True,
    ),
    Question(
        section="owner",
        key="mail_from",
        text="The address they come from (it or its domain verified in SES)",
        only_with="mail_to",
    ),
    Question(
        section="owner",
        key="operators",
        text="Who may fix, approve and undo (ARNs of roles or users, or nothing: nobody)",
        many=True,
    ),
    Question(section="owner", key="time_zone", text="Your time zone"),
    Question(
        section="deploy",
        key="regions",
        text="Regions to look at, the first as home (or nothing: your profile's)",
        many=True,
    ),
    Question(
        section="deploy",
        key="trail",
        text="A CloudTrail trail of management events: exists, create (the first is free) or none",
    ),
    Question(
        section="deploy",
        key="recorder",
        text="An AWS Config recorder: exists, create (AWS bills it) or none",
    ),
)


def command(  # noqa: PLR0917 - Typer calls it by name
    here: Here,
    out: Annotated[
        Path, Option("--out", metavar="FILE", help="Where it is written. [./steadyhand.toml]")
    ] = Path(NAME),
    defaults: Annotated[
        bool, Option("--defaults", help="Ask nothing: what no option says has its default.")
    ] = False,
    overwrite: Annotated[
        bool, Option("--overwrite", help="Write over a file that is there.")
    ] = False,
    owner: Annotated[str | None, Option("--owner", metavar="NAME", help="Your team.")] = None,
    mail_to: Annotated[
        list[str] | None,
        Option("--mail-to", metavar="ADDRESS", help="Who gets the mails. Repeatable."),
    ] = None,
    mail_from: Annotated[
        str | None, Option("--mail-from", metavar="ADDRESS", help="Whom they come from.")
    ] = None,
    operator: Annotated[
        list[str] | None,
        Option("--operator", metavar="ARN", help="Who may decide. Repeatable."),
    ] = None,
    time_zone: Annotated[
        str | None, Option("--time-zone", metavar="NAME", help="Such as Europe/Berlin.")
    ] = None,
    trail: Annotated[str | None, Option("--trail", metavar=WHERE, help="CloudTrail.")] = None,
    recorder: Annotated[str | None, Option("--recorder", metavar=WHERE, help="AWS Config.")] = None,
) -> int:
    """Ask, write, say what is next."""
    given = {
        "name": owner,
        "mail_to": mail_to or None,
        "mail_from": mail_from,
        "operators": operator or None,
        "time_zone": time_zone,
        "regions": list(here.regions) or None,
        "trail": trail,
        "recorder": recorder,
    }
    is_asked = not defaults
    if is_asked and not sys.stdin.isatty():
        raise Misused("nobody is there to answer", "steadyhand init --defaults, with options")
    if out.exists() and not overwrite:
        _may_write_over(out, is_asked=is_asked)
    there = _account(here) if is_asked else None
    document = answered(given, _ask if is_asked else None, offers(there))
    text = as_toml(document)
    try:
        settings = decided(tomllib.loads(text))
    except Wrong as wrong:
        raise Misused(str(wrong), "steadyhand init") from wrong
    save(out, text.encode())
    typer.echo(f"Wrote {out}. Every check observes; nothing is changed until you say so there.")
    if there:
        _say_of_mail(there, settings)
    typer.echo("Next: steadyhand doctor")
    return 0


# What is offered, and what is asked.


def offers(there: Any) -> Mapping[str, str]:
    """What the account says of itself, as answers to take or leave; nothing where it is not read."""
    if there is None:
        return {}
    offered = {"operators": as_operator(there.identity), "regions": there.region}
    if line := _looked(doctor.trail, there, Settings()):
        offered["trail"] = "exists" if line.sign is Sign.OK else "create"
    if line := _looked(doctor.recorder, there, Settings(recorder="exists")):
        offered["recorder"] = "exists" if line.sign is Sign.OK else "none"
    return offered


def _looked(look: Callable[[Any, Settings], Line], there: Any, settings: Settings) -> Line | None:
    try:
        return look(there, settings)
    except ReadFailed:
        return None


def _account(here: Here) -> Any:
    """The account that is at hand; None where there is none."""
    first = next(iter(here.regions), "")
    try:
        return client.connect(replace(here, regions=()), Settings(), first)
    except CliError:
        return None


Ask = Callable[[Question, str], str]


def answered(given: Mapping[str, Any], ask: Ask | None, offered: Mapping[str, str]) -> Said:
    """All answers: an option's, else a person's, else the default. `Misused` where an option is wrong."""
    document: Said = {"owner": {}, "deploy": {}}
    for question in QUESTIONS:
        section = document[question.section]
        if question.only_with and not section.get(question.only_with):
            continue
        default = offered.get(question.key) or _default(question.key, section)
        if (value := given[question.key]) is not None:
            if wrong := _wrong(question, value):
                raise Misused(wrong, "steadyhand init --help")
        elif ask is None:
            value = _value(question, default)
        else:
            value = _right(question, ask, default)
        section[question.key] = value
    return document


def _default(key: str, section: Mapping[str, Any]) -> str:
    standard = {"name": Settings().owner, "mail_from": next(iter(section.get("mail_to", ())), "")}
    value = standard.get(key, getattr(Settings(), key, ""))
    return value if isinstance(value, str) else ""


def _right(question: Question, ask: Ask, default: str) -> Any:
    """The first answer that fits; one that does not is asked for again, with a sentence why."""
    while wrong := _wrong(question, value := _value(question, ask(question, default))):
        typer.echo(f"  {tame(wrong)}", err=True)
    return value


def _value(question: Question, said: str) -> Any:
    if not question.many:
        return said.strip()
    return [one for one in re.split(r"[\s,;]+", said.strip()) if one]


def _wrong(question: Question, value: Any) -> str:
    """What the settings say of this one answer; nothing where it fits."""
    try:
        decided({question.section: {question.key: value}})
    except Wrong as wrong:
        return str(wrong)
    return ""


def _ask(question: Question, default: str) -> str:
    return str(typer.prompt(question.text, default=default, show_default=bool(default)))


# The file.


def _may_write_over(out: Path, *, is_asked: bool) -> None:
    said = f"{out} is there already"
    if not is_asked or not typer.confirm(f"{said}. Write it anew, and lose what it says?"):
        raise CliError(
            f"{said}, and is left as it is", f"edit {out}, or --out FILE, or --overwrite"
        )


def _say_of_mail(there: Any, settings: Settings) -> None:
    """What is to be done before the first mail can go out."""
    if not settings.mail_to:
        return
    for look in (mail, sandbox):
        line = _looked(look, there, settings)
        if line and line.sign is not Sign.OK:
            steps = [f"  {tame(one)}" for one in line.then.splitlines()]
            typer.echo("\n".join([f"Mail: {tame(line.said)}.", *steps]))


def as_toml(document: Said) -> str:
    """The file. What has its default stands as a comment."""
    return "\n".join(_lines(document["owner"], document["deploy"])) + "\n"


def _lines(owner: Mapping[str, Any], deploy: Mapping[str, Any]) -> Iterator[str]:
    yield "# What you decide. `steadyhand doctor` reads this file and says what is wrong with it."
    yield from ("", "[owner]")
    yield from (f"{key} = {_written(value)}" for key, value in owner.items() if value)
    yield from ("", "[deploy]")
    if regions := deploy["regions"]:
        yield f"regions = {_written(regions)}"
        yield f"home = {_written(regions[0])}"
    for key in ("trail", "recorder"):
        yield f'{key} = {_written(deploy[key])}   # "exists", "create" or "none"'
    yield from (
        "",
        "# How far each check goes: observe, propose, approve or auto. What is not named observes.",
        "[checks.open_admin_ports]",
        'mode = "observe"',
    )


def _written(said: str | Sequence[str]) -> str:
    """A TOML basic string or an array of them: quotes, backslashes and controls escaped (TOML 1.0)."""
    if not isinstance(said, str):
        return f"[{', '.join(map(_written, said))}]"
    text = said.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(one if one.isprintable() else f"\\u{ord(one):04x}" for one in text) + '"'
