"""Which findings of a scan are shown and counted: by environment, tag, severity, age, exemption."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from steadyhand.cli.errors import CliError, Misused
from steadyhand.cli.scans.exemption_file import is_exempt
from steadyhand.engine.scan import SEVERITIES, Found, ScanResult
from steadyhand.model import Exemption, Severity
from steadyhand.settings.nearest import unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What is asked for. Nothing said: everything."""

    environments: Sequence[str] = ()
    tags: Sequence[str] = ()
    severity: Severity | None = None
    only: frozenset[str] | None = None
    exemptions: Sequence[Exemption] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Selected:
    """The scan with what was asked for, and how many findings are exempt or not asked for."""

    result: ScanResult
    exempt: int
    hidden: int


def select(result: ScanResult, wanted: Selection) -> Selected:
    """A scan cut to what is asked for. What could not be read stays: nobody knows what it hides."""
    known = result.settings.environments
    for name in wanted.environments:
        if name not in known and name != result.settings.default_environment:
            raise Misused(
                unknown(name, sorted(known), "environment"), "[environments] in steadyhand.toml"
            )
    left = [one for one in result.found if not is_exempt(one, wanted.exemptions, result.started_at)]
    shown = [one for one in left if _fits(one, wanted, result)]
    return Selected(
        result=replace(result, found=tuple(shown)),
        exempt=len(result.found) - len(left),
        hidden=len(left) - len(shown),
    )


def baseline(file: Path) -> frozenset[str]:
    """The ids of the findings that an earlier `scan --output json` wrote."""
    import json  # noqa: PLC0415

    try:
        said = json.loads(file.read_text("utf-8"))
        return frozenset(str(one["id"]) for one in said["findings"])
    except OSError as error:
        raise CliError(f"{file} cannot be read: {error.strerror}") from error
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        then = "steadyhand scan --out baseline.json"
        raise CliError(f"{file} is no scan as JSON", then) from error


def _fits(one: Found, wanted: Selection, result: ScanResult) -> bool:
    finding = one.finding
    if wanted.only is not None and finding.id not in wanted.only:
        return False
    if wanted.severity and SEVERITIES.index(finding.severity) > SEVERITIES.index(wanted.severity):
        return False
    if wanted.environments and result.settings.environment(finding) not in wanted.environments:
        return False
    return all(_carries(finding.tags or {}, said) for said in wanted.tags)


def _carries(tags: Mapping[str, str], said: str) -> bool:
    name, equals, value = said.partition("=")
    there = tags.get(name)
    return there is not None and (not equals or there == value)
