"""Databases without backups, or with too few."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from steadyhand.account import Account
from steadyhand.checks.backups.rds_backups_off import RdsBackupsOff
from steadyhand.model import ReadFailed, Risk, Severity
from steadyhand.sources.backup import DatabaseCopies
from steadyhand.sources.rds import DBInstances
from tests.verbs import NOW, fix_and_undo, found, planned, silent

CHECK = RdsBackupsOff()
HARMLESS = "More days of backups are as harmless as seven."


def instance(name: str, kept: int, **more: Any) -> dict[str, Any]:
    arn = f"arn:aws:rds:eu-central-1:123456789012:db:{name}"
    known = {"DBInstanceIdentifier": name, "DBInstanceArn": arn, "BackupRetentionPeriod": kept}
    return known | {"DBInstanceStatus": "available"} | more


BAD = {
    DBInstances: [
        instance("none", 0, TagList=[{"Key": "env", "Value": "prod"}]),
        instance("few", 3),
        instance("going", 7, PendingModifiedValues={"BackupRetentionPeriod": 0}),
        instance("waits", 0, PendingModifiedValues={"DBInstanceClass": "db.r7g.large"}),
    ]
}
GOOD = {
    DBInstances: [
        instance("week", 7),
        instance("coming", 0, PendingModifiedValues={"BackupRetentionPeriod": 7}),
        instance("member", 1, DBClusterIdentifier="aurora"),
        instance("replica", 0, ReadReplicaSourceDBInstanceIdentifier="week"),
        instance("new", 1, DBInstanceStatus="creating"),
        instance("old", 0, DBInstanceStatus="deleting"),
    ]
}


def test_says_how_bad_it_is() -> None:
    none, few, *_ = found(CHECK, BAD)
    assert (none.summary, none.severity) == ("none has no backups", Severity.HIGH)
    assert (few.summary, few.severity) == ("few keeps backups for 3 of 7 days", Severity.MEDIUM)
    assert none.tags == {"env": "prod"}


def test_asks_only_where_writes_would_pause() -> None:
    risks = {finding.key: CHECK.risk_of(finding) for finding in found(CHECK, BAD)}
    ask = Risk.APPROVAL
    assert risks == {"none": ask, "few": Risk.SAFE, "going": ask, "waits": ask}


def test_only_what_has_no_backups_yet_is_changed_at_once() -> None:
    """Nothing else comes with it: while anything waits, the part is moving and nothing is sent."""
    at_once = {
        finding.key: planned(CHECK, finding)[0].do.params["ApplyImmediately"]
        for finding in found(CHECK, BAD)
    }
    assert at_once == {"none": True, "few": False, "going": True, "waits": True}


def test_the_owner_says_how_long() -> None:
    silent(RdsBackupsOff(days=3), {DBInstances: [instance("few", 3)]})


def copy(name: str, days: int | None) -> dict[str, Any]:
    """What ListProtectedResources says of an instance."""
    known = {"ResourceArn": instance(name, 0)["DBInstanceArn"], "ResourceType": "RDS"}
    return known if days is None else known | {"LastBackupTime": NOW - timedelta(days=days)}


RECOVERY_POINT = "arn:aws:backup:eu-central-1:123456789012:recovery-point:continuous:db-1"
BY_BACKUP = {
    "continuous": (instance("c", 3, AwsBackupRecoveryPointArn=RECOVERY_POINT), None, "no plan"),
    "enough": (instance("e", 35, AwsBackupRecoveryPointArn=RECOVERY_POINT), None, "silent"),
    "copied today": (instance("t", 0), 0, "silent"),
    "copied, nobody says when": (instance("w", 0), None, "silent"),
    "copied long ago": (instance("l", 0), 40, "plan"),
    "few, and copied": (instance("f", 3), 0, "plan"),
}


@pytest.mark.parametrize(("known", "days", "right"), BY_BACKUP.values(), ids=BY_BACKUP)
def test_aws_backup_keeps_some_too(known: dict[str, Any], days: int | None, right: str) -> None:
    """Where AWS Backup keeps continuous backups, RDS refuses to change how long.

    docs.aws.amazon.com/aws-backup/latest/devguide/point-in-time-recovery.html
    """
    facts = {DBInstances: [known], DatabaseCopies: [copy(known["DBInstanceIdentifier"], days)]}
    if right == "silent":
        silent(CHECK, facts)
        return
    (finding,) = found(CHECK, facts)
    assert bool(planned(CHECK, finding)) == (right == "plan")
    assert "has no backups" not in finding.summary


def test_without_a_word_of_aws_backup_nobody_says_there_are_none() -> None:
    facts: Any = {DBInstances: [instance("x", 0)], DatabaseCopies: []}
    denied: Any = {DatabaseCopies: {None: ReadFailed("AccessDenied", "you may not")}}
    (finding,) = CHECK.find(Account.of(facts, denied), NOW)
    assert finding.summary == (
        "x keeps no backups of its own; whether AWS Backup has any could not be read"
    )


def test_aws_backup_is_asked_only_of_what_keeps_none() -> None:
    assert DatabaseCopies.only_if
    asked = [
        one["DBInstanceIdentifier"]
        for one in GOOD[DBInstances] + BAD[DBInstances]
        if DatabaseCopies.only_if(one)
    ]
    assert asked == ["old", "none", "going", "waits"]


@pytest.mark.moto
def test_on_moto() -> None:
    def make(client: Any, name: str, kept: int, **more: Any) -> str:
        client("rds").create_db_instance(
            DBInstanceIdentifier=name,
            DBInstanceClass="db.t4g.micro",
            Engine="postgres",
            AllocatedStorage=20,
            MasterUsername="owner",
            MasterUserPassword="a-long-made-up-one",
            BackupRetentionPeriod=kept,
        )
        return name

    def bad(client: Any) -> list[str]:
        return [make(client, "none", 0), make(client, "few", 1)]

    def good(client: Any) -> None:
        make(client, "week", 7)
        client("rds").create_db_instance_read_replica(
            DBInstanceIdentifier="replica", SourceDBInstanceIdentifier="week"
        )

    fix_and_undo(CHECK, bad, good)
