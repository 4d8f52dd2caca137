"""A scan written into files, and into what GitHub Actions shows of a run."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from steadyhand.cli.errors import CliError, Misused
from steadyhand.cli.saved import save
from steadyhand.engine.scan import ScanResult
from steadyhand.formats import FORMATS, parts
from steadyhand.formats.words import tame
from steadyhand.model import Severity
from steadyhand.model.names import short_name, what
from steadyhand.settings import private

ENDINGS = {
    ".ocsf.json": "ocsf",
    ".asff.json": "asff",
    ".sarif.json": "sarif",
    ".json": "json",
    ".sarif": "sarif",
    ".md": "markdown",
    ".csv": "csv",
    ".xml": "junit",
    ".html": "html",
}
"""Which format a file has by the end of its name, the longest first."""

LEVELS = {Severity.CRITICAL: "error", Severity.HIGH: "error", Severity.MEDIUM: "warning"}
MOST = 10
"""Annotations of a kind that GitHub shows for one step."""


def formats_of(files: Sequence[str]) -> list[tuple[Path, str]]:
    """The format of each: by its ending, or as said before a colon ("asff:findings.json")."""
    found = []
    for said in files:
        named, colon, rest = said.partition(":")
        if colon and named in FORMATS:
            found.append((Path(rest), named))
            continue
        name = next((form for end, form in ENDINGS.items() if said.lower().endswith(end)), "")
        if not name:
            known = ", ".join(ENDINGS)
            raise Misused(
                f"{said}: its ending says no format; use one of {known}", f"--out html:{said}"
            )
        found.append((Path(said), name))
    return found


def write(result: ScanResult, files: Sequence[tuple[Path, str]]) -> None:
    """Each file whole, or a sentence that says why not. ASFF goes into a file for each 100 findings.

    Where nothing was found that is one empty list, so that the file is there.
    """
    from steadyhand.formats.asff import batches  # noqa: PLC0415

    for file, name in files:
        for number, said in enumerate(
            (list(batches(result)) or ["[]\n"]) if name == "asff" else [None], 1
        ):
            part = file if number == 1 else file.with_stem(f"{file.stem}-{number}")
            save(part, map(str.encode, parts(result, name) if said is None else [said]))


def github(result: ScanResult) -> None:
    """The step's summary as Markdown, and the gravest findings as annotations.

    GitHub, "Workflow commands for GitHub Actions": `GITHUB_STEP_SUMMARY` names a file; an annotation
    is a line on stdout, with %, CR and LF escaped, and in a property also colon and comma.
    """
    if summary := os.environ.get("GITHUB_STEP_SUMMARY"):
        try:
            private.append(Path(summary), "".join(parts(result, "markdown")))
        except OSError as error:
            raise CliError(f"{summary} cannot be written: {error.strerror}") from error
    sys.stdout.writelines(f"{line}\n" for line in annotated(result))


def annotated(result: ScanResult) -> Iterator[str]:
    """A line for each of the gravest; what could not be read is a warning too."""
    shown: dict[str, int] = {}
    for one in result.found:
        level = LEVELS.get(one.finding.severity, "notice")
        shown[level] = shown.get(level, 0) + 1
        if shown[level] <= MOST:
            name = _property(f"{short_name(one.finding)} ({one.check.id})")
            yield f"::{level} title={name}::{_data(what(one.finding))}, {one.finding.id}"
    if blind := sorted(result.blind()):
        yield f"::warning title=Not read::{_data(', '.join(blind))} could not see everything"


def _data(said: str) -> str:
    return tame(said).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(said: str) -> str:
    return _data(said).replace(":", "%3A").replace(",", "%2C")
