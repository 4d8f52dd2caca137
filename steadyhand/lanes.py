"""Which lane a finding waits in. A rule, never a list kept by hand."""

from __future__ import annotations

from datetime import datetime, timedelta

from steadyhand.model import Finding, Lane, Severity

SOON = timedelta(days=14)
AHEAD = timedelta(days=90)

STABILITY = frozenset({"certificates", "backups", "jobs", "deploys", "monitoring"})
SECURITY = frozenset({"exposure", "access"})
DATED = frozenset({"lifecycle"})
"""Stability while its date is near, scale and cost before that."""


def lane_of(finding: Finding, category: str, now: datetime) -> Lane:
    """Stability now, security next, scale and cost later; a date moves anything forward.

    * Goes off within 14 days, or should have gone off already: now, whatever it is.
    * Stability (certificates, backups, jobs, deploys, monitoring, and lifecycle that is dated
      within 90 days): now where it is critical or high, else next.
    * Security (exposure, access): next.
    * Scale and cost (costs, and lifecycle that is far off or has no date): later; next where it
      is dated within 90 days.
    """
    when = finding.detonates_at
    left = when - now if when else None
    is_near = left is not None and left <= AHEAD
    if left is not None and left <= SOON:
        return Lane.NOW
    if category in STABILITY or (category in DATED and is_near):
        return Lane.NOW if finding.severity in {Severity.CRITICAL, Severity.HIGH} else Lane.NEXT
    return Lane.NEXT if category in SECURITY or is_near else Lane.LATER
