"""What an incident may come from: the findings on the thing that its alarm names.

An alarm is no resource. A finding concerns it where the name of the finding's resource stands in
the alarm's name or description, in the same region. That is a clue, and is told as one.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from steadyhand.model import GLOBAL, Change, ChangeState, FindingStatus, Incident, Record
from steadyhand.rhythm.core import words
from steadyhand.rhythm.core.facts import Facts, is_open
from steadyhand.rhythm.core.intervals import open_since

SHORTEST = 4
"""Shorter names than this stand in too many sentences."""

TOKENS = 24
"""So many words of an alarm's name and description are looked at."""

PARTS = re.compile(r"[A-Za-z0-9]+|[^A-Za-z0-9]+")


def concerning(
    incidents: Iterable[Incident], records: Iterable[Record]
) -> Mapping[str, Sequence[Record]]:
    """The findings that concern each incident, by its id; the findings are gone through once."""
    return naming(
        ((one.id, one.region, (one.signature, one.summary)) for one in incidents), records
    )


def naming(
    told: Iterable[tuple[str, str, Sequence[str]]], records: Iterable[Record]
) -> Mapping[str, Sequence[Record]]:
    """By the id of what is told in a region: the findings there whose resource its words name."""
    named = defaultdict[str, dict[str, set[str]]](dict)
    for told_id, where, texts in told:
        for name in {name for text in texts for name in names_in(text)}:
            for region in (where, GLOBAL):
                named[region].setdefault(name, set()).add(told_id)
    found = defaultdict[str, list[Record]](list)
    for record in records if named else ():
        there = named.get(record.finding.region)
        if there and (names := called(record) & there.keys()):
            for told_id in set().union(*(there[name] for name in names)):
                found[told_id].append(record)
    return found


def names_in(text: str) -> Iterator[str]:
    """Every run of words, with what stands between them: "billing-db" of "billing-db-errors"."""
    parts = PARTS.findall(text.lower())[: 2 * TOKENS]
    starts = [at for at, part in enumerate(parts) if part[0].isalnum()]
    for first in starts:
        for last in starts:
            if first <= last < first + 12:
                name = "".join(parts[first : last + 1])
                if len(name) >= SHORTEST:
                    yield name


def called(record: Record) -> set[str]:
    """What a person calls the finding's resource."""
    finding = record.finding
    key, said = finding.key, {last_of(finding.key)}
    if finding.name != key:
        said.add(last_of(finding.name))
    if not finding.resource.endswith((f"/{key}", f":{key}")):
        said.add(last_of(finding.resource))
    return said


def last_of(name: str) -> str:
    """The last part of an ARN or a path, in small letters."""
    return name.rpartition("/")[2].rpartition(":")[2].lower()


def foretold(incident: Incident, facts: Facts, concerned: Iterable[Record]) -> str:
    """Did a finding of ours come first? Where none concerns it, we did not."""
    before = [one for one in concerned if is_open(one, incident.began_at)]
    if not before:
        return "No finding of ours foretold it."
    begun = [
        (open_since(one, facts.changes_of(one.finding.id), incident.began_at), one.finding.id, one)
        for one in before
    ]
    at, _, first = min(begun, key=lambda one: one[:2])
    since = words.day(facts.period.local(at).date(), facts.period.year)
    said = words.clean(first.finding.summary).rstrip(".")
    return f"A finding on it was known since {since}: {said}."


def fix(incident: Incident, facts: Facts, concerned: Sequence[Record]) -> str:
    """What fixes it for good: a change of ours since, or a finding that waits."""
    ids = {one.finding.id for one in concerned}
    done = [one for one in facts.changes if one.finding.id in ids and is_after(one, incident)]
    if done:
        last = done[-1]
        when = words.day(facts.period.local(last.ended_at or last.at).date(), facts.period.year)
        return f"Fixed on {when}: {words.clean(last.finding.summary).rstrip('.')}."
    waiting = [one for one in concerned if one.status is FindingStatus.OPEN]
    if not waiting:
        return "No permanent fix is known."
    return "The fix waits in the backlog."


def is_after(change: Change, incident: Incident) -> bool:
    """Was it done since the alarm fired, and does it hold?"""
    return change.state is ChangeState.VERIFIED and change.at >= incident.began_at
