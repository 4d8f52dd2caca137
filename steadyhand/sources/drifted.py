"""A resource that is no longer as its stack's template says, and how its stack stands: values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from steadyhand.sources.callers import Caller

STACK = "AWS::CloudFormation::Stack"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One property that differs, at its JSON pointer. What is not there is None."""

    pointer: str
    kind: str = "NOT_EQUAL"


@dataclass(frozen=True, slots=True, kw_only=True)
class StackState:
    """How a stack stands, with those it is nested in. `lately`: its last operation. `status` is empty where nobody asked.

    `parameters` are their names; what they are set to is nobody's business here.
    """

    id: str
    name: str
    status: str = ""
    lately: datetime | None = None
    above: tuple[tuple[str, str], ...] = ()
    change_sets: tuple[str, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict)
    parameters: tuple[str, ...] = ()
    capabilities: tuple[str, ...] = ()

    @property
    def of_stack_set(self) -> bool:
        """Did a StackSet make it? Its instances are called `StackSet-NAME-ID`."""
        return self.name.startswith("StackSet-")


KILL_SWITCH = {"steadyhand:part": "kill-switch"}
"""The tags, in our own template, of the parameter that people turn to stop us."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drifted:
    """One resource of a stack that differs from its template, or that nobody could compare.

    `template` and `actual` are its properties as CloudFormation compares them. `unchecked` says why
    nothing is known; `ungranted` which reads of its type are missing, None where it was not asked.
    `closely`: were stack, change sets and writers looked at? `searched`: was all of CloudTrail's
    history looked through for a writer who was not found? `whole` are all settings of a resource that is
    sent as one, and `lost` why it cannot be. Of the properties `absent` the service itself says that
    there is no value.
    """

    type: str
    physical: str
    logical: str
    stack: StackState
    differences: tuple[Difference, ...] = ()
    template: Mapping[str, Any] = field(default_factory=dict)
    actual: Mapping[str, Any] = field(default_factory=dict)
    unchecked: str = ""
    ungranted: str | None = None
    closely: bool = False
    writer: Caller | None = None
    searched: bool = True
    construct: str = ""
    body: str = ""
    whole: Mapping[str, Any] = field(default_factory=dict)
    lost: str = ""
    absent: tuple[str, ...] = ()

    @property
    def is_stack(self) -> bool:
        """Is it the whole of a stack, of which nothing could be compared?"""
        return self.type == STACK

    @property
    def key(self) -> str:
        """How an event speaks of it."""
        return f"{self.type} {self.physical}"

    @property
    def is_kill_switch(self) -> bool:
        """Its value is a person's word and no drift, whatever its template began with."""
        return self.type == "AWS::SSM::Parameter" and self.template.get("Tags") == KILL_SWITCH
