"""One look at an account: every check, every region, one value.

It needs nothing deployed and changes nothing. The roads to AWS are handed in, one a region.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol

from steadyhand.catalogue.lanes import lane_of
from steadyhand.check import Check
from steadyhand.engine.survey import Aws, Survey
from steadyhand.model import Finding, Lane, Risk, Severity, Step, Unknown

AT_ONCE = 6
"""Regions read at the same time. Each has a thread that thinks, and hands of its own."""

TICK = 0.1
SEVERITIES = tuple(Severity)
"""Worst first."""


class Client(Aws, Protocol):
    """The road to one region, and the calls that went over it."""

    counts: Counter[str]


class Progress(NamedTuple):
    """How far the reading of one region has come."""

    region: str
    read: int
    sources: int
    calls: int


class Interrupted(Exception):
    """The scan was given up; its surveys stop reading."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A finding, and what its check makes of it: may it be mended, how, and when is its turn."""

    finding: Finding
    check: Check
    risk: Risk
    plan: tuple[Step, ...]
    lane: Lane


@dataclass(frozen=True, kw_only=True)
class ScanResult:
    """What one scan saw. `found` is sorted: worst first, then by date, check and place."""

    account: str
    partition: str
    regions: tuple[str, ...]
    checks: tuple[Check, ...]
    started_at: datetime
    finished_at: datetime
    found: tuple[Found, ...]
    unknown: tuple[Unknown, ...]
    api_calls: Mapping[str, int]

    @property
    def calls(self) -> int:
        """How many API calls it took."""
        return sum(self.api_calls.values())

    @property
    def seconds(self) -> float:
        """How long it took."""
        return (self.finished_at - self.started_at).total_seconds()

    def at_least(self, severity: Severity) -> list[Found]:
        """What is as bad as this, or worse."""
        bad = SEVERITIES[: SEVERITIES.index(severity) + 1]
        return [one for one in self.found if one.finding.severity in bad]

    def in_lane(self, lane: Lane) -> list[Found]:
        """What waits in a lane, dated first."""
        mine = [one for one in self.found if one.lane is lane]
        return sorted(mine, key=lambda one: _date(one.finding))

    def blind(self) -> set[str]:
        """The checks that could not see everything."""
        return {one.check for one in self.unknown}

    def loud(self) -> set[str]:
        """The checks that found something."""
        return {one.check.id for one in self.found}

    def passed(self) -> set[str]:
        """The checks that saw everything and found nothing."""
        return {check.id for check in self.checks} - self.loud() - self.blind()


def scan(
    checks: Sequence[Check],
    clients: Sequence[Client],
    clock: Callable[[], datetime],
    watch: Callable[[Sequence[Progress]], None] = lambda _: None,
) -> ScanResult:
    """Look at every region of `roads`; what has no region is looked at once, over the first.

    `watch` is told again and again how far it is. A bug in a check is raised, never swallowed.
    """
    started = clock()
    surveys = [
        Survey([check for check in checks if number == 0 or not check.is_global], client, started)
        for number, client in enumerate(clients)
    ]
    outcomes = _outcomes(surveys, clients, watch)
    kinds = {check.id: check for check in checks}
    seen = {one.id: one for one in outcomes if isinstance(one, Finding)}
    blind = {one: None for one in outcomes if isinstance(one, Unknown)}
    counts: Counter[str] = Counter()
    for counted in {id(client.counts): client.counts for client in clients}.values():
        counts += counted
    return ScanResult(
        account=clients[0].account,
        partition=clients[0].partition,
        regions=tuple(client.region for client in clients),
        checks=tuple(sorted(checks, key=lambda check: check.id)),
        started_at=started,
        finished_at=clock(),
        found=tuple(
            judged(kinds[one.check], one, started) for one in sorted(seen.values(), key=_rank)
        ),
        unknown=tuple(sorted(blind, key=lambda one: (one.check, one.region, one.reason))),
        api_calls=dict(sorted(counts.items())),
    )


def judged(check: Check, finding: Finding, now: datetime) -> Found:
    """A finding with its risk, its plan and its lane."""
    risk = check.risk_of(finding)
    return Found(
        finding=finding,
        check=check,
        risk=risk,
        plan=tuple(check.plan(finding)),
        lane=lane_of(finding, check.category, now, risk),
    )


def _outcomes(
    surveys: Sequence[Survey],
    clients: Sequence[Client],
    watch: Callable[[Sequence[Progress]], None],
) -> list[Finding | Unknown]:
    with ThreadPoolExecutor(min(AT_ONCE, len(surveys)), thread_name_prefix="region") as pool:
        reading: list[Future[list[Finding | Unknown]]] = [
            pool.submit(list, survey) for survey in surveys
        ]
        try:
            while _unfinished(reading):
                watch(
                    [
                        _progress(survey, client)
                        for survey, client in zip(surveys, clients, strict=True)
                    ]
                )
            return [one for region in reading for one in region.result()]
        except BaseException:
            for survey in surveys:
                survey.inbox.put(Interrupted())
            raise


def _unfinished(reading: Iterable[Future[list[Finding | Unknown]]]) -> bool:
    done, waiting = wait(reading, TICK)
    for region in done:
        region.result()
    return bool(waiting)


def _progress(survey: Survey, client: Client) -> Progress:
    sources = list(survey.readers)
    left = sum(source in survey.jobs for source in sources)
    return Progress(client.region, len(sources) - left, len(sources), sum(client.counts.values()))


def _rank(finding: Finding) -> tuple[int, float, str, str, str]:
    worse = SEVERITIES.index(finding.severity)
    return (worse, _date(finding), finding.check, finding.region, finding.name)


def _date(finding: Finding) -> float:
    """Sorts by date; what has none comes last."""
    return finding.detonates_at.timestamp() if finding.detonates_at else float("inf")
