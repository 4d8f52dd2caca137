"""A function fails since somebody changed it.

It was changed within the last day, and of what it was called for in the last hour a part failed: more than
one in twenty (`percent`), and five times at least (`failures`). That both come together does not prove that
one caused the other, but going back is the fastest way to know. An alarm on its errors wakes us at once,
whoever made it; a function that nobody changed lately is not judged, nor one that nobody calls.

Fix: by a person, who knows what else was deployed with it, and whether the data went along.
Undo: nothing is done, so there is nothing to undo.

Steered by: who may call a function with what it fails on, write its metrics, or change it: they are then
named as who did.

Runbook:

1. `steadyhand show FINDING` says how often it failed, and when it was changed.
2. Read what it says: `aws logs tail /aws/lambda/NAME --since 1h --filter-pattern ERROR`.
3. Go back: deploy the commit before; or where an alias is called, `aws lambda update-alias
   --function-name NAME --name ALIAS --function-version BEFORE`.
4. Its failures stay, so look whether work was lost: its dead-letter queue, its destination, its callers.
5. If it is meant to fail: `steadyhand exempt FINDING --until DATE --because REASON`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated

from steadyhand.account import Account
from steadyhand.check import Check
from steadyhand.model import Finding, Risk, Severity
from steadyhand.model.knobs import Range
from steadyhand.sources.cloudwatch import CallsLately, ErrorsLately
from steadyhand.sources.lambda_ import Functions
from steadyhand.triggers import AlarmChanged, ApiCalled, days

if TYPE_CHECKING:
    from types_boto3_lambda.type_defs import FunctionConfigurationTypeDef

    from steadyhand.model.planting import Ground, Things

LATELY = timedelta(days=1)


class ErrorsAfterDeploy(Check):
    severity = Severity.HIGH
    risk = Risk.ADVICE
    reads = (Functions, ErrorsLately, CallsLately)
    wakes = (
        days(1),
        AlarmChanged("AWS/Lambda", "Errors", "FunctionName"),
        ApiCalled(
            "lambda:UpdateFunctionCode20150331v2",
            "responseElements.functionName",
            ("requestParameters.functionName",),
        ),
        ApiCalled("lambda:DeleteFunction20150331", "requestParameters.functionName"),
    )
    resource_type = "AWS::Lambda::Function"
    consequence = "Whoever calls it gets errors, until somebody goes back."
    short = "fails since a change"
    hours_lost = (1, 4)
    peers = ("MB:lambda-function",)

    percent: Annotated[int, Range(1, 100, "percent")] = 5
    """What part of its calls in an hour must have failed."""

    failures: Annotated[int, Range(1, 1_000_000, "times")] = 5
    """How often it must have failed in that hour."""

    def find(self, account: Account, now: datetime) -> Iterator[Finding]:
        failed = {name: round(sum(counts)) for name, counts in account[ErrorsLately]}
        called = {name: round(sum(counts)) for name, counts in account[CallsLately]}
        for function in account[Functions]:
            name, at = function["FunctionName"], changed(function)
            errors, calls = failed.get(name, 0), called.get(name, 0)
            is_lately = at is not None and now - LATELY <= at <= now
            is_bad = errors >= self.failures and errors * 100 >= calls * self.percent
            if at is None or not is_lately or not is_bad:
                continue
            yield self.finding(
                account,
                resource=account.arn("lambda", f"function:{name}"),
                key=name,
                summary=(
                    f"{name} failed {errors} of {max(calls, errors)} times in the last hour;"
                    f" it was changed on {at.astimezone(UTC):%d %B %Y at %H:%M} UTC"
                ),
                errors=errors,
                calls=calls,
            )

    def demo(self, ground: Ground) -> Things:
        yield ground.unshown(self, "no function of the emulator is called for an hour")


def changed(function: FunctionConfigurationTypeDef) -> datetime | None:
    """When its code or its configuration was changed; None where Lambda does not say."""
    try:
        at = datetime.fromisoformat(function.get("LastModified", ""))
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)
