"""A function takes events that it answers to nobody, and what it fails on goes nowhere.

Lambda tries such an event three times in all, or for six hours, and then drops it: no error reaches who
sent it. A queue behind the subscription, rule or schedule that sends it does not help: it takes what
could not be handed to Lambda, not what the function failed on. Judged are functions that took ten such
events or more in 14 days, or dropped one; a dead-letter queue of any version, or a destination for
failures of any version or alias, is enough for us.

Fix: by a person, for the function's role needs a permission, and a queue needs somebody who looks.
Undo: nothing is done, so there is nothing to undo.

Steered by: who may send events to a function, which decides whether it is judged, or give it a destination.

Runbook:

1. Ask what is lost with an event: an order, or a thumbnail that the next request makes.
2. Make a queue, and let the function's role do `sqs:SendMessage` on it.
3. `aws lambda put-function-event-invoke-config --function-name NAME --destination-config
   '{"OnFailure": {"Destination": "QUEUE_ARN"}}'`; with `--qualifier ALIAS` where an alias is called.
4. Put an alarm on the queue, and bring all of it into your templates.
5. If its sender notices by itself: `steadyhand exempt FINDING --until DATE --because REASON`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

from steadyhand.account import Account
from steadyhand.check import Check
from steadyhand.model import Finding, Risk, Severity, pick
from steadyhand.model.knobs import Range
from steadyhand.sources.cloudwatch import AsyncEvents, DroppedEvents, InvokeConfigs
from steadyhand.sources.lambda_ import Functions, FunctionVersions
from steadyhand.triggers import AlarmChanged, ApiCalled, days

if TYPE_CHECKING:
    from steadyhand.model.planting import Ground, Things


class AsyncFunctionWithoutDestination(Check):
    severity = Severity.MEDIUM
    risk = Risk.ADVICE
    reads = (Functions, FunctionVersions, AsyncEvents, DroppedEvents, InvokeConfigs)
    wakes = (
        days(1),
        AlarmChanged("AWS/Lambda", "AsyncEventsDropped", "FunctionName"),
        AlarmChanged("AWS/Lambda", "AsyncEventAge", "FunctionName"),
        ApiCalled(
            "lambda:UpdateFunctionConfiguration20150331v2",
            "responseElements.functionName",
            ("requestParameters.functionName",),
        ),
        ApiCalled("lambda:DeleteFunction20150331", "requestParameters.functionName"),
    )
    resource_type = "AWS::Lambda::Function"
    consequence = "An event that fails is dropped, and nobody hears of it."
    short = "drops what fails"
    hours_lost = (1, 16)
    peers = (
        "P:awslambda_function_no_dead_letter_queue",
        "CFG:LAMBDA_DLQ_CHECK",
        "SS:lambda:lambdaDeadLetterQueueDisabled",
        "SS:lambda:lambdaAsyncRetryNotConfigured",
    )

    at_least: Annotated[int, Range(1, 1_000_000, "events")] = 10
    """How many events in 14 days are worth a word; one that was dropped always is."""

    def find(self, account: Account, now: datetime) -> Iterator[Finding]:
        del now
        taken = {name: round(sum(counts)) for name, counts in account[AsyncEvents]}
        dropped = {name: round(sum(counts)) for name, counts in account[DroppedEvents]}
        configs: dict[str, list[Mapping[str, Any]]] = {}
        versions: dict[str, list[Mapping[str, Any]]] = {}
        for name, config in account[InvokeConfigs]:
            configs.setdefault(name, []).append(config)
        for function in account[FunctionVersions]:
            versions.setdefault(function["FunctionName"], []).append(function)
        for function in account[Functions]:
            name = function["FunctionName"]
            took, lost = taken.get(name, 0), dropped.get(name, 0)
            ends = [
                *pick([function, *versions.get(name, ())], "DeadLetterConfig.TargetArn"),
                *pick(configs.get(name, []), "DestinationConfig.OnFailure.Destination"),
            ]
            if any(ends) or (took < self.at_least and not lost):
                continue
            tries = [config.get("MaximumRetryAttempts") for config in configs.get(name, ())]
            yield self.finding(
                account,
                resource=account.arn("lambda", f"function:{name}"),
                key=name,
                summary=(
                    f"{name} sends events that fail nowhere: {took} taken in 14 days, {lost} dropped"
                    + ("; it does not try again" if 0 in tries else "")
                ),
                severity=Severity.HIGH if lost else None,
                taken=took,
                dropped=lost,
            )

    def demo(self, ground: Ground) -> Things:
        yield ground.unshown(self, "the emulator counts no events that nobody waits for")
