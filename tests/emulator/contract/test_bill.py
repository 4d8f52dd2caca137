"""Cost Explorer answers from the bill that was set, and recorded answers cannot have a wrong shape."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from botocore.exceptions import ClientError

from emulator.launcher import EmulatorError

pytestmark = [pytest.mark.emulator]
OCTOBER = {"Start": "2026-10-30", "End": "2026-11-02"}
BILL = [
    {"date": f"2026-{day}", "service": service, "usd": usd}
    for day, service, usd in (
        ("10-30", "Amazon Elastic Compute Cloud - Compute", 4.5),
        ("10-30", "Amazon Simple Storage Service", 0.25),
        ("10-31", "Amazon Elastic Compute Cloud - Compute", 4.0),
        ("11-01", "Amazon Elastic Compute Cloud - Compute", 2.0),
    )
]


def usage(aws, **more):
    asked = {"TimePeriod": OCTOBER, "Granularity": "DAILY", "Metrics": ["UnblendedCost"], **more}
    return aws.client("ce").get_cost_and_usage(**asked)


def test_days_months_and_services_add_up(aws):
    aws.bill(BILL)
    for _ in range(2):  # it keeps answering
        daily = usage(aws)["ResultsByTime"]
        amounts = [float(r["Total"]["UnblendedCost"]["Amount"]) for r in daily]
        assert amounts == [4.75, 4.0, 2.0]
    monthly = usage(aws, Granularity="MONTHLY")["ResultsByTime"]
    assert [r["TimePeriod"]["End"] for r in monthly] == ["2026-11-01", "2026-11-02"]
    assert float(monthly[0]["Total"]["UnblendedCost"]["Amount"]) == 8.75
    by_service = usage(aws, GroupBy=[{"Type": "DIMENSION", "Key": "SERVICE"}])["ResultsByTime"]
    groups = {g["Keys"][0]: g["Metrics"]["UnblendedCost"] for g in by_service[0]["Groups"]}
    assert groups["Amazon Simple Storage Service"] == {"Amount": "0.25", "Unit": "USD"}
    only = {"Dimensions": {"Key": "SERVICE", "Values": ["Amazon Simple Storage Service"]}}
    some = usage(aws, Filter=only)["ResultsByTime"]
    assert [float(r["Total"]["UnblendedCost"]["Amount"]) for r in some] == [0.25, 0, 0]
    rest = usage(aws, Filter={"Not": only})["ResultsByTime"]
    assert float(rest[0]["Total"]["UnblendedCost"]["Amount"]) == 4.5
    ce = aws.client("ce")
    named = ce.get_dimension_values(TimePeriod=OCTOBER, Dimension="SERVICE")["DimensionValues"]
    assert [n["Value"] for n in named] == sorted({row["service"] for row in BILL})
    with pytest.raises(ClientError, match="ValidationException"):
        usage(aws, TimePeriod={"Start": "2026-11-02", "End": "2026-11-02"})


def test_usage_has_its_quantity_and_unit(aws):
    """By service and usage type, without credits: what a bill is split by."""
    rows = [
        ("S3", "EUC1-TimedStorage-ByteHrs", 2.45, 100, "GB-Mo"),
        ("S3", "EUC1-Requests-Tier1", 0.5, 1000, "Requests"),
        ("EC2 - Other", "EUC1-EBS:VolumeUsage.gp3", 0.95, 10, "GB-Mo"),
    ]
    aws.bill(
        [
            {
                "date": day,
                "service": service,
                "usage_type": kind,
                "usd": usd,
                "quantity": quantity,
                "unit": unit,
            }
            for day in ("2026-10-30", "2026-10-31")
            for service, kind, usd, quantity, unit in rows
        ]
        + [{"date": "2026-10-31", "service": "S3", "record_type": "Credit", "usd": -2}]
    )
    both = ["UnblendedCost", "UsageQuantity"]
    by_type = [{"Type": "DIMENSION", "Key": key} for key in ("SERVICE", "USAGE_TYPE")]
    taken_off = {"Dimensions": {"Key": "RECORD_TYPE", "Values": ["Credit", "Refund"]}}
    asked = {"Granularity": "MONTHLY", "Metrics": both, "Filter": {"Not": taken_off}}
    (october, _) = usage(aws, GroupBy=by_type, **asked)["ResultsByTime"]
    found = {tuple(g["Keys"]): g["Metrics"] for g in october["Groups"]}
    assert len(found) == 3
    stored = found["S3", "EUC1-TimedStorage-ByteHrs"]
    assert stored["UsageQuantity"] == {"Amount": "200", "Unit": "GB-Mo"}
    assert float(stored["UnblendedCost"]["Amount"]) == 4.9
    by_service = usage(aws, GroupBy=by_type[:1], **asked)["ResultsByTime"][0]["Groups"]
    units = {g["Keys"][0]: g["Metrics"]["UsageQuantity"]["Unit"] for g in by_service}
    assert units == {"EC2 - Other": "GB-Mo", "S3": "N/A"}, "sums of several units have none"
    disks = {"Dimensions": {"Key": "USAGE_TYPE", "Values": ["EUC1-EBS:VolumeUsage.gp3"]}}
    some = usage(
        aws, Metrics=["UsageQuantity"], GroupBy=by_type, Filter={"And": [asked["Filter"], disks]}
    )["ResultsByTime"]
    amounts = [g["Metrics"]["UsageQuantity"]["Amount"] for r in some for g in r["Groups"]]
    assert amounts == ["10", "10"]
    taken = usage(aws, Granularity="MONTHLY", Filter=taken_off)["ResultsByTime"][0]
    assert taken["Total"]["UnblendedCost"]["Amount"] == "-2"
    ours = {"Tags": {"Key": "steadyhand:part", "Values": ["steadyhand"]}}
    assert usage(aws, Filter=ours)["ResultsByTime"][0]["Total"]["UnblendedCost"]["Amount"] == "0"


def test_a_forecast_carries_on_the_mean(aws):
    aws.bill([{"date": f"2026-10-{d}", "service": "s", "usd": d % 3} for d in range(10, 25)])
    period = {"Start": "2026-11-01", "End": "2026-11-11"}
    asked = {"TimePeriod": period, "Metric": "UNBLENDED_COST", "Granularity": "DAILY"}
    forecast = aws.client("ce").get_cost_forecast(**asked)
    mean = sum(d % 3 for d in range(11, 25)) / 14
    assert float(forecast["Total"]["Amount"]) == pytest.approx(10 * mean)
    assert len(forecast["ForecastResultsByTime"]) == 10
    assert "PredictionIntervalLowerBound" not in forecast["ForecastResultsByTime"][0]
    month = asked | {"Granularity": "MONTHLY", "PredictionIntervalLevel": 80}
    (november,) = aws.client("ce").get_cost_forecast(**month)["ForecastResultsByTime"]
    low, high = (float(november[f"PredictionInterval{end}Bound"]) for end in ("Lower", "Upper"))
    assert low < 10 * mean < high
    assert high - low < 10 * mean
    aws.bill([{"date": f"2026-10-{d}", "service": "s", "usd": 3} for d in range(10, 20)])
    with pytest.raises(ClientError, match="DataUnavailable"):
        aws.client("ce").get_cost_forecast(**asked)


def test_cloudtrail_knows_what_was_done_before(aws):
    deed = {
        "at": "2026-10-13T09:41:00+00:00",
        "source": "logs",
        "action": "CreateLogGroup",
        "by": "deploy-role",
        "parameters": {"logGroupName": "/shop/debug"},
    }
    aws.bill([], deeds=[deed])
    by_source = [{"AttributeKey": "EventSource", "AttributeValue": "logs.amazonaws.com"}]
    span = {
        "StartTime": datetime(2026, 10, 12, tzinfo=UTC),
        "EndTime": datetime(2026, 10, 15, tzinfo=UTC),
    }
    found = aws.client("cloudtrail").lookup_events(LookupAttributes=by_source, **span)["Events"]
    (event,) = found
    assert (event["EventName"], event["ReadOnly"]) == ("CreateLogGroup", "false")
    assert event["Resources"][0]["ResourceName"] == "/shop/debug"
    issuer = json.loads(event["CloudTrailEvent"])["userIdentity"]["sessionContext"]["sessionIssuer"]
    assert issuer["userName"] == "deploy-role"


def test_anomalies_are_those_that_were_set(aws):
    anomaly = {
        "AnomalyId": "1",
        "AnomalyStartDate": "2026-11-03",
        "AnomalyScore": {"MaxScore": 0.9, "CurrentScore": 0.5},
        "Impact": {"MaxImpact": 120.0, "TotalImpact": 240.0},
        "MonitorArn": "arn:aws:ce::111122223333:anomalymonitor/1",
    }
    aws.bill([], anomalies=[anomaly])
    ce = aws.client("ce")
    assert ce.get_anomalies(DateInterval={"StartDate": "2026-11-01"})["Anomalies"] == [anomaly]
    assert ce.get_anomalies(DateInterval={"StartDate": "2026-11-04"})["Anomalies"] == []
    watch = {"MonitorName": "all", "MonitorType": "DIMENSIONAL", "MonitorDimension": "SERVICE"}
    arn = ce.create_anomaly_monitor(AnomalyMonitor=watch)["MonitorArn"]
    assert (
        ce.get_anomaly_monitors(MonitorArnList=[arn])["AnomalyMonitors"][0]["MonitorName"] == "all"
    )
    ce.delete_anomaly_monitor(MonitorArn=arn)
    assert ce.get_anomaly_monitors()["AnomalyMonitors"] == []


def test_a_recorded_answer_is_held_to_the_model(aws):
    with pytest.raises(EmulatorError, match="events"):
        aws.answer("health", "DescribeEvents", {"events": "none"})
    with pytest.raises(EmulatorError, match="no such operation"):
        aws.answer("health", "DescribeWeather", {})
    event = {"arn": "arn:aws:health:::event/1", "service": "RDS", "statusCode": "upcoming"}
    aws.answer("health", "DescribeEvents", {"events": [event]})
    assert aws.client("health").describe_events()["events"] == [event]
    versions = [{"Engine": "postgres", "MajorEngineVersion": "13"}]
    aws.answer("rds", "DescribeDBMajorEngineVersions", {"DBMajorEngineVersions": versions})
    found = aws.client("rds").describe_db_major_engine_versions()["DBMajorEngineVersions"]
    assert found == versions
