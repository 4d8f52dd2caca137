"""Every broken file is one sentence: the file, the line, what it says and what it may say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from steadyhand.catalogue import discovery as catalogue
from steadyhand.model import Mode
from steadyhand.settings.file import SettingsInvalid, find, read
from steadyhand.settings.lines import line_of
from steadyhand.settings.values import Settings

HERE = Path(__file__).resolve().parents[2]

BROKEN = {
    "an unknown section": ("[owner]\n[ownr]\n", 2, ('"ownr"', "owner is meant", "deploy")),
    "a key outside of all": ('mode = "auto"\n', 1, ('"mode"', "environments")),
    "an unknown key": ('[owner]\nnam = "x"', 2, ('"nam"', "name is meant", "mail_to")),
    "a number for a name": ("[owner]\nname = 3", 2, ("name is 3", "text in quotes")),
    "an empty name": ('[owner]\nname = ""', 2, ("name", "not empty")),
    "a text for a list": ('[owner]\nmail_to = "x"', 2, ("mail_to", "list in brackets")),
    "no mail address": (
        '[owner]\n# who\nmail_to = [\n  "a@b.example",\n  "bad",\n]',
        3,
        ('"bad" is no mail address',),
    ),
    "a mail with a name": ('[owner]\nmail_from = "A <a@b.c>"', 2, ("no mail address",)),
    "no time zone": ('[owner]\ntime_zone = "Berln"', 2, ('"Berln" is no time zone',)),
    "a zone outside": ('[owner]\ntime_zone = "../../etc"', 2, ("no time zone",)),
    "a budget below zero": ("[owner]\nmonthly_budget_usd = -3", 2, ("-3", "more than 0")),
    "a budget that is a truth": ("[owner]\nmonthly_budget_usd = true", 2, ("true", "a number")),
    "no region": ('[deploy]\nregions = ["europe"]', 2, ('"europe" is no AWS region',)),
    "a home elsewhere": (
        '[deploy]\nregions = ["eu-west-1"]\nhome = "us-east-1"',
        3,
        ("us-east-1", "eu-west-1"),
    ),
    "an unknown trail": ('[deploy]\ntrail = "yes"', 2, ("'exists', 'create' or 'none'",)),
    "an unknown recorder": ("[deploy]\nrecorder = 1", 2, ("'exists', 'create' or 'none'",)),
    "an unknown check": (
        '[checks.open_admin_port]\nmode = "auto"',
        1,
        ('"open_admin_port"', "open_admin_ports is meant"),
    ),
    "a check far from all": ("[checks.zzzzzzzzz]", 1, ('"zzzzzzzzz"', "`steadyhand checks`")),
    "an unknown mode": (
        '[checks.open_admin_ports]\nmode = "atuo"',
        2,
        ('"atuo"', "observe, propose, approve or auto"),
    ),
    "a mode that is a truth": ("[checks.open_admin_ports]\nmode = true", 2, ("true", "observe")),
    "a mode that is a list": ('[checks.open_admin_ports]\nmode = ["auto"]', 2, ("observe",)),
    "an unknown environment": (
        '[checks.open_admin_ports]\nmodes = { prod = "auto" }',
        2,
        ('"prod"', "production is meant", "staging"),
    ),
    "an unknown mode there": (
        '[checks.open_admin_ports]\n\n[checks.open_admin_ports.modes]\nproduction = "x"',
        4,
        ('"x"', "propose"),
    ),
    "modes that are a text": ('[checks.open_admin_ports]\nmodes = "auto"', 2, ("a section",)),
    "an unknown knob": ("[checks.open_admin_ports]\nprots = {}", 2, ("ports is meant", "mode")),
    "a knob of another type": ("[checks.open_admin_ports]\nports = 22", 2, ("table in braces",)),
    "a knob's value": ("[checks.open_admin_ports]\nports = { 22 = 5 }", 2, ("text in quotes",)),
    "a knob's key": ('[checks.open_admin_ports]\nports = { a = "x" }', 2, ("a whole number",)),
    "a check that is a text": ('[checks]\nopen_admin_ports = "auto"', 2, ("a section",)),
    "checks that are a number": ("checks = 3", 1, ("a section",)),
    "a default that is not there": ('[environments]\ndefault = "x"', 2, ("production",)),
    "no default": ('[owner]\n[environments]\nlive = ["live"]', 2, ("production", "live")),
    "an environment of no words": ("[environments]\nproduction = []", 2, ("production",)),
    "an environment of an empty word": ('[environments]\nproduction = [""]', 2, ("not empty",)),
    "an environment that is a text": ('[environments]\nproduction = "p"', 2, ("list",)),
    "an environment with a bad name": ('[environments]\n"Prod!" = ["p"]', 2, ('"Prod!"',)),
    "an operator who is no role": (
        '[owner]\noperators = ["arn:aws:iam::123456789012:root"]',
        2,
        ("no ARN of a role or user",),
    ),
    "too many operators": (
        "[owner]\noperators = ["
        + ", ".join(f'"arn:aws:iam::123456789012:role/r{n}"' for n in range(11))
        + "]",
        2,
        ("at most 10",),
    ),
    "no window": ('[freeze]\nwindows = ["Christmas"]', 2, ("is no window", "Fri 16:00..Mon 08:00")),
    "no parameter": ('[guardrails]\nstop_parameter = "x"', 2, ("SSM parameter",)),
    "no tag": ('[guardrails]\nhands_off_tag = ""', 2, ("not empty",)),
    "an unknown guardrail": ("[guardrails]\ncap = 3", 2, ('"cap"', "hands_off_tag")),
    "no TOML": ("[owner]\nx = = 3", 2, ("not TOML",)),
    "an open bracket": ("[owner", 1, ("not TOML",)),
    "an open text": ('[owner]\nname = "', 2, ("not TOML",)),
    "a key said twice": ('[owner]\nname = "a"\nname = "b"', 3, ("not TOML",)),
    "an open list": ("[owner]\nmail_to = [\n", 2, ("not TOML",)),
}


@pytest.mark.parametrize(("text", "line", "words"), BROKEN.values(), ids=list(BROKEN))
def test_a_broken_file_is_one_sentence(
    text: str, line: int, words: tuple[str, ...], tmp_path: Path
) -> None:
    file = tmp_path / "steadyhand.toml"
    file.write_text(text)
    with pytest.raises(SettingsInvalid) as wrong:
        read(file)
    said = str(wrong.value)
    assert said.startswith(f"{file}, line {line}: "), said
    assert said.endswith(".")
    assert "\n" not in said
    for word in words:
        assert word in said, said


def test_a_file_that_is_not_there_or_is_no_text(tmp_path: Path) -> None:
    with pytest.raises(SettingsInvalid, match=r"cannot be read: No such file"):
        read(tmp_path / "none.toml")
    with pytest.raises(SettingsInvalid, match="cannot be read"):
        read(tmp_path)
    (tmp_path / "bad.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(SettingsInvalid, match="not UTF-8"):
        read(tmp_path / "bad.toml")


def test_no_file_means_the_defaults(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert find() == Settings()
    (tmp_path / "steadyhand.toml").write_text('[owner]\nname = "Larkfield"\n')
    assert find().owner == "Larkfield"
    (tmp_path / "other.toml").write_text('[owner]\nname = "Other"\n')
    assert find("other.toml").owner == "Other"


def test_an_empty_file_means_the_defaults(tmp_path: Path) -> None:
    (tmp_path / "empty.toml").write_text("")
    assert read(tmp_path / "empty.toml") == Settings()


def test_the_file_we_ship_decides_nothing_but_to_observe() -> None:
    settings = read(HERE / "steadyhand.toml")
    assert {mode for modes in settings.modes.values() for mode in modes.values()} <= {Mode.OBSERVE}
    assert settings.environments == {k: list(v) for k, v in Settings().environments.items()}
    assert not settings.regions
    assert not settings.knobs


def test_every_line_that_the_file_we_ship_offers_is_true(tmp_path: Path) -> None:
    offered = re.sub(
        r"^# (?=\w+ = )", "", (HERE / "steadyhand.toml").read_text(), flags=re.MULTILINE
    )
    (tmp_path / "all.toml").write_text(offered)
    settings = read(tmp_path / "all.toml")
    assert settings.mail_to == ["ops@example.com"]
    assert settings.home == "eu-central-1"
    assert settings.mode("open_admin_ports", "development") is Mode.AUTO
    assert settings.mode("open_admin_ports", "staging") is Mode.OBSERVE


def test_what_is_decided_arrives(tmp_path: Path) -> None:
    (tmp_path / "all.toml").write_text(
        """
[owner]
name = "Larkfield"
mail_to = ["ops@larkfield.example"]
mail_from = "steadyhand@larkfield.example"
operators = ["arn:aws:iam::123456789012:role/team/ops", "arn:aws:iam::123456789012:user/ines"]
time_zone = "Europe/Berlin"
monthly_budget_usd = 4500

[deploy]
regions = ["eu-central-1", "us-east-1"]
home = "us-east-1"
trail = "create"
recorder = "exists"

[environments]
default = "live"
live = ["live", "prod"]
play = ["play"]

[guardrails]
hands_off_tag = "keep"
stop_parameter = "/ops/stop"
code_owned = "fix"

[freeze]
windows = ["2026-12-20..2027-01-06", "Fri 16:00..Mon 08:00"]

[drift]
read = "ReadOnlyAccess"
tell = ["larkfield.example"]

[checks.open_admin_ports]
mode = "approve"
modes = { play = "auto" }
ports = { 22 = "SSH" }
"""
    )
    said = read(tmp_path / "all.toml")
    assert said == Settings(
        owner="Larkfield",
        mail_to=["ops@larkfield.example"],
        mail_from="steadyhand@larkfield.example",
        operators=[
            "arn:aws:iam::123456789012:role/team/ops",
            "arn:aws:iam::123456789012:user/ines",
        ],
        time_zone="Europe/Berlin",
        monthly_budget_usd=4500.0,
        regions=["eu-central-1", "us-east-1"],
        home="us-east-1",
        trail="create",
        recorder="exists",
        environments={"live": ["live", "prod"], "play": ["play"]},
        default_environment="live",
        hands_off_tag="keep",
        stop_parameter="/ops/stop",
        code_owned="fix",
        freeze=["2026-12-20..2027-01-06", "Fri 16:00..Mon 08:00"],
        drift_read="ReadOnlyAccess",
        drift_tell=["larkfield.example"],
        modes={"open_admin_ports": {"*": "approve", "play": "auto"}},
        knobs={"open_admin_ports": {"ports": {22: "SSH"}}},
    )
    (check,) = catalogue.load(["open_admin_ports"], said.knobs)
    assert vars(check)["ports"] == {22: "SSH"}


@pytest.mark.parametrize("check", catalogue.names())
def test_every_knob_of_every_check_can_be_set(check: str, tmp_path: Path) -> None:
    from steadyhand.cli.commands.know.checks import described, toml

    (plain,) = catalogue.load([check])
    knobs = described(plain)["knobs"]
    lines = [f"[checks.{check}]", *(f"{name} = {toml(value)}" for name, value in knobs.items())]
    (tmp_path / "one.toml").write_text("\n".join(lines))
    (again,) = catalogue.load([check], read(tmp_path / "one.toml").knobs)
    assert {k: vars(again)[k] for k in knobs} == {k: vars(plain)[k] for k in knobs}


def test_lines() -> None:
    text = 'a = 1\n\n[b]\n# c\nd = [\n  1,\n  2,\n]\n[e.f]\ng = { h = 2 }\n"i.j" = 3\n'
    places = {
        ("a",): 1,
        ("b",): 3,
        ("b", "d"): 5,
        ("b", "d", 1): 5,
        ("e",): 9,
        ("e", "f", "g", "h"): 10,
        ("e", "f", "i.j"): 11,
        ("e", "f", "nowhere"): 9,
        ("nowhere",): 1,
    }
    assert {place: line_of(text, place) for place in places} == places
