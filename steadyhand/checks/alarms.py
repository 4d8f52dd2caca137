"""An alarm on one metric that a fix makes: what it may be, the step that makes it, and what is seen of it."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from typing import Any

from steadyhand.model import CHANGE, MARK, Call, Look, Part, Permit, Read, Seen, Step
from steadyhand.sources.cloudwatch import AlarmTags, MetricAlarms


def permits(
    begins: str, *, namespace: str, metric: str, dimension: str, value: str, statistic: str
) -> tuple[Permit, Permit]:
    """To make and to delete alarms on this metric whose names begin so; `value` is a dimension's form."""
    name = rf"{begins}[\w.-]+"
    return (
        Permit(
            "cloudwatch:PutMetricAlarm",
            ("alarm:{AlarmName}",),
            implies=(Permit("cloudwatch:TagResource", ("alarm:{AlarmName}",)),),
            shape={
                "AlarmName": name,
                "AlarmDescription": str,
                "Namespace": namespace,
                "MetricName": metric,
                "Dimensions": [{"Name": dimension, "Value": value}],
                "Statistic": statistic,
                "Period": int,
                "EvaluationPeriods": int,
                "Threshold": int,
                "ComparisonOperator": r"GreaterThanThreshold",
                "TreatMissingData": r"notBreaching",
                "Tags": [{"Key": MARK, "Value": r"ch-[0-9a-f]+"}],
            },
        ),
        Permit("cloudwatch:DeleteAlarms", ("alarm:{AlarmNames}",), shape={"AlarmNames": [name]}),
    )


def making(arn: str, name: str, said: Mapping[str, Any]) -> Step:
    """The step that makes an alarm of what `said` holds, quiet where nothing is measured; its undo deletes it."""
    made = {
        **said,
        "ComparisonOperator": "GreaterThanThreshold",
        "TreatMissingData": "notBreaching",
    }
    tags = [{"Key": MARK, "Value": CHANGE}]
    return Step(
        owns=Part(arn, "alarm", lambda: see_alarm(name, made)),
        makes={**made, "mark": CHANGE},
        do=Call("cloudwatch:PutMetricAlarm", {"AlarmName": name, **made, "Tags": tags}),
        undo=Call("cloudwatch:DeleteAlarms", {"AlarmNames": [name]}),
    )


def taken(name: str) -> Generator[Read, Sequence[Any], str]:
    """Has somebody made an alarm of that name since? PutMetricAlarm would write over it."""
    there = yield Read(MetricAlarms, name)
    return f"{name} was made meanwhile by somebody else" if there else ""


def see_alarm(name: str, wants: Mapping[str, Any]) -> Look:
    """An alarm with its mark, as far as we made it, and who is called by it."""
    for alarm in (yield Read(MetricAlarms, name)):
        found = yield Read(AlarmTags, alarm["AlarmArn"])
        tags = {one["Key"]: one["Value"] for _, one in found}
        calls = {one: alarm[one] for one in ("AlarmActions", "OKActions") if alarm.get(one)}
        seen = {one: alarm.get(one) for one in wants} | {"Threshold": whole(alarm.get("Threshold"))}
        return Seen(value={**seen, "mark": tags.get(MARK), **calls}, tags=tags)
    return Seen()


def whole(threshold: Any) -> Any:
    """CloudWatch answers 0.0 where 0 was asked for."""
    is_whole = isinstance(threshold, float) and threshold.is_integer()
    return int(threshold) if is_whole else threshold
