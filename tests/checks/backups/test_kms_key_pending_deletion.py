"""Keys that wait for their deletion."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from steadyhand.checks.backups.kms_key_pending_deletion import KmsKeyPendingDeletion
from steadyhand.model import Risk
from steadyhand.sources.kms import Keys, KeyStates
from tests.canonical import ACCOUNT, REGION
from tests.checks.recorded import spot
from tests.trust.lab import World
from tests.trust.scenes import Planting
from tests.verbs import NOW, fix_and_undo, found, permit, planned

CHECK = KmsKeyPendingDeletion()


def key(name: str, state: str, **more: Any) -> tuple[str, dict[str, Any]]:
    arn = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/{name}"
    return name, {"KeyId": name, "Arn": arn, "KeyState": state} | more


SOON = {"DeletionDate": NOW + timedelta(days=6)}
BAD = {
    KeyStates: [
        key("1234-abcd", "PendingDeletion", **SOON),
        key("told", "PendingDeletion", Description="opens\nthe orders", **SOON),
        key("mrk-1", "PendingReplicaDeletion", PendingDeletionWindowInDays=7),
    ]
}
GOOD = {
    KeyStates: [
        key(state, state)
        for state in (
            *("Creating", "Enabled", "Disabled", "PendingImport", "Unavailable", "Updating"),
        )
    ]
}


def test_says_which_and_when() -> None:
    told = found(CHECK, BAD)
    assert [one.summary for one in told] == [
        "the key 1234-abcd is deleted on 29 November 2026",
        "the key told (opens the orders) is deleted on 29 November 2026",
        "the key mrk-1 is deleted after its replicas are",
    ]
    assert [one.detonates_at for one in told] == [NOW + timedelta(days=6)] * 2 + [None]


def test_its_undo_is_not_exact_so_we_ask() -> None:
    assert {CHECK.risk_of(one) for one in found(CHECK, BAD)} == {Risk.APPROVAL}


def test_only_with_the_longest_wait_may_a_key_be_deleted_again() -> None:
    """KMS takes the days as a condition
    (docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html)."""
    (step, *_) = planned(CHECK, found(CHECK, BAD)[0])
    assert step.undo
    assert step.undo.params == {"KeyId": "1234-abcd", "PendingWindowInDays": 30}
    (permitted,) = (one for one in CHECK.writes if one.action == "kms:ScheduleKeyDeletion")
    assert permitted.condition["NumericEquals"] == {
        "kms:ScheduleKeyDeletionPendingWindowInDays": "30"
    }
    sooner = type(step.undo)(step.undo.action, {"KeyId": "1234-abcd", "PendingWindowInDays": 7})
    with pytest.raises(Exception, match="PendingWindowInDays"):
        permit(CHECK, sooner)


def test_sweep_and_event_find_the_same() -> None:
    every = dict(BAD[KeyStates] + GOOD[KeyStates])
    said = {
        "kms:ListKeys": lambda _: {"Keys": [{"KeyId": name} for name in every]},
        "kms:DescribeKey": lambda params: {"KeyMetadata": every[params["KeyId"]]},
    }
    spot(CHECK, said, [name for name, _ in BAD[KeyStates]])
    assert Keys.kind == "kms_key"


def plant(client: Any) -> str:
    made = client("kms").create_key(Description="orders")["KeyMetadata"]["KeyId"]
    client("kms").schedule_key_deletion(KeyId=made, PendingWindowInDays=7)
    return str(made)


def waiting(world: World) -> Any:
    keys = world.client("kms").list_keys()["Keys"]
    return [
        world.client("kms").describe_key(KeyId=one["KeyId"])["KeyMetadata"]["KeyState"]
        for one in keys
    ]


PLANTING = Planting(
    plant=lambda world: plant(world.client),
    truth=lambda world: [state == "PendingDeletion" for state in waiting(world)],
    fixed=lambda said: said == [False],
)


@pytest.mark.moto
def test_on_moto() -> None:
    fix_and_undo(
        CHECK,
        lambda client: [plant(client)],
        lambda client: client("kms").create_key(),
        now=datetime.now(UTC),
        exact=False,
    )
