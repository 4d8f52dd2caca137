"""Reads what a month is measured by, once: edges, deploys, restores, keys, patches, jobs.

About forty calls for an account in one region. What AWS refuses is a gap that the review names;
the rest is read all the same. The answer is remembered, so that the month stays as it was.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from steadyhand.model import Note
from steadyhand.readings.measures import deploys, edges, safety
from steadyhand.readings.measures.jobs import jobs
from steadyhand.readings.measures.look import Clients, Look
from steadyhand.reference.dated import dated
from steadyhand.rhythm.core.measured import Measured, measured_in, measured_out
from steadyhand.rhythm.core.period import Cadence, Period
from steadyhand.settings.values import Settings

T = TypeVar("T")
PERMISSIONS = (
    "apigateway:GET",
    "backup:ListRestoreJobs",
    "cloudfront:ListDistributions",
    "cloudtrail:LookupEvents",
    "cloudwatch:GetMetricData",
    "elasticloadbalancing:DescribeLoadBalancers",
    "events:ListRules",
    "iam:GenerateCredentialReport",
    "iam:GetCredentialReport",
    "lambda:GetFunctionEventInvokeConfig",
    "lambda:ListFunctions",
    "scheduler:ListScheduleGroups",
    "secretsmanager:ListSecrets",
    "sqs:GetQueueAttributes",
    "sqs:ListQueues",
    "ssm:DescribeInstanceInformation",
    "ssm:DescribeInstancePatchStates",
)
"""All of it, as IAM spells it."""


def name_of(period: Period) -> str:
    """What the ledger calls the measures of a period."""
    return f"measures#{period.name}"


def measured_of(note: Note | None) -> Measured | None:
    """What was remembered, if it was."""
    return measured_in(note.id, note.said) if note else None


def as_note(measured: Measured, now: datetime) -> Note:
    """What is to be remembered."""
    kind, _, name = measured.id.partition("#")
    return Note(kind=kind, name=name, at=now, said=measured_out(measured))


def measure(
    aws: Clients,
    period: Period,
    settings: Settings,
    now: datetime,
    wait: Callable[[float], None] = time.sleep,
) -> Measured | None:
    """The measures of a month, in each region of the settings. A week has none."""
    if period.cadence is not Cadence.MONTHLY:
        return None
    home = settings.home or aws.region
    cloudfront = dated("regions")["cloudfront"].get(aws.partition)
    looks = {
        region: Look(there(aws, region), period, now)
        for region in (*(settings.regions or (home,)), home, *([cloudfront] if cloudfront else ()))
    }
    parts = [of_region(looks[region]) for region in settings.regions or (home,)]
    all_edges = [*(edge for part in parts for edge in part.edges)]
    all_edges += edges.everywhere(looks[cloudfront]) if cloudfront else ()
    made = joined(parts, f"review#{name_of(period)}", settings.availability_target)
    return replace(
        made,
        edges=tuple(sorted(all_edges, key=lambda one: (-one.months[-1][0], one.name, one.region))),
        keys=safety.keys(looks[home], wait),
        unread=tuple(gap for look in looks.values() for gap in look.unread),
    )


def there(aws: Clients, region: str) -> Clients:
    """The client of a region, which may be this one."""
    return aws if aws.region == region else aws.elsewhere(region)


def of_region(look: Look) -> Measured:
    """What is measured in one region."""
    times = deploys.deploys(look)
    dead_letters, lost, runs = jobs(look)
    managed, unpatched = safety.hosts(look) or (None, ())
    return Measured(
        id="",
        target=0,
        edges=tuple(edges.regional(look)),
        deploys=deploys.as_deploys(times[0]) if times else None,
        deploys_cut=bool(times and times[1]),
        restores=safety.restores(look),
        secrets=safety.secrets(look),
        managed=managed,
        lacking=len(unpatched),
        hosts=unpatched,
        dead_letters=dead_letters,
        redrives=deploys.redrives(look),
        lost=lost,
        runs=runs,
    )


def joined(parts: Sequence[Measured], name: str, target: float) -> Measured:
    """All regions as one. None only where no region could be read."""
    times = together(part.deploys for part in parts)
    secrets = together(part.secrets for part in parts)
    managed = [part.managed for part in parts if part.managed is not None]
    redrives = [part.redrives for part in parts if part.redrives is not None]
    return Measured(
        id=name,
        target=target,
        deploys=None if times is None else deploys.grouped(times),
        deploys_cut=any(part.deploys_cut for part in parts),
        restores=together(part.restores for part in parts),
        secrets=None if secrets is None else safety.oldest(secrets),
        managed=sum(managed) if managed else None,
        lacking=sum(part.lacking for part in parts),
        hosts=safety.worst(host for part in parts for host in part.hosts)[: safety.MOST],
        dead_letters=together(part.dead_letters for part in parts),
        redrives=sum(redrives) if redrives else None,
        lost=together(part.lost for part in parts),
        runs=together(part.runs for part in parts),
    )


def together(parts: Iterable[tuple[T, ...] | None]) -> tuple[T, ...] | None:
    """What was read, one after the other; None where nothing was."""
    read = [part for part in parts if part is not None]
    return tuple(one for part in read for one in part) if read else None
