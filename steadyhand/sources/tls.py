"""What is read over TLS: which certificate a public host serves. The hosts are those of our own zones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from steadyhand.source import Each
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


Handshakes: Each[Mapping[str, Any]] = Each(
    operation="tls:Handshake",
    items="",
    of=Records,
    when=is_host,
    by=host_of,
    ask=lambda host: {"Host": host, "Port": 443},
    gone=frozenset({"Refused", "NotPublic"}),
)
"""Pairs of a host and what it served (`clients/tls.py`), one a host. Where nothing listens nothing is served,
and what is not public is not the internet's; every other failure is one."""
