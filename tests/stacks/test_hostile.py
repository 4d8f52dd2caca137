"""What steadyhand.toml lets pass is synthesised, and cfn-lint and cdk-nag have nothing to say."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, get_type_hints

import pytest
from aws_cdk import App

from stacks import made_up
from stacks.build import as_tag, build
from stacks.function import TooLong
from steadyhand.catalogue import discovery as catalogue
from steadyhand.settings.file import SettingsInvalid, read
from steadyhand.settings.sections import SECTIONS
from steadyhand.settings.values import Settings
from tests.settings.hostile import HOSTILE, as_toml
from tests.stacks.conftest import Installation
from tests.stacks.test_linters import complaints, violations

TAG = re.compile(r"[\w .:/=+@-]*")
LIKELY = {
    "mail_to": [["a.b+c%d'e=f&g@sub.example.com", "x@a.b.c.d.example.com"], ["o'neil@example.com"]],
    "mail_from": ["a.b+c%d'e=f&g@sub.example.com", "under_score@example.museum"],
    "name": ["Anna's R&D team", "株式会社さくら 🌸", "=cmd|' /C calc'!A0"],
    "hands_off_tag": ["team: keep/out+now@once = yes", "Ümlaut"],
    "stop_parameter": ["/a.b-c_d/stop", "/" + "/".join("abcdefghijklmno")],
    "token": ["/tickets.token", "/x/-/y"],
    "project": ["a/b.c-d_e/f", "0/0"],
    "url": ["https://git.example.com:8443/a/b", "http://localhost:8080/a"],
    "windows": [["Fri 16:00..Mon 08:00"], ["2026-12-20..2027-01-06"]],
    "time_zone": ["Asia/Kolkata", "America/Argentina/ComodRivadavia"],
}
"""Odd, but right: what a person may mean."""


TEXTS = (
    *("bucket_versioning_off", "open_admin_ports", "open_data_ports", "queue_without_dlq"),
    *("database_environment_drift", "environment_drift", "queue_environment_drift"),
    "resource_drift",
)
"""The checks with knobs that hold text of the owner's; `test_every_knob_with_text_is_tried`."""


def accepted(tmp_path: Path) -> dict[tuple[str, str], list[Any]]:
    """For every key the values, odd ones and hostile ones, that the file lets pass."""
    found: dict[tuple[str, str], list[Any]] = {}
    file = tmp_path / "steadyhand.toml"
    keys = {section: list(kind.model_fields) for section, kind in SECTIONS.items()}
    keys |= {
        f"checks.{name}": [knob.name for knob in fields(catalogue.kind(name))] for name in TEXTS
    }
    for section, named in keys.items():
        for key in named:
            ports = ({"22": one} for one in HOSTILE) if key == "ports" else ()
            for value in (*LIKELY.get(key, ()), *HOSTILE, *([one] for one in HOSTILE), *ports):
                others = 'project = "a/b"\n' if key == "provider" else ""
                file.write_text(f"[{section}]\n{key} = {as_toml(value)}\n{others}")
                try:
                    read(file)
                except SettingsInvalid:
                    continue
                found.setdefault((section, key), []).append(value)
    return found


@pytest.mark.deep
def test_whatever_is_accepted_synthesises_clean(tmp_path: Path) -> None:
    values = accepted(tmp_path)
    assert len(values[("owner", "name")]) > 10
    assert len(values[("checks.open_admin_ports", "ports")]) > 10
    assert len(values[("freeze", "windows")]) == len(LIKELY["windows"])
    for turn in range(3):
        chosen: dict[str, list[str]] = {}
        for (section, key), listed in values.items():
            value = listed[turn % len(listed)]
            chosen.setdefault(section, []).append(f"{key} = {as_toml(value)}")
        chosen.setdefault("tickets", []).append('provider = "gitlab"')
        chosen.setdefault("chat", []).append('topic = "create"')
        deploy = [one for one in chosen.get("deploy", []) if "regions" not in one]
        chosen["deploy"] = [*deploy, 'trail = "create"', 'recorder = "create"']
        file = tmp_path / f"{turn}.toml"
        file.write_text(
            "".join(f"[{name}]\n" + "\n".join(said) + "\n" for name, said in chosen.items())
        )
        clean(read(file), tmp_path / f"{turn}")


def test_every_knob_with_text_is_tried() -> None:
    kinds = {name: get_type_hints(catalogue.kind(name)) for name in catalogue.names()}
    texts = {
        name
        for name, hints in kinds.items()
        for knob in fields(catalogue.kind(name))
        if "str" in repr(hints[knob.name])
    }
    assert texts == set(TEXTS)


def clean(settings: Settings, folder: Path) -> None:
    app = App(outdir=str(folder), context=made_up.flags())
    build(app, replace(settings, regions=(), home=""), made_up.REGIONS)
    made = {stack.stack_name: stack.template for stack in app.synth().stacks}
    of = Installation(folder, made)
    assert violations(of.folder) == []
    for template in made.values():
        assert complaints(template) == []


@pytest.mark.parametrize("text", [*HOSTILE, *LIKELY["name"]])
def test_every_text_is_made_fit_for_a_tag(text: str) -> None:
    made = as_tag(text)
    assert TAG.fullmatch(made)
    assert 0 < len(made) <= 256


def test_a_policy_that_iam_would_refuse_is_refused_here() -> None:
    """IAM takes 10,240 characters of inline policies a role ("IAM and AWS STS quotas")."""
    people = (f"ops@{'.'.join(['abc'] * 40)}.example.com",)
    app = App(context=made_up.flags())
    with pytest.raises(TooLong, match="mail_to"):
        build(app, Settings(mail_to=people, mail_from=people[0]), made_up.REGIONS)
