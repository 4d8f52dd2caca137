"""Every knob of every check, and every number beside them, is refused in words where it is beyond use.

Row 34: `days = -3`, `true` and `9999999999` were accepted, and broke the scan later.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields as fields_of
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints

import pytest

from steadyhand.catalogue import discovery as catalogue
from steadyhand.catalogue.docs import pages
from steadyhand.model.knobs import Range, limits, range_of
from steadyhand.settings.file import SettingsInvalid, read
from tests.settings.hostile import as_toml

HINTS = {
    (name, knob.name): get_type_hints(catalogue.kind(name), include_extras=True)[knob.name]
    for name in catalogue.names()
    for knob in fields_of(catalogue.kind(name))
}
NUMBERS = {place: hint for place, hint in HINTS.items() if get_args(hint)[0] in (int, float)}
PORTS = [place for place, hint in HINTS.items() if get_origin(get_args(hint)[0]) is Mapping]
WORDS = [place for place, hint in HINTS.items() if get_origin(get_args(hint)[0]) is tuple]
CHOICES = [place for place, hint in HINTS.items() if get_origin(hint) is Literal]
NO_NUMBER = (
    '""',
    '"14"',
    '"many"',
    "true",
    "false",
    "[]",
    "[14]",
    "{}",
    "{ a = 1 }",
    "nan",
    "-inf",
)
NO_NUMBER += ("inf", "2026-01-01", "2026-01-01T00:00:00Z", "07:32:00")


def refused(text: str, folder: Path) -> str:
    file = folder / "steadyhand.toml"
    file.write_text(text)
    with pytest.raises(SettingsInvalid) as wrong:
        read(file)
    assert "\n" not in str(wrong.value)
    return str(wrong.value).removeprefix(str(file))


def taken(place: tuple[str, str], value: str, folder: Path) -> Any:
    file = folder / "steadyhand.toml"
    file.write_text(f"[checks.{place[0]}]\n{place[1]} = {value}\n")
    return read(file).knobs[place[0]][place[1]]


@pytest.mark.parametrize("place", HINTS, ids=".".join)
def test_every_knob_has_a_range_a_unit_and_a_default_within(place: tuple[str, str]) -> None:
    name, knob = place
    (check,) = catalogue.load([name])
    if place in CHOICES:
        assert getattr(check, knob) in get_args(HINTS[place])
    else:
        allowed = range_of(HINTS[place])
        assert allowed
        assert allowed.unit
        assert allowed.holds(getattr(check, knob))
    (page,) = [text for path, text in pages().items() if path.stem == name]
    (row,) = [line for line in page.splitlines() if line.startswith(f"| `{knob}` |")]
    assert limits(HINTS[place])
    assert limits(HINTS[place]) in row


@pytest.mark.parametrize("place", CHOICES, ids=".".join)
def test_a_choice_is_one_of_its_own(place: tuple[str, str], tmp_path: Path) -> None:
    name, knob = place
    for value in (*NO_NUMBER, "0", "-3", "2.0", "9999999999"):
        said = refused(f"\n[checks.{name}]\n{knob} = {value}\n", tmp_path)
        assert said.startswith(f", line 3: {knob} is "), said
    for choice in get_args(HINTS[place]):
        assert taken(place, as_toml(choice), tmp_path) == choice


@pytest.mark.parametrize("place", NUMBERS, ids=".".join)
def test_a_number_is_a_number_within_its_range(place: tuple[str, str], tmp_path: Path) -> None:
    name, knob = place
    allowed = range_of(HINTS[place])
    assert allowed
    beyond = (allowed.least - 1, allowed.most + 1, -3, -(10**18), 9_999_999_999, 10**40)
    whole = ("1.5", "3.0", "1e3") if get_args(HINTS[place])[0] is int else ("-0.001", "1e300")
    for value in (*NO_NUMBER, *map(str, beyond), *whole):
        said = refused(f"\n[checks.{name}]\n{knob} = {value}\n", tmp_path)
        assert said.startswith(f", line 3: {knob} is "), said
        if value not in ("nan", "inf", "-inf"):
            assert said.endswith(f"{allowed}."), said
    for number in (allowed.least, allowed.most):
        assert taken(place, str(number), tmp_path) == number


@pytest.mark.parametrize("place", PORTS, ids=".".join)
def test_ports_are_ports(place: tuple[str, str], tmp_path: Path) -> None:
    name, knob = place
    many = ", ".join(f'{port} = "x"' for port in range(1, 200))
    long = "x" * 61
    for value in (
        *("-3", "true", "22", '"22"', "[22]", "{}", "nan", "{ 22 = 1 }", "{ 22 = true }"),
        *('{ 65536 = "x" }', '{ "-1" = "x" }', '{ a = "x" }', '{ "1.5" = "x" }', '{ true = "x" }'),
        *(f"{{ {many} }}", '{ 22 = "" }', f'{{ 22 = "{long}" }}', '{ 22 = ["x"] }'),
    ):
        said = refused(f"\n[checks.{name}]\n{knob} = {value}\n", tmp_path)
        assert said.startswith(", line 3: "), (value, said)
    assert taken(place, '{ 22 = "SSH" }', tmp_path) == {22: "SSH"}


@pytest.mark.parametrize("place", WORDS, ids=".".join)
def test_words_are_words(place: tuple[str, str], tmp_path: Path) -> None:
    name, knob = place
    long, many = "x" * 61, ["x"] * 51
    for value in (*("-3", "true", "nan", '"dlq"', "{}", "[1]", "[true]", '[""]', '[["a"]]', '["\\n"]'),
                  as_toml([long]), as_toml(many), "[2026-01-01]"):  # fmt: skip
        said = refused(f"\n[checks.{name}]\n{knob} = {value}\n", tmp_path)
        assert said.startswith(", line 3: "), (value, said)
    assert taken(place, '["a", "b"]', tmp_path) == ("a", "b")


BESIDE = {
    ("owner", "monthly_budget_usd"): ("0", "-1", "1e12", "nan", "inf", "true", '"5"', "[5]"),
    ("owner", "time_zone"): ('""', '"CEST2"', "1", "true", "[]", '"Mars/Base"', '"+01:00"'),
    ("owner", "name"): ("1", "true", "[]", '""', "{}"),
    ("reviews", "availability_target"): ("0", "100", "-1", "1e9", "nan", "true", '"99"', "[99]"),
    ("reviews", "interrupts_a_week"): ("-1", "1001", "1.5", "true", '"3"', "nan", "[]"),
    ("reviews", "portal_link"): ("1", "0", '"true"', "[]", "nan"),
    ("deploy", "regions"): ('"eu-west-1"', "true", "[1]", '["nowhere"]', '["us-east-1", 3]'),
    ("deploy", "trail"): ('"no"', "false", "1", "[]"),
}


@pytest.mark.parametrize("place", BESIDE, ids=".".join)
def test_what_is_no_knob_of_a_check_is_held_as_strictly(
    place: tuple[str, str], tmp_path: Path
) -> None:
    section, key = place
    for value in BESIDE[place]:
        said = refused(f"\n[{section}]\n{key} = {value}\n", tmp_path)
        assert re.match(rf", line 3: .*{key}", said), said


def test_a_range_says_what_it_allows() -> None:
    assert str(Range(0, 3650, "days")) == "from 0 to 3,650 days"
    assert (Range(1, 2, "x").holds(()), Range(1, 2, "x").holds((1,))) == (False, True)
