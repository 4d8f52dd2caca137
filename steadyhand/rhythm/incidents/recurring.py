"""What fires again and again: when, since what, what it costs people, and what ends it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from steadyhand.model import FindingStatus, Incident, Record
from steadyhand.rhythm.core import words
from steadyhand.rhythm.core.facts import Facts
from steadyhand.rhythm.incidents.alarms import is_ours
from steadyhand.rhythm.incidents.causes import concerning, fix, foretold, is_after

MOST = 5
ALARM = "alarm"
ZERO = timedelta()


@dataclass(frozen=True, slots=True, kw_only=True)
class Recurring:
    """One alarm that fired more than once. `hour` is empty where it fires at any hour.

    `lost` is a range of people's hours by the table of toil; `command` shows the finding that
    waits, where there is one.
    """

    what: str
    count: int
    hour: str
    time: str
    cause: str
    next_step: str
    command: str
    lost: str


def recurring(facts: Facts, toil: Mapping[str, Any]) -> tuple[Recurring, ...]:
    """The five that fired most often, each in its region; ours are apart. `toil` is the table `reference/toil.json`."""
    groups = defaultdict[tuple[str, str], list[Incident]](list)
    for one in sorted(facts.incidents, key=lambda one: (one.began_at, one.id)):
        if not is_ours(one):
            groups[one.signature, one.region].append(one)
    often = sorted(
        (group for group in groups.values() if len(group) > 1),
        key=lambda group: (-len(group), group[0].signature, group[0].region),
    )[:MOST]
    concerned = concerning([group[-1] for group in often], facts.records)
    return tuple(of_group(one, facts, concerned.get(one[-1].id, ()), toil) for one in often)


def of_group(
    group: Sequence[Incident], facts: Facts, concerned: Sequence[Record], toil: Mapping[str, Any]
) -> Recurring:
    """One alarm; its last firing is what its cause is looked for of."""
    last, known = group[-1], toil["kinds"][ALARM]
    low, high = (len(group) * each for each in known["hours"])
    ids = {one.finding.id for one in concerned}
    done = any(one.finding.id in ids and is_after(one, last) for one in facts.changes)
    waiting = [one for one in concerned if one.status is FindingStatus.OPEN and not done]
    return Recurring(
        what=words.clean(last.signature, words.NAME),
        count=len(group),
        hour=words.same_hour([facts.period.local(one.began_at) for one in group]),
        time=words.duration(
            sum(((one.ended_at or facts.period.until) - one.began_at for one in group), ZERO)
        ),
        cause=foretold(last, facts, concerned),
        next_step=fix(last, facts, concerned) if concerned else str(known["fix"]),
        command=f"steadyhand show {waiting[0].finding.id}" if waiting else "",
        lost=words.hours(round(low, 1), round(high, 1)),
    )
