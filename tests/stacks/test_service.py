"""Functions, queues and schedules."""

from __future__ import annotations

import json
from typing import Any

import pytest
from aws_cdk import App, Stack

from stacks.bundling import FUNCTIONS, REPORTS
from stacks.events.senders import senders
from stacks.events.sweeps import Rhythm, periods, rhythms
from stacks.function import ROOM, TooLong
from stacks.made_up import REGIONS
from steadyhand.catalogue import discovery as catalogue
from steadyhand.settings.deployed import Deployed
from steadyhand.triggers import Every
from tests.stacks.conftest import Installation

NAMES = {
    f"steadyhand-{name}"
    for name in ("react", "sweep", "ask", "alarm", "review", "portal", "evaluate", "tickets")
}
QUEUES = {
    "steadyhand-react": 120,
    "steadyhand-sweep": 900,
    "steadyhand-alarm": 30,
    "steadyhand-portal": 180,
}


def functions(of: Installation) -> dict[str, Any]:
    return of.named("AWS::Lambda::Function", "FunctionName")


def test_the_functions(widest: Installation, plainest: Installation) -> None:
    assert set(functions(widest)) == NAMES
    assert set(functions(plainest)) == NAMES - {"steadyhand-evaluate", "steadyhand-tickets"}
    for name, said in functions(widest).items():
        assert said["Architectures"] == ["arm64"]
        assert said["Runtime"] == "python3.13"
        assert said["Handler"] == f"functions.{name.removeprefix('steadyhand-')}.handler"
        assert "ReservedConcurrentExecutions" not in said


def test_what_the_stack_says_is_what_the_function_reads(widest: Installation) -> None:
    for said in functions(widest).values():
        variables = said["Environment"]["Variables"]
        told = Deployed.from_variables(variables)
        assert told.home == "eu-central-1"
        assert told.actor == "arn:aws:iam::111122223333:role/steadyhand-actor"
        assert told.bucket == "steadyhand-reports-111122223333-eu-central-1"
        assert told.settings.recorder == "create"
        assert sum(len(f"{key}{value}") for key, value in variables.items()) < ROOM


def test_mails_are_written_by_an_asset_of_their_own(widest: Installation) -> None:
    keys = {name: said["Code"]["S3Key"] for name, said in functions(widest).items()}
    assert len(set(keys.values())) == 3
    assert keys["steadyhand-review"] == keys["steadyhand-portal"]
    assert list(keys.values()).count(keys["steadyhand-review"]) == 2
    assert set(FUNCTIONS.sources()) < set(REPORTS.sources())


def test_every_log_ends(widest: Installation) -> None:
    logs = widest.of_type("AWS::Logs::LogGroup")
    assert {said["LogGroupName"] for said in logs.values()} == {f"/aws/lambda/{n}" for n in NAMES}
    assert all(said["RetentionInDays"] == 30 for said in logs.values())
    named = {said["LoggingConfig"]["LogGroup"]["Ref"] for said in functions(widest).values()}
    assert named == set(logs)


def test_queues_wait_long_enough_and_give_up_into_dead_letter_queues(widest: Installation) -> None:
    queues = widest.named("AWS::SQS::Queue", "QueueName")
    window = {"steadyhand-portal": 30}
    for name, timeout in QUEUES.items():
        queue, dead = queues[name], queues[f"{name}-dead-letters"]
        assert functions(widest)[name]["Timeout"] == timeout
        assert queue["VisibilityTimeout"] >= 6 * timeout + window.get(name, 0)
        assert queue["RedrivePolicy"]["maxReceiveCount"] == 4
        assert dead["MessageRetentionPeriod"] == 14 * 86400
    assert all(queue["SqsManagedSseEnabled"] for queue in queues.values())
    rest = set(queues) - set(QUEUES) - {f"{name}-dead-letters" for name in QUEUES}
    assert rest == {"steadyhand-dead-letters", "steadyhand-ears-dead-letters"}


def test_no_queue_of_ours_is_a_finding_of_ours(widest: Installation) -> None:
    words = catalogue.kind("queue_without_dlq")().dead_letter_names
    for name, queue in widest.named("AWS::SQS::Queue", "QueueName").items():
        assert "RedrivePolicy" in queue or any(word in name for word in words)


def test_messages_that_fail_come_back_alone(widest: Installation) -> None:
    sources = list(widest.of_type("AWS::Lambda::EventSourceMapping").values())
    assert len(sources) == len(QUEUES)
    for source in sources:
        assert source["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert sorted(source["BatchSize"] for source in sources) == [1, 10, 10, 10]


def test_a_storm_of_events_leaves_the_account_its_concurrency(
    widest: Installation, plainest: Installation
) -> None:
    """A new account has ten. Events come in storms; sweeps of many regions come at once."""

    def limits(of: Installation) -> list[int]:
        sources = of.of_type("AWS::Lambda::EventSourceMapping").values()
        return sorted(one.get("ScalingConfig", {}).get("MaximumConcurrency", 0) for one in sources)

    assert limits(widest) == [0, 0, 2, 5]
    assert limits(plainest) == [0, 0, 0, 5]


def test_calls_without_a_queue_have_a_place_to_fail(widest: Installation) -> None:
    waits = widest.of_type("AWS::Lambda::EventInvokeConfig").values()
    assert len(waits) == 3
    assert all(said["DestinationConfig"]["OnFailure"]["Destination"] for said in waits)


def test_every_rhythm_of_every_check_is_scheduled(widest: Installation) -> None:
    schedules = widest.named("AWS::Scheduler::Schedule", "Name")
    said = {
        (one["region"], one["hours"])
        for one in (json.loads(made["Target"]["Input"]) for made in schedules.values())
        if "hours" in one
    }
    for check in catalogue.load():
        for trigger in check.wakes:
            if isinstance(trigger, Every):
                hours = trigger.period.total_seconds() / 3600
                assert ("eu-central-1", hours) in said
                assert check.is_global or ("us-east-1", hours) in said
    others = {"steadyhand-review-weekly", "steadyhand-review-monthly", "steadyhand-tickets"}
    assert others <= set(schedules)
    assert len(schedules) == len(said) + len(others)
    for made in schedules.values():
        assert made["Target"]["DeadLetterConfig"]["Arn"]


def test_every_check_is_swept() -> None:
    for check in catalogue.load():
        assert any(isinstance(trigger, Every) for trigger in check.wakes), check.id


def test_reviews_are_in_the_owners_time(widest: Installation) -> None:
    for name, said in widest.named("AWS::Scheduler::Schedule", "Name").items():
        if "review" in name:
            assert said["ScheduleExpressionTimezone"] == "UTC"
            assert json.loads(said["Target"]["Input"]) == {"cadence": name.rpartition("-")[2]}


def test_a_deploy_looks_at_once_everywhere(widest: Installation) -> None:
    rule = widest.named("AWS::Events::Rule", "Name")["steadyhand-deployed"]
    said = [json.loads(target["Input"]) for target in rule["Targets"]]
    assert said == [
        {"account": "111122223333", "region": region} for region in ("eu-central-1", "us-east-1")
    ]
    assert rule["EventPattern"]["detail"]["stack-id"] == [{"Ref": "AWS::StackId"}]


def test_global_checks_are_swept_at_home_alone() -> None:
    everywhere = [one for one in catalogue.load() if one.is_global]
    assert {one.region for one in rhythms(everywhere, "home", ["elsewhere"])} == {"home"}


@pytest.mark.parametrize(
    ("hours", "rate", "window"),
    [(1, "rate(1 hour)", 3), (6, "rate(6 hours)", 15), (0.5, "rate(30 minutes)", 2)],
)
def test_rates(hours: float, rate: str, window: int) -> None:
    period = 3600 * hours
    rhythm = Rhythm(period=type(periods(catalogue.load())[0])(seconds=period), region="r")
    assert (rhythm.rate, rhythm.window, rhythm.hours) == (rate, window, hours)


def test_events_can_be_delivered_and_only_by_us(widest: Installation) -> None:
    home = {"Fn::Join", "Fn::GetAtt"}
    rules = widest.of_type("AWS::Events::Rule", "steadyhand")
    policies = {
        queue["Ref"]: policy["PolicyDocument"]["Statement"]
        for policy in widest.of_type("AWS::SQS::QueuePolicy", "steadyhand").values()
        for queue in policy["Queues"]
    }
    called = {
        json.dumps([said["FunctionName"], said["SourceArn"]])
        for said in widest.of_type("AWS::Lambda::Permission").values()
        if said["Principal"] == "events.amazonaws.com"
    }
    for logical, rule in rules.items():
        for target in rule["Targets"]:
            assert target["Arn"].keys() <= home
            queues = [target["Arn"], target["DeadLetterConfig"]["Arn"]]
            if target["Arn"]["Fn::GetAtt"][0] not in policies:
                function, _ = queues.pop(0)["Fn::GetAtt"]
                mine = [{"Ref": function}, {"Fn::GetAtt": [logical, "Arn"]}]
                assert json.dumps(mine) in called
            for arn in queues:
                statements = policies[arn["Fn::GetAtt"][0]]
                (said,) = (one for one in statements if one["Effect"] == "Allow")
                assert said["Principal"] == {"Service": "events.amazonaws.com"}
                assert said["Action"] == "sqs:SendMessage"
                assert said["Condition"].keys() == {"ArnEquals"}
                allowed = said["Condition"]["ArnEquals"]["aws:SourceArn"]
                listed = allowed if isinstance(allowed, list) else [allowed]
                assert {"Fn::GetAtt": [logical, "Arn"]} in listed


def test_nobody_but_our_roles_and_operators_sends_what_functions_act_on(
    widest: Installation,
) -> None:
    """Every queue that a function takes from; a service needs an allowance, which only rules have."""
    taken = {
        said["EventSourceArn"]["Fn::GetAtt"][0]
        for said in widest.of_type("AWS::Lambda::EventSourceMapping").values()
    }
    roles = {said["RoleName"] for said in widest.of_type("AWS::IAM::Role", "steadyhand").values()}
    denied = {}
    for policy in widest.of_type("AWS::SQS::QueuePolicy", "steadyhand").values():
        for said in policy["PolicyDocument"]["Statement"]:
            if said["Effect"] == "Deny" and said["Action"] == "sqs:SendMessage":
                (queue,) = policy["Queues"]
                denied[queue["Ref"]] = said
    assert taken
    assert denied.keys() == taken
    for queue, said in denied.items():
        assert said["Principal"] == {"AWS": "*"}
        assert said["Resource"] == {"Fn::GetAtt": [queue, "Arn"]}
        assert said["Condition"].keys() == {"BoolIfExists", "ArnNotLike"}
        assert said["Condition"]["BoolIfExists"] == {"aws:PrincipalIsAWSService": "false"}
        named = said["Condition"]["ArnNotLike"]["aws:PrincipalArn"]
        ours = {json.dumps(one).rpartition(":role/")[2].rstrip('"]}') for one in named}
        assert ours == roles, "and no pattern that somebody else could be called by"


def test_operators_may_move_dead_letters_back_however_their_role_is_named() -> None:
    stack, role = Stack(App(), "x"), "arn:aws:iam::111122223333:role/team/ops"
    user = "arn:aws:iam::111122223333:user/maya"
    assert list(senders(stack, [role, user])) == [
        role,
        "arn:aws:iam::111122223333:role/*/ops",
        user,
    ]


def test_every_queue_and_topic_asks_for_tls(widest: Installation) -> None:
    kinds = {
        "AWS::SQS::Queue": "AWS::SQS::QueuePolicy",
        "AWS::SNS::Topic": "AWS::SNS::TopicPolicy",
        "AWS::S3::Bucket": "AWS::S3::BucketPolicy",
    }
    for kind, policy in kinds.items():
        made = widest.of_type(policy).values()
        assert len(made) == len(widest.of_type(kind))
        for one in made:
            denied = [s for s in one["PolicyDocument"]["Statement"] if s["Effect"] == "Deny"]
            assert {"Bool": {"aws:SecureTransport": "false"}} in [s["Condition"] for s in denied]


def test_everything_that_can_be_tagged_is(widest: Installation) -> None:
    said = {"Key": "steadyhand:owner", "Value": "Your team"}
    for kind in ("AWS::Lambda::Function", "AWS::SQS::Queue", "AWS::IAM::Role", "AWS::S3::Bucket"):
        assert all(said in one["Tags"] for one in widest.of_type(kind).values()), kind


def test_settings_that_no_function_can_hold_are_refused_in_a_sentence() -> None:
    from aws_cdk import App

    from stacks.build import build
    from steadyhand.settings.values import Settings

    settings = Settings(environments={"production": [f"word-{n}" for n in range(400)]})
    with pytest.raises(TooLong, match=r"steadyhand\.toml says \d+ bytes"):
        build(App(context={"aws:cdk:bundling-stacks": []}), settings, REGIONS)
