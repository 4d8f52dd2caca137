"""What drifted, by Terraform or a change set; AWS is not asked.

`steadyhand drift terraform REPORT.json` reads what your CI makes: the output of
`terraform plan -refresh-only -json` or, with the values, of `terraform show -json PLAN`;
`-` reads it from stdin. A state is refused, for it holds secrets. Values that Terraform calls
sensitive are not kept. How to adopt what is there is shown as lines of your code.

`steadyhand drift cloudformation SET.json` reads a drift-aware change set, as
`aws cloudformation describe-change-set --include-property-values` tells it: what executing it
would do, or why nobody should (exit code 5).
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from typer import Argument

from steadyhand.catalogue import discovery as catalogue
from steadyhand.catalogue.lanes import lane_of
from steadyhand.check import Check
from steadyhand.cli import client
from steadyhand.cli.commands.look.scan import (
    AlsoTo,
    FailFrom,
    FailOn,
    ForGitHub,
    Output,
    Quiet,
    WrittenAs,
    verdict,
)
from steadyhand.cli.errors import CliError, Exit
from steadyhand.cli.options import Here
from steadyhand.cli.scans import out_files
from steadyhand.engine.scan import Found, ScanResult
from steadyhand.formats import parts
from steadyhand.formats.terraform.found import CHECK, findings
from steadyhand.formats.terraform.report import NotAReport, Report, read
from steadyhand.model import GLOBAL, Finding, Risk, Unknown
from steadyhand.settings.values import Settings

LARGEST = 200_000_000
"""Bytes of a report that are read."""


class Tool(StrEnum):
    """Who made the report."""

    TERRAFORM = "terraform"
    CLOUDFORMATION = "cloudformation"


def command(  # noqa: PLR0917 - Typer calls it by name
    here: Here,
    tool: Annotated[
        Tool, Argument(metavar="TOOL", help="Who made it: terraform or cloudformation.")
    ],
    report: Annotated[Path, Argument(metavar="REPORT.json", help="The file; - is stdin.")],
    output: WrittenAs = Output.TABLE,
    out: AlsoTo = None,
    github: ForGitHub = False,
    quiet: Quiet = False,
    fail_on: FailFrom = FailOn.LOW,
) -> int:
    """Read it, write it as a scan is written, and say with the exit code how it went."""
    if tool is Tool.CLOUDFORMATION:
        return of_change_set(report)
    decided = client.settings(here)
    files = out_files.formats_of(out or ())
    (check,) = catalogue.load([CHECK], knobs=decided.knobs)
    try:
        known = read(text_of(report))
    except NotAReport as no:
        raise CliError(f"{report} {no}", "steadyhand drift --help") from None
    result = as_scan(known, check, decided, datetime.now(UTC))
    out_files.write(result, files)
    if github:
        out_files.github(result)
    code = verdict(result, fail_on)
    if quiet:
        return code
    if output is Output.TABLE:
        from steadyhand.cli.output.drift_table import show  # noqa: PLC0415

        show(result)
    else:
        sys.stdout.writelines(parts(result, output))
    return code


def of_change_set(report: Path) -> int:
    """What a change set would do, and whether it does more than set back what drifted."""
    from steadyhand.cli.output.change_set import show  # noqa: PLC0415
    from steadyhand.formats.change_set import NotAChangeSet, read  # noqa: PLC0415

    try:
        known = read(text_of(report))
    except NotAChangeSet as no:
        raise CliError(f"{report} {no}", "steadyhand drift --help") from None
    show(known)
    return Exit.REFUSED if known.refused else Exit.CLEAN


def text_of(report: Path) -> str:
    """The report as text."""
    try:
        if str(report) == "-":
            said = sys.stdin.buffer.read(LARGEST + 1)
        else:
            with report.open("rb") as file:
                said = file.read(LARGEST + 1)
    except OSError as error:
        raise CliError(f"{report} cannot be read: {error.strerror}") from error
    if len(said) > LARGEST:
        raise CliError(f"{report} is larger than {LARGEST // 1_000_000} MB")
    try:
        return said.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise CliError(f"{report} is not UTF-8 text", "terraform show -json PLAN") from None


def as_scan(report: Report, check: Check, decided: Settings, now: datetime) -> ScanResult:
    """The findings as a scan saw them; what the report does not tell is unknown."""
    known = {one.id: one for one in findings(report, check)}
    found = [judged(one, check, decided, now) for one in known.values()]
    accounts = sorted({one.finding.account for one in found} - {""})
    return ScanResult(
        account=accounts[0] if len(accounts) == 1 else "",
        partition="aws",
        regions=tuple(sorted({one.finding.region for one in found})),
        checks=(check,),
        started_at=now,
        finished_at=now,
        found=tuple(sorted(found, key=lambda one: one.finding.name)),
        unknown=tuple(Unknown(check.id, GLOBAL, reason) for reason in report.missing),
        api_calls={},
        settings=decided,
    )


def judged(finding: Finding, check: Check, decided: Settings, now: datetime) -> Found:
    """A finding that a person adopts or lets Terraform take back: there is no plan of ours."""
    environment = decided.environment(finding)
    lane = lane_of(finding, check.category, now, Risk.ADVICE, environment)
    return Found(finding=finding, check=check, risk=Risk.ADVICE, plan=(), lane=lane)
