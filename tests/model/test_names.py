"""A thing is called by a name, and by an id only where it has none."""

from __future__ import annotations

import pytest

from steadyhand.model.names import short_name, what
from tests.formats.made_up import finding

UUID = "4d62e404-672d-40b8-bb45-1b11f4e231dc"
ARN = "arn:aws:{}:eu-west-1:111122223333:{}"


@pytest.mark.parametrize(
    ("service", "last", "summary", "name"),
    [
        ("acm", f"certificate/{UUID}", "the imported certificate of shop.leaf.example expires on 2026-12-17", "shop.leaf.example"),
        ("acm", f"certificate/{UUID}", "ACM cannot renew the certificate of *.leaf.example: _x is missing", "*.leaf.example"),
        ("acm", f"certificate/{UUID}", "the certificate expires on 2026-12-17", "certificate 4d62e404"),
        ("kms", f"key/{UUID}", "the key is deleted on 2026-12-17", "key 4d62e404"),
        ("guardduty", "detector/3cf6b407af4a40a69c0893cf6b407af4", "GuardDuty looks at nothing", "detector 3cf6b407"),
        ("lambda", "function:deadbeef", "deadbeef runs on python3.9", "deadbeef"),
        ("sqs", "orders", "orders keeps its messages unencrypted", "orders"),
        ("logs", "log-group:/ecs/api", "/ecs/api keeps its logs for ever", "/ecs/api"),
    ],
)  # fmt: skip
def test_an_id_that_tells_nothing_is_no_name(
    service: str, last: str, summary: str, name: str
) -> None:
    one = finding(resource=ARN.format(service, last), key=last, summary=summary)
    assert short_name(one) == name
    assert what(one)


def test_a_name_that_somebody_gave_stands_first() -> None:
    one = finding(resource=ARN.format("kms", f"key/{UUID}"), tags={"Name": "orders"})
    assert short_name(one) == "orders"
