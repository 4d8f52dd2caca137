"""A database's engine is out of standard support, or soon will be, and is charged extra for it.

From the day after, AWS charges Extended Support for each vCPU and hour, in the third year twice as much,
and nobody asks first. An instance that opted out is upgraded by AWS instead, at a time AWS chooses.

Fix: a person upgrades it: a major version is tested with the programs that use it.

Steered by: who may make a database or upgrade one. The version is AWS's, and nobody can write it.

Runbook:

1. Which versions can it go to? `aws rds describe-db-engine-versions --engine ENGINE
   --engine-version VERSION --query 'DBEngineVersions[].ValidUpgradeTarget'`.
2. Try it on a copy: restore its last snapshot, upgrade that, and run the tests against it.
3. Upgrade with a blue/green deployment, or in place: `aws rds modify-db-instance --engine-version VERSION
   --allow-major-version-upgrade`.
4. If it is to be switched off before that day: `steadyhand exempt FINDING --until DATE --because REASON`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from steadyhand.account import Account
from steadyhand.check import Check, tags_of
from steadyhand.model import Finding, Risk, Severity
from steadyhand.model.knobs import Days
from steadyhand.reference.dated import HOURS_A_MONTH, Cost
from steadyhand.sources.rds import (
    INSTANCE_STATES,
    STANDARD,
    UPGRADED,
    DBInstances,
    MajorVersions,
    has_a_lifecycle,
)
from steadyhand.triggers import ApiCalled, days

if TYPE_CHECKING:
    from steadyhand.model.planting import Ground, Things

NAMED = "requestParameters.dBInstanceIdentifier"
DOUBLED = timedelta(days=730)
"""From then on it costs twice as much."""

SIZE = re.compile(r"db\.(?!t2\.|m1\.|m3\.)[a-z0-9-]+\.(micro|small|medium|large|(\d*)xlarge)")


class ExtendedSupport(Check):
    severity = Severity.MEDIUM
    risk = Risk.ADVICE
    reads = (DBInstances, MajorVersions)
    wakes = (
        days(7),
        ApiCalled("rds:CreateDBInstance", NAMED),
        ApiCalled("rds:ModifyDBInstance", NAMED),
    )
    resource_type = "AWS::RDS::DBInstance"
    consequence = (
        "From the day after, AWS charges for every vCPU and hour, or upgrades it by itself."
    )
    short = "out of support"
    hours_lost = (8, 40)
    peers = (
        "P:rds_instance_extended_support",
        "P:rds_instance_deprecated_engine_version",
        "CB:CLDBRN-AWS-RDS-6",
    )

    days: Days = 180
    """How long before standard support ends we begin to speak."""

    def find(self, account: Account, now: datetime) -> Iterator[Finding]:
        ends = {
            (one.get("Engine"), one.get("MajorEngineVersion")): end_of(one)
            for one in account[MajorVersions]
        }
        for instance in filter(has_a_lifecycle, account[DBInstances]):
            name, engine = instance["DBInstanceIdentifier"], instance.get("Engine", "")
            version = str(instance.get("EngineVersion", ""))
            end = next(
                (ends[engine, one] for one in majors(version) if ends.get((engine, one))), None
            )
            gone = instance.get("DBInstanceStatus") in INSTANCE_STATES.over
            if end is None or gone or end - now > timedelta(days=self.days):
                continue
            is_past = end <= now
            upgraded = instance.get("EngineLifecycleSupport") == UPGRADED
            then = "AWS upgrades it by itself" if upgraded else "Extended Support is charged"
            tense = "ended" if is_past else "ends"
            yield self.finding(
                account,
                resource=instance.get("DBInstanceArn") or account.arn("rds", f"db:{name}"),
                key=name,
                summary=f"{name} runs {engine} {version}, whose standard support {tense} on {end:%d %B %Y}: {then}"[
                    :200
                ],
                tags=tags_of(instance.get("TagList")),
                severity=Severity.HIGH if is_past and not upgraded else None,
                detonates_at=end,
                usd_per_month=None
                if upgraded or not is_past
                else charge(account, instance, now - end),
            )

    def demo(self, ground: Ground) -> Things:
        """Nothing: the embedded AWS has no calendar of engines."""
        yield ground.unshown(self, "the embedded AWS has no calendar of engines")


def majors(version: str) -> Iterator[str]:
    """What its major version may be, the longest first: "5.7.44" is 5.7, "13.9" is 13."""
    parts = version.split(".")
    yield from (".".join(parts[:n]) for n in range(len(parts), 0, -1))


def end_of(version: Mapping[str, Any]) -> datetime | None:
    """When standard support of a major version ends, as AWS says."""
    for one in version.get("SupportedEngineLifecycles") or ():
        end = one.get("LifecycleSupportEndDate")
        if one.get("LifecycleSupportName") == STANDARD and isinstance(end, datetime):
            return end if end.tzinfo else end.replace(tzinfo=UTC)
    return None


def charge(account: Account, instance: Mapping[str, Any], since: timedelta) -> float | None:
    """What Extended Support costs a month; nothing where nobody can tell how many vCPUs it has."""
    found = SIZE.fullmatch(str(instance.get("DBInstanceClass", "")))
    if not found:
        return None
    cores = 2 if found[2] is None else 4 * int(found[2] or 1)
    copies = 2 if instance.get("MultiAZ") else 1
    times = 2 if since > DOUBLED else 1
    hours = cores * copies * times * HOURS_A_MONTH
    return Cost(account.region).add("rds.extended_support.vcpu_hour", hours).rounded
