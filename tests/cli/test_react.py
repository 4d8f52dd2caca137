"""An event is a hint: whoever sends it, nothing raises, and only what we know wakes somebody."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from steadyhand.catalogue import discovery as catalogue
from steadyhand.cli.commands.look.react import read, wake
from steadyhand.cli.envelope import DEEPEST, Foreign, events
from tests.cli.deployed import OPERATED
from tests.cli.terminal import REGION, deploy, open_ssh, ports, recording, say

SAMPLES = Path(__file__).parents[2].parent / "shared" / "events"
CHECKS = catalogue.load()


def opened(group: str = "sg-1", **more: Any) -> dict[str, Any]:
    """Somebody opened a port."""
    detail = {
        "eventName": "AuthorizeSecurityGroupIngress",
        "requestParameters": {"groupId": group},
        **more,
    }
    return {
        "source": "aws.ec2",
        "detail-type": "AWS API Call via CloudTrail",
        "region": REGION,
        "detail": detail,
    }


def in_sqs(event: Any) -> Any:
    return {"Records": [{"messageId": "1", "eventSource": "aws:sqs", "body": json.dumps(event)}]}


def in_sns(event: Any) -> Any:
    return {"Records": [{"EventSource": "aws:sns", "Sns": {"Message": json.dumps(event)}}]}


def in_topic(event: Any) -> Any:
    return {"Type": "Notification", "TopicArn": "arn:x", "Message": json.dumps(event)}


@pytest.mark.parametrize(
    "wrap",
    [
        lambda event: event,
        lambda event: [event],
        in_sqs,
        in_sns,
        in_topic,
        lambda event: in_sqs(in_topic(event)),
        lambda event: in_sqs(event)["Records"][0],
    ],
)
def test_however_it_is_wrapped_the_same_checks_wake(wrap: Any) -> None:
    woken = wake(wrap(opened()), CHECKS)
    assert woken.subjects.keys() == {(REGION, "sg-1")}
    assert "open_admin_ports" in woken.checks


def test_a_bare_record_of_a_trail_wakes_too() -> None:
    record = {
        "eventVersion": "1.09",
        "eventSource": "ec2.amazonaws.com",
        "eventName": "AuthorizeSecurityGroupIngress",
        "awsRegion": REGION,
        "requestParameters": {"groupId": "sg-1"},
    }
    assert "open_admin_ports" in wake({"Records": [record]}, CHECKS).checks
    assert "open_admin_ports" in wake(record, CHECKS).checks


@pytest.mark.parametrize("rule", ["steadyhand-open_admin_ports", "restricted-ssh"])
def test_a_config_rule_wakes_by_its_name_or_by_what_it_is_about(rule: str) -> None:
    item = {"resourceType": "AWS::EC2::SecurityGroup", "resourceId": "sg-1", "awsRegion": REGION}
    invocation = {"configRuleName": rule, "invokingEvent": json.dumps({"configurationItem": item})}
    woken = wake(invocation, CHECKS)
    assert woken.subjects.keys() == {(REGION, "sg-1")}
    assert "open_admin_ports" in woken.checks


def test_a_scheduled_config_rule_is_left_to_the_sweep() -> None:
    said = {"invokingEvent": json.dumps({"messageType": "ScheduledNotification"})}
    woken = wake(said, CHECKS)
    assert (dict(woken.subjects), woken.ignored) == (
        {},
        ["a ScheduledNotification of Config names no resource; the sweep looks"],
    )


@pytest.mark.parametrize(
    "foreign",
    [
        None,
        3,
        "words",
        [],
        {},
        {"Records": []},
        {"Records": [3]},
        {"Records": [{"eventSource": "aws:s3"}]},
        {"Type": "Notification", "Message": "an alarm in words"},
        {"invokingEvent": "not JSON"},
        {"invokingEvent": None},
        {"source": "aws.ec2", "detail-type": "x", "detail": "text"},
        {"source": 3, "detail-type": None},
        {"action": "opened", "repository": {}},
    ],
)
def test_what_is_foreign_is_ignored_with_a_reason(foreign: Any) -> None:
    woken = wake(foreign, CHECKS)
    assert not woken.subjects
    assert woken.ignored
    assert all(woken.ignored)


def test_a_call_that_failed_changed_nothing() -> None:
    woken = wake(opened(errorCode="AccessDenied"), CHECKS)
    assert not woken.subjects
    assert "AccessDenied" in woken.ignored[0]


def test_a_wrap_without_end_is_let_go() -> None:
    event: Any = opened()
    for _ in range(DEEPEST + 1):
        event = in_topic(event)
    (let_go,) = events(event)
    assert isinstance(let_go, Foreign)


def test_an_alarm_of_a_topic_and_of_a_function_is_an_alarm() -> None:
    topic = {
        "AlarmName": "disk",
        "NewStateValue": "ALARM",
        "AlarmArn": "arn:aws:cloudwatch:eu-west-1:1:x",
    }
    function = {"alarmArn": "arn:aws:cloudwatch:eu-west-1:1:x", "alarmData": {"alarmName": "disk"}}
    for said in (topic, function):
        (event,) = events(said)
        assert not isinstance(event, Foreign)
        assert event["detail"]["alarmName"] == "disk"
        assert event["region"] == "eu-west-1"


OLDEST = {"Namespace": "AWS/SQS", "MetricName": "ApproximateAgeOfOldestMessage"}
JOBS = {**OLDEST, "Dimensions": [{"name": "QueueName", "value": "jobs"}]}


@pytest.mark.parametrize(
    "trigger",
    [
        JOBS,
        {"Metrics": [{"Expression": "m1 * 1", "Id": "e1"}, {"MetricStat": {"Metric": JOBS}}]},
    ],
    ids=["one metric", "several"],
)
def test_an_alarm_of_a_topic_wakes_by_its_metric(trigger: Any) -> None:
    said = {
        "AlarmName": "x",
        "AWSAccountId": "123456789012",
        "NewStateValue": "ALARM",
        "AlarmArn": "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:x",
        "Trigger": trigger,
    }
    woken = wake(in_topic(said), CHECKS)
    jobs = "https://sqs.eu-west-1.amazonaws.com/123456789012/jobs"
    assert "queue_without_dlq" in woken.subjects["eu-west-1", jobs]
    assert not wake(said | {"NewStateValue": "OK"}, CHECKS).subjects


@pytest.mark.skipif(not SAMPLES.exists(), reason="the sample events are not here")
def test_every_event_that_others_recorded_is_understood_or_ignored() -> None:
    files = sorted(SAMPLES.rglob("*.json"))
    assert len(files) > 500
    for file in files:
        woken = wake(json.loads(file.read_text()), CHECKS)
        assert bool(woken.subjects) != bool(woken.ignored) or woken.subjects, file
        assert all(key and region is not None for region, key in woken.subjects), file


def written(folder: Path, event: Any) -> str:
    file = folder / "event.json"
    file.write_text(json.dumps(event))
    return str(file)


@pytest.mark.skipif(not SAMPLES.exists(), reason="the sample events are not here")
def test_what_is_foreign_needs_no_credentials(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    (file,) = list((SAMPLES / "github-push").glob("*.json"))[:1]
    said = say("react", str(file))
    assert said.code == 0
    assert said.json["woken"] == said.json["findings"] == said.json["changes"] == []
    assert said.json["ignored"]


@pytest.mark.moto
def test_without_apply_it_looks_and_changes_nothing(
    aws: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    group = open_ssh()
    with recording(monkeypatch) as calls:
        said = say("react", written(tmp_path, in_sqs(opened(group))))
    assert said.code == 0
    assert list(said.json) == ["woken", "findings", "changes", "ignored"]
    assert [one["check"] for one in said.json["findings"]] == ["open_admin_ports"]
    assert said.json["changes"] == []
    assert said.json["ignored"] is None
    assert all(call.partition(":")[2].startswith(("Describe", "Get", "List")) for call in calls)
    assert ports(group) == [22]


@pytest.mark.moto
def test_the_region_is_the_events_unless_one_is_named(aws: None, tmp_path: Path) -> None:
    file = written(tmp_path, opened(open_ssh()) | {"region": "eu-west-1"})
    assert say("react", file).json["findings"] == []
    assert say("react", file, "--region", REGION).json["findings"]


@pytest.mark.moto
def test_with_apply_it_does_what_the_owner_trusts_it_with(aws: None, tmp_path: Path) -> None:
    deploy(settings=replace(OPERATED, modes={"open_admin_ports": {"*": "auto"}}))
    group = open_ssh()
    said = say("react", written(tmp_path, opened(group)), "--apply")
    assert said.code == 0, said.err
    (change,) = said.json["changes"]
    assert change["check"] == "open_admin_ports"
    assert ports(group) == []


@pytest.mark.moto
def test_with_apply_what_observes_still_only_observes(aws: None, tmp_path: Path) -> None:
    deploy()
    Path("steadyhand.toml").write_text('[checks.open_admin_ports]\nmode = "auto"\n')
    group = open_ssh()
    said = say("react", written(tmp_path, opened(group)), "--apply")
    assert (said.code, said.json["changes"], ports(group)) == (0, [], [22])


@pytest.mark.moto
def test_with_apply_but_nothing_deployed_it_is_refused(aws: None, tmp_path: Path) -> None:
    group = open_ssh()
    said = say("react", written(tmp_path, opened(group)), "--apply")
    assert (said.code, said.out, ports(group)) == (5, "", [22])
    assert "deploy" in said.err


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
def test_a_file_is_read_as_windows_writes_it(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "event.json"
    file.write_text('{"source": "ö"}', encoding=encoding)
    assert read(file) == {"source": "ö"}


def test_what_is_no_json_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "bad.json").write_text("{")
    assert say("react", str(tmp_path / "bad.json")).code == 1
    missing = say("react", str(tmp_path / "none.json"))
    assert missing.code == 1
    assert missing.err.count("\n") == 1
