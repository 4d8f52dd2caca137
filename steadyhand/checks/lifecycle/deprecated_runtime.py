"""A function runs on a runtime that AWS no longer patches, or soon will not.

After deprecation there are no security patches. Then no new function may use it, and at last no
function on it can be changed: the fix you need that night cannot be deployed. The dates are AWS's
forecast, kept in `steadyhand/reference/lambda_runtimes.json` with the day they were read.

Fix: by a person, because code has to run on the newer language version.
Undo: nothing is done, so there is nothing to undo.

Steered by: who may make a function or change its runtime. The dates are AWS's.

Runbook:

1. Take the newest runtime of the language, not the next one: it is the same work, years apart.
2. Run the tests on it, then change the runtime in the template and deploy to a test environment.
3. Look at the layers too: compiled packages must be built for the new runtime.
4. Deploy, and watch the function's errors for a day. To go back, set the old runtime again; that
   works until updates are blocked.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

from steadyhand.account import Account
from steadyhand.check import Check
from steadyhand.model import Finding, Risk, Severity
from steadyhand.model.knobs import Days
from steadyhand.reference.dated import dated
from steadyhand.sources.lambda_ import (
    LATEST,
    Aliases,
    EventSourceMappings,
    FunctionVersions,
    called_by,
)
from steadyhand.triggers import ApiCalled, days


class DeprecatedRuntime(Check):
    severity = Severity.MEDIUM
    risk = Risk.ADVICE
    reads = (FunctionVersions, Aliases, EventSourceMappings)
    wakes = (
        days(7),
        ApiCalled("lambda:CreateFunction20150331", "responseElements.functionName"),
        ApiCalled(
            "lambda:UpdateFunctionConfiguration20150331v2",
            "responseElements.functionName",
            ("requestParameters.functionName",),
        ),
        ApiCalled("lambda:DeleteFunction20150331", "requestParameters.functionName"),
    )
    resource_type = "AWS::Lambda::Function"
    consequence = "The night you must fix this function, AWS will not let you."
    short = "runtime has no patches"
    hours_lost = (1, 3)
    peers = (
        "P:awslambda_function_using_supported_runtimes",
        "FSBP:Lambda.2",
        "SS:lambda:lambdaRuntimeUpdate",
        "CFG:LAMBDA_FUNCTION_SETTINGS_CHECK",
        "TA:L4dfs2Q4C5",
    )

    days: Days = 180
    """How long before updates are blocked we begin to speak."""

    def find(self, account: Account, now: datetime) -> Iterator[Finding]:
        runtimes = dated("lambda_runtimes")["runtimes"]
        used = in_use(account)
        for function in account[FunctionVersions]:
            version = function.get("Version", LATEST)
            users = used.get((function["FunctionName"], version), [])
            if version != LATEST and not users:
                continue
            known = runtimes.get(function.get("Runtime", ""))
            if not known:
                continue
            deprecated, blocked = begin(known["deprecated"]), begin(known["block_update"])
            if deprecated <= now or blocked - now <= timedelta(days=self.days):
                yield self.finding(
                    account,
                    resource=function.get("FunctionArn")
                    or account.arn("lambda", f"function:{function['FunctionName']}"),
                    key=function["FunctionName"],
                    summary=(
                        f"{called(function['FunctionName'], version, users)} runs on {function.get('Runtime')}:"
                        f" {no('patches', deprecated, now)}, {no('changes', blocked, now)}"
                    ),
                    severity=Severity.HIGH if blocked <= now else Severity.MEDIUM,
                    detonates_at=blocked,
                    runtime=function.get("Runtime"),
                    deprecated=known["deprecated"],
                    block_create=known["block_create"],
                    block_update=known["block_update"],
                )


def in_use(account: Account) -> dict[tuple[str, str], list[str]]:
    """Which published versions an alias or an event source uses, and who that is."""
    used: dict[tuple[str, str], list[str]] = defaultdict(list)
    versions: dict[tuple[str, str], list[str]] = defaultdict(list)
    for name, alias in account[Aliases]:
        weights = alias.get("RoutingConfig", {}).get("AdditionalVersionWeights", {})
        for version in (alias.get("FunctionVersion", LATEST), *weights):
            versions[name, alias.get("Name", "")].append(version)
            used[name, version].append(f"alias {alias.get('Name', '')}")
    for mapping in account[EventSourceMappings]:
        name, qualifier = called_by(mapping)
        for version in versions.get((name, qualifier), [qualifier]) if qualifier else ():
            used[name, version].append("an event source")
    return used


def called(name: str, version: str, users: Sequence[str]) -> str:
    """A function; of a published version also which, and who uses it."""
    if version == LATEST:
        return name
    return f"{name} version {version} ({', '.join(dict.fromkeys(users))})"


def begin(text: str) -> datetime:
    """When a day of the table begins."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def no(what: str, day: datetime, now: datetime) -> str:
    """The end of something, ahead or behind: "no patches since 14 October 2024"."""
    return f"no {what} {'since' if day <= now else 'from'} {day:%d %B %Y}"
