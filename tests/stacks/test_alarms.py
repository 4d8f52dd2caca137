"""CloudWatch alarms over Steadyhand itself."""

from __future__ import annotations

from stacks.events.sweeps import periods
from steadyhand.catalogue import discovery as catalogue
from steadyhand.settings import deployed
from tests.stacks.conftest import Installation


def test_every_function_and_every_queue_has_an_alarm(widest: Installation) -> None:
    alarms = set(widest.named("AWS::CloudWatch::Alarm", "AlarmName"))
    for name in widest.named("AWS::Lambda::Function", "FunctionName"):
        assert f"{name}-errors" in alarms
    for name in ("react", "sweep", "alarm"):
        assert {f"steadyhand-{name}-dead-letters", f"steadyhand-{name}-waits"} <= alarms
    assert {"steadyhand-dead-letters", "steadyhand-silent"} <= alarms


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
    for name in ("steadyhand-react", "steadyhand-sweep", "steadyhand-alarm"):
        tries = queues[name]["RedrivePolicy"]["maxReceiveCount"]
        assert alarms[f"{name}-waits"]["Threshold"] > tries * queues[name]["VisibilityTimeout"]
