"""Asks CloudTrail who changed what of a service, about the day its cost turned."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time
from typing import Any

from steadyhand.model import ReadFailed, pick
from steadyhand.readings.conversation import Client, held
from steadyhand.rhythm.core.bill import ChangeEvent, Lookup
from steadyhand.rhythm.cost.movers import AROUND, fitting, trail_sources
from steadyhand.sources.cloudtrail import changed, lookup, who

DEEDS = 4
"""So many are remembered, each with how often."""
LONGEST = 64
"""Letters of a name."""
DEPLOYMENTS = ("cloudformation.amazonaws.com",)


def look_up(aws: Client, service: str, day: date | None, change: float) -> Lookup:
    """Who changed what of a service about the day its cost turned; and if nobody did, who deployed.

    Only what can have moved it this way is kept. It is asked in the home region, and remembers 90 days.
    """
    if day is None:
        return Lookup(day=None)
    sources = trail_sources(service)
    try:
        found, cut = done(aws, sources, day)
        deeds = tuple(fitting(found, change)[:DEEDS])
        deployed: tuple[ChangeEvent, ...] = ()
        if not deeds:
            found, _ = done(aws, DEPLOYMENTS, day)
            deployed = found[:1]
    except ReadFailed as failed:
        return Lookup(day=day, unread=failed.code)
    unread = "" if sources else "we do not know its events"
    return Lookup(day=day, deeds=deeds, deployed=deployed, unread=unread, cut=cut)


def done(aws: Client, sources: Iterable[str], day: date) -> tuple[tuple[ChangeEvent, ...], bool]:
    """What was changed about a day, the most frequent first; and was there more to read?"""
    since, until = (
        datetime.combine(on, time(), UTC) for on in (day - AROUND, day + AROUND + AROUND)
    )
    events: list[Mapping[str, Any]] = []
    cut = False
    for source in sources:
        found, more = held(aws, lookup("EventSource", source, since, until))
        events += found
        cut = cut or more
    return deeds_of(events), cut


def deeds_of(events: Iterable[Mapping[str, Any]]) -> tuple[ChangeEvent, ...]:
    """Those events that changed something, as who did what how often."""
    count: Counter[tuple[str, str]] = Counter()
    first: dict[tuple[str, str], tuple[date, set[str]]] = {}
    for event in events:
        if not changed(event):
            continue
        key = who(event), str(event.get("EventName", ""))
        on = event["EventTime"].astimezone(UTC).date()
        names = set(pick(event, "Resources.ResourceName"))
        earlier, known = first.get(key, (on, names))
        first[key] = min(on, earlier), known | names
        count[key] += 1
    often = sorted(count, key=lambda key: (-count[key], key))
    return tuple(
        ChangeEvent(
            day=first[by, action][0],
            by=by[:LONGEST],
            action=action[:LONGEST],
            count=count[by, action],
            on=next(iter(names))[:LONGEST] if len(names := first[by, action][1]) == 1 else "",
        )
        for by, action in often
    )
