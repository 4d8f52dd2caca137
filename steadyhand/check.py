"""What a check is: one way an account breaks, in one file."""

from __future__ import annotations

import sys
from abc import ABC, abstractmethod
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, dataclass_transform

from steadyhand.account import Account
from steadyhand.model import Finding, Permit, Read, Risk, Severity, States, Step, Unknown, Until
from steadyhand.source import Child, Source
from steadyhand.triggers import Trigger

if TYPE_CHECKING:
    from steadyhand.model.planting import Ground, Things


@dataclass_transform(frozen_default=True, kw_only_default=True)
class Check(ABC):
    """Class variables declare, fields are the owner's knobs, methods are pure.

    `reads` begins with the subject. `find` may be given any part of the subject (one page, one
    resource an event named) and judges each item on its own; the rest is context, always whole
    or narrowed by the subject's key. This one rule is why the same `find` serves sweeps, streams
    and events.

    `needs` says for which items of the subject a list among the reads is asked at all, where that is
    another answer than the list's own `only_if`.

    `looks` are what the looks at its plan's parts read besides.

    `states` are those of the subject where AWS refuses a change in some of them: what `finding` is
    told to be in one of those is reported, with what a person does first, and has no plan.

    `consequence` says in a sentence what happens if nobody acts. `peers` are the ids of the same
    check elsewhere. `leaves_to` are the checks that tell some of its cases in its place: who asks for it alone,
    asks for them too. `hours_lost` are the hours it costs a team when it happens, as a range.
    `meter` is the `Metering` that its fix turns down on the bill; without `saves`, what it finds costs money, and
    nothing is saved when it is over.
    `short` says what is wrong, and `done` what its fix did, in the few words that fit beside a name.

    `puts_back_code`: its fix makes a resource what its own stack's template says, so that the stack owns
    it is no reason against it. `waits_for_incidents`: what somebody changes by hand while an incident
    goes on is theirs, so nothing is begun then.

    `refines` are those of its reads without which it can judge all the same: where one failed,
    `find` is called, and `account.unknown` says so. What needs it after all is not found or gets
    no plan; `find` may yield an `Unknown` for just that. Where any other read failed, the items
    that need it are not shown, and are unknown.
    """

    severity: ClassVar[Severity]
    risk: ClassVar[Risk]
    reads: ClassVar[tuple[Source[Any], ...]]
    refines: ClassVar[tuple[Source[Any], ...]] = ()
    needs: ClassVar[Mapping[Source[Any], Callable[[Any], bool]]] = {}
    looks: ClassVar[tuple[Source[Any], ...]] = ()
    wakes: ClassVar[tuple[Trigger, ...]] = ()
    writes: ClassVar[tuple[Permit, ...]] = ()
    states: ClassVar[States | None] = None
    puts_back_code: ClassVar[bool] = False
    waits_for_incidents: ClassVar[bool] = False
    resource_type: ClassVar[str] = ""
    consequence: ClassVar[str] = ""
    short: ClassVar[str] = ""
    done: ClassVar[str] = "fixed"
    meter: ClassVar[Any] = None
    saves: ClassVar[bool] = True
    hours_lost: ClassVar[tuple[float, float]] = (0, 0)
    peers: ClassVar[tuple[str, ...]] = ()
    leaves_to: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(cls) -> None:
        dataclass(frozen=True, kw_only=True, eq=False)(cls)

    @abstractmethod
    def find(self, account: Account, now: datetime) -> Iterator[Finding | Unknown]:
        """Every time bomb in this part of the account, and what of it could not be judged."""

    def plan(self, finding: Finding) -> Iterator[Step]:
        """From the evidence alone. No steps: the runbook is for a person."""
        del finding
        return iter(())

    def patch(self, finding: Finding) -> str:
        """The change of the owner's code that would fix it, as a unified diff; usually nobody knows it."""
        del finding
        return ""

    def doubt(self, finding: Finding, now: datetime) -> Generator[Read, Sequence[Any], str]:
        """What speaks against fixing it now, by facts fresher than the finding; usually nothing."""
        del finding, now
        yield from ()
        return ""

    def demo(self, ground: Ground) -> Things:
        """What lies in the demo's account for it to find, and what is healthy beside that."""
        del ground
        return iter(())

    def early(
        self, finding: Finding, environment: str, seen: datetime, now: datetime
    ) -> Until | None:
        """Why it is too early to fix it by ourselves in this environment; usually it is not.

        `seen` is since when it is open. It is looked at again when that time has come.
        """
        del finding, environment, seen, now
        return None

    def risk_of(self, finding: Finding) -> Risk:
        """What fixing this one may affect. Without a plan it is advice; without a whole undo, asked."""
        steps = list(self.plan(finding))
        if not steps:
            return Risk.ADVICE
        risk = self.risk_with_plan(finding)
        is_whole = all(step.undo is not None for step in steps)
        return Risk.APPROVAL if risk is Risk.SAFE and not is_whole else risk

    def risk_with_plan(self, finding: Finding) -> Risk:
        """What fixing one that has a plan may affect; most checks say the same of all."""
        del finding
        return self.risk

    def asks(self, finding: Finding) -> Sequence[str]:
        """Why a person is asked before this one is fixed, in clauses; usually its risk says it all."""
        del finding
        return ()

    def needs_of(self, source: Source[Any]) -> Callable[[Any], bool] | None:
        """For which items of the subject this context is needed; None: whatever they are."""
        if source.root is self.reads[0].root:
            return None
        return self.needs.get(source.root, source.root.only_if)

    def unknown(
        self,
        account: Account,
        key: str,
        reason: str,
        *,
        within: str = "",
        until: datetime | None = None,
    ) -> Unknown:
        """One item that this check could not judge, and why; or, with `within`, all that lies in one."""
        return Unknown(self.id, account.region, reason, key, within, until)

    @property
    def id(self) -> str:
        """The file's name."""
        return type(self).__module__.rpartition(".")[2]

    @property
    def category(self) -> str:
        """The folder's name."""
        return type(self).__module__.split(".")[-2]

    @property
    def runbook(self) -> str:
        """The docstring of the file: what a person reads."""
        return sys.modules[type(self).__module__].__doc__ or ""

    @property
    def is_global(self) -> bool:
        """Judged once an account, not once a region."""
        return self.reads[0].root.is_global

    def finding(
        self,
        account: Account,
        *,
        resource: str,
        key: str,
        summary: str,
        name: str = "",
        detonates_at: datetime | None = None,
        usd_per_month: float | None = None,
        tags: Mapping[str, str] | None = None,
        severity: Severity | None = None,
        state: str | None = None,
        barred: str = "",
        used_by: Iterable[str] = (),
        **evidence: Any,
    ) -> Finding:
        """A finding of this check. `name` is the resource where there is no better lasting one.

        `state` is the subject's, `barred` another reason why AWS refuses a change: then a person
        reads it, and `is_barred`. `used_by` are the names of those that a read showed using it: who is
        asked to approve reads them. Where nothing was read it stays out.
        """
        if users := sorted(set(filter(None, used_by))):
            evidence |= {"used_by": users}
        barred = barred or (self.states.barred(state) if self.states else "")
        if barred:
            summary, evidence = f"{summary}; it is {barred}", evidence | {"barred": barred}
        return Finding(
            check=self.id,
            account=account.id,
            region=account.region,
            resource=resource,
            key=key,
            name=name or resource,
            summary=summary,
            severity=severity or self.severity,
            resource_type=self.resource_type,
            detonates_at=detonates_at,
            usd_per_month=usd_per_month,
            evidence={name: ordered(said) for name, said in evidence.items()},
            tags=tags,
        )

    def narrows(self, source: Source[Any]) -> bool:
        """May this source be read for the subject's key alone?

        The subject, what is asked item by item of the same list, and a list keyed as the subject is.
        """
        subject = self.reads[0]
        hangs = isinstance(source, Child) and source.root is subject.root
        return not source.is_whole and (source is subject or source.keyed_as is subject or hangs)


def is_barred(finding: Finding) -> bool:
    """Would AWS refuse to change it, so that there is no plan?"""
    return bool(finding.evidence.get("barred"))


def ordered(value: Any) -> Any:
    """The same, with every mapping in the order of its names.

    So a plan is the same before the ledger and after it, in whatever order AWS lists tags.
    """
    if isinstance(value, Mapping):
        return {name: ordered(value[name]) for name in sorted(value, key=str)}
    if type(value) in {list, tuple}:
        return type(value)(ordered(inner) for inner in value)
    return value


def tags_of(pairs: Any) -> dict[str, str]:
    """AWS's list of pairs as a mapping: [{"Key": "env", "Value": "prod"}] → {"env": "prod"}."""
    return {str(pair["Key"]): str(pair.get("Value", "")) for pair in pairs or ()}
