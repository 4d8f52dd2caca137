"""What a single call deletes: how every such check speaks, and the step that protects it."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any, ClassVar

from steadyhand.account import Account
from steadyhand.check import Check
from steadyhand.model import Call, Finding, Part, Risk, Severity, Step


class Unprotected(Check):
    """A resource whose deletion protection is off: it is switched on, and off again by the undo."""

    severity = Severity.MEDIUM
    risk = Risk.SAFE
    short = "one call deletes it"
    done = "deletion protection on"
    hours_lost = (4, 80)
    settles: ClassVar[timedelta] = timedelta(minutes=5)

    def unprotected(
        self,
        account: Account,
        *,
        resource: str,
        key: str,
        what: str,
        tags: Mapping[str, str] | None = None,
        state: str | None = None,
        **evidence: Any,
    ) -> Finding:
        """The finding: `what` can be deleted."""
        return self.finding(
            account,
            resource=resource,
            key=key,
            summary=f"{what} can be deleted with a single call",
            tags=tags,
            state=state,
            **evidence,
        )

    @abstractmethod
    def protection(self, finding: Finding) -> Part:
        """The flag of the finding's resource."""

    @abstractmethod
    def turn(self, finding: Finding, *, on: bool) -> Call:
        """The call that turns it, and nothing else."""

    def plan(self, finding: Finding) -> Iterator[Step]:
        yield Step(
            owns=self.protection(finding),
            makes=True,
            do=self.turn(finding, on=True),
            undo=self.turn(finding, on=False),
            settles=self.settles,
        )
