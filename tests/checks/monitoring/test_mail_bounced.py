"""Mails of ours that came back. moto keeps no suppression list: recorded answers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from steadyhand.checks.monitoring.mail_bounced import MailBounced
from steadyhand.model import ReadFailed, Unknown
from steadyhand.sources.ses import Subscriptions, SuppressedPeople
from tests.checks.recorded import outcomes, spot
from tests.verbs import found, planned

CHECK = MailBounced()
TOPIC = "arn:aws:sns:eu-central-1:123456789012:steadyhand-alarms"
ELSEWHERE = "arn:aws:sns:eu-central-1:123456789012:orders"
SINCE = datetime(2026, 10, 5, 9, tzinfo=UTC)


def reader(address: str, topic: str = TOPIC, protocol: str = "email", **more: str) -> Any:
    known = {
        "SubscriptionArn": f"{topic}:0b2c-{len(address)}",
        "Owner": "123456789012",
        "Protocol": protocol,
        "Endpoint": address,
        "TopicArn": topic,
    }
    return known | more


def listed(address: str, reason: str = "BOUNCE") -> dict[str, Any]:
    return {"EmailAddress": address, "Reason": reason, "LastUpdateTime": SINCE}


BAD = {
    SuppressedPeople: [
        ("ops@example.com", listed("ops@example.com")),
        ("Maya@example.com", listed("maya@example.com", "COMPLAINT")),
        ("new@example.com", listed("new@example.com")),
    ],
    Subscriptions: [
        reader("ops@example.com"),
        reader("maya@example.com"),
        reader("new@example.com", SubscriptionArn="PendingConfirmation"),
    ],
}
GOOD = {
    SuppressedPeople: [("customer@example.org", listed("customer@example.org"))],
    Subscriptions: [
        reader("ops@example.com"),
        reader("customer@example.org", ELSEWHERE),
        reader("arn:aws:sqs:eu-central-1:123456789012:q", protocol="sqs"),
    ],
}


def test_it_says_who_and_why() -> None:
    bounced, complained, pending = found(CHECK, BAD)
    assert bounced.summary == (
        "mails of ours to ops@example.com do not arrive since 2026-10-05: it bounced"
    )
    assert complained.summary.endswith("it was called spam")
    assert bounced.resource.startswith(f"{TOPIC}:")
    assert pending.resource == TOPIC
    assert planned(CHECK, bounced) == []


def answers(*suppressed: str, denied: str = "") -> Mapping[str, Any]:
    readers = [*BAD[Subscriptions], *GOOD[Subscriptions][1:]]

    def look(asked: Mapping[str, Any]) -> Any:
        address = asked["EmailAddress"]
        assert address != "customer@example.org", "nobody else's readers are asked for"
        if denied:
            return ReadFailed(denied, "no")
        if address not in suppressed:
            return ReadFailed("NotFoundException", "not on the list")
        return {"SuppressedDestination": listed(address)}

    return {
        "sns:ListSubscriptions": lambda _: {"Subscriptions": readers},
        "sesv2:GetSuppressedDestination": look,
    }


def test_spot() -> None:
    spot(CHECK, answers("ops@example.com"), {"ops@example.com"})


@pytest.mark.parametrize("key", ["ops@example.com", "customer@example.com"])
def test_an_event_asks_for_one_address(key: str) -> None:
    seen = outcomes(CHECK, answers("ops@example.com"), only=key)
    assert [one.key for one in seen] == ([key] if key.startswith("ops") else [])


def test_what_may_not_be_read_is_no_pass() -> None:
    seen = outcomes(CHECK, answers(denied="AccessDeniedException"))
    assert len(seen) == 3
    assert all(isinstance(one, Unknown) for one in seen)
