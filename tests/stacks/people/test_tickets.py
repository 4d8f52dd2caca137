"""The function that keeps tickets: only where a tracker is named, and with nothing to spare."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App

from stacks.build import build
from stacks.bundling import FUNCTIONS, REPORTS, TARGETS, TICKETS
from stacks.made_up import REGIONS, flags
from stacks.permissions import permissions
from steadyhand.connect.tickets.state import LEASE
from steadyhand.settings.values import Settings
from tests.stacks.conftest import Installation

NAME, ROLE = "steadyhand-tickets", "steadyhand-tickets"
TABLE = "arn:aws:dynamodb:{home}:{account}:table/steadyhand"


@pytest.fixture(scope="module")
def may(widest: Installation) -> dict[str, Any]:
    said: dict[str, Any] = permissions(widest.templates)
    return said


def test_only_where_a_tracker_is_named(widest: Installation, plainest: Installation) -> None:
    assert NAME in widest.named("AWS::Lambda::Function", "FunctionName")
    for kind, field in {
        "AWS::Lambda::Function": "FunctionName",
        "AWS::Scheduler::Schedule": "Name",
        "AWS::IAM::Role": "RoleName",
    }.items():
        assert not [name for name in plainest.named(kind, field) if "ticket" in name]


def test_it_may_use_the_ledger_and_read_one_parameter(may: dict[str, Any]) -> None:
    granted = {action: one["on"] for one in may[ROLE]["may"] for action in one["actions"]}
    tables = [TABLE, f"{TABLE}/index/by_id", f"{TABLE}/index/by_kind"]
    log = ["arn:aws:logs:{home}:{account}:log-group:/aws/lambda/steadyhand-tickets:*"]
    failed_messages = ["arn:aws:sqs:{home}:{account}:steadyhand-dead-letters"]
    assert granted == {
        "logs:CreateLogStream": log,
        "logs:PutLogEvents": log,
        "dynamodb:PutItem": tables,
        "dynamodb:Query": tables,
        "dynamodb:UpdateItem": tables,
        "ssm:GetParameter": ["arn:aws:ssm:{home}:{account}:parameter/steadyhand/tickets-token"],
        "sqs:SendMessage": failed_messages,
    }


def test_the_parameter_is_the_one_that_the_owner_names() -> None:
    app = App(context=flags())
    said = Settings(tickets="gitlab", tickets_project="a/b", tickets_token="/my/own")
    build(app, said, REGIONS)
    templates = {stack.stack_name: stack.template for stack in app.synth().stacks}
    on = [one["on"] for one in permissions(templates)[ROLE]["may"] if "ssm" in str(one["actions"])]
    assert on == [["arn:aws:ssm:{home}:{account}:parameter/my/own"]]


def test_it_is_called_every_hour_by_nobody_else(widest: Installation, may: dict[str, Any]) -> None:
    said = widest.named("AWS::Scheduler::Schedule", "Name")["steadyhand-tickets"]
    assert said["ScheduleExpression"] == "rate(1 hour)"
    assert json.loads(said["Target"]["Input"]) == {}
    assert said["Target"]["DeadLetterConfig"]["Arn"]
    granted = {action for one in may["steadyhand-ticketing"]["may"] for action in one["actions"]}
    assert granted == {"lambda:InvokeFunction", "sqs:SendMessage"}


def test_its_lease_outlives_it(widest: Installation) -> None:
    said = widest.named("AWS::Lambda::Function", "FunctionName")[NAME]
    assert said["Timeout"] < LEASE.total_seconds() < 3600


def test_its_failures_have_an_alarm_and_its_log_ends(widest: Installation) -> None:
    logs = widest.named("AWS::Logs::LogGroup", "LogGroupName")
    assert logs["/aws/lambda/steadyhand-tickets"]["RetentionInDays"] == 30


def test_its_code_is_an_asset_of_its_own(widest: Installation) -> None:
    made = widest.named("AWS::Lambda::Function", "FunctionName")
    keys = {name: said["Code"]["S3Key"] for name, said in made.items()}
    assert list(keys.values()).count(keys[NAME]) == 1


def test_the_zip_starts_and_holds_what_it_needs(tmp_path: Path) -> None:
    file = tmp_path / "function.zip"
    TICKETS.write(file, TARGETS["host"])
    with zipfile.ZipFile(file) as packed:
        names = packed.namelist()
        packed.extractall(tmp_path / "there")
    unwanted = ("boto3/", "botocore/", "jinja2/", "mjml/", "steadyhand/reports/", "steadyhand/cli/")
    assert not [name for name in names if name.startswith(unwanted)]
    assert file.stat().st_size < 20_000_000
    code = "import functions.tickets, github, gitlab; print(github.__file__)"
    run = subprocess.run(
        [sys.executable, "-P", "-c", code],
        cwd=tmp_path / "there",
        env={"PYTHONPATH": str(tmp_path / "there"), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.startswith(str(tmp_path / "there"))
    assert len({one.digest(TARGETS["host"]) for one in (TICKETS, FUNCTIONS, REPORTS)}) == 3
