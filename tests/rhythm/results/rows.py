"""Facts, ports and fixes for results."""

from __future__ import annotations

from typing import Any

from steadyhand.model import Record
from steadyhand.rhythm.core.effort import Effort
from steadyhand.rhythm.core.facts import Facts, as_of
from steadyhand.rhythm.core.period import Cadence, period_of
from tests.reports.accounts import doubles, kinds, ledger_rows
from tests.reports.accounts.ledger_rows import at, record

EFFORT = Effort(
    version="2026-01",
    approval=(0.05, 0.25),
    checks={"open_admin_ports": (0.5, 2)},
    categories={"backups": (0.25, 1)},
)
OLD = record("old_access_key", "k", "k is old", seen=at(2, 1))


def facts(**rows: Any) -> Facts:
    """May at Larkfield, of these rows alone."""
    period = period_of(Cadence.MONTHLY, ledger_rows.NOW, "Europe/Dublin")
    said: dict[str, Any] = {"records": [OLD], "kinds": kinds.KINDS, "effort": EFFORT} | rows
    return as_of(
        Facts(account=ledger_rows.ACCOUNT, period=period, settings=doubles.SETTINGS, **said)
    )


def port(number: int, **more: Any) -> Record:
    return record("open_admin_ports", f"sg-{number}", f"sg-{number} opens SSH", **more)
