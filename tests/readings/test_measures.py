"""What is read of AWS for a month: which calls, in which shapes, and what is made of the answers."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from botocore.session import Session
from botocore.validate import ParamValidator

from steadyhand.model import Call, ReadFailed
from steadyhand.readings.measures import jobs
from steadyhand.readings.measures import read as measures
from steadyhand.readings.measures.edges import CLOUDFRONT
from steadyhand.readings.measures.read import measure
from steadyhand.rhythm.core.measured import Measured, measured_in, measured_out
from steadyhand.rhythm.core.period import Cadence, Period, period_of
from steadyhand.settings.values import Settings
from tests.reports.accounts import stories
from tests.reports.accounts.measured import NOTHING, may

REGION = "eu-west-1"
NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)
MAY = period_of(Cadence.MONTHLY, NOW, "Europe/Dublin", "2026-05")
SETTINGS = Settings(regions=[REGION], home=REGION, time_zone="Europe/Dublin")
SESSION = Session()

Answerer = Callable[[Mapping[str, Any]], Mapping[str, Any]]
Numbers = Callable[[str, Mapping[str, str], datetime, datetime], list[tuple[datetime, float]]]


def validated(call: Call) -> None:
    """AWS would take it."""
    name = call.operation
    model = SESSION.get_service_model(call.service).operation_model(name)
    if model.input_shape is None:
        assert not call.params
        return
    report = ParamValidator().validate(dict(call.params), model.input_shape)
    assert not report.has_errors(), (call.action, report.generate_report())


@dataclass
class Client:
    """AWS from a table of answers; one that is missing is as of an empty account."""

    answers: dict[str, Any] = field(default_factory=dict)
    numbers: Numbers = field(default=lambda *_: [])
    denied: frozenset[str] = frozenset()
    is_scheduled: bool = False
    region: str = REGION
    account: str = stories.ACCOUNT
    calls: list[tuple[str, Call]] = field(default_factory=list)

    def elsewhere(self, region: str) -> Client:
        return replace(self, region=region)

    def ask(self, call: Call) -> Any:
        validated(call)
        self.calls.append((self.region, call))
        if call.action in self.denied:
            raise ReadFailed("AccessDeniedException", "no")
        if call.action == "cloudwatch:GetMetricData":
            return self.metrics(call.params)
        found = self.answers.get(call.action, NOTHING.get(call.action))
        if callable(found):
            return found(call.params)
        assert found is not None, call.action
        return found

    def metrics(self, params: Mapping[str, Any]) -> Mapping[str, Any]:
        said = []
        assert len(params["MetricDataQueries"]) <= 500
        for query in params["MetricDataQueries"]:
            metric = query["MetricStat"]["Metric"]
            where = {one["Name"]: one["Value"] for one in metric["Dimensions"]}
            values = (
                self.numbers(metric["MetricName"], where, params["StartTime"], params["EndTime"])
                if where != {"ScheduleGroup": "default"} or self.is_scheduled
                else []
            )
            said.append(
                {
                    "Id": query["Id"],
                    "Timestamps": [at for at, _ in values],
                    "Values": [value for _, value in values],
                }
            )
        return {"MetricDataResults": said}

    def asked(self, action: str) -> list[Call]:
        return [call for _, call in self.calls if call.action == action]


def read(
    client: Client, period: Period = MAY, now: datetime = NOW, settings: Settings = SETTINGS
) -> Measured:
    found = measure(client, period, settings, now, wait=lambda _: None)
    assert found is not None
    return found


def days(since: datetime, until: datetime) -> list[datetime]:
    return [since + timedelta(days=n) for n in range((until - since).days)]


BALANCER = {
    "LoadBalancerName": "api",
    "LoadBalancerArn": f"arn:aws:elasticloadbalancing:{REGION}:1:loadbalancer/app/api/50dc6c495c0c9188",
    "Scheme": "internet-facing",
    "Type": "application",
}


# Edges.


def test_a_load_balancer_is_counted_by_month_and_week() -> None:
    def numbers(name: str, where: Any, since: datetime, until: datetime) -> Any:
        assert where == {"LoadBalancer": "app/api/50dc6c495c0c9188"}
        assert since == datetime(2026, 3, 1, tzinfo=UTC)
        assert until == datetime(2026, 6, 1, tzinfo=UTC)
        bad = {"HTTPCode_ELB_5XX_Count": 1.0, "HTTPCode_Target_5XX_Count": 2.0}
        if name in bad:
            return [(datetime(2026, 5, 19, tzinfo=UTC), bad[name])]
        return [(at, 1000.0) for at in days(since, until)]

    inside = BALANCER | {"LoadBalancerName": "inside", "Scheme": "internal"}
    network = BALANCER | {"LoadBalancerName": "tcp", "Type": "network"}
    answers = {"elbv2:DescribeLoadBalancers": {"LoadBalancers": [BALANCER, inside, network]}}
    (edge,) = read(Client(answers, numbers)).edges
    assert (edge.name, edge.kind, edge.region) == ("api", "load balancer", REGION)
    assert edge.months == ((31_000, 0), (30_000, 0), (31_001, 3))
    assert len(edge.weeks) == 13
    assert edge.weeks[11] == (7_001, 3), "18 to 24 May"
    assert sum(every for every, _ in edge.weeks) == 91_001


def test_nothing_knocked_is_no_availability() -> None:
    answers = {"elbv2:DescribeLoadBalancers": {"LoadBalancers": [BALANCER]}}
    (edge,) = read(Client(answers)).edges
    assert edge.months == ((0, 0), (0, 0), (0, 0))


def test_apis_by_the_dimension_of_their_kind() -> None:
    asked = set()

    def numbers(name: str, where: Any, since: datetime, until: datetime) -> Any:
        asked.add((name, *where.items()))
        return [(at, 10.0 if name == "Count" else 1.0) for at in days(since, until)]

    answers = {
        "apigateway:GetRestApis": {
            "items": [
                {"id": "a1", "name": "orders", "endpointConfiguration": {"types": ["REGIONAL"]}},
                {"id": "a2", "name": "inside", "endpointConfiguration": {"types": ["PRIVATE"]}},
            ]
        },
        "apigatewayv2:GetApis": {
            "Items": [
                {"ApiId": "h1", "Name": "hooks", "ProtocolType": "HTTP"},
                {"ApiId": "w1", "Name": "chat", "ProtocolType": "WEBSOCKET"},
            ]
        },
    }
    found = read(Client(answers, numbers)).edges
    assert {edge.name for edge in found} == {"orders", "hooks"}
    assert {edge.months[-1] for edge in found} == {(310, 31)}
    assert asked >= {
        ("Count", ("ApiName", "orders")),
        ("5XXError", ("ApiName", "orders")),
        ("Count", ("ApiId", "h1")),
        ("5xx", ("ApiId", "h1")),
    }


def test_cloudfront_is_read_in_its_region_hour_by_hour() -> None:
    def numbers(name: str, where: Any, since: datetime, until: datetime) -> Any:
        assert where == {"DistributionId": "E1", "Region": "Global"}
        peak, night = datetime(2026, 5, 4, 18, tzinfo=UTC), datetime(2026, 5, 4, 3, tzinfo=UTC)
        return {
            "Requests": [(night, 10.0), (peak, 1000.0)],
            "5xxErrorRate": [(night, 0.0), (peak, 5.0)],
        }[name]

    listed = {
        "DistributionList": {
            "Items": [
                {"Id": "E1", "DomainName": "d1.cloudfront.net", "Enabled": True,
                 "Aliases": {"Quantity": 1, "Items": ["app.larkfield.example"]}},
                {"Id": "E2", "DomainName": "d2.cloudfront.net", "Enabled": False},
            ]
        }
    }  # fmt: skip
    client = Client({"cloudfront:ListDistributions": listed}, numbers)
    (edge,) = read(client).edges
    assert edge.name == "app.larkfield.example"
    assert edge.months[-1] == (1010, 50), "by the hour; the day's mean rate would have said 25"
    assert {where for where, call in client.calls if call.service == "cloudfront"} == {CLOUDFRONT}


def test_numbers_are_asked_five_hundred_at_a_time() -> None:
    many = [BALANCER | {"LoadBalancerArn": f"x:loadbalancer/app/{n}/y"} for n in range(180)]
    client = Client({"elbv2:DescribeLoadBalancers": {"LoadBalancers": many}})
    assert len(read(client).edges) == 180
    sizes = [len(c.params["MetricDataQueries"]) for c in client.asked("cloudwatch:GetMetricData")]
    assert sorted(sizes)[-2:] == [40, 500]


# Deploys and restores.


def event(name: str, source: str, at: datetime, **record: Any) -> dict[str, Any]:
    return {
        "EventName": name,
        "EventSource": f"{source}.amazonaws.com",
        "EventTime": at,
        "CloudTrailEvent": json.dumps(record),
    }


def test_deploys_are_changes_of_code_minutes_apart() -> None:
    noon = datetime(2026, 5, 19, 12, tzinfo=UTC)
    cloudformation = {"userIdentity": {"invokedBy": "cloudformation.amazonaws.com"}}
    trail = [
        event("ExecuteChangeSet", "cloudformation", noon),
        event("ExecuteChangeSet", "cloudformation", noon + timedelta(minutes=4)),
        event(
            "UpdateFunctionCode20150331v2", "lambda", noon + timedelta(minutes=30), **cloudformation
        ),
        event("UpdateFunctionCode20150331v2", "lambda", noon + timedelta(hours=2)),
        event(
            "UpdateFunctionCode20150331v2",
            "lambda",
            noon + timedelta(hours=3),
            errorCode="AccessDenied",
        ),
        event("CreateDeployment", "apigateway", noon + timedelta(hours=4)),
        event(
            "UpdateService",
            "ecs",
            noon + timedelta(hours=5),
            requestParameters={"desiredCount": 4},
        ),
        event(
            "UpdateService",
            "ecs",
            noon + timedelta(hours=6),
            requestParameters={"taskDefinition": "web:7"},
        ),
    ]

    def looked_up(params: Mapping[str, Any]) -> Mapping[str, Any]:
        assert params["StartTime"] == MAY.since
        assert params["EndTime"] == MAY.until
        (wanted,) = params["LookupAttributes"]
        return {"Events": [one for one in trail if one["EventName"] == wanted["AttributeValue"]]}

    found = read(Client({"cloudtrail:LookupEvents": looked_up}))
    assert found.deploys is not None
    assert [(one.began.hour, one.ended.minute) for one in found.deploys] == [
        (12, 4),
        (14, 0),
        (18, 0),
    ]
    assert not found.deploys_cut


def test_more_deploys_than_are_read_are_said_to_be_more() -> None:
    pages = itertools.count()
    client = Client(
        {"cloudtrail:LookupEvents": lambda _: {"Events": [], "NextToken": f"{next(pages)}"}}
    )
    assert read(client).deploys_cut
    assert len(client.asked("cloudtrail:LookupEvents")) <= 4 * 6


def test_a_restore_is_timed() -> None:
    began = datetime(2026, 5, 17, 3, tzinfo=UTC)
    job = {
        "SourceResourceArn": f"arn:aws:rds:{REGION}:1:db:billing-db",
        "CreationDate": began,
        "CompletionDate": began + timedelta(minutes=38),
        "RecoveryPointCreationDate": began - timedelta(minutes=5),
        "Status": "COMPLETED",
    }
    found = read(Client({"backup:ListRestoreJobs": {"RestoreJobs": [job]}})).restores
    assert found is not None
    assert [(one.name, one.seconds, one.lost_seconds) for one in found] == [
        ("billing-db", 2280, 300)
    ]
    assert read(Client()).restores == ()


# Keys, secrets, hosts.


def test_the_oldest_key_and_secret_are_names_only() -> None:
    report = (
        "user,arn,access_key_1_active,access_key_1_last_rotated\n"
        "deploy-ci,arn:aws:iam::1:user/deploy-ci,true,2025-07-09T08:00:00+00:00\n"
        "old-off,arn:aws:iam::1:user/old-off,false,2020-01-01T08:00:00+00:00\n"
        "maya,arn:aws:iam::1:user/maya,true,2026-03-01T08:00:00+00:00\n"
    )
    secrets = [
        {"Name": "stripe-webhook", "CreatedDate": datetime(2026, 1, 10, tzinfo=UTC)},
        {
            "Name": "billing-db",
            "CreatedDate": datetime(2020, 1, 1, tzinfo=UTC),
            "LastRotatedDate": datetime(2026, 5, 1, tzinfo=UTC),
        },
        {
            "Name": "going",
            "CreatedDate": datetime(2019, 1, 1, tzinfo=UTC),
            "DeletedDate": datetime(2026, 5, 30, tzinfo=UTC),
        },
    ]
    states = iter([{"State": "STARTED"}, {"State": "COMPLETE"}])
    answers = {
        "iam:GenerateCredentialReport": lambda _: next(states),
        "iam:GetCredentialReport": {"Content": report.encode()},
        "secretsmanager:ListSecrets": {"SecretList": secrets},
    }
    found = read(Client(answers))
    assert [one.name for one in found.keys or ()] == ["deploy-ci", "maya"]
    assert [one.name for one in found.secrets or ()] == ["stripe-webhook", "billing-db"]


def test_hosts_that_lack_patches() -> None:
    may = datetime(2026, 5, 12, tzinfo=UTC)
    answers = {
        "ssm:DescribeInstanceInformation": {
            "InstanceInformationList": [
                {"InstanceId": f"i-{n}", "ComputerName": name}
                for n, name in enumerate(["bastion", "web", "new"])
            ]
        },
        "ssm:DescribeInstancePatchStates": {
            "InstancePatchStates": [
                {"InstanceId": "i-0", "MissingCount": 12, "FailedCount": 1, "Operation": "Install",
                 "OperationEndTime": may},
                {"InstanceId": "i-1", "MissingCount": 0, "FailedCount": 0, "Operation": "Scan",
                 "OperationEndTime": may},
            ]
        },
    }  # fmt: skip
    found = read(Client(answers))
    assert (found.managed, found.lacking) == (3, 2)
    assert [(one.name, one.missing, one.at) for one in found.hosts] == [
        ("new", 0, None),
        ("bastion", 13, may),
    ]


def test_without_managed_hosts_nothing_is_asked_of_them() -> None:
    client = Client()
    assert read(client).managed == 0
    assert not client.asked("ssm:DescribeInstancePatchStates")


def test_what_can_no_longer_be_told_is_not_told() -> None:
    client = Client()
    found = read(client, now=NOW + timedelta(days=60))
    assert found.keys is None
    assert found.secrets is None
    assert found.managed is None
    assert {one.why for one in found.unread} == {"TooLate"}
    assert not client.asked("iam:GetCredentialReport")


# Queues, functions, schedules.


def hours(*values: float) -> list[tuple[datetime, float]]:
    start = datetime(2026, 4, 30, 23, tzinfo=UTC)
    return [(start + timedelta(hours=n), value) for n, value in enumerate(values)]


def test_dead_letters_are_told_by_what_waits() -> None:
    base = f"https://sqs.{REGION}.amazonaws.com/1/"
    target = json.dumps({"deadLetterTargetArn": f"arn:aws:sqs:{REGION}:1:failed-orders"})

    def attributes(params: Mapping[str, Any]) -> Mapping[str, Any]:
        has = params["QueueUrl"].endswith("/orders")
        return {"Attributes": {"RedrivePolicy": target} if has else {}}

    def numbers(name: str, where: Any, since: datetime, until: datetime) -> Any:
        del since, until
        if where.get("QueueName") == "failed-orders":
            waits = hours(4, 4, 9, 9, 0, 2)
            ages = hours(60, 60, 60, 60, 60, 518_400)
            return waits if name == "ApproximateNumberOfMessagesVisible" else ages
        return []

    urls = [base + name for name in ("orders", "failed-orders", "mail", "webhook-dlq")]
    answers = {"sqs:ListQueues": {"QueueUrls": urls}, "sqs:GetQueueAttributes": attributes}
    client = Client(answers, numbers)
    found = {one.name: one for one in read(client).dead_letters or ()}
    assert sorted(found) == ["failed-orders", "webhook-dlq"]
    orders = found["failed-orders"]
    assert (orders.came, orders.went, orders.left) == (7, 9, 2), "four lay there in April"
    assert orders.oldest == 518_400
    assert len(client.asked("sqs:GetQueueAttributes")) == 3, "its name tells what the fourth is"


def test_a_queue_that_was_never_used_holds_nothing() -> None:
    answers = {"sqs:ListQueues": {"QueueUrls": ["https://x/1/mail-dlq"]}}
    (one,) = read(Client(answers)).dead_letters or ()
    assert (one.came, one.went, one.left, one.oldest) == (0, 0, 0, None)


def test_too_many_queues_are_a_gap() -> None:
    urls = [f"https://x/1/q{n:03}" for n in range(jobs.ASKED + 12)]
    answers = {"sqs:ListQueues": {"QueueUrls": urls}, "sqs:GetQueueAttributes": {}}
    found = read(Client(answers))
    assert [(one.what, one.why) for one in found.unread] == [("12 more queues", "TooMany")]


def test_events_are_lost_where_nothing_took_them() -> None:
    def numbers(name: str, where: Any, since: datetime, until: datetime) -> Any:
        counts = {
            ("AsyncEventsDropped", "alone"): 3,
            ("AsyncEventsDropped", "passes-on"): 5,
            ("AsyncEventsDropped", "has-queue"): 7,
            ("DeadLetterErrors", "has-queue"): 2,
        }
        if n := counts.get((name, where.get("FunctionName", ""))):
            return [(since, 90.0), (until - timedelta(days=3), float(n))]
        return []

    def invoke(params: Mapping[str, Any]) -> Mapping[str, Any]:
        if params["FunctionName"] == "alone":
            raise ReadFailed("ResourceNotFoundException", "no such configuration")
        return {"DestinationConfig": {"OnFailure": {"Destination": "arn:x"}}}

    functions = [
        {"FunctionName": "alone"},
        {"FunctionName": "passes-on"},
        {"FunctionName": "has-queue", "DeadLetterConfig": {"TargetArn": "arn:x"}},
        {"FunctionName": "quiet"},
    ]
    answers = {
        "lambda:ListFunctions": {"Functions": functions},
        "lambda:GetFunctionEventInvokeConfig": invoke,
    }
    client = Client(answers, numbers)
    found = {one.name: one.count for one in read(client).lost or ()}
    assert found == {"alone": 3, "has-queue": 2}, "the day before the month is not counted"
    assert len(client.asked("lambda:GetFunctionEventInvokeConfig")) == 2


def test_missed_runs_by_group_and_rule() -> None:
    def numbers(name: str, where: Any, since: datetime, until: datetime) -> Any:
        counts = {
            ("InvocationAttemptCount", "default"): 900,
            ("InvocationDroppedCount", "default"): 1,
            ("TriggeredRules", "nightly"): 31,
            ("FailedInvocations", "nightly"): 2,
        }
        key = (name, where.get("ScheduleGroup") or where.get("RuleName") or "")
        return [(until - timedelta(days=1), float(counts[key]))] if key in counts else []

    rules = [
        {"Name": "nightly", "ScheduleExpression": "rate(1 day)"},
        {"Name": "on-event", "EventPattern": "{}"},
    ]
    found = (
        read(Client({"events:ListRules": {"Rules": rules}}, numbers, is_scheduled=True)).runs or ()
    )
    assert {(one.name, one.tried, one.missed) for one in found} == {
        ("default", 900, 1),
        ("nightly", 31, 2),
    }


# All of it.


def test_a_week_is_not_measured() -> None:
    week = period_of(Cadence.WEEKLY, NOW, "UTC")
    client = Client()
    assert measure(client, week, SETTINGS, NOW) is None
    assert not client.calls


@pytest.mark.parametrize("action", sorted(NOTHING))
def test_what_is_refused_is_a_gap_and_the_rest_is_read(action: str) -> None:
    found = read(Client(denied=frozenset({action})))
    if action == "cloudwatch:GetMetricData":
        assert found.runs is None
    assert found.unread, action
    assert {one.why for one in found.unread} == {"AccessDeniedException"}
    assert len(found.unread) <= 2, "one read, one gap; deploys and redrives share theirs"


def test_few_calls() -> None:
    urls = [f"https://x/1/q{n}" for n in range(10)]
    functions = [{"FunctionName": f"f{n}"} for n in range(20)]
    answers = {
        "sqs:ListQueues": {"QueueUrls": urls},
        "sqs:GetQueueAttributes": {},
        "lambda:ListFunctions": {"Functions": functions},
        "elbv2:DescribeLoadBalancers": {"LoadBalancers": [BALANCER]},
    }
    client = Client(answers)
    read(client)
    assert len(client.calls) < 40
    two = Client(answers)
    read(two, settings=replace(SETTINGS, regions=[REGION, "us-east-1"]))
    assert len(two.calls) < 70


def test_permissions_are_those_that_are_used() -> None:
    urls = ["https://x/1/q"]
    answers = {
        "sqs:ListQueues": {"QueueUrls": urls},
        "sqs:GetQueueAttributes": {},
        "lambda:ListFunctions": {"Functions": [{"FunctionName": "f"}]},
        "lambda:GetFunctionEventInvokeConfig": {},
        "ssm:DescribeInstanceInformation": {"InstanceInformationList": [{"InstanceId": "i-1"}]},
        "ssm:DescribeInstancePatchStates": {"InstancePatchStates": []},
    }

    def numbers(name: str, where: Any, since: datetime, until: datetime) -> Any:
        del where, since
        return [(until - timedelta(days=1), 1.0)] if name == "AsyncEventsDropped" else []

    client = Client(answers, numbers)
    read(client)
    assert sorted({call.granted_by for _, call in client.calls}) == list(measures.PERMISSIONS)


def test_a_running_month_is_measured_until_today() -> None:
    running = period_of(Cadence.MONTHLY, datetime(2026, 5, 11, 12, tzinfo=UTC), "UTC")
    client = Client({"elbv2:DescribeLoadBalancers": {"LoadBalancers": [BALANCER]}})
    (edge,) = read(client, running, datetime(2026, 5, 11, 12, tzinfo=UTC)).edges
    ends = {call.params["EndTime"].date() for call in client.asked("cloudwatch:GetMetricData")}
    assert ends == {date(2026, 5, 11)}
    assert len(edge.weeks) == 10, "no week begins before the first of three months"


def test_what_was_measured_is_remembered_as_it_was() -> None:
    said = measured_out(may())
    assert json.loads(json.dumps(said)) == said, "plain JSON"
    assert measured_in("review#measures#2026-05", said) == may()
    assert len(json.dumps(said)) < 100_000
