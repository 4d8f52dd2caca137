"""A resource is no longer as its stack's template says.

Somebody changed it by hand. The next deployment may revert that, fail on it, or leave it so for ever, and
until then the template, the review of the template and the account say different things.

Fix: set back the properties that were reviewed as safe to set back, each by its service's own call, and
only where all of these hold: nothing else differs, both values are known, nobody is at work on the stack,
a person changed it, CloudFormation could read all it compares. Else a person is asked. CloudFormation's
own comparison then says whether the resource is in sync again. While the stack is deployed, and for half an
hour after, nothing is done; then it is looked at again. Of an alarm and of an EventBridge rule one call sends
every setting, so a person is asked, and it is done only while each of them is as it was seen.
Undo: the value that somebody had set by hand. Where there was none and the service knows no way back to
none, it is asked before.

Steered by: who may change a resource of a stack, or say what the stack's template is.
At worst: a listed setting of a resource gets another value: a key or a rule is switched off, a function runs no
more, old log lines, items of a table or messages of a queue are gone, a bucket's block of public access is
lifted, a parameter says something else, an alarm calls another topic.

Runbook:

1. `steadyhand show FINDING` says who changed what, when and through what. Ask them why.
2. If it should be as the template says: `steadyhand fix FINDING`.
3. If the hand was right: write the value into the template, as the finding's `adopt` shows it line by
   line, or into the construct it names, and deploy that.
4. If several resources of the stack differ: a drift-aware change set sets all of it back, without an
   undo, and whatever else the template asks for. The finding's `change_set` is the command that makes
   one. Then `aws cloudformation describe-change-set --stack-name STACK --change-set-name drift
   --include-property-values > set.json` and `steadyhand drift cloudformation set.json`: it shows what
   would happen, and refuses a set that does more. Executing one deletes the stack's other change sets.
5. If it must stay: `steadyhand exempt FINDING --until DATE --because REASON`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any

from steadyhand.account import Account
from steadyhand.check import Check
from steadyhand.checks.change_set import creating
from steadyhand.checks.drift_conditions import (
    SWEPT,
    Case,
    NoValue,
    all_was_read,
    asks,
    grace_passed,
    not_deployed_now,
    seen_again,
    too_soon_to_tell,
)
from steadyhand.checks.drift_permits import PERMITS
from steadyhand.checks.drift_plan import steps
from steadyhand.checks.template_line import adopted
from steadyhand.model import Finding, Risk, Severity, Step, Unknown, Until
from steadyhand.model.knobs import Labels, Range
from steadyhand.reference.drift import Type, setters, types
from steadyhand.reference.written import same_tags
from steadyhand.sources.callers import Caller
from steadyhand.sources.drift import DriftedResources, ResourceNow
from steadyhand.sources.drift_context import WHOLES
from steadyhand.sources.drifted import Difference, Drifted
from steadyhand.triggers import ApiCalled, ConfigChanged, hours

if TYPE_CHECKING:
    from steadyhand.model.planting import Ground, Things

BY_STACKS = {
    "sourceIPAddress": ("cloudformation.amazonaws.com",),
    "userIdentity.invokedBy": ("cloudformation.amazonaws.com",),
}
"""What CloudFormation calls for a template is no drift."""

Minutes = Annotated[int, Range(0, 10_080, "minutes")]


class ResourceDrift(Check):
    severity = Severity.MEDIUM
    risk = Risk.SAFE
    reads = (DriftedResources,)
    looks = (ResourceNow, *WHOLES.values())
    puts_back_code = True
    waits_for_incidents = True
    wakes = (
        hours(SWEPT // timedelta(hours=1)),
        *(
            ApiCalled(
                one.event,
                f"requestParameters.{one.key}",
                of=kind.name,
                kind=kind.kind,
                unless=BY_STACKS,
            )
            for kind in types().values()
            for one in map(
                setters().__getitem__,
                sorted({name for row in kind.properties for name in row.actions}),
            )
        ),
        *(
            ConfigChanged(kind.name, kind.kind, typed=True, if_recorded=True)
            for kind in types().values()
            if kind.recorded
        ),
    )
    writes = PERMITS
    resource_type = "AWS::CloudFormation::Stack"
    consequence = "The next deployment undoes it, fails on it, or nobody ever learns of it."
    short = "not as its template says"
    done = "set back"
    hours_lost = (0.5, 6)
    peers = ("CFG:CLOUDFORMATION_STACK_DRIFT_DETECTION_CHECK",)

    grace_minutes_production: Minutes = 60
    """How long whoever changed something in production has to bring it into the template."""
    grace_minutes_staging: Minutes = 10
    """The same in staging."""
    grace_minutes_development: Minutes = 0
    """The same in development, and wherever else."""
    quiet_minutes: Minutes = 30
    """How long after its last operation a stack counts as at rest."""
    deploying_roles: Labels = ()
    """Words in the names of roles that deploy: what they change is never set back without asking."""

    def find(self, account: Account, now: datetime) -> Iterator[Finding | Unknown]:
        for one in account[DriftedResources]:
            if one.is_stack:
                told = f"{one.stack.name} could not be compared: {one.unchecked}"
                yield self.unknown(account, one.stack.id, told, within="stack_id")
            if one.is_stack or one.is_kill_switch:
                continue
            kind = types()[one.type]
            seen = tuple(said for said in one.differences if differs(one, kind, said.pointer))
            writer = latest(one.writer, account.told)
            quiet = timedelta(minutes=self.quiet_minutes)
            case = Case(one, seen, writer, now, self.deploying_roles, quiet)
            if reason := one.unchecked or (all_was_read(case) if seen else ""):
                told = f"{one.logical} of {one.stack.name} could not be compared: {reason}"
                yield self.unknown(account, one.key, told, until=seen_again(case))
            elif seen:
                yield self.drifted(account, case, kind)

    def drifted(self, account: Account, case: Case, kind: Type) -> Finding:
        """One resource, with values of reviewed properties alone."""
        one, writer = case.drifted, case.writer
        rows = [(row, template, actual) for row, template, actual in case.rows()]
        properties = [
            {"property": row.path, "template": shown(template), "now": shown(actual)}
            | ({"unreadable": True} if actual is NoValue else {})
            for row, template, actual in rows
        ]
        others = [said for said in case.differences if kind.row(said.pointer) is None]
        arn = kind.arn(
            one.physical, partition=account.partition, region=account.region, account=account.id
        )
        lines = (adopted(one.body, one.logical, row.path, now) for row, _, now in rows)
        found = self.finding(
            account,
            resource=arn,
            key=one.key,
            summary=summed_up(one, properties, others, writer),
            type=one.type,
            physical=one.physical,
            logical=one.logical,
            stack=one.stack.name,
            stack_id=one.stack.id,
            construct=one.construct,
            properties=properties,
            others=[f"{said.pointer} ({in_words(said.kind)})" for said in others],
            settings={} if one.lost else dict(one.whole),
            unjudged=list(kind.blind),
            changed_by=as_evidence(writer),
            open_door=any(row.door for row, _, _ in rows),
            adopt="\n".join(filter(None, lines)),
            change_set=creating(one.stack.name, one.stack.parameters, one.stack.capabilities)
            if one.closely
            else "",
            asks=asks(case),
            busy=busy(case),
        )
        return replace(found, resource_type=one.type)

    def risk_with_plan(self, finding: Finding) -> Risk:
        return Risk.APPROVAL if self.asks(finding) else Risk.SAFE

    def asks(self, finding: Finding) -> Sequence[str]:
        return tuple(finding.evidence["asks"])

    def early(
        self, finding: Finding, environment: str, seen: datetime, now: datetime
    ) -> Until | None:
        if (said := finding.evidence.get("busy")) and now < (
            rests := datetime.fromisoformat(said["until"])
        ):
            return Until(said["why"], rests)
        at = finding.evidence["changed_by"].get("at")
        if not at and (reason := too_soon_to_tell(seen, now)):
            return reason
        if finding.evidence["open_door"]:
            return None
        minutes = {
            "production": self.grace_minutes_production,
            "staging": self.grace_minutes_staging,
        }.get(environment, self.grace_minutes_development)
        since = datetime.fromisoformat(at) if at else seen
        return grace_passed(since, timedelta(minutes=minutes), now)

    def demo(self, ground: Ground) -> Things:
        """The parameter of the stack that `stack_drift` plants: two checks see one hand."""
        name = f"/{ground.name('production')}/newsletter-hour"
        yield ground.bomb(self, f"AWS::SSM::Parameter {name}")

    def patch(self, finding: Finding) -> str:
        """The template's lines with what is there now: who was right decides whether they or the plan count."""
        return str(finding.evidence.get("adopt", ""))

    def plan(self, finding: Finding) -> Iterator[Step]:
        yield from steps(finding)


def differs(one: Drifted, kind: Type, pointer: str) -> bool:
    """Is it a difference, and none of reads that we never get, of the spelling alone, or of AWS's own tags?"""
    row = kind.row(pointer)
    is_same = row is not None and row.is_same(one.template, one.actual)
    if pointer == "/Tags" or pointer.startswith("/Tags/"):
        is_same = same_tags(one.template.get("Tags"), one.actual.get("Tags"))
    return not is_same and not kind.is_blind(pointer)


def busy(case: Case) -> dict[str, str]:
    """Why the stack is not at rest, and until when at the soonest; nothing where it is."""
    said = not_deployed_now(case)
    return {"why": said.reason, "until": said.at.isoformat()} if said else {}


def latest(known: Caller | None, told: Any) -> Caller | None:
    """Who did it: CloudTrail shows an event late, so what woke us may know better."""
    if not isinstance(told, Caller):
        return known
    return told if known is None or told.at > known.at else known


def shown(value: Any) -> Any:
    """A value as evidence; what is no value is not shown."""
    return None if value is NoValue else value


def as_evidence(writer: Caller | None) -> dict[str, str]:
    """Who changed it, when and through what; nothing where nobody knows."""
    if writer is None:
        return {}
    said = {
        "who": writer.name,
        "arn": writer.arn,
        "at": writer.at.isoformat(),
        "call": writer.event,
        "through": writer.through,
    }
    return {name: value for name, value in said.items() if value}


def in_words(kind: str) -> str:
    """A kind of difference: NOT_EQUAL is "not equal"."""
    return kind.lower().replace("_", " ")


def summed_up(
    one: Drifted,
    properties: list[dict[str, Any]],
    others: list[Difference],
    writer: Caller | None,
) -> str:
    """What differs and who did it, in a clause."""
    who = f"; {writer.name} changed it" if writer else ""
    if properties:
        first = properties[0]
        values = f"{first['property']} is {briefly(first['now'])}, the template says {briefly(first['template'])}"
        more = len(properties) + len(others) - 1
    else:
        values, more = f"{others[0].pointer.lstrip('/')} is another", len(others) - 1
    beside = f", and {more} more" if more else ""
    return f"{one.logical} of {one.stack.name} differs from its template: {values}{beside}{who}"[
        :200
    ]


def briefly(value: Any) -> str:
    """A value in a clause."""
    if value is None:
        return "not set"
    text = value if isinstance(value, str) else json.dumps(value)
    return text if len(text) <= 40 else f"{text[:39]}…"
