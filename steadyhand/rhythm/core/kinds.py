"""What the checks say of themselves, as the rhythm reads it: from their files and their classes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from steadyhand.catalogue import discovery as catalogue
from steadyhand.check import Check
from steadyhand.model import Finding, Step
from steadyhand.rhythm.core.facts import Kind


def kinds(checks: Iterable[str], knobs: Mapping[str, Mapping[str, Any]]) -> dict[str, Kind]:
    """What these checks say of themselves; of one that is no longer there, nothing."""
    there = sorted(set(checks) & set(catalogue.names()))
    return {check.id: kind_of(check) for check in catalogue.load(there, knobs)}


def kind_of(check: Check) -> Kind:
    """What one check says of itself, in its file's docstring and in its class."""

    def steps(finding: Finding) -> Sequence[Step]:
        try:
            return tuple(check.plan(finding))
        except (KeyError, TypeError, ValueError):
            return ()  # evidence that an older version wrote down: it is looked at again soon

    return Kind(
        id=check.id,
        category=check.category,
        title=check.runbook.strip().partition("\n")[0].rstrip("."),
        fix=paragraph(check.runbook, "Fix"),
        undo=paragraph(check.runbook, "Undo"),
        consequence=check.consequence,
        hours_lost=check.hours_lost,
        steps=steps,
    )


def paragraph(runbook: str, name: str) -> str:
    """One named paragraph of a runbook, as one line."""
    found = re.search(
        rf"^{name}: (.*?)(?=\n\n|\n[A-Z][a-z]+:|\Z)", runbook, re.DOTALL | re.MULTILINE
    )
    return " ".join(found[1].split()) if found else ""
