"""Exemptions in a file, for who scans without a deployment: what may stay, until when, and why.

[[exempt]]
scope = "fi-1a2b3c4d5e"        # a finding, a resource's ARN, or a check
until = 2027-03-01             # the last day, where you live; every exemption ends
because = "the migration needs it"
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from steadyhand.cli.errors import CliError
from steadyhand.engine.scan import Found
from steadyhand.model import Exemption
from steadyhand.settings.lines import parsed
from steadyhand.settings.local_date import until_in

NAME = "steadyhand-exemptions.toml"
FIELDS = frozenset({"scope", "until", "because", "by"})


def find(said: Path | None, now: datetime, zone: str) -> list[Exemption]:
    """What the file says that is named, or the one beside; nothing where there is none."""
    file = said or Path(NAME)
    if said is None and not file.exists():
        return []
    try:
        rows = parsed(file.read_text("utf-8")).get("exempt", [])
    except OSError as error:
        raise CliError(f"{file} cannot be read: {error.strerror}") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CliError(f"{file} is no TOML: {error}", f"edit {file}") from error
    if not isinstance(rows, list):
        raise CliError(f"{file}: write [[exempt]] above each exemption", f"edit {file}")
    return [_exemption(row, number, file, now, zone) for number, row in enumerate(rows, 1)]


def is_exempt(one: Found, exemptions: Sequence[Exemption], now: datetime) -> bool:
    """Is it in force for this finding, its resource or its check?"""
    scopes = {one.finding.id, one.finding.resource, one.check.id}
    return any(said.scope in scopes and said.until >= now for said in exemptions)


def _exemption(row: Any, number: int, file: Path, now: datetime, zone: str) -> Exemption:
    where = f"{file}, exemption {number}"
    said: Mapping[str, Any] = row if isinstance(row, dict) else {}
    if strange := sorted(said.keys() - FIELDS):
        raise CliError(
            f"{where}: {strange[0]} is unknown; use scope, until, because, by", f"edit {file}"
        )
    for name in ("scope", "because"):
        if not isinstance(said.get(name), str) or not said[name].strip():
            raise CliError(f"{where} has no {name}", f"edit {file}")
    until = said.get("until")
    try:
        ends = until_in(str(until), zone) if isinstance(until, str | date) else None
    except ValueError:
        ends = None
    if ends is None:
        raise CliError(f"{where} needs an end: until = 2027-03-01", f"edit {file}")
    return Exemption(
        scope=said["scope"].strip(),
        until=ends,
        because=said["because"].strip(),
        by=str(said.get("by", "")),
        at=now,
    )
