"""The ledger's head: a short name for all the rows that a review was made from.

It is the beginning of a SHA-256 over one line a row, sorted: findings with whether they were open
at the period's end, changes with their state then, incidents with whether they were over,
exemptions with their last day. The same period gives the same head; a row that is edited, added or
lost gives another. What changes after the period's end does not count.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from steadyhand.rhythm.core.facts import Facts, is_open

LENGTH = 10


def head_of(facts: Facts) -> str:
    """Of the rows as they stood at the period's end; nothing where there are none."""
    rows = sorted(lines(facts))
    if not rows:
        return ""
    said = "\n".join(rows).encode("utf-8", "surrogatepass")
    return hashlib.sha256(said).hexdigest()[:LENGTH]


def lines(facts: Facts) -> Iterator[str]:
    """One line a row: its kind, id and state."""
    until = facts.period.until
    for name, record in facts.by_id.items():
        yield f"finding {name} {'open' if is_open(record, until) else 'over'}"
    for change in facts.changes:
        yield f"change {change.id} {change.state}"
    for incident in facts.incidents:
        yield f"incident {incident.id} {'over' if incident.ended_at else 'fires'}"
    for exemption in facts.exemptions:
        yield f"exemption {exemption.scope} {exemption.until.isoformat()}"
