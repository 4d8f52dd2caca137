"""What must hold before a drifted resource is set back without asking: each answers None or a sentence.

The last two are the engine's: no incident is open, and every guardrail lets it pass. Of what they need
nothing is assumed: what was not looked at is a reason.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from steadyhand.model import Until
from steadyhand.reference.drift import Property, types
from steadyhand.sources.callers import Caller
from steadyhand.sources.drifted import Difference, Drifted
from steadyhand.sources.stack_states import AT_REST, WORKING

OURS = re.compile(r"steadyhand-", re.IGNORECASE)
CI = re.compile(
    r"github|gitlab|bitbucket|buildkite|circleci|jenkins|codebuild|codepipeline|codedeploy"
    r"|terraform|pulumi|cdk-|deploy|pipeline|(^|[-_])ci([-_]|$)",
    re.IGNORECASE,
)
"""How roles are called that machines deploy with."""

SERVICE_ROLE = "AWSServiceRole"


SHORTEST = timedelta(minutes=5)
"""How soon we look again at a stack that is being deployed, at the soonest."""

SWEPT = timedelta(hours=6)
"""When the next sweep looks, at the latest."""

SHOWN_WITHIN = timedelta(minutes=15)
"""How late CloudTrail's history is: "Viewing events with CloudTrail Event history", CloudTrail's user guide."""


class Case(NamedTuple):
    """All that a condition may look at. `roles` are the owner's words for roles that deploy, `quiet` is how long a stack must rest."""

    drifted: Drifted
    differences: tuple[Difference, ...]
    writer: Caller | None
    now: datetime
    roles: tuple[str, ...] = ()
    quiet: timedelta = timedelta(minutes=30)

    def rows(self) -> Iterator[tuple[Property, Any, Any]]:
        """Each property of the table that differs: its row, the template's value, the value now."""
        found = self.drifted
        for row in types()[found.type].properties:
            if any(row.covers(one.pointer) for one in self.differences):
                yield row, spelled(row, found.template), spelled(row, found.actual)


class NoValue:
    """What stands where a value should, and is none that we can read."""


def spelled(row: Property, properties: Any) -> Any:
    """A property's value in one spelling; the class `NoValue` where what is there is none."""
    try:
        return row.value(properties)
    except ValueError:
        return NoValue


def may_go_back(case: Case) -> str | None:
    """Property and direction are ones that were reviewed as safe, and nobody else owns the value."""
    for row, template, actual in case.rows():
        if row.owners:
            return f"{row.path} may be owned by {' or '.join(row.owners)} as well"
        known = template not in (None, NoValue) and actual is not NoValue
        if known and not row.is_safe(actual, template):
            return f"to set {row.path} back may affect users"
    return None


def nothing_else(case: Case) -> str | None:
    """Every difference of the resource is in the table: half a revert hides the rest."""
    kind = types()[case.drifted.type]
    others = [one.pointer for one in case.differences if kind.row(one.pointer) is None]
    return f"{others[0]} differs too, and is nothing we set back" if others else None


def values_known(case: Case) -> str | None:
    """What the template says and what is there now are both known, so there is a way back."""
    for row, template, actual in case.rows():
        if row.whole and case.drifted.lost:
            return f"all of it is sent anew, and {case.drifted.lost}"
        if template in (None, NoValue):
            return f"the template says no value of {row.path}"
        if actual is NoValue:
            return f"nobody knows what {row.path} is now"
        if row.whole and not case.drifted.whole:
            return "not all of its settings are known, which are sent with it"
        if actual is None and not row.unsets:
            return f"{row.path} has no value now, and cannot be made to have none again"
        is_proven = row.path in case.drifted.absent
        if actual is None and types()[case.drifted.type].hides and not is_proven:
            return f"{row.path} has no value now, or a policy of the resource hides it"
    return None


STUCK = "UPDATE_ROLLBACK_FAILED"
"""A stack in it is repaired by hand, until AWS can go on: "Continue rolling back an update", CloudFormation's user guide."""


def at_rest(case: Case) -> str | None:
    """Nobody is at work on the stack, or on those it is nested in, for longer than an operation takes."""
    stack = case.drifted.stack
    if not case.drifted.closely:
        return "its stack was not looked at closely"
    if stack.of_stack_set:
        return f"{stack.name} belongs to a StackSet, whose owner sets it back"
    for name, status in ((stack.name, stack.status), *stack.above):
        if status == STUCK or (status not in AT_REST and not WORKING.fullmatch(status)):
            return f"the stack {name} is {status.lower().replace('_', ' ') or 'gone'}"
    if stack.change_sets:
        return f"the change set {stack.change_sets[0]} of {stack.name} is open"
    return None


def seen_again(case: Case) -> datetime | None:
    """When a look may see more of what was not compared, since the stack is not at rest; None: nobody knows."""
    status = case.drifted.stack.status
    if not status or status in AT_REST:
        return None
    return case.now + (SHORTEST if status.endswith("_IN_PROGRESS") else SWEPT)


def not_deployed_now(case: Case) -> Until | None:
    """The stack, and those it is nested in, were not deployed a moment ago, and are not just now."""
    stack = case.drifted.stack
    for name, status in ((stack.name, stack.status), *stack.above):
        if WORKING.fullmatch(status):
            said = f"the stack {name} is {status.lower().replace('_', ' ')}"
            return Until(said, case.now + max(case.quiet, SHORTEST))
    if stack.lately and case.now - stack.lately < case.quiet:
        minutes = f"{case.quiet.total_seconds() // 60:.0f} minutes"
        return Until(f"{stack.name} was deployed within {minutes}", stack.lately + case.quiet)
    return None


def by_a_person(case: Case) -> str | None:
    """The last who changed it is neither CloudFormation, a service, a machine that deploys, nor we.

    Whom CloudTrail does not show is nobody here: `too_soon_to_tell` has it looked up again later.
    """
    writer = case.writer
    if writer is None:
        return (
            None if case.drifted.searched else "more was changed than we can look through for who"
        )
    if writer.service or writer.kind == "AWSService" or writer.role.startswith(SERVICE_ROLE):
        return f"{writer.name} changed it, which is a service of AWS"
    if OURS.match(writer.role):
        return "we changed it ourselves, for another reason"
    if CI.search(writer.role) or any(word.lower() in writer.role.lower() for word in case.roles):
        return f"{writer.name} changed it, which is a role that deploys"
    return None


def all_was_read(case: Case) -> str | None:
    """CloudFormation could read all it compares: a missing read shows a difference that is none."""
    missing = case.drifted.ungranted
    if missing is None:
        return "nobody knows whether CloudFormation could read all it compares"
    return f"CloudFormation may not call {missing} for us" if missing else None


def too_soon_to_tell(seen: datetime, now: datetime) -> Until | None:
    """CloudTrail shows a call within about 15 minutes; whom it does not name by then nobody knows."""
    shown = seen + SHOWN_WITHIN
    return Until("nobody knows yet who changed it", shown) if now < shown else None


def grace_passed(since: datetime, grace: timedelta, now: datetime) -> Until | None:
    """Whoever changed it had time to bring it into the template, or to take it back."""
    if now >= since + grace:
        return None
    minutes = int(grace.total_seconds() // 60)
    said = f"whoever changed it has {minutes} minutes to bring it into the template"
    return Until(said, since + grace)


CONDITIONS: tuple[Callable[[Case], str | None], ...] = (
    may_go_back,
    nothing_else,
    values_known,
    at_rest,
    by_a_person,
    all_was_read,
)


def asks(case: Case) -> list[str]:
    """Why a person is asked; nothing where all conditions hold that can be told from a look."""
    return [said for condition in CONDITIONS if (said := condition(case))]
