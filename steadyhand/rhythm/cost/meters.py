"""Where on the bill a saving shows: the meter that a check's fix turns down, as the check says it (`Check.meter`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from steadyhand.catalogue import discovery as catalogue
from steadyhand.model import Finding
from steadyhand.model.metering import Metering


@dataclass(frozen=True, slots=True)
class Where:
    """The meter of one finding: a service, and how the usage type ends."""

    service: str
    ending: str

    @property
    def name(self) -> str:
        """What the remembered bill calls it."""
        return f"{self.service}#{self.ending}"

    def holds(self, service: str, kind: str) -> bool:
        """Is this usage type counted by it, in whatever region?"""
        name = kind.partition("-")[2] if f"-{self.ending.rstrip('*')}" in kind else kind
        fits = name.startswith(self.ending[:-1]) if self.is_family else name == self.ending
        return service == self.service and fits

    @property
    def is_family(self) -> bool:
        """Does it take every usage type that begins so?"""
        return self.ending.endswith("*")


def where(finding: Finding) -> tuple[Where | None, str]:
    """The meter that shows a finding's saving, or why there is none."""
    known = _meter(finding.check)
    if known is None:
        return None, "we know no meter for it"
    if known.never:
        return None, known.never
    ending = known.ending
    if known.endings is not None:
        value = finding.evidence
        for name in known.of:
            value = value.get(name, {}) if isinstance(value, Mapping) else {}
        ending = known.endings.get(str(value), known.ending)
    return Where(known.service, ending), ""


def service_of(check: str) -> str:
    """The service on whose bill a check's findings cost money; empty where nobody knows."""
    known = _meter(check)
    return known.service if known else ""


def _meter(check: str) -> Metering | None:
    known: Metering | None = None
    if check in catalogue.places():
        known = catalogue.kind(check).meter
    return known


def saves(check: str) -> bool:
    """Is anything saved when what this check found is over?"""
    return check not in catalogue.places() or catalogue.kind(check).saves
