"""What the first look at an account saw, as values: what runs, who deploys, what fired, what was not read.

Everything has an id, "seen#…", by which the report's numbers find it in its `inventory.json`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any

from steadyhand.model import Finding, Severity, Unknown
from steadyhand.rhythm.core.facts import Facts
from steadyhand.settings.values import Settings

EDGE, SERVICES, QUEUES, WORKERS, DATA = TIERS = ("Edge", "Services", "Queues", "Workers", "Data")
"""From strangers down to what is kept."""


def seen(*name: str) -> str:
    """The id of something that was seen."""
    return "#".join(("seen", *name))


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """One resource. `says` is a word or two about it, `to` the ARNs of what it leads to.

    `is_open`: the internet can reach it. `holds`: people's data lies there; then `backup` says how
    it is saved, and `is_saved` is None where nobody could say. `owner` is the stack or tool that
    made it, empty where no trace of one was found. `hands_off`: its tag says that we must not.
    """

    arn: str
    kind: str
    tier: str
    name: str
    region: str
    environment: str
    says: str = ""
    is_open: bool = False
    holds: bool = False
    backup: str = ""
    is_saved: bool | None = None
    owner: str = ""
    to: tuple[str, ...] = ()
    hands_off: bool = False
    rolls_back: bool | None = None

    @property
    def id(self) -> str:
        """By which a figure names it."""
        return seen(self.arn)


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """One way that code takes: who, by which call, how often in 90 days, last when, onto what.

    `kind` is CloudTrail's word for the identity: "IAMUser", "AssumedRole", "AWSService".
    """

    by: str
    kind: str
    action: str
    what: str
    count: int
    last: datetime
    on: tuple[str, ...]
    is_cut: bool = False

    @property
    def id(self) -> str:
        """By which a figure names it."""
        return seen("deploy", self.action, self.by)


@dataclass(frozen=True, slots=True, kw_only=True)
class Firing:
    """An alarm, and each time it began to fire in the last 30 days, latest first."""

    arn: str
    name: str
    region: str
    times: tuple[datetime, ...]

    @property
    def id(self) -> str:
        """By which a figure names it."""
        return seen(self.arn)


@dataclass(frozen=True, slots=True, kw_only=True)
class Failing:
    """What CloudWatch counted of one thing on each day of the last 30 that was not zero."""

    arn: str
    name: str
    region: str
    what: str
    days: tuple[tuple[date, float], ...]

    @property
    def id(self) -> str:
        """By which a figure names it."""
        return seen("metric", self.what, self.arn)


@dataclass(frozen=True, slots=True, kw_only=True)
class LoudLog:
    """A log group, what it took in in 30 days, and what that costs at list price."""

    arn: str
    name: str
    region: str
    gigabytes: float
    usd: float

    @property
    def id(self) -> str:
        """By which a figure names it."""
        return seen("metric", "IncomingBytes", self.arn)


@dataclass(frozen=True, slots=True, kw_only=True)
class DataStore:
    """Where a name of a setting or a secret lies: never its value. `of` is the store or function."""

    where: str
    of: str
    region: str
    name: str
    looks_secret: bool = False

    @property
    def id(self) -> str:
        """By which a figure names it."""
        return seen("name", self.where, self.region, self.of, self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """A user with active access keys."""

    user: str
    arn: str
    keys: int

    @property
    def id(self) -> str:
        """By which a figure names it."""
        return seen("keys", self.arn)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ours:
    """A role of ours."""

    arn: str
    name: str
    does: str

    @property
    def id(self) -> str:
        """By which a figure names it."""
        return seen(self.arn)


@dataclass(frozen=True, kw_only=True)
class Seen:
    """All of it. `unknown` is what could not be read; `lists` how many reads were declared.

    `identity` is who looked. `has_ledger`: something is deployed, and its ledger was read;
    `ledger_unread` says why nobody knows if there is one.
    """

    identity: str
    regions: Sequence[str]
    has_ledger: bool
    ledger_unread: str = ""
    at: datetime
    seconds: float
    calls: int
    lists: int
    things: Sequence[Thing] = ()
    paths: Sequence[Path] = ()
    firing: Sequence[Firing] = ()
    failing: Sequence[Failing] = ()
    logs: Sequence[LoudLog] = ()
    kept: Sequence[DataStore] = ()
    holders: Sequence[Holder] = ()
    roles: Sequence[Ours] = ()
    versions: Mapping[str, bool] | None = None
    unknown: Sequence[Unknown] = ()

    def missed(self, *operations: str) -> bool:
        """Could one of these reads not be done, somewhere?"""
        return any(one.check in operations for one in self.unknown)

    @property
    def used(self) -> tuple[str, ...]:
        """The regions where something runs."""
        there = {one.region for one in self.things}
        return tuple(region for region in self.regions if region in there)

    def rows(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Everything that has an id, with what is known of it."""
        groups: Iterable[Sequence[Any]] = (
            self.things,
            self.paths,
            self.firing,
            self.failing,
            self.logs,
            self.kept,
            self.holders,
            self.roles,
        )
        for group in groups:
            for one in group:
                yield one.id, asdict(one)
        for blind in self.unknown:
            yield gap_id(blind), asdict(blind)


@dataclass(frozen=True, kw_only=True)
class FirstFacts:
    """What was seen, and what was found: `facts` holds findings, changes, exemptions and the bill.

    `toil` is the table `reference/toil.json`: what a thing that keeps coming back costs each time.
    `name` is the mail's, where it was given one before.
    """

    seen: Seen
    facts: Facts
    toil: Mapping[str, Any] = field(default_factory=dict)
    name: str = ""


def gap_id(one: Unknown) -> str:
    """The id of something that was not read."""
    return seen("gap", one.check, one.region, one.concerns or "")


def environment_of(
    settings: Settings, account: str, arn: str, name: str, tags: Mapping[str, str]
) -> str:
    """Where a resource lives, by the rule that findings go by."""
    return settings.environment(
        Finding(
            check="",
            account=account,
            region="",
            resource=arn,
            key=name,
            name=name,
            summary="",
            severity=Severity.LOW,
            tags=tags,
        )
    )
