"""Look for time bombs in an account; nothing is changed.

It needs credentials that may read, and nothing deployed. What it cannot read it reports
as unknown, and then it ends with 4, whatever else it found.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated

from typer import Option

from steadyhand.aws.service_models import kept
from steadyhand.cli import client
from steadyhand.cli.choice import chosen
from steadyhand.cli.errors import CliError, Exit
from steadyhand.cli.options import Here
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


def command(
    here: Here,
    check: Annotated[
        list[str] | None, Option("--check", metavar="ID", help="Only this check. Repeatable.")
    ] = None,
    category: Annotated[
        list[str] | None,
        Option("--category", metavar="NAME", help="Only this category. Repeatable."),
    ] = None,
    output: Annotated[Output, Option("--output", "-o", help="How to write it.")] = Output.TABLE,
    fail_on: Annotated[
        FailOn, Option("--fail-on", help="End with 3 from this severity on.")
    ] = FailOn.LOW,
) -> int:
    """Scan, write, and say with the exit code how it went."""
    from steadyhand.cli.progress import watched  # noqa: PLC0415

    decided = client.settings(here)
    checks = chosen(decided, check or (), category or ())
    regions = client.connect_all(here, decided, kept())
    try:
        with watched() as watch:
            result = scan(checks, regions, lambda: datetime.now(UTC), watch)
    except Interrupted as given_up:
        raise stopped(given_up) from None
    code = verdict(result, fail_on)
    if output is Output.TABLE:
        from steadyhand.cli.output.scan_table import show  # noqa: PLC0415

        show(result, decided, client.account_name(regions[0], decided), code, fold=not check)
    else:
        from steadyhand.formats import parts  # noqa: PLC0415

        sys.stdout.writelines(parts(result, output))
    return code


def stopped(given_up: Interrupted) -> CliError:
    """What was read before somebody stopped it."""
    whole = sum(one.read == one.sources for one in given_up.read)
    calls = sum({one.region: one.calls for one in given_up.read}.values())
    return CliError(
        f"stopped; nothing was changed. Read: {whole} of {len(given_up.read)} regions whole,"
        f" {calls} calls, {given_up.found} findings so far, and they are not all",
        "steadyhand scan, with fewer regions or checks: --region, --check",
    )


def verdict(result: ScanResult, fail_on: FailOn) -> Exit:
    """Incomplete wins over findings: who tolerates findings must learn of what was not seen."""
    if result.unknown:
        return Exit.INCOMPLETE
    if fail_on is not FailOn.NEVER and result.at_least(Severity(fail_on)):
        return Exit.FINDINGS
    return Exit.CLEAN
