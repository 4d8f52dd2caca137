"""From the ledger to a mail: what people read every week and every month.

`build` is all most callers need. `gather` reads (the ledger, and Cost Explorer once), `compose`
is pure, so the same facts give the same bytes.
"""

from __future__ import annotations

from datetime import datetime

from steadyhand.connect.letter import Mail
from steadyhand.reports.compose import compose
from steadyhand.reports.gather import Memory, Road, gather
from steadyhand.settings import Settings

__all__ = ["Mail", "build", "compose", "gather"]


def build(cadence: str, *, ledger: Memory, settings: Settings, aws: Road, now: datetime) -> Mail:
    """The review that is due now: `cadence` is "weekly" or "monthly". Nothing is written or sent."""
    return compose(gather(cadence, ledger=ledger, settings=settings, aws=aws, now=now))
