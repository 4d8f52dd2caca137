"""Resource types that ministack's CloudFormation does not know, made through the API like a person would.

A type that has nothing to make here is in `RECORDED`: the stack holds it, and nothing else does.
"""

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError
from ministack.core.responses import get_account_id, get_region
from ministack.services import dynamodb, lambda_svc
from ministack.services.cloudformation import provisioners, stacks

from ..events.trail_spelling import lower
from ..http import self_client

log = logging.getLogger("bridge.formation")
Properties = dict[str, Any]


@dataclass(frozen=True)
class Made:
    """How one resource type is made and unmade."""

    create: Callable[
        [Properties, str], tuple[str, Properties]
    ]  # properties, a fitting name → id, attributes
    delete: Callable[[str, Properties], Any]
    update: Callable[[str, Properties], Any] | None = None  # None: deleted and made again


def _api(service: str) -> Any:
    return self_client.client(service, self_client.FORMATION)


def _lowered(value: Any) -> Any:
    if isinstance(value, dict):
        return {lower(k): _lowered(v) for k, v in value.items()}
    return [_lowered(v) for v in value] if isinstance(value, list) else value


def _without(properties: Properties, *names: str) -> Properties:
    return {k: v for k, v in properties.items() if k not in names}


def _trail(p: Properties, name: str) -> tuple[str, Properties]:
    name, api = p.get("TrailName", name), _api("cloudtrail")
    tags = p.get("Tags", [])
    kept = _without(
        p, "TrailName", "IsLogging", "EventSelectors", "AdvancedEventSelectors", "Tags", "KMSKeyId"
    )
    key = {"KmsKeyId": p["KMSKeyId"]} if "KMSKeyId" in p else {}
    arn = api.create_trail(Name=name, **kept, **key)["TrailARN"]
    if tags:
        api.add_tags(ResourceId=arn, TagsList=tags)
    selectors = {k: p[k] for k in ("EventSelectors", "AdvancedEventSelectors") if p.get(k)}
    if selectors:
        api.put_event_selectors(TrailName=name, **selectors)
    if str(p.get("IsLogging", True)).lower() == "true":
        api.start_logging(Name=name)
    return name, {"Arn": arn}


def _rule(p: Properties, name: str) -> tuple[str, Properties]:
    name, api = p.get("ConfigRuleName", name), _api("config")
    rule = {**_without(p, "Compliance"), "ConfigRuleName": name}
    if not isinstance(p.get("InputParameters", ""), str):
        rule["InputParameters"] = json.dumps(p["InputParameters"])
    api.put_config_rule(ConfigRule=rule)
    made = api.describe_config_rules(ConfigRuleNames=[name])["ConfigRules"][0]
    return name, {"Arn": made["ConfigRuleArn"], "ConfigRuleId": made["ConfigRuleId"]}


def _recorder(p: Properties, name: str) -> tuple[str, Properties]:
    name, api = p.get("Name", name), _api("config")
    api.put_configuration_recorder(ConfigurationRecorder={**_lowered(p), "name": name})
    api.start_configuration_recorder(ConfigurationRecorderName=name)
    return name, {}


def _channel(p: Properties, name: str) -> tuple[str, Properties]:
    name = p.get("Name", name)
    _api("config").put_delivery_channel(DeliveryChannel={**_lowered(p), "name": name})
    return name, {}


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
        "Arn": _api("events").create_archive(**kept, **named)["ArchiveArn"],
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
    _api("budgets").create_budget(AccountId=get_account_id(), Budget=budget, **more)
    return budget["BudgetName"], {}


def _composite(p: Properties, name: str) -> tuple[str, Properties]:
    name = p.get("AlarmName", name)
    _api("cloudwatch").put_composite_alarm(**{**p, "AlarmName": name})
    return name, {"Arn": f"arn:aws:cloudwatch:{get_region()}:{get_account_id()}:alarm:{name}"}


def _selection(p: Properties, _name: str) -> tuple[str, Properties]:
    chosen = p["BackupSelection"]
    made = _api("backup").create_backup_selection(
        BackupPlanId=p["BackupPlanId"], BackupSelection=chosen
    )
    return made["SelectionId"], {
        "SelectionId": made["SelectionId"],
        "BackupPlanId": p["BackupPlanId"],
    }


def _grant(direction: str) -> Made:
    def permission(p: Properties) -> Properties:
        other = p.get("SourceSecurityGroupId") or p.get("DestinationSecurityGroupId")
        prefix = p.get("SourcePrefixListId") or p.get("DestinationPrefixListId")
        said = {"Description": p["Description"]} if p.get("Description") else {}
        found: Properties = {"IpProtocol": str(p["IpProtocol"])}
        found.update({k: int(p[k]) for k in ("FromPort", "ToPort") if k in p})
        found["IpRanges"] = [{"CidrIp": p["CidrIp"], **said}] if "CidrIp" in p else []
        found["Ipv6Ranges"] = [{"CidrIpv6": p["CidrIpv6"], **said}] if "CidrIpv6" in p else []
        found["UserIdGroupPairs"] = [{"GroupId": other, **said}] if other else []
        found["PrefixListIds"] = [{"PrefixListId": prefix, **said}] if prefix else []
        return {
            "GroupId": p["GroupId"],
            "IpPermissions": [{k: v for k, v in found.items() if v != []}],
        }

    def create(p: Properties, _name: str) -> tuple[str, Properties]:
        made = getattr(_api("ec2"), f"authorize_security_group_{direction}")(**permission(p))
        rule = made["SecurityGroupRules"][0]["SecurityGroupRuleId"]
        return rule, {"Id": rule}

    return Made(
        create,
        lambda _id, p: getattr(_api("ec2"), f"revoke_security_group_{direction}")(**permission(p)),
    )


def _volume(p: Properties, _name: str) -> tuple[str, Properties]:
    kept = _without(p, "Tags", "AutoEnableIO")
    tags = [{"ResourceType": "volume", "Tags": p["Tags"]}] if p.get("Tags") else []
    made = _api("ec2").create_volume(**kept, **({"TagSpecifications": tags} if tags else {}))[
        "VolumeId"
    ]
    return made, {"VolumeId": made}


def _address(p: Properties, _name: str) -> tuple[str, Properties]:
    tags = [{"ResourceType": "elastic-ip", "Tags": p["Tags"]}] if p.get("Tags") else []
    made = _api("ec2").allocate_address(
        Domain="vpc", **({"TagSpecifications": tags} if tags else {})
    )
    return made["PublicIp"], {"AllocationId": made["AllocationId"], "PublicIp": made["PublicIp"]}


def _free(address: str, _p: Properties) -> None:
    found = _api("ec2").describe_addresses(PublicIps=[address])["Addresses"]
    _api("ec2").release_address(AllocationId=found[0]["AllocationId"])


def _instance(p: Properties, _name: str) -> tuple[str, Properties]:
    names = (
        "ImageId",
        "InstanceType",
        "SubnetId",
        "KeyName",
        "SecurityGroupIds",
        "UserData",
        "MetadataOptions",
    )
    kept = {k: p[k] for k in names if k in p}
    tags = (
        {"TagSpecifications": [{"ResourceType": "instance", "Tags": p["Tags"]}]}
        if p.get("Tags")
        else {}
    )
    made = _api("ec2").run_instances(MinCount=1, MaxCount=1, **kept, **tags)["Instances"][0]
    return made["InstanceId"], {
        "InstanceId": made["InstanceId"],
        "PrivateIp": made.get("PrivateIpAddress", ""),
    }


def _monitor(p: Properties, _name: str) -> tuple[str, Properties]:
    arn = _api("ce").create_anomaly_monitor(AnomalyMonitor=_without(p, "ResourceTags"))[
        "MonitorArn"
    ]
    return arn, {"MonitorArn": arn}


def _subscription(p: Properties, _name: str) -> tuple[str, Properties]:
    arn = _api("ce").create_anomaly_subscription(AnomalySubscription=_without(p, "ResourceTags"))[
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
    _api("events").put_permission(**permission)
    return f"{bus}|{permission['StatementId']}", {}


def _no_bus_policy(name: str, _p: Properties) -> None:
    bus, _, statement = name.partition("|")
    _api("events").remove_permission(EventBusName=bus, StatementId=statement)


TYPES = {
    "AWS::Backup::BackupSelection": Made(
        _selection,
        lambda i, p: _api("backup").delete_backup_selection(
            BackupPlanId=p["BackupPlanId"], SelectionId=i
        ),
    ),
    "AWS::Budgets::Budget": Made(
        _budget,
        lambda i, _: _api("budgets").delete_budget(AccountId=get_account_id(), BudgetName=i),
    ),
    "AWS::CE::AnomalyMonitor": Made(
        _monitor, lambda i, _: _api("ce").delete_anomaly_monitor(MonitorArn=i)
    ),
    "AWS::CE::AnomalySubscription": Made(
        _subscription, lambda i, _: _api("ce").delete_anomaly_subscription(SubscriptionArn=i)
    ),
    "AWS::CloudTrail::Trail": Made(_trail, lambda i, _: _api("cloudtrail").delete_trail(Name=i)),
    "AWS::CloudWatch::CompositeAlarm": Made(
        _composite,
        lambda i, _: _api("cloudwatch").delete_alarms(AlarmNames=[i]),
        lambda i, p: _composite(p, i),
    ),
    "AWS::Config::ConfigRule": Made(
        _rule,
        lambda i, _: _api("config").delete_config_rule(ConfigRuleName=i),
        lambda i, p: _rule(p, i),
    ),
    "AWS::Config::ConfigurationRecorder": Made(
        _recorder,
        lambda i, _: _api("config").delete_configuration_recorder(ConfigurationRecorderName=i),
        lambda i, p: _recorder(p, i),
    ),
    "AWS::Config::DeliveryChannel": Made(
        _channel,
        lambda i, _: _api("config").delete_delivery_channel(DeliveryChannelName=i),
        lambda i, p: _channel(p, i),
    ),
    "AWS::EC2::EIP": Made(_address, _free),
    "AWS::EC2::Instance": Made(
        _instance, lambda i, _: _api("ec2").terminate_instances(InstanceIds=[i])
    ),
    "AWS::EC2::SecurityGroupEgress": _grant("egress"),
    "AWS::EC2::SecurityGroupIngress": _grant("ingress"),
    "AWS::EC2::Volume": Made(_volume, lambda i, _: _api("ec2").delete_volume(VolumeId=i)),
    "AWS::Events::Archive": Made(
        _archive, lambda i, _: _api("events").delete_archive(ArchiveName=i)
    ),
    "AWS::Events::EventBusPolicy": Made(_bus_policy, _no_bus_policy),
    "AWS::SES::Template": Made(
        lambda p, name: _template(p["Template"], name),
        lambda i, _: _api("sesv2").delete_email_template(TemplateName=i),
    ),
}
RECORDED = (
    "AWS::CloudWatch::AnomalyDetector",
    "AWS::Config::ConfigurationAggregator",
    "AWS::Config::RemediationConfiguration",
    "AWS::Lambda::CodeSigningConfig",
    "AWS::Logs::QueryDefinition",
    "AWS::ResourceGroups::Group",
    "AWS::SSM::Document",
    "AWS::ServiceCatalogAppRegistry::Application",
    "AWS::XRay::Group",
    "AWS::XRay::SamplingRule",
)


def _template(p: Properties, name: str) -> tuple[str, Properties]:
    name = p.get("TemplateName", name)
    content = {
        "Subject": p.get("SubjectPart"),
        "Text": p.get("TextPart"),
        "Html": p.get("HtmlPart"),
    }
    said = {k: v for k, v in content.items() if v}
    _api("sesv2").create_email_template(TemplateName=name, TemplateContent=said)
    return name, {"Id": name}


def install() -> None:
    """Teach ministack's CloudFormation the types it lacks."""
    handlers = provisioners._RESOURCE_HANDLERS
    for kind, made in TYPES.items():
        handlers[kind] = _handler(made)
    for kind in RECORDED:
        handlers.setdefault(kind, _handler(_recorded(kind)))
    waits = stacks._runs_on_worker_thread
    stacks._runs_on_worker_thread = lambda kind: kind in TYPES or waits(kind)
    _keep_dead_letter_queues(handlers["AWS::Lambda::Function"])
    for kind in ("AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable"):
        _keep_recovery(handlers[kind])


def _handler(made: Made) -> dict[str, Callable]:
    def create(logical: str, properties: Properties, stack: str) -> tuple[str, Properties]:
        return made.create(properties, provisioners._physical_name(stack, logical, max_len=64))

    def delete(physical: str, properties: Properties) -> None:
        try:
            made.delete(physical, properties)
        except ClientError as gone:
            if "NotFound" not in str(gone) and "NoSuch" not in str(gone):
                raise

    def update(
        physical: str, old: Properties, new: Properties, stack: str, logical: str
    ) -> tuple[str, Properties]:
        if made.update:
            answered = made.update(physical, new)
            return answered if isinstance(answered, tuple) else (physical, {})
        delete(physical, old)
        return create(logical or physical, new, stack)

    return {"create": create, "delete": delete, "update": update, "update_with_logical_id": True}


def _recorded(kind: str) -> Made:
    def create(_properties: Properties, name: str) -> tuple[str, Properties]:
        log.warning("%s %s is recorded in its stack only", kind, name)
        service = kind.split("::")[1].lower()
        return name, {
            "Arn": f"arn:aws:{service}:{get_region()}:{get_account_id()}:{name}",
            "Id": name,
        }

    return Made(create, lambda _id, _properties: None, lambda i, p: create(p, i))


def _keep_recovery(handler: dict[str, Callable]) -> None:
    """Ministack's tables forget `PointInTimeRecoverySpecification`."""
    created = handler["create"]

    def create(logical: str, properties: Properties, stack: str) -> tuple[str, Properties]:
        made = created(logical, properties, stack)
        for said in (properties, *properties.get("Replicas", ())):
            if said.get("Region") not in (None, get_region()):
                continue
            wanted = said.get("PointInTimeRecoverySpecification") or {}
            if wanted.get("PointInTimeRecoveryEnabled") in (True, "true"):
                dynamodb._pitr_settings[made[0]] = True
        return made

    handler["create"] = create


def _keep_dead_letter_queues(handler: dict[str, Callable]) -> None:
    """Ministack's AWS::Lambda::Function forgets `DeadLetterConfig`."""
    created = handler["create"]

    def create(logical: str, properties: Properties, stack: str) -> tuple[str, Properties]:
        made = created(logical, properties, stack)
        if properties.get("DeadLetterConfig"):
            lambda_svc._functions[made[0]]["config"]["DeadLetterConfig"] = properties[
                "DeadLetterConfig"
            ]
        return made

    handler["create"] = create
