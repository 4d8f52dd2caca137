"""What is read of Route 53: the zones we host and what is in them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from steadyhand.source import Each, Source
from steadyhand.sources.acm import needs_validation

if TYPE_CHECKING:
    from types_boto3_route53.type_defs import HostedZoneTypeDef, ResourceRecordSetTypeDef

HostedZones: Source[HostedZoneTypeDef] = Source(
    operation="route53:ListHostedZones",
    items="HostedZones",
    key=lambda zone: str(zone["Id"]),
    is_global=True,
    only_if=needs_validation,
)

Records: Each[ResourceRecordSetTypeDef] = Each(
    operation="route53:ListResourceRecordSets",
    items="ResourceRecordSets",
    of=HostedZones,
    when=lambda zone: not zone.get("Config", {}).get("PrivateZone"),
    ask=lambda zone: {"HostedZoneId": zone},
    gone=frozenset({"NoSuchHostedZone"}),
)

ZoneTags: Each[Mapping[str, Any]] = Each(
    operation="route53:ListTagsForResource",
    items="ResourceTagSet",
    of=HostedZones,
    ask=lambda zone: {"ResourceType": "hostedzone", "ResourceId": zone.rpartition("/")[2]},
    gone=frozenset({"NoSuchHostedZone"}),
)
