"""What is read over TLS: which certificate a public host of ours serves."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from steadyhand.source import Each
from steadyhand.sources.acm import Certificates
from steadyhand.sources.apigateway import DomainNames
from steadyhand.sources.cloudfront import Distributions
from steadyhand.sources.route53 import Records

LEADING = ("A", "AAAA", "CNAME")
"""The types of record that lead to a host."""

ESCAPED = "\\052"
"""How Route 53 writes the star of a wildcard."""


def host_of(pair: Any) -> str:
    """The name of a record, as a client asks for it."""
    return str(pair[1]["Name"]).rstrip(".").lower()


def is_host(pair: Any) -> bool:
    """Does a record lead to one host? Wildcards and names for machines (`_dmarc`) do not."""
    name = str(pair[1].get("Name") or "")
    odd = ("*", "_", ESCAPED)
    return pair[1].get("Type") in LEADING and not any(
        label.startswith(odd) for label in name.split(".")
    )


def hosts_of(item: Any) -> tuple[str, ...]:
    """The hosts that an item names: a record, a distribution, an API's domain, a certificate that AWS serves."""
    if isinstance(item, tuple):
        return (host_of(item),) if is_host(item) else ()
    aliases = item.get("Aliases") or {}
    said = [
        *(aliases.get("Items") or ()),
        item.get("domainName") or "",
        *(item.get("SubjectAlternativeNameSummaries") or () if item.get("InUse") else ()),
    ]
    named = (str(one).rstrip(".").lower() for one in said)
    return tuple(dict.fromkeys(one for one in named if HOST.fullmatch(one)))


HOST = re.compile(r"(?:[a-z0-9][a-z0-9-]*\.)+[a-z0-9-]+", re.ASCII)

Handshakes: Each[Mapping[str, Any]] = Each(
    operation="tls:Handshake",
    items="",
    of=Records,
    also=(Distributions, DomainNames, Certificates),
    by=hosts_of,
    ask=lambda host: {"Host": host, "Port": 443},
    gone=frozenset({"Refused", "NotPublic", "NoSuchName"}),
)
"""Pairs of a host and what it served (`clients/tls.py`), one a host, whoever names it.

The names are those of our zones, and where the DNS is somebody else's those that distributions, APIs and the
certificates of load balancers have. Where nothing listens or leads nothing is served, and what is not public is
not the internet's; every other failure is one.
"""
