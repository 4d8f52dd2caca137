"""A database in production is not as its twin in staging.

An upgrade that was tried in staging then says little about production: another engine version or parameter
group behaves otherwise under the same query. Twins are called the same, but for the word that says which of
the two it is: `shop-prod` and `shop-staging`. Their size and their copies may differ.

Fix: a person makes them alike, in the code that deploys both, or says that they are meant to differ.

Steered by: who may name a database: one that is called like the twin of another is held against it.

Runbook:

1. `steadyhand show FINDING` tells what differs; production's value comes first.
2. A newer version in staging is right while an upgrade is tried: then exempt it until that day.
3. Otherwise bring one into the templates of both, and deploy staging first.
4. What is meant to differ: `[checks.database_environment_drift] but = ["encryption"]`.
5. If just this one must stay: `steadyhand exempt FINDING --until DATE --because REASON`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from steadyhand.account import Account
from steadyhand.check import Check, tags_of
from steadyhand.checks.twins import by_family, differences, summary, twin
from steadyhand.model import Finding, Risk, Severity
from steadyhand.model.knobs import Labels
from steadyhand.sources.rds import INSTANCE_STATES, DBInstances
from steadyhand.sources.twins import DatabaseTwins
from steadyhand.triggers import days

if TYPE_CHECKING:
    from steadyhand.model.planting import Ground, Things


class DatabaseEnvironmentDrift(Check):
    severity = Severity.LOW
    risk = Risk.ADVICE
    reads = (DBInstances, DatabaseTwins)
    wakes = (days(1),)
    resource_type = "AWS::RDS::DBInstance"
    consequence = "An upgrade or a query that worked in staging fails in production."
    short = "not as in staging"
    hours_lost = (1, 8)

    but: Labels = ()
    """What may differ: engine, version, storage, encryption, certificate, minor upgrades, IAM login."""

    def find(self, account: Account, now: datetime) -> Iterator[Finding]:
        del now
        twins = by_family(account[DatabaseTwins], DBInstances.key)
        for instance in account[DBInstances]:
            name = DBInstances.key(instance)
            other = twin(twins, name)
            if other is None or instance.get("DBInstanceStatus") in INSTANCE_STATES.over:
                continue
            if found := differences(fields(instance), fields(other), self.but):
                yield self.finding(
                    account,
                    resource=instance.get("DBInstanceArn") or account.arn("rds", f"db:{name}"),
                    key=name,
                    summary=summary(name, DBInstances.key(other), found),
                    tags=tags_of(instance.get("TagList")),
                    differences=found,
                )

    def demo(self, ground: Ground) -> Things:
        yield ground.unshown(self, "this team deploys both environments from one template")


def fields(instance: Mapping[str, Any]) -> dict[str, Any]:
    """What of a database is compared."""
    return {
        "engine": instance.get("Engine", ""),
        "version": instance.get("EngineVersion", ""),
        "storage": instance.get("StorageType", ""),
        "encryption": bool(instance.get("StorageEncrypted")),
        "certificate": instance.get("CACertificateIdentifier", ""),
        "minor upgrades": bool(instance.get("AutoMinorVersionUpgrade")),
        "IAM login": bool(instance.get("IAMDatabaseAuthenticationEnabled")),
    }
