"""The handler for tickets, called hourly: syncs the tracker with the backlog, and reads what people wrote.

Whatever goes wrong with the tracker is remembered for the reviews and the doctor; it is no error
of ours, and nothing else stands still for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from functions.batches import log, metrics, tell_unreadable
from functions.context import deployed, home, ledger, now
from steadyhand.aws.tokens import token_at
from steadyhand.catalogue import discovery as catalogue
from steadyhand.connect.tickets import state
from steadyhand.connect.tickets.github import GitHub
from steadyhand.connect.tickets.gitlab import GitLab
from steadyhand.connect.tickets.sync import Sync
from steadyhand.connect.tickets.tracker import Paused, Refused, Tracker, TrackerFailed
from steadyhand.connect.tickets.writer import Done
from steadyhand.model import ReadFailed
from steadyhand.rhythm.core import words
from steadyhand.rhythm.core.facts import NOTES, Facts, exempted, sweep_of
from steadyhand.rhythm.core.kinds import kinds
from steadyhand.rhythm.core.period import Cadence, Period

SPARE = 60_000
"""Milliseconds that one ticket may need: with less than that, the rest waits for the next run."""

COUNTED = ("created", "edited", "closed", "reopened", "moved", "exempted", "left")


@log.inject_lambda_context
@metrics.log_metrics
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Whatever the event says: all tickets are looked at."""
    del event
    metrics.add_metric("TicketRuns", "Count", 1)
    if not deployed().settings.tickets:
        return {"why": "no tracker is named"}
    if (until := state.silent_until(ledger(), now())) and until > now():
        return {"why": f"silent until {until.isoformat()}"}
    mine = state.taken(ledger(), context.aws_request_id, now())
    if mine is None:
        return {"why": "another run is at it"}
    try:
        done = mirrored(context.aws_request_id, lambda: left(context))
        return remember(done)
    finally:
        state.given_back(ledger(), mine, now())


def left(context: Any) -> bool:
    """Is there time for one more ticket?"""
    return bool(context.get_remaining_time_in_millis() > SPARE)


def mirrored(by: str, going: Callable[[], bool]) -> Done:
    """One run over all tickets."""
    try:
        with tracker() as there:
            facts = gathered()
            checks = catalogue.load(sorted(set(facts.kinds)), facts.settings.knobs)
            return Sync(
                tracker=there,
                ledger=ledger(),
                facts=facts,
                runbooks={check.id: check.runbook for check in checks},
                now=now(),
                by=by,
                going=going,
            ).run()
    except TrackerFailed as trouble:
        return Done(trouble=trouble)


def remember(done: Done) -> dict[str, Any]:
    """What it did, for the log, the metrics and the reviews."""
    until = done.trouble.until if isinstance(done.trouble, Paused) else None
    gap = done.trouble.said if done.trouble and not until else ""
    if done.rejected and not gap:
        count = words.plural(len(done.rejected), "ticket was", "tickets were")
        gap = f"{count} not taken: {done.rejected[0].partition(': ')[2]}"
    is_new = state.remember(ledger(), gap, until, now())
    counts = {name: getattr(done, name) for name in COUNTED}
    metrics.add_metric("TicketsWritten", "Count", done.created + done.edited)
    metrics.add_metric("TicketTroubles", "Count", int(bool(gap)))
    said = {"tickets": counts, "deleted": done.deleted, "rejected": done.rejected}
    tell_unreadable()
    if gap:
        log.warning(f"tickets: {gap}", extra=said | {"new": is_new})
    else:
        log.info("tickets", extra=said | {"until": until.isoformat() if until else ""})
    return counts | {"why": gap or (f"paused until {until.isoformat()}" if until else "")}


@contextmanager
def tracker() -> Iterator[Tracker]:
    """The tracker that the owner named, with the token that is in force now."""
    settings, token = deployed().settings, read_token()
    kind = {"github": GitHub, "gitlab": GitLab}[settings.tickets]
    made = kind(settings.tickets_project, token, clock=now, url=settings.tickets_url)
    try:
        yield made
    finally:
        made.close_connections()


def read_token() -> str:
    """The token, from its parameter. `Refused` where there is none."""
    try:
        return token_at(home().ask, deployed().settings.tickets_token)
    except ReadFailed as failed:
        raise Refused(failed.reason) from None


def gathered() -> Facts:
    """All that a ticket is made of: the ledger as it is now, and the checks' own words."""
    settings, at = deployed().settings, now().astimezone(ZoneInfo(deployed().settings.time_zone))
    exemptions = ledger().exemptions()
    records = list(exempted(ledger().records(), exemptions))
    return Facts(
        account=home().account,
        period=Period(
            cadence=Cadence.WEEKLY, since=at - timedelta(days=7), until=at, is_running=True
        ),
        settings=settings,
        records=records,
        exemptions=exemptions,
        sweeps=[sweep_of(*row) for row in ledger().sweeps()],
        notes={kind: ledger().notes(kind) for kind in NOTES if kind in ("move", "ticket")},
        kinds=kinds({one.finding.check for one in records}, settings.knobs),
    )
