"""Is everything there, from credentials to mail? Says what to do next.

It only reads. It ends with 4 if something is missing, and with 1 if the account cannot
be reached at all.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated

from rich.padding import Padding
from rich.text import Text
from typer import Option

from steadyhand.cli import client
from steadyhand.cli.doctor import account as doctor
from steadyhand.cli.doctor import care, drift, tokens
from steadyhand.cli.doctor.line import Line, Sign
from steadyhand.cli.errors import CliError, Exit
from steadyhand.cli.options import Here
from steadyhand.cli.output.shape import Shape
from steadyhand.cli.project import setup
from steadyhand.cli.terminal import columns, out, text
from steadyhand.rhythm.core.words import plural
from steadyhand.settings import file as settings_file
from steadyhand.settings.values import Settings

MARKS = {Sign.OK: ("✓", "auto"), Sign.LATER: ("○", "m")}
MAX_WAIT = 20


def command(
    here: Here,
    output: Annotated[Shape, Option("--output", "-o", help="How to write it.")] = Shape.TEXT,
) -> int:
    """Look, and say."""
    lines = wanted(list(examined(here)))
    if output is Shape.JSON:
        sys.stdout.write(json.dumps([asdict(line) for line in lines], indent=2) + "\n")
    else:
        show(lines)
    if any(line.name == "credentials" and line.sign is not Sign.OK for line in lines):
        return Exit.ERROR
    bad = any(line.sign in {Sign.MISSING, Sign.UNREAD} for line in lines)
    return Exit.INCOMPLETE if bad else Exit.CLEAN


def examined(here: Here) -> Iterator[Line]:
    """Everything, what lies nearest first."""
    decided, line = settings(here)
    yield line
    yield of_cdk()
    try:
        there = client.connect_home(here, decided)
    except CliError as error:
        yield Line("credentials", Sign.MISSING, str(error), error.then)
        return
    yield Line("credentials", Sign.OK, there.identity)
    yield Line("region", Sign.OK, there.region)
    yield from doctor.of_account(there, decided)
    yield from care.of_care(there, decided)
    yield from tokens.of_tokens(there, decided)
    yield from drift.of_stacks(there)


def wanted(lines: list[Line]) -> list[Line]:
    """Who has no settings and deployed nothing only scans: what a deployment needs is not missing."""
    signs = {line.name: line.sign for line in lines}
    if (signs.get("settings"), signs.get("ledger")) != (Sign.LATER, Sign.MISSING):
        return lines
    then = {"ledger": "steadyhand init\nsteadyhand deploy"}
    return [
        replace(
            line,
            sign=Sign.LATER,
            said=f"{line.said.rstrip('.')}; a scan needs none",
            then=then.get(line.name, ""),
        )
        if line.sign is Sign.MISSING
        else line
        for line in lines
    ]


def settings(here: Here) -> tuple[Settings, Line]:
    """The owner's decisions; the defaults, where they cannot be read."""
    file = here.settings or Path(settings_file.NAME)
    if here.settings is None and not file.exists():
        return Settings(), Line("settings", Sign.LATER, f"no {file}: everything observes")
    try:
        decided = settings_file.read(file)
    except settings_file.SettingsInvalid as wrong:
        return Settings(), Line("settings", Sign.MISSING, str(wrong).rstrip("."), f"edit {file}")
    count = sum(bool(modes) for modes in decided.modes.values())
    return decided, Line("settings", Sign.OK, f"{file}, modes for {plural(count, 'check')}")


def of_cdk() -> Line:
    """A wheel brings a CDK of its own, whatever is on the path; a checkout has the one that was set up."""
    if setup.CARRIED.is_dir():
        return Line("cdk", Sign.LATER, "fetched by the first `steadyhand deploy`, about 850 MB")
    return doctor.cdk(cdk_version())


def cdk_version() -> str | None:
    """What the CDK CLI says of itself: the project's own, else the one on the path."""
    own = Path("node_modules/.bin/cdk")
    found = str(own) if own.exists() else shutil.which("cdk")
    if not found:
        return None
    try:
        said = subprocess.run(  # no shell, no words of others
            [found, "--version"], capture_output=True, text=True, timeout=MAX_WAIT, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return said.stdout


def show(lines: list[Line]) -> None:
    """One line each, mark first; what to do stands below what is missing."""
    console = out()
    missing = [line for line in lines if line.sign in {Sign.MISSING, Sign.UNREAD}]
    ok = "Everything is there." if not missing else f"{len(missing)} of {len(lines)} need a hand."
    console.print(f"[h]{ok}[/]\n")
    table = columns(1, 15, None)
    for line in lines:
        mark, style = MARKS.get(line.sign, ("●", "act"))
        said = text(line.said)
        for step in line.then.splitlines():
            said.append("\n")
            said.append_text(text(step, "cmd"))
        table.add_row(Text(mark, style), Text(line.name), said)
    console.print(Padding(table, (0, 0, 0, 2)))
