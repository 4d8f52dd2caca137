"""AWS Config's custom rules: run when resources change or when asked, their verdicts kept and told.

ministack stores rules and never runs one. Managed rules are AWS's own code: here they judge nothing.
"""

import json
import logging
import uuid
from typing import Any

from ministack.core.responses import get_account_id, get_region
from ministack.services import config

from ..http import self_client
from ..http.answers import RefusedError, answer, iso, now
from ..http.call import Call
from . import invocations, recorder
from .config_verdicts import compliance, record, result, verdicts_of

log = logging.getLogger("bridge.rules")
_tokens: dict[str, tuple[str, str, str, float]] = {}
_runs: dict[tuple[str, str, str], dict[str, float]] = {}


def watch(call: Call) -> None:
    """Record what a call changed, and run the rules that want to know."""
    if (
        call.failed
        or call.operation is None
        or self_client.RECORDER in call.headers.get("user-agent", "")
    ):
        return
    if (
        call.operation.name.startswith(("Get", "List", "Describe", "Head"))
        or not config._recorders.values()
    ):
        return
    if call.service == "lambda" and call.operation.name.startswith("Invoke"):
        return
    if call.service == "sqs" and "Message" in call.operation.name:
        return
    if (
        call.service == "dynamodb"
        and "Table" not in call.operation.name
        and "Backup" not in call.operation.name
    ):
        return
    if call.service == "s3" and "Key" in call.params:
        return
    for kind, name in recorder.changed(call):
        changed(kind, name)


def changed(kind: recorder.Kind, name: str) -> None:
    """A resource changed: tell the rules in whose scope it is."""
    rules = [r for r in list(config._config_rules.values()) if _wants(r, kind, name)]
    if not recorder.records(kind):
        return
    item = recorder.item(kind, name)
    if item is None:
        return
    for rule in rules:
        _run(rule, _notification("ConfigurationItemChangeNotification", configurationItem=item))


def _wants(rule: dict[str, Any], kind: recorder.Kind, name: str) -> bool:
    source, scope = rule.get("Source", {}), rule.get("Scope") or {}
    messages = {d.get("MessageType") for d in source.get("SourceDetails", [])}
    if source.get("Owner") != "CUSTOM_LAMBDA" or rule.get("ConfigRuleState") != "ACTIVE":
        return False
    if messages and "ConfigurationItemChangeNotification" not in messages:
        return False
    if scope.get("ComplianceResourceId") not in (None, name):
        return False
    return kind.type in scope.get("ComplianceResourceTypes", [kind.type])


def _notification(message: str, **more: Any) -> dict[str, Any]:
    return {
        **more,
        "notificationCreationTime": iso(),
        "messageType": message,
        "recordVersion": "1.3",
        "awsAccountId": get_account_id(),
    }


def _run(rule: dict[str, Any], notification: dict[str, Any]) -> None:
    token = f"token-{uuid.uuid4()}"
    name = rule["ConfigRuleName"]
    _tokens[token] = (get_account_id(), get_region(), name, now())
    _run_times(name).setdefault("FirstActivatedTime", now())
    _run_times(name)["LastSuccessfulInvocationTime"] = now()
    invocations.invoke(
        rule["Source"]["SourceIdentifier"],
        {
            "version": "1.0",
            "invokingEvent": json.dumps(notification),
            "ruleParameters": rule.get("InputParameters") or "{}",
            "resultToken": token,
            "eventLeftScope": False,
            "executionRoleArn": _recorder_role(),
            "configRuleArn": rule["ConfigRuleArn"],
            "configRuleName": name,
            "configRuleId": rule["ConfigRuleId"],
            "accountId": get_account_id(),
            "evaluationMode": "DETECTIVE",
        },
    )


def _recorder_role() -> str:
    return next((r["recorder"].get("roleARN", "") for r in config._recorders.values()), "")


def _run_times(name: str) -> dict[str, float]:
    return _runs.setdefault((get_account_id(), get_region(), name), {})


def _rule(name: str) -> dict[str, Any]:
    rule = config._config_rules.get(name)
    if rule is None:
        raise RefusedError(
            "NoSuchConfigRuleException",
            f"The ConfigRule '{name}' provided in the request is invalid.",
        )
    return rule


@answer("config", "PutConfigRule")
def put_rule(asked: dict[str, Any]) -> dict[str, Any]:
    """PutConfigRule: refused, as AWS does, where no recorder is."""
    if not config._recorders.values():
        raise RefusedError(
            "NoAvailableConfigurationRecorderException",
            "Configuration recorder is not available to put config rule.",
        )
    status, _, body = config._put_config_rule(asked)
    if status >= 300:
        raise RefusedError("InvalidParameterValueException", json.loads(body).get("message", ""))
    return {}


@answer("config", "DeleteConfigRule")
def delete_rule(asked: dict[str, Any]) -> dict[str, Any]:
    """DeleteConfigRule: its verdicts go with it."""
    _rule(asked["ConfigRuleName"])
    del config._config_rules[asked["ConfigRuleName"]]
    verdicts_of(asked["ConfigRuleName"]).clear()
    return {}


@answer("config", "DeleteConfigurationRecorder")
def delete_recorder(asked: dict[str, Any]) -> dict[str, Any]:
    """DeleteConfigurationRecorder."""
    config._recorders.pop(asked["ConfigurationRecorderName"], None)
    return {}


@answer("config", "DeleteDeliveryChannel")
def delete_channel(asked: dict[str, Any]) -> dict[str, Any]:
    """DeleteDeliveryChannel."""
    config._delivery_channels.pop(asked["DeliveryChannelName"], None)
    return {}


@answer("config", "StartConfigRulesEvaluation")
def start(asked: dict[str, Any]) -> dict[str, Any]:
    """StartConfigRulesEvaluation: a schedule's message, or one per resource in scope."""
    rules = [_rule(name) for name in asked.get("ConfigRuleNames", [])]
    account, region = get_account_id(), get_region()
    import threading

    from ministack.core.responses import request_scope

    def run() -> None:
        with request_scope(account, region):
            for rule in rules:
                _evaluate(rule)

    threading.Thread(target=run, daemon=True, name="config-evaluation").start()
    return {}


def _evaluate(rule: dict[str, Any]) -> None:
    source = rule.get("Source", {})
    if source.get("Owner") != "CUSTOM_LAMBDA":
        return
    messages = {d.get("MessageType") for d in source.get("SourceDetails", [])}
    if "ScheduledNotification" in messages or (not messages and not rule.get("Scope")):
        _run(rule, _notification("ScheduledNotification"))
        return
    for kind in recorder.KINDS:
        if kind.type in (rule.get("Scope") or {}).get("ComplianceResourceTypes", []):
            for name in kind.every():
                if (item := recorder.item(kind, name)) and _wants(rule, kind, name):
                    _run(
                        rule,
                        _notification(
                            "ConfigurationItemChangeNotification", configurationItem=item
                        ),
                    )


@answer("config", "PutEvaluations")
def put_evaluations(asked: dict[str, Any]) -> dict[str, Any]:
    """PutEvaluations: keep the verdicts, and tell those that changed."""
    run = _tokens.get(asked.get("ResultToken", ""))
    if run is None:
        raise RefusedError("InvalidResultTokenException", "The specified ResultToken is invalid.")
    if asked.get("TestMode"):
        return {"FailedEvaluations": []}
    _, _, name, invoked = run
    for verdict in asked.get("Evaluations", []):
        record(name, verdict, invoked)
    _run_times(name)["LastSuccessfulEvaluationTime"] = now()
    return {"FailedEvaluations": []}


@answer("config", "GetComplianceDetailsByConfigRule")
def details_by_rule(asked: dict[str, Any]) -> dict[str, Any]:
    """GetComplianceDetailsByConfigRule."""
    name, wanted = asked["ConfigRuleName"], asked.get("ComplianceTypes")
    _rule(name)
    found = [
        result(name, v)
        for v in verdicts_of(name).values()
        if not wanted or v["ComplianceType"] in wanted
    ]
    return {"EvaluationResults": found}


@answer("config", "GetComplianceDetailsByResource")
def details_by_resource(asked: dict[str, Any]) -> dict[str, Any]:
    """GetComplianceDetailsByResource."""
    key = (asked["ResourceType"], asked["ResourceId"])
    names = [r["ConfigRuleName"] for r in config._config_rules.values()]
    return {
        "EvaluationResults": [
            result(n, verdicts_of(n)[key]) for n in names if key in verdicts_of(n)
        ]
    }


@answer("config", "DescribeComplianceByConfigRule")
def compliance_by_rule(asked: dict[str, Any]) -> dict[str, Any]:
    """DescribeComplianceByConfigRule."""
    names = asked.get("ConfigRuleNames") or [
        r["ConfigRuleName"] for r in config._config_rules.values()
    ]
    wanted = asked.get("ComplianceTypes")
    found = [
        {
            "ConfigRuleName": _rule(n)["ConfigRuleName"],
            "Compliance": compliance(list(verdicts_of(n).values())),
        }
        for n in names
    ]
    return {
        "ComplianceByConfigRules": [
            f for f in found if not wanted or f["Compliance"]["ComplianceType"] in wanted
        ]
    }


@answer("config", "DescribeComplianceByResource")
def compliance_by_resource(asked: dict[str, Any]) -> dict[str, Any]:
    """DescribeComplianceByResource."""
    judged: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for rule in config._config_rules.values():
        for key, verdict in verdicts_of(rule["ConfigRuleName"]).items():
            judged.setdefault(key, []).append(verdict)
    found = [
        {"ResourceType": kind, "ResourceId": name, "Compliance": compliance(verdicts)}
        for (kind, name), verdicts in judged.items()
        if asked.get("ResourceType") in (None, kind) and asked.get("ResourceId") in (None, name)
    ]
    return {"ComplianceByResources": found}


@answer("config", "DescribeConfigRuleEvaluationStatus")
def evaluation_status(asked: dict[str, Any]) -> dict[str, Any]:
    """DescribeConfigRuleEvaluationStatus."""
    names = asked.get("ConfigRuleNames") or [
        r["ConfigRuleName"] for r in config._config_rules.values()
    ]
    return {
        "ConfigRulesEvaluationStatus": [
            {
                **{k: _rule(n)[k] for k in ("ConfigRuleName", "ConfigRuleArn", "ConfigRuleId")},
                **_run_times(n),
                "FirstEvaluationStarted": bool(_run_times(n)),
            }
            for n in names
        ]
    }
