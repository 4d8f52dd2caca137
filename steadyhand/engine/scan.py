"""One look at an account: every check, every region, one value.

It needs nothing deployed and changes nothing. The clients of AWS are handed in, one a region.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import NamedTuple, Protocol

from steadyhand.catalogue.lanes import foremost, lane_of
from steadyhand.check import Check
from steadyhand.engine.delivered import delivered
from steadyhand.engine.reading import Aws
from steadyhand.engine.survey import Survey
from steadyhand.model import Finding, Lane, Risk, Severity, Step, Unknown
from steadyhand.settings.values import Settings

AT_ONCE = 6
"""Regions read at the same time. Each has a thread that thinks, and workers of its own."""

"""Where CloudFront and other services without a region look for what a customer gives them."""

TICK = 0.1
SEVERITIES = tuple(Severity)
"""Worst first."""


class Client(Aws, Protocol):
    """The client of one region, and the calls that it made.

    `global_region` is where what has no region is asked, if not here.
    """

    counts: Counter[str]
    global_region: str

    def elsewhere(self, region: str) -> Client:
        """The same account in another region; calls are counted together."""


class Progress(NamedTuple):
    """How far the reading of one region has come."""

    region: str
    read: int
    sources: int
    calls: int


class Interrupted(KeyboardInterrupt):
    """The scan was given up. `read` says how far each region had come, `found` what it had seen."""

    def __init__(self, read: Sequence[Progress], found: int) -> None:
        super().__init__("the scan was given up")
        self.read, self.found = read, found


class Left(Exception):
    """Nobody listens to a survey any more; it stops reading."""


class Part(NamedTuple):
    """What is judged where."""

    client: Client
    checks: Sequence[Check]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A finding, and what its check makes of it: may it be fixed, how, and when is its turn.

    `handled`: who takes care of it, where a ledger knows; empty where the scan alone says it.
    """

    finding: Finding
    check: Check
    risk: Risk
    plan: tuple[Step, ...]
    lane: Lane
    handled: str = ""


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
    settings: Settings = field(default_factory=Settings)

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
    settings: Settings | None = None,
) -> ScanResult:
    """Look at every region of `clients`; what has no region is looked at once.

    `settings` say in which environment a finding is; without them the defaults do.

    `watch` is told again and again how far it is. An item that a check stumbles over is unknown; any other bug
    is raised.
    """
    started, decided = clock(), settings or Settings()
    parts = places(checks, clients)
    surveys = [Survey(part.checks, part.client, started) for part in parts]
    outcomes = _outcomes(surveys, [part.client for part in parts], watch)
    kinds = {check.id: check for check in checks}
    seen = {one.id: one for one in outcomes if isinstance(one, Finding)}
    blind = {one: None for one in outcomes if isinstance(one, Unknown)}
    counts: Counter[str] = Counter()
    for counted in {id(part.client.counts): part.client.counts for part in parts}.values():
        counts += counted
    return ScanResult(
        account=clients[0].account,
        partition=clients[0].partition,
        regions=tuple(client.region for client in clients),
        checks=tuple(sorted(checks, key=lambda check: check.id)),
        started_at=started,
        finished_at=clock(),
        found=together(
            [
                judged(kinds[one.check], one, started, decided)
                for one in sorted(seen.values(), key=_rank)
            ],
            decided,
        ),
        unknown=tuple(sorted(blind, key=lambda one: (one.check, one.region, one.reason))),
        api_calls=dict(sorted(counts.items())),
        settings=decided,
    )


def places(checks: Sequence[Check], clients: Sequence[Client]) -> list[Part]:
    """Which checks look where.

    What has no region is asked in the first region, or where the account can be asked for it.
    What global services take from one region alone, certificates for CloudFront, is looked at
    there in any case.
    """
    first, regions = clients[0], {client.region for client in clients}
    whole = first.global_region in ("", first.region)
    parts = [
        Part(client, [check for check in checks if not check.is_global or (whole and not number)])
        for number, client in enumerate(clients)
    ]
    everywhere = [check for check in checks if check.is_global]
    if everywhere and not whole:
        parts.append(Part(first.elsewhere(first.global_region), everywhere))
    there, few = delivered(checks, first.partition, regions)
    if few:
        parts.append(Part(first.elsewhere(there), few))
    return parts


def judged(check: Check, finding: Finding, now: datetime, settings: Settings) -> Found:
    """A finding with its risk, its plan and its lane."""
    risk = check.risk_of(finding)
    return Found(
        finding=finding,
        check=check,
        risk=risk,
        plan=tuple(check.plan(finding)),
        lane=lane_of(finding, check.category, now, risk, settings.environment(finding)),
    )


def together(found: Sequence[Found], settings: Settings) -> tuple[Found, ...]:
    """Each in the lane in which the work it is a part of waits: that of the most urgent like it."""
    first: dict[tuple[str, str], Lane] = {}
    items = [(one.check.id, settings.environment(one.finding)) for one in found]
    for item, one in zip(items, found, strict=True):
        first[item] = foremost([first.get(item, one.lane), one.lane])
    return tuple(
        one if one.lane is first[item] else replace(one, lane=first[item])
        for item, one in zip(items, found, strict=True)
    )


def _outcomes(
    surveys: Sequence[Survey],
    clients: Sequence[Client],
    watch: Callable[[Sequence[Progress]], None],
) -> list[Finding | Unknown]:
    seen: list[list[Finding | Unknown]] = [[] for _ in surveys]
    pool = ThreadPoolExecutor(min(AT_ONCE, len(surveys)), thread_name_prefix="region")

    def progress() -> list[Progress]:
        return [_progress(*pair) for pair in zip(surveys, clients, strict=True)]

    try:
        reading = [
            pool.submit(into.extend, survey) for into, survey in zip(seen, surveys, strict=True)
        ]
        while _unfinished(reading):
            watch(progress())
    except BaseException as trouble:
        for survey in surveys:
            survey.left = True
            survey.inbox.put(Left())
        pool.shutdown(wait=False, cancel_futures=True)
        if isinstance(trouble, KeyboardInterrupt):
            found = sum(isinstance(one, Finding) for into in seen for one in into)
            raise Interrupted(progress(), found) from None
        raise
    pool.shutdown()
    return [one for into in seen for one in into]


def _unfinished(reading: Iterable[Future[None]]) -> bool:
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
