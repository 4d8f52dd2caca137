"""The handler for finished sweeps, called through SQS: private pages that changed are written again.

Many sweeps end at the same time; the queue gathers their messages, and the pages are written once.
"""

from __future__ import annotations

from typing import Any

from functions.batches import log, metrics
from functions.context import deployed, home, ledger, now
from steadyhand.portal.gather import gather
from steadyhand.portal.publish import publish
from steadyhand.portal.site import site
from steadyhand.rhythm.backlog import questions
from steadyhand.rhythm.backlog.decisions import decisions_of
from steadyhand.rhythm.calendar.entries import calendar_of
from steadyhand.rhythm.core.facts import as_of


@log.inject_lambda_context
@metrics.log_metrics
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Every page, as the ledger is now. What fails comes back as a whole."""
    del event, context
    told = gather(ledger=ledger(), settings=deployed().settings, account=home().account, now=now())
    written = publish(
        site(told),
        bucket=deployed().bucket,
        aws=home(),
        ledger=ledger(),
        now=now(),
        reviews=[one.name for one in told.reviews],
    )
    facts = as_of(told.facts)
    asked = [(one.finding, one.by) for one in decisions_of(facts).rows if one.is_new]
    for note in (*calendar_of(facts).notes(now()), *questions.on_pages(asked, now())):
        ledger().note(note)
    metrics.add_metric("Pages", "Count", written)
    log.info("published", extra={"written": written})
    return {"written": written}
