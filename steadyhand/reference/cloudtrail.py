"""How CloudTrail and EventBridge name the services of AWS: one table for the product and its tests."""

from __future__ import annotations

from collections.abc import Mapping

from steadyhand.reference.dated import dated


def event_source(client: str) -> str:
    """A client's service as events name it, without `.amazonaws.com`: "sesv2" is `ses`."""
    known: Mapping[str, str] = dated("cloudtrail")["event_sources"]
    return known.get(client, client)
