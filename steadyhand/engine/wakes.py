"""What wakes checks, as plain JSON: the entries of the event index."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from steadyhand.check import Check
from steadyhand.engine.event_index import (
    ALARM,
    ALARM_CONFIGURED,
    CLOUDTRAIL,
    COMPLIANCE,
    FIELD,
    RULE,
    SECURITY_HUB,
    Wake,
)
from steadyhand.triggers import (
    EVERY,
    AlarmChanged,
    AlarmConfigured,
    ApiCalled,
    ConfigChanged,
    ServiceEvent,
)

ACCOUNT = "AWS::::Account"
"""What a rule judges that looks at all of an account at once."""

INTERNAL_ID = ("AWS::IAM::", "AWS::RDS::")
"""Types whose `resourceId` in AWS Config is an id that nobody else uses ("db-ABC…", "AIDA…")."""

FIRING = "ALARM"
METRICS = "configuration.metrics"
METRIC = f"{METRICS}.metricStat.metric"
"""Where an alarm's event tells what it watches, in its detail; "Alarm events and EventBridge" in
CloudWatch's user guide. An expression has no metricStat, a composite alarm no metrics."""


def index(checks: Iterable[Check]) -> list[Wake]:
    """Every wake of these checks, as plain JSON."""
    return [
        {"kind": check.reads[0].root.kind} | wake | {"check": check.id}
        for check in checks
        for wake in wakes_of(check)
    ]


def wakes_of(check: Check) -> Iterator[dict[str, Any]]:
    """The wakes of one check: those it declares, and what Security Hub and AWS Config say of its peers."""
    # An event needs no more than the index.
    from steadyhand.reference.cloudtrail import event_source  # noqa: PLC0415
    from steadyhand.sources.peers import config_rules, generators  # noqa: PLC0415

    for trigger in check.wakes:
        if isinstance(trigger, ApiCalled):
            service, _, name = trigger.action.partition(":")
            for path in (trigger.key, *trigger.or_in):
                narrowed = {field: list(said) for field, said in trigger.where.items()}
                where, key = {"eventName": [name], **narrowed}, below("detail", path)
                yield wake(f"aws.{event_source(service)}", CLOUDTRAIL, key, where) | said_of(
                    trigger
                )
        elif isinstance(trigger, ServiceEvent):
            where = {name: list(said) for name, said in trigger.where.items()}
            yield wake(trigger.source, trigger.detail_type, trigger.key, where)
        elif isinstance(trigger, ConfigChanged):
            where = {"configRuleName": [RULE + check.id]}
            said = wake("aws.config", COMPLIANCE, "detail.resourceId", where)
            yield said | (typed(trigger) if trigger.typed else {})
        elif isinstance(trigger, AlarmChanged | AlarmConfigured):
            goes_off = isinstance(trigger, AlarmChanged)
            where = {
                **({"state.value": [FIRING]} if goes_off else {}),
                f"{METRIC}.namespace": [trigger.namespace],
                f"{METRIC}.name": [trigger.metric],
            }
            key = below(f"detail.{METRIC}.dimensions", trigger.key)
            of = {"at": METRICS, "account": "accountId"}
            told = ALARM if goes_off else ALARM_CONFIGURED
            yield wake("aws.cloudwatch", told, key, where) | {"each": of}
    if known := generators(check.peers):
        where = {"findings.GeneratorId": list(known)}
        key = "detail.findings.Resources.Id"
        of = {"at": "findings", "account": "AwsAccountId", "region": "Region"}
        yield wake("aws.securityhub", SECURITY_HUB, key, where) | {"each": of}
    if rules := config_rules(check.peers):
        where, own = {"configRuleName": list(rules)}, check.resource_type
        key = EVERY if own.startswith(INTERNAL_ID) else "detail.resourceId"
        for of_type, there in ((own, key), (ACCOUNT, EVERY)):
            said = wake("aws.config", COMPLIANCE, there, where)
            yield said | {"only": {"resourceType": [of_type]}}


def said_of(trigger: ApiCalled) -> dict[str, Any]:
    """What an entry says besides, where its key is one of many types, or not everybody's call counts."""
    of = {"kind": trigger.kind, "of": trigger.of} if trigger.of else {}
    unless = {name: list(said) for name, said in trigger.unless.items()}
    return of | ({"unless": unless} if unless else {})


def typed(trigger: ConfigChanged) -> dict[str, Any]:
    """What an entry says besides, where the rule of one check judges resources of many types."""
    of = trigger.resource_type
    return {"kind": trigger.kind, "of": of, "only": {"resourceType": [of]}}


def wake(source: str, detail_type: str, key: str, where: Mapping[str, list[str]]) -> dict[str, Any]:
    """One entry: events of this source and type, where the detail says so; and the key's place.

    A value that ends with `*` is how what is said begins. `only`, where there is one, narrows it
    further, so that one rule of EventBridge serves many entries.
    """
    return {"source": source, "detail_type": detail_type, "where": dict(where), "key": key}


def below(where: str, key: str) -> str:
    """A place, or each place of a form, below another one."""
    if key == EVERY:
        return key
    if FIELD.search(key):
        return FIELD.sub(rf"{{{where}.\1}}", key)
    return f"{where}.{key}"
