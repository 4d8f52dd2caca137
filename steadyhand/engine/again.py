"""The time for another look at a finding has come: it was held until now."""

from __future__ import annotations

from steadyhand.engine.outcome import Outcome
from steadyhand.engine.reconcile import Reconciler
from steadyhand.model import GLOBAL, FindingStatus


def again(here: Reconciler, name: str) -> Outcome:
    """Look again at a finding by its id, as its event would; nothing where it is open no more, or not here."""
    record = here.ledger.record(name)
    if record is None or record.status is not FindingStatus.OPEN:
        return Outcome()
    finding = record.finding
    if finding.region not in {here.aws.region, GLOBAL}:
        return Outcome()
    return here.on_event([here.checks(finding.check)], finding.key)
