"""What is asked of AWS is what AWS takes, and what it answers becomes things, links and owners."""

from __future__ import annotations

from collections import Counter

import pytest
from botocore import xform_name
from botocore.session import Session
from botocore.validate import ParamValidator

from steadyhand.model import Call
from steadyhand.readings.inventory.read import METRICS, SOURCES, permissions
from steadyhand.rhythm.first.facts import Thing
from steadyhand.sources.cloudtrail import PAGES, deploys
from tests.reports.accounts import first, first_answers
from tests.reports.accounts.doubles import SETTINGS

SESSION = Session()


@pytest.fixture(scope="module")
def things() -> dict[str, Thing]:
    facts, _ = first.look(first_answers.USUAL)
    return {one.name: one for one in facts.seen.things}


def test_every_call_is_one_that_aws_takes() -> None:
    shared = {"FileSystems": [{"FileSystemId": "fs-1", "FileSystemArn": "arn:fs", "Tags": []}]}
    client = first.Client({**first_answers.USUAL, "efs:DescribeFileSystems": shared})
    from steadyhand.readings.inventory.read import look

    look(
        [],
        [client],
        SETTINGS,
        lambda: first_answers.NOW,
        has_ledger=False,
        identity="me",
    )
    for call in client.calls:
        service = SESSION.get_service_model(call.service)
        shape = service.operation_model(call.operation).input_shape
        found = ParamValidator().validate(dict(call.params), shape) if shape else None
        assert not (found and found.has_errors()), (call, found and found.generate_report())
    assert {call.action for call in client.calls} >= {one.operation for one in SOURCES}


@pytest.mark.parametrize("source", SOURCES, ids=lambda one: one.operation)
def test_items_lie_where_aws_puts_them(source: object) -> None:
    service, _, operation = source.operation.partition(":")  # type: ignore[attr-defined]
    shape = SESSION.get_service_model(service).operation_model(operation).output_shape
    assert xform_name(operation)
    for part in filter(None, source.items.split(".")):  # type: ignore[attr-defined]
        while shape.type_name == "list":
            shape = shape.member
        assert part in shape.members, (operation, part)
        shape = shape.members[part]


def test_each_list_is_read_once_for_checks_and_map() -> None:
    client = first.Client(first_answers.USUAL)
    from steadyhand.catalogue import discovery as catalogue
    from steadyhand.readings.inventory.read import look

    look(
        catalogue.load(),
        [client],
        SETTINGS,
        lambda: first_answers.NOW,
        has_ledger=False,
        identity="me",
    )
    asked = Counter((call.action, repr(sorted(call.params.items()))) for call in client.calls)
    lists = {"rds:DescribeDBInstances", "lambda:ListFunctions", "ec2:DescribeSecurityGroups"}
    assert {action for action, _ in asked} >= lists
    assert {n for (action, _), n in asked.items() if action in lists} == {1}


def test_things_are_what_they_are(things: dict[str, Thing]) -> None:
    assert things["api"].is_open
    assert things["api"].to == (first_answers.SERVICE,)
    assert things["app.larkfield.example"].to == (first_answers.BALANCER,)
    assert things["jobs"].to == (first_answers.IMAGES,)
    assert things["webhooks"].to == (first_answers.PDF,), "the alias is the function"
    assert things["webhooks"].says == "SQS, no DLQ"
    assert things["jobs-dlq"].says == "SQS", "who holds dead letters needs none"
    assert (things["intake"].tier, things["images"].tier) == ("Services", "Workers")
    assert (things["billing-db"].is_saved, things["app-db"].is_saved) == (False, True)
    assert things["api-svc"].rolls_back is False
    assert things["staging-sessions"].environment == "staging"
    assert things["images"].owner == "stack app"
    assert things["api"].owner == "Terraform"
    assert things["pdf"].hands_off


def test_a_backup_of_aws_backup_counts() -> None:
    billing = first_answers.arn("rds", "db:billing-db")
    said = {
        **first_answers.USUAL,
        "backup:ListProtectedResources": {
            "Results": [{"ResourceArn": billing, "LastBackupTime": first_answers.NOW}]
        },
    }
    facts, _ = first.look(said)
    (found,) = [one for one in facts.seen.things if one.arn == billing]
    assert found.is_saved
    assert found.backup == "AWS Backup, last on 3 June"


def test_ours_is_not_theirs() -> None:
    said = {
        "lambda:ListFunctions": {
            "Functions": [
                {
                    "FunctionName": name,
                    "FunctionArn": first_answers.arn("lambda", f"function:{name}"),
                }
                for name in ("steadyhand-sweep", "steadyhandler")
            ]
        },
        "cloudformation:ListStacks": {
            "StackSummaries": [
                {
                    "StackId": "s",
                    "StackName": "steadyhand",
                    "DriftInformation": {
                        "StackDriftStatus": "IN_SYNC",
                        "LastCheckTimestamp": first_answers.NOW,
                    },
                }
            ]
        },
        "cloudformation:ListStackResources": {
            "StackResourceSummaries": [
                {
                    "ResourceType": "AWS::Lambda::Function",
                    "PhysicalResourceId": "steadyhand-sweep",
                }
            ]
        },
    }
    facts, _ = first.look(said)
    assert [one.name for one in facts.seen.things] == ["steadyhandler"]


def test_calls_that_failed_deployed_nothing() -> None:
    facts, _ = first.look(first_answers.USUAL)
    assert {(one.by, one.count) for one in facts.seen.paths} == {
        ("github-deploy", 12),
        ("jonas", 3),
    }


def test_cloudtrail_is_asked_in_bounds() -> None:
    talk, said, asked = deploys(first_answers.NOW), None, []
    while True:
        try:
            step = talk.send(said)  # type: ignore[arg-type]
        except StopIteration as end:
            found = end.value
            break
        if isinstance(step, Call):
            asked.append(step)
        said = {"Events": [], "NextToken": f"more-{len(asked)}"} if isinstance(step, Call) else {}
    assert len(asked) == PAGES * len(found)
    assert all(one.cut for one in found)
    assert len(asked) * 0.55 < 30, "half a minute a region"


def test_metrics_are_packed() -> None:
    facts, _ = first.look(first.crowd())
    assert facts.seen.calls < 600 + 500 + 1_000, (
        "of each function that takes events its destinations are asked"
    )
    client = first.Client(first.crowd())
    from steadyhand.readings.inventory.read import look

    look(
        [],
        [client],
        SETTINGS,
        lambda: first_answers.NOW,
        has_ledger=False,
        identity="me",
    )
    assert client.counts["cloudwatch:GetMetricData"] == 4, "2,000 questions, 500 to a call"


def test_every_read_is_in_the_permissions() -> None:
    named = set(permissions())
    assert all(set(one.permissions) <= named for one in SOURCES)
    assert "cloudwatch:GetMetricData" in named
    assert "lambda:ListVersionsByFunction" in named
    assert METRICS
