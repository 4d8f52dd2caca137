"""What is read of Cloudflare: zones, how they speak with what stands behind, and what that is.

A token needs Zone: Read, Zone Settings: Read and DNS: Read of the zones it is for
(developers.cloudflare.com/fundamentals/api/reference/permissions).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from ipaddress import ip_address
from typing import Any

from steadyhand.source import Each, Source

ID = re.compile(r"[0-9a-f]{32}")
HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z0-9-]+", re.ASCII)

CLOUDFLARES = (".cfargotunnel.com", ".pages.dev", ".r2.dev", ".workers.dev")
"""Behind these names stands Cloudflare itself, and a tunnel is encrypted whatever the mode:
developers.cloudflare.com/cloudflare-one/networks/connectors/cloudflare-tunnel/routing-to-tunnel/dns."""


def is_served(zone: Any) -> bool:
    """Does Cloudflare answer for it?"""
    return zone.get("status") == "active" and not zone.get("paused")


def path(zone: str, rest: str) -> Mapping[str, str]:
    """What to ask of one zone; an id that is none asks for nothing else."""
    return {"Path": f"/zones/{zone if ID.fullmatch(zone) else 'none'}/{rest}"}


def target_of(pair: Any) -> str:
    """Where a record leads, if Cloudflare stands before it and something else behind; else nothing."""
    record = pair[1]
    said = str(record.get("content") or "").rstrip(".").lower()
    if record.get("proxied") is not True or said.endswith(CLOUDFLARES):
        return ""
    if record.get("type") == "CNAME":
        return said if HOST.fullmatch(said) else ""
    try:
        address = ip_address(said)
    except ValueError:
        return ""
    return said if address.is_global else ""


def host_of(pair: Any) -> str:
    """The name of a record, if it is that of one host; else nothing."""
    said = str(pair[1].get("name") or "").rstrip(".").lower()
    return said if HOST.fullmatch(said) else ""


Zones: Source[Mapping[str, Any]] = Source(
    operation="cloudflare:Get",
    items="result",
    key=lambda zone: str(zone["id"]),
    params={"Path": "/zones?per_page=50"},
    is_global=True,
)

SslModes: Each[Mapping[str, Any]] = Each(
    operation="cloudflare:Get",
    items="result",
    of=Zones,
    when=is_served,
    ask=lambda zone: path(zone, "settings/ssl"),
    is_global=True,
)
"""Pairs of a zone and its setting, whose `value` is the mode: developers.cloudflare.com/ssl/origin-configuration/ssl-modes."""

DnsRecords: Each[Mapping[str, Any]] = Each(
    operation="cloudflare:Get",
    items="result",
    of=Zones,
    when=is_served,
    ask=lambda zone: path(zone, "dns_records?proxied=true&per_page=100"),
    is_global=True,
)
"""Pairs of a zone and one of its records that Cloudflare stands before."""

Origins: Each[Mapping[str, Any]] = Each(
    operation="tls:Handshake",
    items="",
    of=DnsRecords,
    when=lambda pair: bool(host_of(pair) and target_of(pair)),
    by=lambda pair: f"{host_of(pair)} {target_of(pair)}",
    ask=lambda key: {
        "Name": key.partition(" ")[0],
        "Host": key.partition(" ")[2],
        "Port": 443,
    },
    gone=frozenset({"NoConnection", "NoSuchName", "NotPublic", "Refused"}),
    is_global=True,
)
"""Pairs of a host with where it leads, and what is served there to who asks for the host, as Cloudflare does.

One that lets in nobody but Cloudflare, as one should, does not answer us: nothing is said of it.
"""
