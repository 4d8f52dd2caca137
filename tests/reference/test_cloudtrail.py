"""One table of service names: as CloudTrail writes them, for every client that botocore has."""

from __future__ import annotations

import botocore.session
import pytest

from steadyhand.reference.cloudtrail import event_source

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
