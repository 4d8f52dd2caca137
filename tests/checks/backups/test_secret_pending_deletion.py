"""Secrets that wait for their deletion though somebody reads them. moto tells of no reader: recorded."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from steadyhand.checks.backups.secret_pending_deletion import SecretPendingDeletion
from steadyhand.model import Risk
from steadyhand.sources.secretsmanager import AllSecrets
from tests.checks.recorded import spot
from tests.trust.lab import World
from tests.trust.scenes import Planting
from tests.verbs import ACCOUNT, NOW, REGION, found

CHECK = SecretPendingDeletion()


def secret(name: str, deleted: float | None = -1, read: float = -2, **more: Any) -> dict[str, Any]:
    known = {"ARN": f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:{name}-AbCdEf", "Name": name}
    if deleted is not None:
        known["DeletedDate"] = NOW + timedelta(days=deleted)
    return known | {"LastAccessedDate": NOW + timedelta(days=read)} | more


BAD = {
    AllSecrets: [
        secret("shop/payments"),
        secret("mail", read=-8),
        secret("ahead", deleted=6, read=-1),
    ]
}
GOOD = {
    AllSecrets: [
        secret("kept", deleted=None),
        secret("forgotten", read=-200),
        {name: said for name, said in secret("never").items() if name != "LastAccessedDate"},
        secret("rds", OwningService="rds"),
        secret("replica", PrimaryRegion="us-east-1"),
    ]
}


def test_says_from_when_it_is_gone_and_when_it_was_read() -> None:
    assert [one.summary for one in found(CHECK, BAD)] == [
        "shop/payments is deleted from 29 November 2026 on, and was read on 21 November",
        "mail is deleted from 29 November 2026 on, and was read on 15 November",
        "ahead is deleted from 29 November 2026 on, and was read on 22 November",
    ]


def test_its_undo_is_not_exact_so_we_ask() -> None:
    assert {CHECK.risk_of(one) for one in found(CHECK, BAD)} == {Risk.APPROVAL}


def test_sweep_and_event_find_the_same() -> None:
    """ListSecrets filters by the beginning of a name, and tells of deleted ones when asked to
    (docs.aws.amazon.com/secretsmanager/latest/apireference/API_ListSecrets.html)."""
    every = [*BAD[AllSecrets], *GOOD[AllSecrets]]

    def listed(params: Any) -> Any:
        assert params["IncludePlannedDeletion"]
        begins = [one["Values"][0] for one in params.get("Filters", ())]
        return {"SecretList": [one for one in every if one["Name"].startswith(tuple(begins) or "")]}

    said = {"secretsmanager:ListSecrets": listed}
    spot(CHECK, said, [one["ARN"] for one in BAD[AllSecrets]])


def plant(world: World) -> str:
    client = world.client("secretsmanager")
    made = client.create_secret(Name="payments", SecretString="x")
    client.delete_secret(SecretId="payments", RecoveryWindowInDays=7)

    def read_lately(answer: Any) -> None:
        for one in answer["SecretList"]:
            one["LastAccessedDate"] = world.clock.at - timedelta(days=2)
            if "DeletedDate" in one:
                one["DeletedDate"] = world.clock.at - timedelta(days=1)

    world.touch["secretsmanager:ListSecrets"] = read_lately
    return str(made["ARN"])


def waits(world: World) -> bool:
    said = world.client("secretsmanager").describe_secret(SecretId="payments")
    return "DeletedDate" in said


PLANTING = Planting(plant=plant, truth=waits, fixed=lambda said: not said)
