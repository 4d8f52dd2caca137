"""Reads steadyhand.toml, the one file in which the owner decides.

What is wrong is said in one sentence: the file, the line, what it says and what it may say.
Pydantic stands here, at the edge; everything behind it gets a plain `Settings`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, get_type_hints
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
)

from steadyhand.catalogue import discovery as catalogue
from steadyhand.model import Mode
from steadyhand.settings.nearest import either, unknown
from steadyhand.settings.values import EVERYWHERE, Settings

NAME = "steadyhand.toml"
"""Where it is looked for: in the current folder."""

REGION = re.compile(r"^[a-z]{2}(-[a-z]+)+-\d+$")
ENVIRONMENT = re.compile(r"^[a-z][a-z0-9-]*$")
DEFAULT = "default"
MODES = [mode.value for mode in Mode]
WANTED = {
    "string_type": "a text in quotes",
    "list_type": "a list in brackets",
    "tuple_type": "a list in brackets",
    "set_type": "a list in brackets",
    "frozen_set_type": "a list in brackets",
    "dict_type": "a table in braces",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "greater_than": "more than {gt:g}",
    "greater_than_equal": "{ge:g} or more",
    "less_than": "less than {lt:g}",
    "less_than_equal": "{le:g} or less",
    "too_short": "a list of {min_length} or more",
    "string_too_short": "a text that is not empty",
    "string_too_long": "at most {max_length} characters",
    "literal_error": "{expected}",
}
"""What pydantic wants, in the owner's words."""

Place = tuple[str | int, ...]


class SettingsInvalid(Exception):
    """One sentence for the owner, with the file and the line."""


class Wrong(Exception):
    """What is wrong, and where in the document."""

    def __init__(self, place: Sequence[str | int], said: str) -> None:
        super().__init__(said)
        self.place: Place = tuple(place)


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError('is no time zone; write one like "Europe/Berlin" or "UTC"') from None
    return name


def _region(name: str) -> str:
    if not REGION.match(name):
        raise ValueError('is no AWS region; write one like "eu-central-1"')
    return name


def _mail(address: str) -> str:
    name, at, host = address.rpartition("@")
    if not (name and at and "." in host) or re.search(r"[\s<>,;]", address):
        raise ValueError('is no mail address; write one like "ops@example.com"')
    return address


def _parameter(name: str) -> str:
    if not re.match(r"^/[\w./-]+$", name):
        raise ValueError('is no SSM parameter name; write one like "/steadyhand/stop"')
    return name


def _project(name: str) -> str:
    if not re.match(r"^[\w.-]+(/[\w.-]+)+$", name):
        raise ValueError('is no project; write one like "acme/infrastructure"')
    return name


def _url(address: str) -> str:
    if not re.match(r"^https?://[^\s/@]+(/\S*)?$", address):
        raise ValueError('is no address; write one like "https://gitlab.example.com"')
    if not re.match(r"^(https://|http://(localhost|127\.0\.0\.1|\[::1\])(:\d+)?(/|$))", address):
        raise ValueError("would send the token unencrypted; write https://")
    return address


Zone = Annotated[str, AfterValidator(_zone)]
Region = Annotated[str, AfterValidator(_region)]
Mail = Annotated[str, AfterValidator(_mail)]
Parameter = Annotated[str, AfterValidator(_parameter)]
Project = Annotated[str, AfterValidator(_project)]
Url = Annotated[str, AfterValidator(_url)]
Words = Annotated[list[Annotated[str, Field(min_length=1)]], Field(min_length=1)]


class Section(BaseModel):
    """A part of the file. What it does not know is wrong."""

    model_config = ConfigDict(extra="forbid", strict=True)
    renamed: ClassVar[Mapping[str, str]] = {}

    def decided(self) -> dict[str, Any]:
        """What the owner wrote, in the words of `Settings`."""
        said = self.model_dump(exclude_unset=True)
        return {self.renamed.get(name, name): value for name, value in said.items()}


class Owner(Section):
    """Whom it is for, and how to reach them."""

    renamed: ClassVar[Mapping[str, str]] = {"name": "owner"}

    name: Annotated[str, Field(min_length=1)] = ""
    mail_to: list[Mail] = []
    mail_from: Mail = ""
    time_zone: Zone = "UTC"
    monthly_budget_usd: Annotated[float, Field(gt=0)] | None = None


class Deploy(Section):
    """Where it lives."""

    regions: list[Region] = []
    home: Region = ""
    trail: Literal["exists", "create", "none"] = "exists"
    recorder: Literal["exists", "create", "none"] = "none"


class Reviews(Section):
    """What people are told, and how often they may be interrupted."""

    availability_target: Annotated[float, Field(gt=0, lt=100)] = 99.9
    interrupts_a_week: Annotated[int, Field(ge=0)] = 3
    portal_link: bool = False


class Chat(Section):
    """Where what cannot wait is said: an SNS topic, and the channel that Amazon Q puts it in."""

    renamed: ClassVar[Mapping[str, str]] = {"topic": "chat"}

    topic: Literal["create", "none"] = "none"
    slack_workspace: str = ""
    slack_channel: str = ""
    teams_tenant: str = ""
    teams_team: str = ""
    teams_channel: str = ""


class Tickets(Section):
    """Where the backlog is kept as tickets."""

    renamed: ClassVar[Mapping[str, str]] = {
        "provider": "tickets",
        "project": "tickets_project",
        "url": "tickets_url",
        "token": "tickets_token",
    }

    provider: Literal["github", "gitlab"] | None = None
    project: Project = ""
    url: Url = ""
    token: Parameter = ""


class Guardrails(Section):
    """What it must not touch."""

    hands_off_tag: Annotated[str, Field(min_length=1, max_length=128)] = ""
    stop_parameter: Parameter = ""


SECTIONS: Mapping[str, type[Section]] = {
    "owner": Owner,
    "deploy": Deploy,
    "guardrails": Guardrails,
    "reviews": Reviews,
    "chat": Chat,
    "tickets": Tickets,
}
ALL = [*SECTIONS, "environments", "checks"]


def read(path: Path | str = NAME) -> Settings:
    """What a file decides. `SettingsInvalid` says what is wrong with it."""
    where = Path(path)
    try:
        text = where.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise SettingsInvalid(f"{where} is not UTF-8 text.") from None
    except OSError as error:
        raise SettingsInvalid(f"{where} cannot be read: {error.strerror}.") from None
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsInvalid(_broken(where, text, str(error))) from None
    try:
        return decided(document)
    except Wrong as wrong:
        line = line_of(text, wrong.place)
        raise SettingsInvalid(f"{where}, line {line}: {wrong}.") from None


def find(path: Path | str | None = None) -> Settings:
    """What the named file decides; without a name ./steadyhand.toml, else the defaults."""
    if path is None and not Path(NAME).exists():
        return Settings()
    return read(path or NAME)


def decided(document: Mapping[str, Any]) -> Settings:
    """The settings of a document, checked."""
    _known(document, ALL, (), "section")
    said: dict[str, Any] = {}
    for name, kind in SECTIONS.items():
        if name in document:
            said |= _section(kind, _table(document, name), name)
    said |= _environments(_table(document, "environments"))
    environments = Settings(**said).environments
    modes: dict[str, dict[str, str]] = {}
    knobs: dict[str, dict[str, Any]] = {}
    checks = _table(document, "checks")
    _known(checks, catalogue.names(), ("checks",), "check")
    for check in checks:
        own = _table(checks, check, "checks")
        modes[check], knobs[check] = _check(check, own, environments)
    said["modes"] = {check: own for check, own in modes.items() if own}
    said["knobs"] = {check: own for check, own in knobs.items() if own}
    return _home(Settings(**said))


def line_of(text: str, place: Sequence[str | int]) -> int:
    """The line on which something begins, or what it lies in.

    The first lines of a document that can be read and contain it end where it ends.
    """
    lines = text.splitlines()
    while place:
        begins = 1
        for count in range(1, len(lines) + 1):
            try:
                said = tomllib.loads("\n".join(lines[:count]))
            except tomllib.TOMLDecodeError:
                continue
            if _has(said, place):
                return begins
            begins = count + 1
        place = place[:-1]
    return 1


def _has(said: Any, place: Sequence[str | int]) -> bool:
    for step in place:
        if isinstance(step, int):
            if not isinstance(said, list) or step >= len(said):
                return False
        elif not isinstance(said, Mapping) or step not in said:
            return False
        said = said[step]
    return True


def _broken(path: Path, text: str, error: str) -> str:
    """What the TOML reader says, with the line first."""
    found = re.search(r"\s*\(at (?:line (\d+), column \d+|end of document)\)", error)
    line = int(found[1]) if found and found[1] else max(1, len(text.splitlines()))
    said = error[: found.start()] if found else error
    return f"{path}, line {line}: this is not TOML: {said[:1].lower()}{said[1:]}."


def _known(said: Iterable[str], allowed: Sequence[str], place: Place, kind: str) -> None:
    for name in said:
        if name not in allowed:
            raise Wrong((*place, name), unknown(name, allowed, kind))


def _table(said: Mapping[str, Any], name: str, *above: str) -> Mapping[str, Any]:
    found = said.get(name, {})
    if not isinstance(found, Mapping):
        written = ".".join((*above, name))
        raise Wrong((*above, name), f"{name} is a section: write [{written}] and its keys below")
    return found


def _section(kind: type[Section], said: Mapping[str, Any], name: str) -> dict[str, Any]:
    _known(said, list(kind.model_fields), (name,), f"key of [{name}]")
    try:
        return kind.model_validate(dict(said)).decided()
    except ValidationError as error:
        raise _wrong(error, (name,), said) from None


def _environments(said: Mapping[str, Any]) -> dict[str, Any]:
    words = {name: listed for name, listed in said.items() if name != DEFAULT}
    for name, listed in words.items():
        if not ENVIRONMENT.match(name):
            raise Wrong(
                ("environments", name),
                f'"{name}" cannot name an environment; use small letters, digits and hyphens',
            )
        _value(Words, listed, ("environments", name))
    names = sorted(words) or sorted(Settings().environments)
    default = said.get(DEFAULT, Settings().default_environment)
    if default not in names:
        at = ("environments", DEFAULT) if DEFAULT in said else ("environments",)
        raise Wrong(
            at, f"the default environment is {_shown(default)}, but there is {either(names)}"
        )
    chosen: dict[str, Any] = {"default_environment": default}
    return chosen | ({"environments": words} if words else {})


def _check(
    name: str, said: Mapping[str, Any], environments: Iterable[str]
) -> tuple[dict[str, str], dict[str, Any]]:
    """The modes of one check, and its knobs."""
    place = ("checks", name)
    kind: Any = catalogue.kind(name)
    hints = get_type_hints(kind)
    knobs = {knob.name: hints[knob.name] for knob in fields(kind)}
    _known(said, ["mode", "modes", *knobs], place, f"key of [checks.{name}]")
    modes: dict[str, str] = {}
    if "mode" in said:
        modes[EVERYWHERE] = _mode(said["mode"], (*place, "mode"))
    for where, mode in _table(said, "modes", *place).items():
        if where not in environments:
            allowed = sorted(environments)
            raise Wrong((*place, "modes", where), unknown(where, allowed, "environment"))
        modes[where] = _mode(mode, (*place, "modes", where))
    return modes, {
        knob: _value(knobs[knob], value, (*place, knob))
        for knob, value in said.items()
        if knob in knobs
    }


def _mode(said: Any, place: Place) -> str:
    if said not in MODES:
        raise Wrong(place, f"{place[-1]} is {_shown(said)}, but a mode is {either(MODES)}")
    return str(said)


def _value(kind: Any, said: Any, place: Place) -> Any:
    try:
        return TypeAdapter(kind).validate_python(said)
    except ValidationError as error:
        raise _wrong(error, place, said) from None


def _wrong(error: ValidationError, place: Place, said: Any) -> Wrong:
    """Pydantic's first complaint, as a person would say it."""
    first = error.errors()[0]
    inner = tuple(step for step in first["loc"] if step != "[key]")
    while inner and not _has(said, inner):
        inner = inner[:-1]
    at = (*place, *inner)
    shown = _shown(first["input"])
    named = next(step for step in reversed(at) if isinstance(step, str))
    if first["type"] == "value_error":
        return Wrong(at, f"{named}: {shown} {first['ctx']['error']}")
    wanted = WANTED.get(first["type"], first["msg"]).format(**first.get("ctx", {}))
    key = "a key of " if first["loc"] and first["loc"][-1] == "[key]" else ""
    named = str(place[-1]) if key else named
    return Wrong(at, f"{key}{named} is {shown}, but it must be {wanted}")


def _home(settings: Settings) -> Settings:
    if settings.regions and settings.home and settings.home not in settings.regions:
        said = f"home is {_shown(settings.home)}, but regions are {', '.join(settings.regions)}"
        raise Wrong(("deploy", "home"), f"{said}; home must be one of them")
    return settings


def _shown(value: Any) -> str:
    """A value as TOML writes it, near enough, and short."""
    text = f'"{value}"' if isinstance(value, str) else str(value)
    if isinstance(value, bool):
        text = text.lower()
    return text if len(text) <= 60 else f"{text[:59]}…"
