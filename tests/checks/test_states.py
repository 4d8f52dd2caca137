"""Every state of every resource: a fix may start, waits for it to pass, or is a person's.

Which states there are is botocore's word, or where its model has none, AWS's user guide.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

import botocore.session
import pytest

from steadyhand.catalogue import discovery as catalogue
from steadyhand.check import Check
from steadyhand.checks.backups.dynamodb_pitr_off import DynamodbPitrOff, see_recovery
from steadyhand.checks.backups.rds_backups_off import RdsBackupsOff
from steadyhand.checks.costs.unattached_volume import UnattachedVolume, see_snapshot, see_volume
from steadyhand.checks.exposure.imdsv1_allowed import Imdsv1Allowed
from steadyhand.checks.exposure.public_rds_instance import PublicRdsInstance
from steadyhand.model import Seen, States
from steadyhand.sources.cloudformation import STACK_STATES
from steadyhand.sources.dynamodb import TABLE_STATES, ContinuousBackups, TableDescriptions
from steadyhand.sources.ec2 import (
    INSTANCE_STATES,
    SNAPSHOT_STATES,
    VOLUME_STATES,
    Instances,
    MarkedSnapshots,
    MetadataWithoutToken,
    Volumes,
)
from steadyhand.sources.kms import KEY_STATES
from steadyhand.sources.rds import INSTANCE_STATES as DATABASE_STATES
from steadyhand.sources.rds import DBInstances
from tests.checks import rules
from tests.checks.backups.test_rds_backups_off import instance as database
from tests.checks.costs.test_unattached_volume import volume
from tests.checks.exposure.test_imdsv1_allowed import instance
from tests.checks.proofs import proof
from tests.verbs import found, planned

BOTO = botocore.session.Session()
TABLES = {
    "tables": TABLE_STATES,
    "volumes": VOLUME_STATES,
    "snapshots": SNAPSHOT_STATES,
    "instances": INSTANCE_STATES,
    "keys": KEY_STATES,
    "stacks": STACK_STATES,
}

DOCUMENTED = (
    *("available", "backing-up", "configuring-associated-roles"),
    *("configuring-enhanced-monitoring", "configuring-iam-database-auth"),
    *("configuring-log-exports", "converting-to-vpc", "creating", "delete-precheck"),
    *("deleting", "failed", "inaccessible-encryption-credentials"),
    *("inaccessible-encryption-credentials-recoverable", "incompatible-create"),
    *("incompatible-network", "incompatible-option-group", "incompatible-parameters"),
    *("incompatible-restore", "insufficient-capacity", "maintenance", "modifying"),
    *("moving-to-vpc", "rebooting", "resetting-master-credentials", "renaming"),
    *("restore-error", "starting", "stopped", "stopping", "storage-config-upgrade"),
    *("storage-full", "storage-initialization", "storage-optimization", "upgrading"),
)
"""docs.aws.amazon.com/AmazonRDS/latest/UserGuide/accessing-monitoring.html"""


def listed(states: States) -> list[str]:
    service, _, shape = states.shape.partition(":")
    return list(BOTO.get_service_model(service).shape_for(shape).enum)  # type: ignore[attr-defined]


@pytest.mark.parametrize("states", TABLES.values(), ids=TABLES)
def test_every_state_of_the_model_is_judged_and_no_other(states: States) -> None:
    named = [*states.ready, *states.passing, *states.over, *states.first]
    assert sorted(named) == sorted(listed(states))


def test_every_documented_state_of_a_database_is_judged() -> None:
    one = DATABASE_STATES
    for state in DOCUMENTED:
        assert state in one.ready | one.passing | one.over or "see why" not in one.barred(state)


@pytest.mark.parametrize("check", catalogue.load(), ids=lambda check: check.id)
def test_every_check_whose_subject_has_states_declares_them(check: Check) -> None:
    assert [*rules.states(check, proof(check))] == []


def test_a_state_newer_than_we_are_is_a_persons() -> None:
    for states in (*TABLES.values(), DATABASE_STATES):
        assert states.barred("brand-new-state").startswith("brand new state: ")
        assert states.moving("brand-new-state")
        assert (states.barred(None), states.moving(None)) == ("", "")


# Plans.

QUIET = [("i-1", [0.0] * 14)]


def public(state: str) -> Any:
    return {DBInstances: [database("x", 7, PubliclyAccessible=True, DBInstanceStatus=state)]}


SUBJECTS: Mapping[str, tuple[Any, States, Any]] = {
    "public database": (PublicRdsInstance(), DATABASE_STATES, public),
    "database without backups": (
        RdsBackupsOff(),
        DATABASE_STATES,
        lambda state: {DBInstances: [database("x", 0, DBInstanceStatus=state)]},
    ),
    "instance": (
        Imdsv1Allowed(),
        INSTANCE_STATES,
        lambda state: {Instances: [instance("i-1", state)], MetadataWithoutToken: QUIET},
    ),
    "volume": (
        UnattachedVolume(),
        VOLUME_STATES,
        lambda state: {Volumes: [volume("vol-1", State=state)]},
    ),
}


def every() -> Iterator[tuple[str, str]]:
    for name, (_, states, _) in SUBJECTS.items():
        for state in listed(states) if states.shape else DOCUMENTED:
            yield name, state


@pytest.mark.parametrize(("name", "state"), [*every()])
def test_a_plan_is_made_only_where_aws_takes_it(name: str, state: str) -> None:
    check, states, facts = SUBJECTS[name]
    for finding in found(check, facts(state)):
        barred = states.barred(state)
        assert bool(planned(check, finding)) == (not barred), finding.summary
        assert not barred or finding.summary.endswith(f"; it is {barred}")


@pytest.mark.parametrize("state", ["stopped", "stopping"])
def test_a_stopped_database_is_reported_and_started_first(state: str) -> None:
    for name in ("public database", "database without backups"):
        check, _, facts = SUBJECTS[name]
        (finding,) = found(check, facts(state))
        assert finding.summary.endswith(f"; it is {state}: start it first")


# Looks.


def seen(look: Any, answers: Mapping[Any, Any]) -> Seen:
    """What a look sees where AWS answers this."""
    read = next(look)
    try:
        while True:
            read = look.send(answers.get(read.source, []))
    except StopIteration as end:
        value: Seen = end.value
        return value


def database_seen(state: str) -> Seen:
    (finding,) = found(PublicRdsInstance(), public("available"))
    (step,) = planned(PublicRdsInstance(), finding)
    return seen(step.owns.look(), public(state))


def instance_seen(state: str) -> Seen:
    facts: Any = {Instances: [instance("i-1")], MetadataWithoutToken: QUIET}
    (finding,) = found(Imdsv1Allowed(), facts)
    (step,) = planned(Imdsv1Allowed(), finding)
    return seen(step.owns.look(), {Instances: [instance("i-1", state)]})


def table_seen(state: str) -> Seen:
    known = {TableDescriptions: [("t", {"TableStatus": state, "TableId": "1"})]}
    return seen(see_recovery("t"), known | {ContinuousBackups: [("t", {})]})


def snapshot_seen(state: str) -> Seen:
    one = {"SnapshotId": "snap-1", "VolumeId": "vol-1", "State": state}
    return seen(see_snapshot(), {MarkedSnapshots: [one]})


def volume_seen(state: str) -> Seen:
    return seen(see_volume("vol-1"), {Volumes: [volume("vol-1", State=state)]})


LOOKS: Mapping[str, tuple[Any, States]] = {
    "database": (database_seen, DATABASE_STATES),
    "instance": (instance_seen, INSTANCE_STATES),
    "table": (table_seen, TABLE_STATES),
    "snapshot": (snapshot_seen, SNAPSHOT_STATES),
    "volume": (volume_seen, VOLUME_STATES),
}


def looks() -> Iterator[tuple[str, str]]:
    for name, (_, states) in LOOKS.items():
        for state in listed(states) if states.shape else DOCUMENTED:
            yield name, state


@pytest.mark.parametrize(("name", "state"), [*looks()])
def test_a_change_begins_and_ends_only_in_a_state_that_is_ready(name: str, state: str) -> None:
    look, states = LOOKS[name]
    one = look(state)
    settled = not one.moving and not one.broken
    assert settled == (state in states.ready or state == "deleted"), one
    if name == "volume" and state == "deleted":
        assert one.value is None, "it is gone"


def test_a_table_that_is_being_made_waits_and_is_found() -> None:
    """Its event comes when CreateTable answers, and it is ACTIVE seconds later."""
    (finding,) = found(DynamodbPitrOff(), {ContinuousBackups: [("t", {})]})
    assert planned(DynamodbPitrOff(), finding)
    assert table_seen("CREATING").moving == "creating"
    assert timedelta(0) < planned(DynamodbPitrOff(), finding)[0].settles
