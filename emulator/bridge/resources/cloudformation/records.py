"""The types of what records an account: CloudTrail's trails, AWS Config's recorder and rules."""

import json

from ...http.parameters import lowered_names
from .resource_type import Properties, ResourceType, client, without


def _trail(p: Properties, name: str) -> tuple[str, Properties]:
    name, api = p.get("TrailName", name), client("cloudtrail")
    tags = p.get("Tags", [])
    kept = without(
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
    name, api = p.get("ConfigRuleName", name), client("config")
    rule = {**without(p, "Compliance"), "ConfigRuleName": name}
    if not isinstance(p.get("InputParameters", ""), str):
        rule["InputParameters"] = json.dumps(p["InputParameters"])
    api.put_config_rule(ConfigRule=rule)
    made = api.describe_config_rules(ConfigRuleNames=[name])["ConfigRules"][0]
    return name, {"Arn": made["ConfigRuleArn"], "ConfigRuleId": made["ConfigRuleId"]}


def _recorder(p: Properties, name: str) -> tuple[str, Properties]:
    name, api = p.get("Name", name), client("config")
    api.put_configuration_recorder(ConfigurationRecorder={**lowered_names(p), "name": name})
    api.start_configuration_recorder(ConfigurationRecorderName=name)
    return name, {}


def _channel(p: Properties, name: str) -> tuple[str, Properties]:
    name = p.get("Name", name)
    client("config").put_delivery_channel(DeliveryChannel={**lowered_names(p), "name": name})
    return name, {}


TYPES = {
    "AWS::CloudTrail::Trail": ResourceType(
        _trail, lambda i, _: client("cloudtrail").delete_trail(Name=i)
    ),
    "AWS::Config::ConfigRule": ResourceType(
        _rule,
        lambda i, _: client("config").delete_config_rule(ConfigRuleName=i),
        lambda i, p: _rule(p, i),
    ),
    "AWS::Config::ConfigurationRecorder": ResourceType(
        _recorder,
        lambda i, _: client("config").delete_configuration_recorder(ConfigurationRecorderName=i),
        lambda i, p: _recorder(p, i),
    ),
    "AWS::Config::DeliveryChannel": ResourceType(
        _channel,
        lambda i, _: client("config").delete_delivery_channel(DeliveryChannelName=i),
        lambda i, p: _channel(p, i),
    ),
}
