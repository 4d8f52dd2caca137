"""From histories to what happened: who deployed, which alarms fired, what failed, which logs are loud. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from steadyhand.readings.inventory.lists import Lists
from steadyhand.reference.dated import Cost
from steadyhand.rhythm.first.facts import DataStore, Failing, Firing, Holder, LoudLog, Ours, Path
from steadyhand.source import Metric
from steadyhand.sources.cloudtrail import DEPLOYING, Deploy, DeployCalls
from steadyhand.sources.cloudwatch import (
    AlarmChanges,
    BalancerErrors,
    DeadLetters,
    FunctionErrors,
    FunctionThrottles,
    LogBytes,
)
from steadyhand.sources.iam import Credentials, Roles
from steadyhand.sources.lambda_ import Functions
from steadyhand.sources.secretsmanager import Secrets
from steadyhand.sources.ssm import Parameters

GIGABYTE = 10**9
NOISY = 1.0
"""Dollars a month from which on a log group is worth a word."""
SECRET = re.compile(r"(?i)passw|secret|token|api_?key|private|credential|dsn$|access_?key")
SAID = {
    FunctionErrors: "Lambda errors",
    FunctionThrottles: "Lambda throttles",
    BalancerErrors: "answers with 5xx",
    DeadLetters: "dead letters",
}
Day = tuple[date, float]
Series = Mapping[tuple[str, Metric, str], Sequence[Day]]
"""By region, metric and key: the days that were not zero."""
OURS = "steadyhand"
DOES = {"steadyhand-actor": "Changes, and only what a plan says."}
SAYS_NOTHING = "Says nothing of what it is for: permissions.json lists what it may do."


def paths_of(lists: Lists) -> tuple[Path, ...]:
    """By identity and kind of call, busiest first."""
    groups: dict[tuple[str, str], list[Deploy]] = defaultdict(list)
    cut: set[str] = set()
    for _, kind in lists[DeployCalls]:
        cut |= {kind.action} if kind.cut else set()
        for call in kind.calls:
            groups[call.by, call.action].append(call)
    made = [
        Path(
            by=by,
            kind=calls[0].how,
            action=action,
            what=DEPLOYING.get(action, action),
            count=len(calls),
            last=max(one.at for one in calls),
            on=tuple(sorted({name for one in calls for name in one.on})),
            is_cut=action in cut,
        )
        for (by, action), calls in groups.items()
        if not by.startswith(OURS)
    ]
    return tuple(sorted(made, key=lambda one: (-one.count, one.by, one.action)))


def firing_of(lists: Lists) -> tuple[Firing, ...]:
    """Each alarm that began to fire, and when; ours are left out."""
    times: dict[tuple[str, str], set[datetime]] = defaultdict(set)
    for region, item in lists[AlarmChanges]:
        said = str(item.get("HistorySummary", ""))
        name = str(item["AlarmName"])
        if said.endswith("to ALARM") and not name.startswith(OURS):
            times[region, name].add(item["Timestamp"])
    return tuple(
        Firing(
            arn=lists.arn("cloudwatch", region, f"alarm:{name}"),
            name=name,
            region=region,
            times=tuple(sorted(fired, reverse=True)),
        )
        for (region, name), fired in sorted(times.items())
    )


def failing_of(lists: Lists, series: Series) -> tuple[Failing, ...]:
    """What failed on at least one day."""
    return tuple(
        Failing(
            arn=arn_of(lists, region, metric, key),
            name=key.rpartition("/" if metric is DeadLetters else ":")[2],
            region=region,
            what=SAID[metric],
            days=tuple(days),
        )
        for (region, metric, key), days in sorted(series.items(), key=_placed)
        if metric in SAID and days and not key.rpartition("/")[2].startswith(OURS)
    )


def logs_of(lists: Lists, series: Series) -> tuple[LoudLog, ...]:
    """The log groups that cost something, dearest first."""
    found = []
    for (region, metric, key), days in sorted(series.items(), key=_placed):
        if metric is not LogBytes or "/steadyhand-" in key:
            continue
        gigabytes = sum(value for _, value in days) / GIGABYTE
        usd = Cost(region).add("logs.ingested.gb", gigabytes).usd
        if usd is not None and usd >= NOISY:
            arn = arn_of(lists, region, metric, key)
            found.append(LoudLog(arn=arn, name=key, region=region, gigabytes=gigabytes, usd=usd))
    return tuple(sorted(found, key=lambda one: (-one.usd, one.arn)))


def _placed(row: tuple[tuple[str, Metric, str], Any]) -> tuple[str, str, str]:
    region, metric, key = row[0]
    return region, metric.metric, key


def arn_of(lists: Lists, region: str, metric: Metric, key: str) -> str:
    """The ARN of what a metric is about."""
    if metric in {FunctionErrors, FunctionThrottles}:
        return lists.arn("lambda", region, f"function:{key}")
    if metric is DeadLetters:
        return lists.arn("sqs", region, key.rpartition("/")[2])
    return lists.arn("logs", region, f"log-group:{key}") if metric is LogBytes else key


def data_stores_of(lists: Lists) -> Iterator[DataStore]:
    """Names of settings and secrets. Of functions, only the names of variables that look secret."""
    for region, one in lists[Parameters]:
        name = str(one["Name"])
        if not name.startswith(f"/{OURS}"):
            of = "/" + name.strip("/").partition("/")[0] if "/" in name else "(no path)"
            is_secret = one.get("Type") == "SecureString"
            yield DataStore(
                where="SSM Parameter Store", of=of, region=region, name=name, looks_secret=is_secret
            )
    for region, one in lists[Secrets]:
        yield DataStore(
            where="Secrets Manager", of="", region=region, name=str(one["Name"]), looks_secret=True
        )
    for region, one in lists[Functions]:
        if str(one["FunctionName"]).startswith(OURS):
            continue
        for name in sorted(one.get("Environment", {}).get("Variables", {})):
            if SECRET.search(name):
                yield DataStore(
                    where="Environment of Lambda",
                    of=str(one["FunctionName"]),
                    region=region,
                    name=name,
                    looks_secret=True,
                )


def holders_of(lists: Lists) -> tuple[Holder, ...]:
    """Users with active access keys, the root user among them."""
    return tuple(
        Holder(user=one.called, arn=one.arn, keys=len(one.active))
        for _, one in lists[Credentials]
        if one.active
    )


def roles_of(lists: Lists) -> tuple[Ours, ...]:
    """The roles that carry our name."""
    return tuple(
        Ours(
            arn=str(role["Arn"]),
            name=str(role["RoleName"]),
            does=DOES.get(role["RoleName"], "") or str(role.get("Description") or SAYS_NOTHING),
        )
        for _, role in sorted(lists[Roles], key=lambda pair: str(pair[1]["RoleName"]))
        if str(role["RoleName"]).startswith(f"{OURS}-")
    )


def days_of(answers: Iterable[Mapping[str, Any]]) -> dict[str, dict[date, float]]:
    """By label: the days that were not zero."""
    found: dict[str, dict[date, float]] = defaultdict(dict)
    for answer in answers:
        for result in answer.get("MetricDataResults", ()):
            for at, value in zip(result["Timestamps"], result["Values"], strict=True):
                if value:
                    found[result["Id"]][at.date()] = found[result["Id"]].get(at.date(), 0) + value
    return found
