"""What is read of registries: until when the domains of our zones are registered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from steadyhand.source import Each
from steadyhand.sources.route53 import HostedZones

NO_REGISTRY = frozenset(
    {"arpa", "corp", "example", "home", "internal", "invalid", "lan", "local", "localhost", "test"}
)
"""Names that nobody registers: RFC 2606, RFC 6761, RFC 6762, and .internal by ICANN's decision of 2024."""

SECOND = frozenset(
    {"ac", "co", "com", "edu", "go", "gob", "gov", "ltd", "me", "ne", "net", "or", "org"}
)
"""Second labels under which countries register: co.uk, com.au, or.jp."""


def registered_name(zone: Any) -> str:
    """The domain that is registered, of a zone in it: the last two labels, or three under a country's co or com."""
    labels = str(zone.get("Name") or "").rstrip(".").lower().split(".")
    deep = len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in SECOND
    return ".".join(labels[-3:] if deep else labels[-2:])


def is_registered_somewhere(zone: Any) -> bool:
    """A public zone of a domain that has a registry."""
    name = registered_name(zone)
    private = zone.get("Config", {}).get("PrivateZone")
    return not private and "." in name and name.rpartition(".")[2] not in NO_REGISTRY


Registrations: Each[Mapping[str, Any]] = Each(
    operation="rdap:Domain",
    items="",
    of=HostedZones,
    when=is_registered_somewhere,
    by=registered_name,
    ask=lambda name: {"Name": name},
)
"""Pairs of a domain and what its registry says (`clients/rdap.py`), one a domain, however many zones it has."""
