"""Leaving: shown first, asked for, stopped before anything goes, and nothing goes that was not taken along.

CloudFormation is moto's, which deletes what a template retains; that it stays is proven on the emulator
(`tests/emulator/test_leaving.py`).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import boto3
import pytest

from steadyhand.aws.client import Botocore
from steadyhand.model import Answer, Call, ChangeState, ReadFailed
from steadyhand.settings.deployed import SERVICE, STORAGE, TABLE, forwarder_stack, reports
from steadyhand.settings.values import Settings
from tests.cli.acting import engine, sweep
from tests.cli.deployed import INES
from tests.cli.terminal import REGION, Output, deploy, open_ssh, recording, say
from tests.reconcilers import check_named

pytestmark = pytest.mark.moto
ACCOUNT = "123456789012"
FAR = "us-east-1"
BUCKET = reports(ACCOUNT, REGION)
SWITCH = Settings().stop_parameter


def template(bucket: str = "", queue: str = "work") -> str:
    made: dict[str, Any] = {
        "Queue": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": queue}}
    }
    if bucket:
        kept = {"DeletionPolicy": "RetainExceptOnCreate", "Properties": {"BucketName": bucket}}
        made["Bucket"] = {"Type": "AWS::S3::Bucket", **kept}
    return json.dumps({"Resources": made})


@pytest.fixture
def waited(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """No second passes; how long was waited for what."""
    found: list[float] = []
    monkeypatch.setattr(Botocore, "wait", lambda _, seconds: found.append(seconds))
    return found


@pytest.fixture
def installed(aws: None, waited: list[float]) -> None:
    """Deployed, with one further region."""
    deploy()
    for region, name, written in (
        (REGION, STORAGE, template(BUCKET, "kept")),
        (REGION, SERVICE, template()),
        (FAR, forwarder_stack(FAR), template()),
    ):
        formation = boto3.client("cloudformation", region_name=region)
        formation.create_stack(StackName=name, TemplateBody=written)
    s3 = boto3.client("s3", region_name=REGION)
    s3.put_object(Bucket=BUCKET, Key="reviews/2026-W40/mail.html", Body=b"<p>hello</p>")


def stacks() -> list[str]:
    return [
        one["StackName"]
        for region in (FAR, REGION)
        for one in boto3.client("cloudformation", region_name=region).describe_stacks()["Stacks"]
    ]


def switch() -> str:
    ssm = boto3.client("ssm", region_name=REGION)
    return str(ssm.get_parameter(Name=SWITCH)["Parameter"]["Value"])


def untouched(said: Output, *words: str) -> None:
    assert (said.code, sorted(stacks()), switch()) == (
        5,
        sorted([SERVICE, STORAGE, forwarder_stack(FAR)]),
        "go",
    )
    assert all(word in said.err for word in words), said.err


def test_a_dry_run_says_what_goes_and_what_stays(installed: None) -> None:
    said = say("uninstall", "--dry-run")
    assert said.code == 0, said.err
    goes, _, stays = said.out.partition("What stays")
    order = [goes.index(f"stack {name} in") for name in (forwarder_stack(FAR), SERVICE, STORAGE)]
    assert order == sorted(order)
    assert f"stack {STORAGE} in {REGION}: 1 resources" in goes
    assert f"bucket {BUCKET} in {REGION}" in stays
    assert f"table {TABLE} in {REGION}" in stays
    assert (len(stacks()), switch()) == (3, "go")


def test_who_depends_goes_first_and_only_after_it_was_stopped_and_taken_along(
    installed: None, waited: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    open_ssh()
    sweep()
    gone: list[str] = []
    paced = Botocore.paced

    def noted(self: Botocore, call: Call, send: Callable[[], Answer]) -> Answer:
        if call.operation in {"PutParameter", "Scan", "GetObject"}:
            gone.append(call.operation)
        if call.operation == "DeleteStack":
            assert waited[0] > 29  # a function obeys the switch within 30 seconds
            gone.append(call.params["StackName"].split("/")[1])
        return paced(self, call, send)

    monkeypatch.setattr(Botocore, "paced", noted)
    said = say("uninstall", "--yes", "--out", "taken")
    assert said.code == 0, said.err
    assert gone == ["PutParameter", "GetObject", "Scan", forwarder_stack(FAR), SERVICE, STORAGE]
    assert (stacks(), switch()) == ([], "uninstalled")
    rows = [json.loads(one)["Item"] for one in Path("taken/ledger.jsonl").read_text().splitlines()]
    table = boto3.client("dynamodb", region_name=REGION).scan(TableName=TABLE)["Items"]
    key = lambda row: (row["pk"]["S"], row["sk"]["S"])  # noqa: E731
    assert sorted(rows, key=key) == sorted(table, key=key)
    assert Path("taken/documents/reviews/2026-W40/mail.html").read_bytes() == b"<p>hello</p>"
    assert "open_admin_ports" in Path("taken/backlog.json").read_text()


def test_nobody_there_to_answer_is_no_yes(installed: None) -> None:
    said = say("uninstall")
    assert (said.code, len(stacks()), switch()) == (2, 3, "go")
    assert "--yes" in said.err


@pytest.mark.parametrize(("answer", "goes"), [(ACCOUNT, True), ("y", False), ("", False)])
def test_the_accounts_number_is_the_yes(
    installed: None, monkeypatch: pytest.MonkeyPatch, answer: str, goes: bool
) -> None:
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("typer.prompt", lambda *_, **__: answer)
    said = say("uninstall", "--out", "taken")
    if goes:
        assert (said.code, stacks()) == (0, [])
    else:
        untouched(said, "not the account's number")


def test_a_protected_stack_is_said_before_anything_is_touched(
    installed: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DeleteStack fails for it ("Protecting a stack from being deleted"); moto knows no protection."""
    ask = Botocore.ask

    def protected(self: Botocore, call: Call) -> Answer:
        answer = ask(self, call)
        if call.operation == "DescribeStacks" and call.params["StackName"] == SERVICE:
            answer["Stacks"][0]["EnableTerminationProtection"] = True
        return answer

    monkeypatch.setattr(Botocore, "ask", protected)
    untouched(say("uninstall", "--yes"), SERVICE, "protected", "--no-enable-termination-protection")


def test_a_change_under_way_is_waited_for_and_never_cut_off(
    installed: None, waited: list[float]
) -> None:
    open_ssh()
    name = sweep()["open_admin_ports"]
    deployed = engine()
    record = deployed.ledger.record(name)
    assert record is not None
    change = deployed.fix(check_named("open_admin_ports"), record, INES)
    deployed.ledger.put(replace(change, state=ChangeState.DOING))

    said = say("uninstall", "--yes", "--out", "taken")
    assert said.code == 5
    assert f"till under way: {change.id}" in said.err
    assert sum(waited) > 300
    assert (len(stacks()), switch()) == (3, "uninstalled")

    assert say("uninstall", "--yes", "--out", "taken", "--unfinished").code == 0
    assert f"# {change.id}, " in Path("taken/undo.sh").read_text()
    assert stacks() == []


def test_what_cannot_be_taken_along_is_not_destroyed(installed: None) -> None:
    s3 = boto3.client("s3", region_name=REGION)
    s3.put_object(Bucket=BUCKET, Key="portal/../../../etc/passwd", Body=b"x")
    said = say("uninstall", "--yes", "--out", "taken")
    assert said.code == 5
    assert "cannot be a file here" in said.err
    assert len(stacks()) == 3
    assert not Path("etc").exists()


def test_a_folder_that_others_may_write_to_takes_nothing(installed: None) -> None:
    Path("taken").mkdir()
    Path("taken").chmod(0o777)
    untouched(say("uninstall", "--yes", "--out", "taken"), "chmod go-w")


def test_a_stack_that_does_not_go_is_named_with_its_reason(
    installed: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A resource that cannot be deleted ends in DELETE_FAILED with a reason ("Stack status codes")."""
    ask, pages = Botocore.ask, Botocore.pages

    def failing(self: Botocore, call: Call) -> Answer:
        answer = ask(self, call)
        is_ours = SERVICE + "/" in str(call.params.get("StackName"))
        if call.operation == "DescribeStacks" and is_ours:
            answer["Stacks"][0]["StackStatus"] = "DELETE_FAILED"
        return answer

    def listed(self: Botocore, call: Call) -> Any:
        if call.operation != "ListStackResources" or not call.params["StackName"].startswith("arn"):
            return pages(self, call)
        queue = {
            "LogicalResourceId": "Queue",
            "PhysicalResourceId": "work",
            "ResourceType": "AWS::SQS::Queue",
            "ResourceStatus": "DELETE_FAILED",
            "ResourceStatusReason": "you may not delete it",
        }
        return iter([{"StackResourceSummaries": [queue]}])

    monkeypatch.setattr(Botocore, "ask", failing)
    monkeypatch.setattr(Botocore, "pages", listed)
    said = say("uninstall", "--yes", "--out", "taken")
    assert said.code == 1
    assert f"{SERVICE} in {REGION} is not deleted: work: you may not delete it" in said.err
    assert STORAGE in stacks()


def test_a_region_that_may_not_be_looked_at_is_not_called_empty(
    installed: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A service control policy can close a region ("Deny access to AWS based on the requested Region")."""
    ask = Botocore.ask

    def closed(self: Botocore, call: Call) -> Answer:
        if self.region == FAR and call.service == "cloudformation":
            raise ReadFailed("AccessDenied", "with an explicit deny in a service control policy")
        return ask(self, call)

    monkeypatch.setattr(Botocore, "ask", closed)
    said = say("uninstall", "--dry-run")
    assert said.code == 0
    assert f"not looked at: {FAR} (AccessDenied)" in said.out


def test_where_nothing_is_deployed_it_only_looks(
    aws: None, monkeypatch: pytest.MonkeyPatch, waited: list[float]
) -> None:
    with recording(monkeypatch) as calls:
        said = say("uninstall", "--yes")
    assert said.code == 0
    assert "No stack of Steadyhand" in said.out
    reads = ("Describe", "Get", "List", "Head")
    assert not [one for one in calls if not one.partition(":")[2].startswith(reads)]
