"""What a thing that keeps coming back may come from: a finding on it, a deploy of it, or an hour of the day.

A clue, and told as one: what was found on the thing, or happened to it on the first of its days.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from steadyhand.model import Record, Severity
from steadyhand.rhythm.core import words
from steadyhand.rhythm.first.facts import Failing, Firing, FirstFacts, Path
from steadyhand.rhythm.incidents.causes import naming

SEVERITIES = tuple(Severity)
NONE = "Not known: nothing we found is on it."


@dataclass(frozen=True, slots=True)
class Clue:
    """A sentence, and the command that shows more, where there is one."""

    said: str
    command: str = ""


class Clues:
    """By the id of what fired or failed: the findings that are on it. They are gone through once."""

    def __init__(self, first: FirstFacts) -> None:
        self.first = first
        seen, facts = first.seen, first.facts
        records = list(facts.open_at(facts.period.until))
        self.on: Mapping[str, Sequence[Record]] = naming(
            ((one.id, one.region, (one.name,)) for one in seen.firing), records
        )
        self.of: dict[str, list[Record]] = {}
        for record in records:
            self.of.setdefault(record.finding.resource, []).append(record)

    def of_alarm(self, one: Firing, times: Sequence[datetime]) -> Clue:
        """What its name speaks of, or the hour at which it fires."""
        if found := self.on.get(one.id):
            return known(found)
        if hour := words.same_hour(times):
            return Clue(f"Not known, but it is {hour}: look at what is scheduled then.")
        return Clue(NONE)

    def of_metric(self, one: Failing) -> Clue:
        """What was found on the very resource, or who deployed it on the first of the days."""
        if found := self.of.get(one.arn):
            return known(found)
        began = min(on for on, _ in one.days)
        path = next(
            (path for path in self.first.seen.paths if self.deployed(path, one, began)), None
        )
        if path is None:
            return Clue(NONE)
        on = words.day(began, self.first.facts.period.year)
        who = words.clean(path.by, words.NAME)
        return Clue(
            f"Perhaps a deploy: the first of these days, {on}, is that of the last deploy by {who}, who deploys it."
        )

    def deployed(self, path: Path, one: Failing, on: date) -> bool:
        """Did somebody change it that day, in that way, and not since?"""
        return one.name in path.on and path.last.date() == on


def known(found: Sequence[Record]) -> Clue:
    """The worst of what was found on it."""
    worst = min(found, key=lambda one: (SEVERITIES.index(one.finding.severity), one.finding.id))
    finding = worst.finding
    return Clue(
        f"Not known for sure; found on it: {words.told(finding.summary).rstrip('.')}.",
        f"steadyhand show {finding.id}",
    )
