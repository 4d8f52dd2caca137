"""CloudWatch alarms over Steadyhand itself."""

from __future__ import annotations

from typing import Any

from stacks.events.sweeps import periods
from steadyhand.catalogue import discovery as catalogue
from steadyhand.settings import deployed
from tests.stacks.conftest import Installation


def test_no_failure_is_without_an_alarm(widest: Installation) -> None:
    """A function has one, or whatever it could not do ends in a queue that has one."""
    alarms = widest.named("AWS::CloudWatch::Alarm", "AlarmName")
    queues = {one: said["QueueName"] for one, said in widest.of_type("AWS::SQS::Queue").items()}
    watched = {
        queues[dimension["Value"]["Fn::GetAtt"][0]]
        for said in alarms.values()
        for dimension in said.get("Dimensions", ())
        if said["MetricName"] == "ApproximateNumberOfMessagesVisible"
    }
    ends = {one["FunctionName"]["Ref"]: arn_of(one) for one in failures(widest)}
    for name, said in widest.of_type("AWS::Lambda::Function").items():
        called = said["FunctionName"]
        assert f"{called}-errors" in alarms or queues[ends[name]] in watched, called


def failures(of: Installation) -> list[dict[str, Any]]:
    """Where calls go that failed: a destination, or the dead-letter queue of the queue they came from."""
    queues = of.of_type("AWS::SQS::Queue")
    found = [
        {
            "FunctionName": one["FunctionName"],
            "Queue": one["DestinationConfig"]["OnFailure"]["Destination"],
        }
        for one in of.of_type("AWS::Lambda::EventInvokeConfig").values()
    ]
    for one in of.of_type("AWS::Lambda::EventSourceMapping").values():
        queue = queues[one["EventSourceArn"]["Fn::GetAtt"][0]]
        dead = queue["RedrivePolicy"]["deadLetterTargetArn"]
        found.append({"FunctionName": one["FunctionName"], "Queue": dead})
    return found


def arn_of(failure: dict[str, Any]) -> str:
    return str(failure["Queue"]["Fn::GetAtt"][0])


def test_whoever_waits_hears_of_what_waits(widest: Installation) -> None:
    alarms = set(widest.named("AWS::CloudWatch::Alarm", "AlarmName"))
    assert {"steadyhand-react-waits", "steadyhand-alarm-waits", "steadyhand-silent"} <= alarms
    assert {f"steadyhand-{name}-errors" for name in ("ask", "react", "sweep")} <= alarms


def test_silence_for_twice_the_shortest_period_fires(widest: Installation) -> None:
    alarm = widest.named("AWS::CloudWatch::Alarm", "AlarmName")["steadyhand-silent"]
    hours = 2 * periods(catalogue.load())[0].total_seconds() / 3600
    assert (alarm["MetricName"], alarm["Namespace"]) == ("Sweeps", deployed.METRICS)
    assert alarm["Dimensions"] == [{"Name": "service", "Value": "steadyhand"}]
    assert alarm["TreatMissingData"] == "missing"
    assert alarm["InsufficientDataActions"] == alarm["AlarmActions"]
    assert alarm["EvaluationPeriods"] * alarm["Period"] == hours * 3600 <= 26 * 3600
    assert (alarm["ComparisonOperator"], alarm["Threshold"]) == ("LessThanThreshold", 1)


def test_a_new_installation_is_not_silent_yet(widest: Installation) -> None:
    """cases/aws 8: CloudWatch gives a new alarm INSUFFICIENT_DATA, and acts only on a change of state.

    With "missing", data that never came leave it there; with "breaching" the first evaluation, some
    minutes after the first deploy, would be ALARM. "Configuring how CloudWatch alarms treat missing
    data" and "Alarm actions" of the CloudWatch user guide. What the sweep's own first hour tells is
    OK, and that mails nobody who was not mailed of silence before.
    """
    alarms = widest.named("AWS::CloudWatch::Alarm", "AlarmName")
    treated = {name: one["TreatMissingData"] for name, one in alarms.items()}
    assert treated.pop("steadyhand-silent") == "missing"
    assert set(treated.values()) == {"notBreaching"}
    assert "StateValue" not in alarms["steadyhand-silent"]


def test_the_metric_is_called_as_functions_call_it(widest: Installation) -> None:
    for said in widest.of_type("AWS::Lambda::Function").values():
        variables = said["Environment"]["Variables"]
        assert variables["POWERTOOLS_SERVICE_NAME"] == "steadyhand"
        assert variables["POWERTOOLS_METRICS_NAMESPACE"] == deployed.METRICS


def test_alarms_tell_the_owner_when_they_begin_and_end(widest: Installation) -> None:
    topics = widest.of_type("AWS::SNS::Topic")
    (topic,) = (name for name in topics if topics[name]["TopicName"] == "steadyhand-alarms")
    for said in widest.of_type("AWS::CloudWatch::Alarm").values():
        assert said["AlarmActions"] == said["OKActions"] == [{"Ref": topic}]
    (mail,) = widest.of_type("AWS::SNS::Subscription").values()
    assert (mail["Protocol"], mail["Endpoint"]) == ("email", "team@example.com")


def test_a_message_is_late_only_after_all_its_tries(widest: Installation) -> None:
    alarms = widest.named("AWS::CloudWatch::Alarm", "AlarmName")
    queues = widest.named("AWS::SQS::Queue", "QueueName")
    for name in ("steadyhand-react", "steadyhand-alarm"):
        tries = queues[name]["RedrivePolicy"]["maxReceiveCount"]
        assert alarms[f"{name}-waits"]["Threshold"] > tries * queues[name]["VisibilityTimeout"]
