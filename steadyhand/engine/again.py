"""The time for another look has come: at a finding that was held, or at a subject that could not be seen."""

from __future__ import annotations

from steadyhand.engine.outcome import Outcome
from steadyhand.engine.reconcile import Reconciler
from steadyhand.engine.unseen import is_key
from steadyhand.model import GLOBAL, FindingStatus
from steadyhand.sources.keys import Place


def again(here: Reconciler, name: str) -> Outcome:
    """Look again, as the event would, at a finding by its id, or at a subject by its check and its key.

    Nothing where the finding is open no more, or not here.
    """
    said, _, key = name.partition(" ")
    if key:
        check = here.checks(said)
        place = Place(here.aws.account, here.aws.region, here.aws.partition)
        return here.on_event([check], key) if is_key(check, key, place) else Outcome()
    record = here.ledger.record(name)
    if record is None or record.status is not FindingStatus.OPEN:
        return Outcome()
    finding = record.finding
    if finding.region not in {here.aws.region, GLOBAL}:
        return Outcome()
    return here.on_event([here.checks(finding.check)], finding.key)
