"""How CloudTrail and EventBridge name the services of AWS: one table for the product and its tests."""

from __future__ import annotations

from collections.abc import Mapping

from steadyhand.reference.dated import dated


def event_source(client: str) -> str:
    """A client's service as events name it, without `.amazonaws.com`: "sesv2" is `ses`."""
    known: Mapping[str, str] = dated("cloudtrail")["event_sources"]
    return known.get(client, client)


def event_name(client: str, operation: str) -> str:
    """An operation of a client as events name it: Lambda's `CreateFunction` is `CreateFunction20150331`."""
    known: Mapping[str, Mapping[str, str]] = dated("cloudtrail")["event_names"]
    return known.get(client, {}).get(operation, operation)
