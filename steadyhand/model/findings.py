"""What is found and remembered: findings, their records, exemptions, incidents, notes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

GLOBAL = "global"
"""The region of what has none: users, buckets, the bill."""

STEADYHAND = "steadyhand"
"""Who acted, where it was no person."""


class Severity(StrEnum):
    """How bad it is when it happens."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Risk(StrEnum):
    """What the fix may do to production. Safe needs a complete undo."""

    SAFE = "safe"
    APPROVAL = "approval"
    ADVICE = "advice"


class Mode(StrEnum):
    """How far Steadyhand goes by itself, for each check and environment."""

    OBSERVE = "observe"
    PROPOSE = "propose"
    APPROVE = "approve"
    AUTO = "auto"


class Lane(StrEnum):
    """Where work waits: stability now, security next, scale and cost later."""

    NOW = "now"
    NEXT = "next"
    LATER = "later"


class FindingStatus(StrEnum):
    """What became of a finding."""

    OPEN = "open"
    FIXED = "fixed"
    GONE = "gone"


class Known:
    """What has an id that is worked out once, or was known all along."""

    __slots__ = ("_id",)
    _id: str

    def known_as(self, name: str) -> None:
        """Spare working the id out: it was written down."""
        object.__setattr__(self, "_id", name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding(Known):
    """One time bomb, seen ticking on one resource.

    `resource` is an ARN wherever AWS defines one, `key` is what its source calls it (what a
    event names), `name` lasts: it is the same after fix and undo, and identity hangs on it.
    `evidence` is exactly what the plan needs. `tags` is None where they were not read.
    `usd_per_month` is what it costs while it ticks.
    """

    check: str
    account: str
    region: str
    resource: str
    key: str
    name: str
    summary: str
    severity: Severity
    resource_type: str = ""
    detonates_at: datetime | None = None
    usd_per_month: float | None = None
    evidence: Mapping[str, Any] = field(default_factory=dict)
    tags: Mapping[str, str] | None = None

    @property
    def id(self) -> str:
        """Check, account, region and lasting name, in short: "fi-1a2b3c4d5e"."""
        try:
            return self._id
        except AttributeError:
            said = "\n".join((self.check, self.account, self.region, self.name))
            digest = hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()
            self.known_as(f"fi-{digest[:10]}")
            return self._id


def monthly(findings: Iterable[Finding]) -> float:
    """What findings cost together, in dollars a month: each to the cent, as each is read."""
    return round(sum(round(one.usd_per_month or 0, 2) for one in findings), 2)


def priced(usd: float) -> str:
    """Dollars of a price list, to the cent wherever they are read: "$9.52", "$1,740.00".

    So prices of findings add up to those of their item, lane and account, in every view.
    """
    return f"${usd:,.2f}"


@dataclass(frozen=True, slots=True)
class Unknown:
    """A check that could not see. Never a pass.

    `within`: it concerns all findings whose evidence of this name is `concerns`. `until`: a look before
    then sees no more, so none is asked for; it is not remembered.
    """

    check: str
    region: str
    reason: str
    concerns: str | None = None
    within: str = ""
    until: datetime | None = field(default=None, compare=False)

    @property
    def said(self) -> str:
        """Why, and of what where it is one thing."""
        return f"{self.concerns}: {self.reason}" if self.concerns else self.reason


@dataclass(frozen=True, slots=True)
class Held:
    """A guardrail's reason not to touch: its name, and a sentence for a person.

    `until` is when it passes by itself, where it does. It is not remembered.
    """

    guardrail: str
    reason: str
    until: datetime | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Until:
    """A reason that passes by itself: a sentence for a person, and when."""

    reason: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What the ledger knows of one finding.

    `open_change` is the change that is being made of it, since `open_since`. `fixed_at` are the
    last two times that it was tried to be fixed, latest first. `parts` are what its plan would
    write to. `history` is each change of its status, oldest first, as far as it is known.
    """

    finding: Finding
    status: FindingStatus
    first_seen: datetime
    changed_at: datetime
    environment: str = ""
    risk: Risk = Risk.ADVICE
    plan: str = ""
    held: Held | None = None
    open_change: str = ""
    open_since: datetime | None = None
    fixed_at: tuple[datetime, ...] = ()
    undone_at: datetime | None = None
    exempt_until: datetime | None = None
    parts: tuple[tuple[str, str], ...] = ()
    history: tuple[tuple[datetime, FindingStatus], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Exemption:
    """A person's word that a finding may stay, until a day. Every exemption ends.

    `scope` is a finding's id, a resource's ARN, or a check's name.
    """

    scope: str
    until: datetime
    because: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """An alarm that fired: from when to when. `signature` is the same when it fires again.

    One that ended before it began never was: AWS's own history knows nothing of it. An alarm may
    well end in the second in which it began.
    """

    id: str
    account: str
    region: str
    signature: str
    summary: str
    began_at: datetime
    ended_at: datetime | None = None

    @property
    def never_was(self) -> bool:
        """Was it taken back, because AWS does not know of it?"""
        return self.ended_at is not None and self.ended_at < self.began_at

    @property
    def annulled(self) -> Incident:
        """The same, as one that never was."""
        return replace(self, ended_at=self.began_at - timedelta(seconds=1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """Something small that is remembered by name: a mail that was sent, a person's move, a ticket.

    `kind` and `name` make it unique; `said` is plain JSON. `body` is how its row spells that, where
    it was read from one: whoever may write rows may spell it otherwise than we do.
    """

    kind: str
    name: str
    at: datetime
    said: Mapping[str, Any]
    body: str = field(default="", compare=False, repr=False)

    @property
    def id(self) -> str:
        """Its row's id: "move#it-1a2b3c4d5e"."""
        return f"{self.kind}#{self.name}"
