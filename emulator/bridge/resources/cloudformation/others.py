"""The types of single resources of a service: archives, budgets, composite alarms, cost anomalies, mail templates."""

import json

from ministack.core.responses import get_account_id, get_region

from .resource_type import Properties, ResourceType, client, without


def _archive(p: Properties, name: str) -> tuple[str, Properties]:
    name = p.get("ArchiveName", name)[:48]
    pattern = p.get("EventPattern")
    named = (
        {"EventPattern": pattern if isinstance(pattern, str) else json.dumps(pattern)}
        if pattern
        else {}
    )
    kept = {
        "ArchiveName": name,
        "EventSourceArn": p["SourceArn"],
        "RetentionDays": p.get("RetentionDays", 0),
    }
    return name, {
        "Arn": client("events").create_archive(**kept, **named)["ArchiveArn"],
        "ArchiveName": name,
    }


def _budget(p: Properties, name: str) -> tuple[str, Properties]:
    budget = {**p["Budget"], "BudgetName": p["Budget"].get("BudgetName", name)}
    more = (
        {"NotificationsWithSubscribers": p["NotificationsWithSubscribers"]}
        if p.get("NotificationsWithSubscribers")
        else {}
    )
    if "BudgetLimit" in budget:
        limit = budget["BudgetLimit"]
        budget["BudgetLimit"] = {"Amount": str(limit["Amount"]), "Unit": limit["Unit"]}
    for entry in more.get("NotificationsWithSubscribers", []):
        entry["Notification"]["Threshold"] = float(entry["Notification"]["Threshold"])
    client("budgets").create_budget(AccountId=get_account_id(), Budget=budget, **more)
    return budget["BudgetName"], {}


def _composite(p: Properties, name: str) -> tuple[str, Properties]:
    name = p.get("AlarmName", name)
    client("cloudwatch").put_composite_alarm(**{**p, "AlarmName": name})
    return name, {"Arn": f"arn:aws:cloudwatch:{get_region()}:{get_account_id()}:alarm:{name}"}


def _selection(p: Properties, _name: str) -> tuple[str, Properties]:
    chosen = p["BackupSelection"]
    made = client("backup").create_backup_selection(
        BackupPlanId=p["BackupPlanId"], BackupSelection=chosen
    )
    return made["SelectionId"], {
        "SelectionId": made["SelectionId"],
        "BackupPlanId": p["BackupPlanId"],
    }


def _monitor(p: Properties, _name: str) -> tuple[str, Properties]:
    arn = client("ce").create_anomaly_monitor(AnomalyMonitor=without(p, "ResourceTags"))[
        "MonitorArn"
    ]
    return arn, {"MonitorArn": arn}


def _subscription(p: Properties, _name: str) -> tuple[str, Properties]:
    arn = client("ce").create_anomaly_subscription(AnomalySubscription=without(p, "ResourceTags"))[
        "SubscriptionArn"
    ]
    return arn, {"SubscriptionArn": arn, "AccountId": get_account_id()}


def _bus_policy(p: Properties, name: str) -> tuple[str, Properties]:
    bus, statement = p.get("EventBusName", "default"), p.get("Statement") or {}
    permission = {
        "EventBusName": bus,
        "StatementId": p.get("StatementId", name),
        "Action": statement.get("Action", p.get("Action", "events:PutEvents")),
        "Principal": p.get("Principal", "*"),
    }
    client("events").put_permission(**permission)
    return f"{bus}|{permission['StatementId']}", {}


def _no_bus_policy(name: str, _p: Properties) -> None:
    bus, _, statement = name.partition("|")
    client("events").remove_permission(EventBusName=bus, StatementId=statement)


def _template(p: Properties, name: str) -> tuple[str, Properties]:
    name = p.get("TemplateName", name)
    content = {
        "Subject": p.get("SubjectPart"),
        "Text": p.get("TextPart"),
        "Html": p.get("HtmlPart"),
    }
    said = {k: v for k, v in content.items() if v}
    client("sesv2").create_email_template(TemplateName=name, TemplateContent=said)
    return name, {"Id": name}


TYPES = {
    "AWS::Backup::BackupSelection": ResourceType(
        _selection,
        lambda i, p: client("backup").delete_backup_selection(
            BackupPlanId=p["BackupPlanId"], SelectionId=i
        ),
    ),
    "AWS::Budgets::Budget": ResourceType(
        _budget,
        lambda i, _: client("budgets").delete_budget(AccountId=get_account_id(), BudgetName=i),
    ),
    "AWS::CE::AnomalyMonitor": ResourceType(
        _monitor, lambda i, _: client("ce").delete_anomaly_monitor(MonitorArn=i)
    ),
    "AWS::CE::AnomalySubscription": ResourceType(
        _subscription, lambda i, _: client("ce").delete_anomaly_subscription(SubscriptionArn=i)
    ),
    "AWS::CloudWatch::CompositeAlarm": ResourceType(
        _composite,
        lambda i, _: client("cloudwatch").delete_alarms(AlarmNames=[i]),
        lambda i, p: _composite(p, i),
    ),
    "AWS::Events::Archive": ResourceType(
        _archive, lambda i, _: client("events").delete_archive(ArchiveName=i)
    ),
    "AWS::Events::EventBusPolicy": ResourceType(_bus_policy, _no_bus_policy),
    "AWS::SES::Template": ResourceType(
        lambda p, name: _template(p["Template"], name),
        lambda i, _: client("sesv2").delete_email_template(TemplateName=i),
    ),
}
