"""Reads what runs in an account, together with what the checks read: each fact once, in parallel.

What is not about time bombs is read the same way: a `Collector` looks like a check, finds nothing,
and keeps what it is shown. So a list that a check needs too is read once for both, and a read that
fails is unknown, with its reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from steadyhand.account import Account
from steadyhand.check import Check
from steadyhand.engine.scan import Client, Progress, ScanResult, scan
from steadyhand.model import Call, Finding, ReadFailed, Risk, Severity, Unknown
from steadyhand.readings.inventory.lists import Lists
from steadyhand.readings.inventory.past import (
    data_stores_of,
    days_of,
    failing_of,
    firing_of,
    holders_of,
    logs_of,
    paths_of,
    roles_of,
)
from steadyhand.readings.inventory.things import things_of
from steadyhand.rhythm.first.facts import Seen
from steadyhand.settings.values import Settings
from steadyhand.source import Metric, Source
from steadyhand.sources.apigateway import HttpApis, RestApis
from steadyhand.sources.backup import Protected
from steadyhand.sources.cloudformation import StackMembers
from steadyhand.sources.cloudfront import Distributions
from steadyhand.sources.cloudtrail import DeployCalls
from steadyhand.sources.cloudwatch import (
    AlarmChanges,
    BalancerErrors,
    DeadLetters,
    FunctionErrors,
    FunctionThrottles,
    LogBytes,
)
from steadyhand.sources.dynamodb import ContinuousBackups, Tables
from steadyhand.sources.ec2 import Instances, NatGateways, SecurityGroups
from steadyhand.sources.ecs import EcsServices
from steadyhand.sources.efs import FileBackups, FileSystems
from steadyhand.sources.elasticache import CacheClusters
from steadyhand.sources.elbv2 import LoadBalancers, TargetGroups, TargetHealth
from steadyhand.sources.iam import Credentials, Roles
from steadyhand.sources.lambda_ import EventSourceMappings, Functions
from steadyhand.sources.logs import LogGroups
from steadyhand.sources.rds import DBClusters, DBInstances
from steadyhand.sources.s3 import Buckets, Versioning
from steadyhand.sources.secretsmanager import Secrets
from steadyhand.sources.sqs import QueueAttributes, Queues
from steadyhand.sources.ssm import Parameters
from steadyhand.sources.tagging import Tagged

SOURCES: Sequence[Source[Any]] = (
    AlarmChanges,
    Buckets,
    CacheClusters,
    ContinuousBackups,
    Credentials,
    DBClusters,
    DBInstances,
    DeployCalls,
    Distributions,
    EcsServices,
    EventSourceMappings,
    FileBackups,
    FileSystems,
    Functions,
    HttpApis,
    Instances,
    LoadBalancers,
    LogGroups,
    NatGateways,
    Parameters,
    Protected,
    QueueAttributes,
    Queues,
    RestApis,
    Roles,
    Secrets,
    SecurityGroups,
    StackMembers,
    Tables,
    Tagged,
    TargetGroups,
    TargetHealth,
    Versioning,
)
METRICS: Sequence[Metric] = (
    BalancerErrors,
    DeadLetters,
    FunctionErrors,
    FunctionThrottles,
    LogBytes,
)
MEASURES = "cloudwatch:GetMetricData"
VERSIONS = "lambda:ListVersionsByFunction"
ASKED_FOR_VERSIONS = 30
"""So many of the functions that were deployed are asked for an older version."""
Question = tuple[Metric, str]


def permissions() -> tuple[str, ...]:
    """What looking takes beyond the checks, as IAM spells it."""
    named = {name for source in SOURCES for name in source.permissions}
    return tuple(sorted({*named, MEASURES, VERSIONS}))


class Collector(Check):
    """Keeps what it is shown, with its region."""

    severity = Severity.LOW
    risk = Risk.ADVICE

    into: list[tuple[str, Any]]

    @property
    def id(self) -> str:
        """The read itself: what is told where it fails."""
        return self.reads[0].operation

    def find(self, account: Account, now: datetime) -> Iterator[Finding]:
        """Nothing; it only listens."""
        del now
        self.into.extend((account.region, item) for item in account[self.reads[0]])
        return iter(())


def collector(source: Source[Any], into: list[tuple[str, Any]]) -> Check:
    """One that keeps what a source says."""

    class Listening(Collector):
        reads = (source,)

    return Listening(into=into)


@dataclass(frozen=True, kw_only=True)
class Looked:
    """One look: what was found, without what only listened, and what was seen."""

    scan: ScanResult
    seen: Seen


def look(
    checks: Sequence[Check],
    clients: Sequence[Client],
    settings: Settings,
    clock: Callable[[], datetime],
    *,
    has_ledger: bool,
    identity: str,
    watch: Callable[[Sequence[Progress]], None] = lambda _: None,
) -> Looked:
    """Read everything, judge it, and measure what failed."""
    items: dict[Source[Any], list[tuple[str, Any]]] = {source: [] for source in SOURCES}
    listening = [collector(source, into) for source, into in items.items()]
    result = scan([*checks, *listening], clients, clock, watch, settings)
    lists = Lists(result.account, result.partition, items)
    blind = list(result.unknown)
    series: dict[tuple[str, Metric, str], Sequence[tuple[date, float]]] = {}
    for client in clients:
        try:
            series |= measured(client, lists, result.started_at)
        except ReadFailed as failed:
            blind.append(Unknown(MEASURES, client.region, failed.reason))
    paths = paths_of(lists)
    deployed = {name for path in paths for name in path.on}
    versions: dict[str, bool] = {}
    for client in clients:
        try:
            versions |= older_versions(client, lists, deployed)
        except ReadFailed as failed:
            blind.append(Unknown(VERSIONS, client.region, failed.reason))
    counts = {id(client.counts): client.counts for client in clients}
    seen = Seen(
        identity=identity,
        regions=result.regions,
        has_ledger=has_ledger,
        at=result.started_at,
        seconds=(clock() - result.started_at).total_seconds(),
        calls=sum(sum(one.values()) for one in counts.values()),
        lists=len({one for check in (*checks, *listening) for one in check.reads}) + len(METRICS),
        things=things_of(lists, settings),
        paths=paths,
        firing=firing_of(lists),
        failing=failing_of(lists, series),
        logs=logs_of(lists, series),
        kept=tuple(data_stores_of(lists)),
        holders=holders_of(lists),
        roles=roles_of(lists),
        versions=versions,
        unknown=tuple(sorted(set(blind), key=lambda one: (one.check, one.region, one.reason))),
    )
    return Looked(scan=of_checks(result, checks), seen=seen)


def of_checks(result: ScanResult, checks: Sequence[Check]) -> ScanResult:
    """The scan as if only its checks had looked."""
    named = {check.id for check in checks}
    return replace(
        result,
        checks=tuple(sorted(checks, key=lambda check: check.id)),
        unknown=tuple(one for one in result.unknown if one.check in named),
    )


def measured(
    client: Client, lists: Lists, now: datetime
) -> Mapping[tuple[str, Metric, str], Sequence[tuple[date, float]]]:
    """The days on which something was not zero, 500 questions to a call."""
    asked: list[Question] = [
        (metric, str(metric.of.key(item)))
        for metric in METRICS
        for region, item in lists[metric.of]
        if region == client.region and metric.when(item)
    ]
    found = {}
    for start in range(0, len(asked), Metric.FULL):
        some = asked[start : start + Metric.FULL]
        days = days_of(client.pages(Metric.pack(some, now)))
        for number, (metric, key) in enumerate(some):
            found[client.region, metric, key] = sorted(days.get(f"q{number}", {}).items())
    return found


def older_versions(client: Client, lists: Lists, deployed: set[str]) -> dict[str, bool]:
    """Of the functions that were deployed: is there a version to go back to?"""
    names = [
        str(one["FunctionName"])
        for region, one in lists[Functions]
        if region == client.region and deployed & {one["FunctionName"], one["FunctionArn"]}
    ]
    found = {}
    for name in sorted(names)[:ASKED_FOR_VERSIONS]:
        answer = client.ask(Call(VERSIONS, {"FunctionName": name, "MaxItems": 2}))
        arn = lists.arn("lambda", client.region, f"function:{name}")
        found[arn] = len(answer.get("Versions", ())) > 1
    return found
