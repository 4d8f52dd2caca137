"""The words: plain frozen values. No AWS, no clock, no storage."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

Params = Mapping[str, Any]
Answer = Mapping[str, Any]

GLOBAL = "global"
"""The region of what has none: users, buckets, the bill."""

STEADYHAND = "steadyhand"
"""Who acted, where it was no person."""


class Severity(StrEnum):
    """How bad it is when it goes off."""

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


class ChangeState(StrEnum):
    """How far a change has come."""

    INTENDED = "intended"
    ACTED = "acted"
    VERIFIED = "verified"
    FAILED = "failed"
    UNDOING = "undoing"
    UNDONE = "undone"


@dataclass(frozen=True, slots=True)
class Answered:
    """A parameter that an earlier step's answer fills in: the step's number and a dotted path."""

    step: int
    path: str


@dataclass(frozen=True, slots=True)
class Call:
    """One API call, as a value until it may run.

    `action` is spelled as the API does ("s3:GetPublicAccessBlock"), `permission` as IAM does where
    the two differ.
    """

    action: str
    params: Params = field(default_factory=dict)
    permission: str | None = None

    @property
    def service(self) -> str:
        """The client's name: "ec2"."""
        return self.action.partition(":")[0]

    @property
    def operation(self) -> str:
        """The operation's name: "RevokeSecurityGroupIngress"."""
        return self.action.partition(":")[2]

    @property
    def granted_by(self) -> str:
        """The IAM action that allows it."""
        return self.permission or self.action


@dataclass(frozen=True, slots=True)
class Permit:
    """One action a fix may take, and on what.

    `on` are resources as IAM names them, with the call's parameters in braces:
    "security-group/{GroupId}", or whole ARNs. The deployed role gets them with `*` for every
    brace, the session of one change with the values of its plan. "{QueueUrl:last}" takes what
    follows the last slash or colon. No `on`: IAM knows no resource for this action. `implies` is
    what the same call needs besides, such as tagging what it makes; `condition` is IAM's.
    """

    action: str
    on: tuple[str, ...] = ()
    implies: tuple[Permit, ...] = ()
    condition: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def all(self) -> tuple[Permit, ...]:
        """The permit, and what it needs besides."""
        return (self, *self.implies)


@dataclass(frozen=True, slots=True)
class Until:
    """A step is done when this read, asked again and again, says so.

    `path` leads to a value of the answer, `wanted` is what it must be; at most `seconds`.
    """

    call: Call
    path: str
    wanted: Any
    seconds: float = 300


@dataclass(frozen=True, slots=True)
class Step:
    """One move of a fix, and the move that takes it back."""

    do: Call
    undo: Call | None = None
    until: Until | None = None


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
    doorbell names), `name` lasts: it is the same after fix and undo, and identity hangs on it.
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


@dataclass(frozen=True, slots=True)
class Unknown:
    """A check that could not see. Never a pass."""

    check: str
    region: str
    reason: str
    concerns: str | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """A guardrail's reason not to touch: its name, and a sentence for a person."""

    guardrail: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One fix that was written down before it was done.

    Its id is also the token that fences its finding: who finds another change's id there does
    nothing more. `before` and `after` are the subject as it was read; `answers` are what AWS said
    to the steps already done. `by` is "steadyhand" or a person's ARN.
    """

    id: str
    finding: Finding
    steps: Sequence[Step]
    state: ChangeState
    by: str
    at: datetime
    environment: str = ""
    before: Sequence[Any] = ()
    after: Sequence[Any] | None = None
    answers: Sequence[Answer] = ()
    ended_at: datetime | None = None
    reason: str = ""
    undone_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What the ledger knows of one finding.

    `open_change` is the change that is being made of it, since `open_since`. `fixed_at` are the
    last two times that somebody tried, latest first.
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
    """An alarm that rang: from when to when. `signature` is the same when it rings again."""

    id: str
    account: str
    region: str
    signature: str
    summary: str
    began_at: datetime
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """Something small that is remembered by name: a mail that was sent, a person's move, a ticket.

    `kind` and `name` make it unique; `said` is plain JSON.
    """

    kind: str
    name: str
    at: datetime
    said: Mapping[str, Any]

    @property
    def id(self) -> str:
        """Its row's id: "move#it-1a2b3c4d5e"."""
        return f"{self.kind}#{self.name}"


class ReadFailed(Exception):
    """AWS said no. `code` is AWS's word for why; `answer` is all it said."""

    def __init__(self, code: str, reason: str, answer: Answer | None = None) -> None:
        super().__init__(reason)
        self.code, self.reason, self.answer = code, reason, answer or {}


def pick(answer: Any, path: str) -> Iterator[Any]:
    """The values at a dotted path, through lists: "Reservations.Instances". Empty: the answer."""
    name, _, rest = path.partition(".")
    if isinstance(answer, list | tuple):
        for item in answer:
            yield from pick(item, path)
    elif not path:
        yield answer
    elif isinstance(answer, Mapping) and answer.get(name) is not None:
        yield from pick(answer[name], rest)
