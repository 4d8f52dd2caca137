"""From the ledger to a mail: what people read every week and every month.

`build` is all most callers need. `gather` reads (the ledger, and Cost Explorer once), `compose`
is pure, so the same facts give the same bytes.
"""

from __future__ import annotations

from datetime import datetime

from steadyhand.connect.message import Mail
from steadyhand.readings.gather import Store, gather
from steadyhand.readings.measures.look import Clients
from steadyhand.reports.compose import compose
from steadyhand.settings.values import Settings

__all__ = ["Mail", "build", "compose", "gather"]


def build(
    cadence: str,
    *,
    ledger: Store,
    settings: Settings,
    aws: Clients,
    now: datetime,
    period: str = "",
) -> Mail:
    """The review that is due now, or that of a named period. Nothing is written or sent.

    `cadence` is "weekly" or "monthly", `period` the name of a week or month: "2026-W43", "2026-10".
    """
    facts = gather(cadence, ledger=ledger, settings=settings, aws=aws, now=now, period=period)
    return compose(facts)
