"""One table of service names: as CloudTrail writes them, for every client that botocore has."""

from __future__ import annotations

import json
import re
from pathlib import Path

import botocore.session
import pytest

from steadyhand import reference
from steadyhand.readings.measures.deploys import DEPLOYS
from steadyhand.reference.cloudtrail import event_name, event_source
from steadyhand.sources.cloudtrail import DEPLOYING

BOTO = botocore.session.Session()


@pytest.mark.parametrize("client", BOTO.get_available_services())
def test_a_service_is_named_as_it_signs(client: str) -> None:
    """CloudTrail's eventSource is the signing name (CloudTrail record contents, `eventSource`)."""
    assert event_source(client) == BOTO.get_service_model(client).signing_name.lower()


@pytest.mark.parametrize(
    ("client", "name"),
    [
        ("efs", "elasticfilesystem"),
        ("apigatewayv2", "apigateway"),
        ("elb", "elasticloadbalancing"),
        ("opensearch", "es"),
        ("emr", "elasticmapreduce"),
        ("sesv2", "ses"),
        ("docdb", "rds"),
        ("cloudwatch", "monitoring"),
    ],
)
def test_names_that_recorded_events_have(client: str, name: str) -> None:
    assert event_source(client) == name


EVENTS = Path(__file__).parents[2] / "events"
NAMES = json.loads((Path(reference.__file__).parent / "cloudtrail.json").read_text())["event_names"]


def spellings(source: str) -> set[str]:
    """What events of a source are called, whichever client the call came by."""
    return {
        event_name(client, operation)
        for client in BOTO.get_available_services()
        if event_source(client) == source
        for operation in BOTO.get_service_model(client).operation_names
    }


@pytest.mark.parametrize("client", sorted(NAMES))
def test_what_is_renamed_is_an_operation(client: str) -> None:
    assert set(NAMES[client]) <= set(BOTO.get_service_model(client).operation_names)


@pytest.mark.parametrize(
    "file", [one for one in sorted(EVENTS.glob("*.json")) if '"AwsApiCall"' in one.read_text()]
)
def test_recorded_events_are_spelled_so(file: Path) -> None:
    detail = json.loads(file.read_text())["detail"]
    assert detail["eventName"] in spellings(detail["eventSource"].removesuffix(".amazonaws.com"))


@pytest.mark.parametrize("action", DEPLOYING)
def test_what_counts_as_a_deploy_is_spelled_so(action: str) -> None:
    services = ("lambda", "ecs", "codedeploy", "cloudformation", "codepipeline", "ssm")
    assert any(action in spellings(one) for one in (*services, "elasticbeanstalk"))


@pytest.mark.parametrize(("action", "source"), DEPLOYS.items())
def test_what_the_review_counts_is_spelled_so(action: str, source: str) -> None:
    assert action in spellings(source.removesuffix(".amazonaws.com"))


def test_the_emulator_spells_by_the_same_table() -> None:
    """It knows no name of its own: a date of Lambda's API, or a bucket's word for S3's operation."""
    spelling = Path(reference.__file__).parents[2] / "emulator" / "bridge" / "events"
    text = (spelling / "trail_spelling.py").read_text() + (spelling / "ec2_spelling.py").read_text()
    assert '"reference" / "cloudtrail.json"' in text
    assert not re.search(r"20\d{6}", text)
