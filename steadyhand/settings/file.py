"""Reads steadyhand.toml, the one file in which the owner decides.

What is wrong is said in one sentence: the file, the line, what it says and what it may say.
Pydantic stands here, at the edge; everything behind it gets a plain `Settings`.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints

from pydantic import ConfigDict, TypeAdapter, ValidationError

from steadyhand.catalogue import discovery as catalogue
from steadyhand.model import Mode
from steadyhand.model.knobs import Place, Range, beyond, limits, range_of
from steadyhand.settings.fields import Words, is_plain, partition
from steadyhand.settings.lines import broken, has, line_of, one_line, parsed, shown
from steadyhand.settings.nearest import either, unknown
from steadyhand.settings.sections import SECTIONS, Section
from steadyhand.settings.values import EVERYWHERE, Settings

NAME = "steadyhand.toml"
"""Where it is looked for: in the current folder."""

ENVIRONMENT = re.compile(r"[a-z][a-z0-9-]{0,30}")
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
    "too_long": "a list of at most {max_length}",
    "finite_number": "a number that ends",
    "string_too_short": "a text that is not empty",
    "string_too_long": "at most {max_length} characters",
    "literal_error": "{expected}",
}
"""What pydantic wants, in the owner's words."""

STRICT = ConfigDict(strict=True, allow_inf_nan=False)
LONGEST = 200
CHANNELS = (
    ("slack_workspace", "slack_channel"),
    ("teams_tenant", "teams_team", "teams_channel"),
)


class SettingsInvalid(Exception):
    """One sentence for the owner, with the file and the line."""


class Wrong(Exception):
    """What is wrong, and where in the document."""

    def __init__(self, place: Sequence[str | int], said: str) -> None:
        super().__init__(said)
        self.place: Place = tuple(place)


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
        document = parsed(text)
    except tomllib.TOMLDecodeError as error:
        line, said = broken(text, str(error))
        raise SettingsInvalid(
            one_line(f"{where}, line {line}: this is not TOML: {said}.")
        ) from None
    try:
        return decided(document)
    except Wrong as wrong:
        line = line_of(text, wrong.place)
        raise SettingsInvalid(one_line(f"{where}, line {line}: {wrong}.")) from None


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
    return _together(Settings(**said))


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
        if not ENVIRONMENT.fullmatch(name):
            raise Wrong(
                ("environments", name),
                f"{shown(name)} cannot name an environment; use small letters, digits and hyphens",
            )
        _value(Words, listed, ("environments", name))
    names = sorted(words) or sorted(Settings().environments)
    default = said.get(DEFAULT, Settings().default_environment)
    if default not in names:
        at = ("environments", DEFAULT) if DEFAULT in said else ("environments",)
        raise Wrong(
            at, f"the default environment is {shown(default)}, but there is {either(names)}"
        )
    chosen: dict[str, Any] = {"default_environment": default}
    return chosen | ({"environments": words} if words else {})


def _check(
    name: str, said: Mapping[str, Any], environments: Iterable[str]
) -> tuple[dict[str, str], dict[str, Any]]:
    """The modes of one check, and its knobs."""
    place = ("checks", name)
    kind: Any = catalogue.kind(name)
    hints = get_type_hints(kind, include_extras=True)
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
        raise Wrong(place, f"{place[-1]} is {shown(said)}, but a mode is {either(MODES)}")
    return str(said)


def _value(kind: Any, said: Any, place: Place) -> Any:
    """A value of just this type: what reads as JSON does, since only there a list is a tuple."""
    if get_origin(kind) is Literal and type(said) not in map(type, get_args(kind)):  # true is no 1
        raise Wrong(place, f"{_name(place)} is {shown(said)}, but it must be {limits(kind)}")
    try:
        text = json.dumps(said)
    except TypeError:
        text = "null"  # a date, which no knob is
    try:
        value = TypeAdapter(kind, config=STRICT).validate_json(text)
    except ValidationError as error:
        raise _wrong(error, place, said, range_of(kind)) from None
    for inner, wrong, limit in beyond(kind, value, place):
        raise Wrong(inner, f"{_name(inner)} is {shown(wrong)}, but it must be {limit}")
    _printable(value, place)
    return value


def _printable(value: Any, place: Place) -> None:
    """No text of a knob is beyond what a name or a variable can hold."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            _printable(name, place)
            _printable(inner, place)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            _printable(inner, place)
    elif isinstance(value, str) and not (is_plain(value) and len(value) <= LONGEST):
        said = f"{place[-1]}: {shown(value)} is too long, or holds what cannot be printed"
        raise Wrong(place, said)


def _name(place: Place) -> str:
    """What a sentence calls it: the last of its names that is one."""
    return next(step for step in reversed(place) if isinstance(step, str))


def _wrong(error: ValidationError, place: Place, said: Any, allowed: Range | None = None) -> Wrong:
    """Pydantic's first complaint, as a person would say it."""
    first = error.errors()[0]
    inner = tuple(step for step in first["loc"] if step != "[key]")
    while inner and not has(said, inner):
        inner = inner[:-1]
    at = (*place, *inner)
    quoted, named = shown(first["input"] if first["loc"] else said), _name(at)
    if first["type"] == "value_error":
        return Wrong(at, f"{named}: {quoted} {first['ctx']['error']}")
    wanted = WANTED.get(first["type"], first["msg"]).format(**first.get("ctx", {}))
    if allowed and not first["loc"] and wanted.endswith("number"):
        wanted = f"{wanted} {allowed}"
    key = "a key of " if first["loc"] and first["loc"][-1] == "[key]" else ""
    named = str(place[-1]) if key else named
    return Wrong(at, f"{key}{named} is {quoted}, but it must be {wanted}")


def _together(settings: Settings) -> Settings:
    """What is wrong only beside something else."""
    regions, home = settings.regions, settings.home
    if regions and home and home not in regions:
        said = f"home is {shown(home)}, but regions are {', '.join(regions)}"
        raise Wrong(("deploy", "home"), f"{said}; home must be one of them")
    if len({partition(region) for region in regions}) > 1:
        said = f"regions are {', '.join(regions)}, but no account has regions in two partitions"
        raise Wrong(("deploy", "regions"), said)
    if settings.tickets and not settings.tickets_project:
        said = f"provider is {shown(settings.tickets)}, but no project is named"
        raise Wrong(("tickets", "provider"), said)
    if settings.drift_tell and not settings.mail_from:
        said = "tell names domains, but [owner] mail_from does not say who the mails are from"
        raise Wrong(("drift", "tell"), said)
    for whose, parameter in {"tickets": settings.tickets_token, **settings.tokens}.items():
        if settings.stop_parameter == parameter:
            said = f"stop_parameter is {shown(parameter)}, where the token of {whose} is"
            raise Wrong(("guardrails", "stop_parameter"), said)
    for names in CHANNELS:
        given = [name for name in names if getattr(settings, name)]
        missing = [name for name in names if name not in given]
        if given and missing:
            said = f"{given[0]} says nothing without {' and '.join(missing)}"
            raise Wrong(("chat", given[0]), said)
    return settings
