"""RDS snapshots that are shared, event subscriptions, and what is applied without a window.

ministack has none of them.
"""

from typing import Any

from ministack.core.responses import get_account_id, get_region
from ministack.services import rds

from ..http.answers import RefusedError, amend, answer, iso

_subscriptions: dict[tuple[str, str, str], dict[str, Any]] = {}


def _snapshot(params: dict[str, Any]) -> dict[str, Any]:
    snapshot = rds._snapshots.get(params["DBSnapshotIdentifier"])
    if snapshot is None:
        raise RefusedError(
            "DBSnapshotNotFound", f"DBSnapshot not found: {params['DBSnapshotIdentifier']}", 404
        )
    return snapshot


@answer("rds", "DescribeDBSnapshotAttributes")
def attributes(params: dict[str, Any]) -> dict[str, Any]:
    """DescribeDBSnapshotAttributes: who may restore it."""
    held = _snapshot(params).get("_restore", [])
    return {
        "DBSnapshotAttributesResult": {
            "DBSnapshotIdentifier": params["DBSnapshotIdentifier"],
            "DBSnapshotAttributes": [{"AttributeName": "restore", "AttributeValues": list(held)}],
        }
    }


@answer("rds", "ModifyDBSnapshotAttribute")
def modify(params: dict[str, Any]) -> dict[str, Any]:
    """ModifyDBSnapshotAttribute."""
    held = _snapshot(params).setdefault("_restore", [])
    held += [v for v in params.get("ValuesToAdd", []) if v not in held]
    held[:] = [v for v in held if v not in params.get("ValuesToRemove", [])]
    return attributes(params)


@amend("rds", "ModifyDBInstance")
def modified(params: dict[str, Any], said: dict[str, Any]) -> dict[str, Any]:
    """ModifyDBInstance: how long backups are kept does not wait for a window, but from or to none.

    docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBInstance.html
    """
    kept = rds._resolve_instance(params["DBInstanceIdentifier"])
    waiting = kept["PendingModifiedValues"]
    if kept["BackupRetentionPeriod"] and waiting.get("BackupRetentionPeriod"):
        kept["BackupRetentionPeriod"] = waiting.pop("BackupRetentionPeriod")
    return said


@answer("rds", "CreateEventSubscription")
def subscribe(params: dict[str, Any]) -> dict[str, Any]:
    """CreateEventSubscription."""
    account, region, name = get_account_id(), get_region(), params["SubscriptionName"]
    made = {
        "CustomerAwsId": account,
        "CustSubscriptionId": name,
        "SnsTopicArn": params["SnsTopicArn"],
        "Status": "active",
        "SubscriptionCreationTime": iso(),
        "SourceType": params.get("SourceType"),
        "SourceIdsList": params.get("SourceIds", []),
        "EventCategoriesList": params.get("EventCategories", []),
        "Enabled": params.get("Enabled", True),
        "EventSubscriptionArn": f"arn:aws:rds:{region}:{account}:es:{name}",
    }
    _subscriptions[account, region, name] = made
    return {"EventSubscription": made}


@answer("rds", "DescribeEventSubscriptions")
def subscriptions(params: dict[str, Any]) -> dict[str, Any]:
    """DescribeEventSubscriptions."""
    here, wanted = (get_account_id(), get_region()), params.get("SubscriptionName")
    found = [
        s
        for (*scope, name), s in _subscriptions.items()
        if tuple(scope) == here and wanted in (None, name)
    ]
    return {"EventSubscriptionsList": found}


@answer("rds", "DeleteEventSubscription")
def unsubscribe(params: dict[str, Any]) -> dict[str, Any]:
    """DeleteEventSubscription."""
    gone = _subscriptions.pop((get_account_id(), get_region(), params["SubscriptionName"]), None)
    if gone is None:
        raise RefusedError(
            "SubscriptionNotFound", f"{params['SubscriptionName']} does not exist", 404
        )
    return {"EventSubscription": gone}


@answer("rds", "DescribeDBMajorEngineVersions")
def major_versions(_: dict[str, Any]) -> dict[str, Any]:
    """DescribeDBMajorEngineVersions: no calendar, so no engine's support ends here."""
    return {"DBMajorEngineVersions": []}
