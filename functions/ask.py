"""The handler for people's commands, called by the command line and waited for: the one door."""

from __future__ import annotations

import os
from typing import Any

from functions.batches import log, metrics, tell_unreadable
from functions.context import check, deployed, home, now, reconciler, sealed_ledger
from steadyhand.engine.ask.door import Door

ENDPOINT = "AWS_ENDPOINT_URL"
"""Where this function's own calls go, set by the emulator alone; a request has no say in it."""


@log.inject_lambda_context
@metrics.log_metrics
def handler(event: Any, context: Any) -> dict[str, Any]:
    """One request, one answer."""
    del context
    said = door().answer(event)
    metrics.add_metric("Asked", "Count", 1)
    tell_unreadable()
    if no := said.get("denied"):
        log.warning("nobody was let in", extra=no)
        metrics.add_metric("Denied", "Count", 1)
    return said


def door() -> Door:
    """The door of what is deployed."""
    told = deployed()
    return Door(
        account=home().account,
        partition=home().partition,
        home=told.home,
        version=told.version,
        settings=told.settings,
        ledger=sealed_ledger(),
        reconcilers=reconciler,
        checks=check,
        now=now,
        endpoint=os.environ.get(ENDPOINT, ""),
    )
