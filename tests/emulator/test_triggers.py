"""What AWS Config judges and what an alarm watches end in a fix that the account shows, and in an undo.

Only the way that is tried is open: the event rules of all others are off meanwhile, those of calls too, so
that nothing proves whose doing the fix was, and the undo says so. Calls wake in test_deployed.py.
"""

from __future__ import annotations

from typing import Any

import pytest

from steadyhand.engine.event_index import ALARM, COMPLIANCE
from steadyhand.model import Change, ChangeState
from tests.emulator.contract.tools import function, unique
from tests.emulator.living import WORLD, Living, eventually, only

pytestmark = [pytest.mark.emulator]


def the_change(here: Living, key: str) -> Change | None:
    """The one change of a subject, once it is verified."""
    found = here.changes(key)
    return found[0] if [one.state for one in found] == [ChangeState.VERIFIED] else None


def undone(here: Living, change: Change) -> None:
    """A person undoes it."""
    after = here.reconciler.undo(change, "ann")
    assert after.state is ChangeState.UNDONE
    assert "nothing proves that this was our doing" in after.reason


def test_a_verdict_of_config_wakes_and_is_fixed(living: Living) -> None:
    """Our own rule: Config records the group, asks us, tells of the verdict, and that wakes us.

    Of what comes after the undo it may say nothing: it tells of a verdict that is another alone, and may not
    have judged the fix before it is undone.
    """
    with only(living, COMPLIANCE):
        group = living.group(unique("judged"))
        living.open(group, 22, WORLD)
        eventually(lambda: living.grants(group) == [])
        undone(living, eventually(lambda: the_change(living, group)))
        assert living.grants(group) == [(22, "0.0.0.0/0", "quick test")]


def managed(aws: Any, name: str) -> str:
    """A rule that is somebody else's, called as AWS's own is: AWS's code judges nothing here."""
    change = {"EventSource": "aws.config", "MessageType": "ConfigurationItemChangeNotification"}
    source = {
        "Owner": "CUSTOM_LAMBDA",
        "SourceIdentifier": function(aws, "judge"),
        "SourceDetails": [change],
    }
    scope = {"ComplianceResourceTypes": ["AWS::EC2::SecurityGroup"]}
    rule = {"ConfigRuleName": name, "Source": source, "Scope": scope}
    aws.client("config").put_config_rule(ConfigRule=rule)
    return name


def test_a_managed_rule_of_config_wakes_the_check_that_looks_for_the_same(
    living: Living,
) -> None:
    config, ours = living.aws.client("config"), "steadyhand-open_admin_ports"
    (kept,) = config.describe_config_rules(ConfigRuleNames=[ours])["ConfigRules"]
    config.delete_config_rule(ConfigRuleName=ours)
    theirs = managed(living.aws, "securityhub-restricted-ssh-4c1f3b0e")
    try:
        with only(living, COMPLIANCE):
            group = living.group(unique("managed"))
            living.open(group, 22, WORLD)
            living.open(group, 443, WORLD)
            eventually(lambda: living.grants(group) == [(443, "0.0.0.0/0", "quick test")])
            undone(living, eventually(lambda: the_change(living, group)))
            assert (22, "0.0.0.0/0", "quick test") in living.grants(group)
    finally:
        config.delete_config_rule(ConfigRuleName=theirs)
        named = ("ConfigRuleName", "Description", "Source", "Scope")
        config.put_config_rule(ConfigRule={name: kept[name] for name in named})


def test_an_alarm_wakes_and_what_it_watches_is_fixed(living: Living) -> None:
    sqs, cloudwatch = living.aws.client("sqs"), living.aws.client("cloudwatch")
    name = unique("mails")
    url = living.aws.client("sqs").create_queue(
        QueueName=name, Attributes={"VisibilityTimeout": "30"}
    )["QueueUrl"]

    def hides() -> str:
        asked = {"QueueUrl": url, "AttributeNames": ["VisibilityTimeout"]}
        said: str = sqs.get_queue_attributes(**asked)["Attributes"]["VisibilityTimeout"]
        return said

    def fire() -> None:
        for state in ("OK", "ALARM"):
            cloudwatch.set_alarm_state(AlarmName=name, StateValue=state, StateReason="a test")

    with only(living, ALARM):
        worker = function(living.aws, "consume", timeout=30, SEEN=url)
        arn = f"arn:aws:sqs:{living.aws.region}:{living.aws.account}:{name}"
        living.aws.client("lambda").create_event_source_mapping(
            EventSourceArn=arn, FunctionName=worker
        )
        cloudwatch.put_metric_alarm(
            AlarmName=name,
            Namespace="AWS/SQS",
            MetricName="ApproximateAgeOfOldestMessage",
            Dimensions=[{"Name": "QueueName", "Value": name}],
            Statistic="Maximum",
            Period=60,
            EvaluationPeriods=1,
            Threshold=600,
            ComparisonOperator="GreaterThanThreshold",
        )
        fire()
        eventually(lambda: hides() == "180")
        fire()
        (key,) = {one.finding.key for one in living.ledger.changes() if name in one.finding.key}
        undone(living, eventually(lambda: the_change(living, key)))
        assert hides() == "30"
