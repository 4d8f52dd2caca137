"""No text of steadyhand.toml breaks anything: each is refused in one sentence, or it is harmless.

Through every key of every section and every knob of every check go strings that have broken IAM
policies, tags, mail headers, YAML, shells and terminals elsewhere, and what Hypothesis makes up.
What passes is synthesised in `tests/stacks/test_hostile.py`.
"""

from __future__ import annotations

import re
from dataclasses import fields as fields_of
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from steadyhand.catalogue import discovery as catalogue
from steadyhand.settings.file import SettingsInvalid, read
from steadyhand.settings.sections import SECTIONS
from steadyhand.settings.values import Settings
from tests.settings.hostile import HOSTILE, as_toml

KEYS = [(section, key) for section, kind in SECTIONS.items() for key in kind.model_fields]
KNOBS = [
    (f"checks.{name}", knob.name)
    for name in catalogue.names()
    for knob in fields_of(catalogue.kind(name))
]
EXTRA = [
    ("environments", "default"),
    ("environments", "production"),
    ("checks.open_admin_ports", "mode"),
]
VALUES = st.recursive(
    st.one_of(
        st.text(max_size=300).filter(lambda one: "\r" not in one),
        st.sampled_from(HOSTILE),
        st.integers(-(10**40), 10**40),
        st.floats(),
        st.booleans(),
    ),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=4,
)


def sentence(wrong: SettingsInvalid, file: Path) -> None:
    said = str(wrong)
    assert re.match(rf"{re.escape(str(file))}, line \d+: ", said), said
    assert said.endswith(".")
    assert said.isprintable()
    assert len(said) < len(str(file)) + 1200
    assert "Error" not in said.replace("ServerError", "")


def tried(text: str, folder: Path) -> Settings | None:
    file = folder / "steadyhand.toml"
    file.write_text(text, encoding="utf-8", newline="")
    try:
        return read(file)
    except SettingsInvalid as wrong:
        sentence(wrong, file)
        return None


@pytest.mark.parametrize(("section", "key"), [*KEYS, *KNOBS, *EXTRA])
def test_hostile_strings_in_every_key(section: str, key: str, tmp_path: Path) -> None:
    for value in HOSTILE:
        for said in (value, [value], {"22": value}):
            tried(f"[{section}]\n{key} = {as_toml(said)}\n", tmp_path)


@settings(
    max_examples=300,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(where=st.sampled_from([*KEYS, *KNOBS, *EXTRA]), value=VALUES)
def test_anything_in_any_key(where: tuple[str, str], value: Any, tmp_path: Path) -> None:
    tried(f"[{where[0]}]\n{where[1]} = {as_toml(value)}\n", tmp_path)


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_of_keys_and_sections(name: str, tmp_path: Path) -> None:
    for text in (
        f"{as_toml(name)} = 1\n",
        f"[{as_toml(name)}]\n",
        f"[owner]\n{as_toml(name)} = 1\n",
        f"[environments]\n{as_toml(name)} = ['x']\n",
        f"[checks.{as_toml(name)}]\n",
        f"[checks.open_admin_ports]\nmodes = {{ {as_toml(name)} = 'auto' }}\n",
        f"[checks.open_admin_ports]\n{as_toml(name)} = 1\n",
    ):
        tried(text, tmp_path)


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(text=st.text(max_size=200))
def test_any_text_at_all(text: str, tmp_path: Path) -> None:
    tried(text.replace("\r", ""), tmp_path)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[deploy]\nregions = ["eu-centrl-1"]', ("no AWS region", "eu-central-1 is meant")),
        ('[deploy]\nregions = ["eu-west-1", "eu-west-1"]', ("eu-west-1 twice",)),
        ('[deploy]\nregions = ["eu-west-1", "cn-north-1"]', ("two partitions",)),
        ('[deploy]\nhome = "me-cetral-1"', ("me-central-1 is meant",)),
        ('[owner]\ntime_zone = "Europe/Berln"', ("Europe/Berlin is meant",)),
        ('[owner]\ntime_zone = "posixrules"', ("no time zone",)),
        ("[owner]\nmonthly_budget_usd = inf", ("a number that ends",)),
        ("[owner]\nmonthly_budget_usd = nan", ("a number that ends",)),
        ("[reviews]\navailability_target = nan", ("a number that ends",)),
        ('[owner]\nmail_to = ["*@example.com"]', ("no mail address",)),
        ('[owner]\nmail_to = ["a@b.example", "a@b.example"]', ("twice",)),
        ('[owner]\nname = "a\\nb"', ("cannot be printed",)),
        ('[owner]\nname = "{{resolve:ssm:/x}}"', ("braces",)),
        ('[guardrails]\nhands_off_tag = "aws:x"', ("no key of a tag",)),
        ('[guardrails]\nstop_parameter = "/aws/stop"', ("SSM parameter",)),
        ('[guardrails]\nstop_parameter = "/steadyhand/stop\\n"', ("SSM parameter",)),
        ('[guardrails]\nstop_parameter = "/steadyhand/tickets-token"', ("token of tickets",)),
        ('[tickets]\nprovider = "github"', ("no project",)),
        ('[chat]\nslack_workspace = "T0123"', ("without slack_channel",)),
        ('[chat]\nteams_team = "x"', ("no id of Teams",)),
        ('[environments]\nproduction = ["pre-prod"]', ("can never match",)),
        ("[checks.old_access_key]\ndays = -1", ("from 0 to",)),
        ("[checks.old_access_key]\ndays = 99999999999", ("from 0 to",)),
        ("[checks.cost_anomaly]\nscore = inf", ("a number that ends",)),
        (f"x = {'9' * 5000}", ("not TOML",)),
        (f"x = {'[' * 5000}", ("not TOML",)),
    ],
)
def test_what_would_break_later_is_refused_now(
    text: str, words: tuple[str, ...], tmp_path: Path
) -> None:
    file = tmp_path / "steadyhand.toml"
    file.write_text(text)
    with pytest.raises(SettingsInvalid) as wrong:
        read(file)
    sentence(wrong.value, file)
    for word in words:
        assert word in str(wrong.value)


def test_what_people_are_called_is_taken_as_it_is(tmp_path: Path) -> None:
    for name in ("Anna's R&D team", "Größe & Söhne", "株式会社さくら", "O'Neil <ops>", "A/B: c@d"):
        said = tried(f"[owner]\nname = {as_toml(name)}\n", tmp_path)
        assert said is not None
        assert said.owner == name
