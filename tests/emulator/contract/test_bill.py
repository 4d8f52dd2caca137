"""Cost Explorer answers from the bill that was set, and recorded answers cannot have a wrong shape."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from steadyhand.demo.emulator import EmulatorError

pytestmark = [pytest.mark.emulator, pytest.mark.xdist_group("emulator")]
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


def test_a_forecast_carries_on_the_mean(aws):
    aws.bill([{"date": f"2026-10-{d}", "service": "s", "usd": 3} for d in range(10, 25)])
    period = {"Start": "2026-11-01", "End": "2026-11-11"}
    asked = {"TimePeriod": period, "Metric": "UNBLENDED_COST", "Granularity": "DAILY"}
    forecast = aws.client("ce").get_cost_forecast(**asked)
    assert float(forecast["Total"]["Amount"]) == 30
    assert len(forecast["ForecastResultsByTime"]) == 10
    aws.bill([])
    with pytest.raises(ClientError, match="DataUnavailable"):
        aws.client("ce").get_cost_forecast(**asked)


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
