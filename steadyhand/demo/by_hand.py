"""The chapter of drift: changed by hand in a stack, set back, undone by whoever meant it, adopted by the template."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from emulator.waiting import until
from steadyhand.demo.stage import Stage
from steadyhand.demo.terminal import Terminal
from steadyhand.model import Change, FindingStatus, Record
from steadyhand.model.planting import TEAM

CHECK = "resource_drift"
STACK, LOGICAL = f"{TEAM}-newsletter-staging", "Log"
CONSOLE = "console.amazonaws.com"
"""How a call of the console signs: "userAgent" of "CloudTrail record contents", CloudTrail's user guide."""

DAYS, BY_HAND, EFFECT_SECONDS = 90, 7, 90


@dataclass(frozen=True)
class Logs:
    """The log group of the newsletter's stack in staging."""

    stage: Stage

    @functools.cached_property
    def name(self) -> str:
        """Its physical id."""
        said = self._formation.describe_stack_resource(StackName=STACK, LogicalResourceId=LOGICAL)
        return str(said["StackResourceDetail"]["PhysicalResourceId"])

    @property
    def key(self) -> str:
        """How the finding speaks of it."""
        return f"AWS::Logs::LogGroup {self.name}"

    @functools.cached_property
    def _formation(self) -> Any:
        return self.stage.aws.client("cloudformation")

    @functools.cached_property
    def _logs(self) -> Any:
        return self.stage.aws.client("logs")

    def days(self) -> int:
        """How long its lines are kept."""
        said = self._logs.describe_log_groups(logGroupNamePrefix=self.name)
        return int(said["logGroups"][0]["retentionInDays"])

    def shortening(self) -> Callable[[], Any]:
        """Ready to keep its lines for a week, as Tomas does it in the console."""
        signed = self.stage.session
        held = {
            "AccessKeyId": signed["AWS_ACCESS_KEY_ID"],
            "SecretAccessKey": signed["AWS_SECRET_ACCESS_KEY"],
            "SessionToken": signed["AWS_SESSION_TOKEN"],
        }
        logs = self.stage.aws.client("logs", credentials=held)

        def from_console(request: Any, **_: Any) -> None:
            request.headers["User-Agent"] = CONSOLE

        logs.meta.events.register("before-send.logs", from_console)
        return functools.partial(
            logs.put_retention_policy, logGroupName=self.name, retentionInDays=BY_HAND
        )

    def record(self) -> Record | None:
        """What is remembered of it."""
        return self.stage.record(CHECK, self.key)

    def is_undone(self) -> bool | None:
        """Written down as a person's wish."""
        record = self.record()
        return True if record and record.undone_at and record.status is FindingStatus.OPEN else None

    def adopt(self, lines: str) -> str:
        """Bring these lines into the template, and deploy it; CloudFormation's word on the log group then."""
        asked = {"StackName": STACK, "TemplateStage": "Original"}
        said = self._formation.get_template(**asked)["TemplateBody"]
        body = said if isinstance(said, str) else json.dumps(said, indent=2)
        for old, new in changed(lines):
            body = body.replace(old, new)
        self._formation.update_stack(StackName=STACK, TemplateBody=body)
        self._formation.get_waiter("stack_update_complete").wait(
            StackName=STACK, WaiterConfig={"Delay": 1, "MaxAttempts": 60}
        )
        drift = self._formation.detect_stack_resource_drift(
            StackName=STACK, LogicalResourceId=LOGICAL
        )
        return str(drift["StackResourceDrift"]["StackResourceDriftStatus"])


def changed(lines: str) -> list[tuple[str, str]]:
    """The pairs of an old and a new line that a diff shows."""
    shown = [one for one in lines.splitlines() if not one.startswith(("---", "+++", "@@"))]
    old = [one[1:] for one in shown if one.startswith("-")]
    new = [one[1:] for one in shown if one.startswith("+")]
    return list(zip(old, new, strict=True))


def tell(stage: Stage, say: Terminal, number: int) -> None:
    """The whole of it."""
    logs = Logs(stage)
    say.chapter(number, "Tomas changes a stack by hand,", "in the console, in staging.")
    say.note(f"{logs.name}: kept for {BY_HAND} days; its template says {DAYS}.", indent=3)
    with say.working("waiting for it to be set back"):
        shortening, at = logs.shortening(), datetime.now(UTC)
        shortening()
        until(lambda: logs.days() == DAYS or None, "setting it back", EFFECT_SECONDS)
        seconds = (datetime.now(UTC) - at).total_seconds()
        change = stage.changed(CHECK, logs.key, at)
    say.done(f"Set back after {seconds:.1f} s.", by_whom(change))
    say.gap()
    say.say("Tomas meant it.", indent=3)
    say.command(f"steadyhand undo {change.id}")
    with say.working("undoing it"):
        stage.command("undo", change.id)
        until(lambda: logs.days() == BY_HAND or None, "the undo", EFFECT_SECONDS)
        until(logs.is_undone, "writing down the undo", EFFECT_SECONDS)
    say.done("His value is back, and stays.", "The template's line for it:")
    lines = str(change.finding.evidence["adopt"])
    for old, new in changed(lines):
        say.say((f"- {old.strip()}", "m"), indent=5)
        say.say((f"+ {new.strip()}", "auto"), indent=5)
    with say.working("deploying that"):
        status = logs.adopt(lines)
    say.done("Adopted:", f"CloudFormation calls it {status}.")


def by_whom(change: Change) -> str:
    """Who did it and through what, as the finding says."""
    who = change.finding.evidence["changed_by"]
    return f"It was {who['who']}, through {who['through']}.  {change.id}"
