"""Look for time bombs in an account; nothing is changed.

It needs credentials that may read, and nothing deployed. What it cannot read it reports
as unknown, and then it ends with 4, whatever else it found.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from typer import Option

from steadyhand.aws.service_models import kept
from steadyhand.cli import client
from steadyhand.cli.choice import chosen
from steadyhand.cli.errors import Exit, stopped
from steadyhand.cli.options import Here
from steadyhand.cli.output.group_by import GroupBy
from steadyhand.cli.scans import exemption_file, scan_store, selection
from steadyhand.engine.scan import Interrupted, ScanResult, scan
from steadyhand.model import Severity


class Output(StrEnum):
    """How the result is written."""

    TABLE = "table"
    JSON = "json"
    MARKDOWN = "markdown"
    CSV = "csv"
    SARIF = "sarif"
    OCSF = "ocsf"
    ASFF = "asff"
    JUNIT = "junit"
    HTML = "html"


class FailOn(StrEnum):
    """From which severity on findings end a scan with 3."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    NEVER = "never"


WrittenAs = Annotated[Output, Option("--output", "-o", help="How to write it.")]
AlsoTo = Annotated[
    list[str] | None,
    Option("--out", metavar="FILE", help="Also write it here, as its ending says. Repeatable."),
]
ForGitHub = Annotated[
    bool, Option("--github", help="For GitHub Actions: step summary and annotations.")
]
Quiet = Annotated[bool, Option("--quiet", "-q", help="Only the exit code and files.")]
FailFrom = Annotated[FailOn, Option("--fail-on", help="End with 3 from this severity on.")]
"""How findings are written, whoever found them."""


def command(  # noqa: PLR0917 - Typer calls it by name
    here: Here,
    check: Annotated[
        list[str] | None, Option("--check", metavar="ID", help="Only this check. Repeatable.")
    ] = None,
    category: Annotated[
        list[str] | None,
        Option("--category", metavar="NAME", help="Only this category. Repeatable."),
    ] = None,
    environment: Annotated[
        list[str] | None,
        Option("--environment", metavar="NAME", help="Only what is in it. Repeatable."),
    ] = None,
    tag: Annotated[
        list[str] | None,
        Option("--tag", metavar="KEY[=VALUE]", help="Only what carries it. Repeatable."),
    ] = None,
    severity: Annotated[
        Severity | None, Option("--severity", help="Only as grave as this, or graver.")
    ] = None,
    only_new: Annotated[
        bool, Option("--new", help="Only what the last scan, or --baseline, had not.")
    ] = False,
    baseline: Annotated[
        Path | None,
        Option("--baseline", metavar="FILE", help="An earlier scan as JSON, to compare with."),
    ] = None,
    exemptions: Annotated[
        Path | None,
        Option("--exemptions", metavar="FILE", help=f"What may stay. [./{exemption_file.NAME}]"),
    ] = None,
    every: Annotated[bool, Option("--all", help="Every finding on its own.")] = False,
    group_by: Annotated[GroupBy, Option("--group-by", help="How to group.")] = GroupBy.LANE,
    output: WrittenAs = Output.TABLE,
    out: AlsoTo = None,
    github: ForGitHub = False,
    quiet: Quiet = False,
    fail_on: FailFrom = FailOn.LOW,
) -> int:
    """Scan, keep it, cut it to what is asked for, write, and say with the exit code how it went."""
    from steadyhand.cli.progress import estimate, watched  # noqa: PLC0415
    from steadyhand.cli.scans import out_files  # noqa: PLC0415

    decided = client.settings(here)
    files = out_files.formats_of(out or ())
    known = selection.baseline(baseline) if baseline else None
    now = datetime.now(UTC)
    exempt = exemption_file.find(exemptions, now, decided.time_zone)
    checks = chosen(decided, check or (), category or ())
    regions = client.connect_all(here, decided, kept())
    before = scan_store.last(regions[0].account, decided)
    if not quiet:
        estimate(before, len(regions), len(checks))
    try:
        with watched(quiet=quiet) as watch:
            seen = scan(checks, regions, lambda: datetime.now(UTC), watch, decided)
    except Interrupted as given_up:
        raise stopped(given_up) from None
    changed = scan_store.difference(before, seen, known)
    scan_store.keep(seen)
    selected = selection.select(
        seen,
        selection.Selection(
            environments=environment or (),
            tags=tag or (),
            severity=severity,
            only=changed.new if only_new else None,
            exemptions=exempt,
        ),
    )
    result = selected.result
    code = verdict(result, fail_on)
    out_files.write(result, files)
    if github:
        out_files.github(result)
    if quiet:
        return code
    if output is Output.TABLE:
        from steadyhand.cli.output.scan_table import View, show  # noqa: PLC0415

        view = View(
            code=code,
            fold=not (check or every),
            by=group_by,
            exempt=selected.exempt,
            hidden=selected.hidden,
            difference=changed,
        )
        show(result, client.account_name(regions[0], decided), view)
    else:
        from steadyhand.formats import parts  # noqa: PLC0415

        sys.stdout.writelines(parts(result, output))
    return code


def verdict(result: ScanResult, fail_on: FailOn) -> Exit:
    """Incomplete wins over findings: who tolerates findings must learn of what was not seen."""
    if result.unknown:
        return Exit.INCOMPLETE
    if fail_on is not FailOn.NEVER and result.at_least(Severity(fail_on)):
        return Exit.FINDINGS
    return Exit.CLEAN
