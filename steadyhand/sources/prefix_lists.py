"""Prefix lists that the owner made: a security group may name one instead of a range."""

from __future__ import annotations

from typing import TYPE_CHECKING

from steadyhand.model import at
from steadyhand.source import Each, Source

if TYPE_CHECKING:
    from types_boto3_ec2.type_defs import ManagedPrefixListTypeDef, PrefixListEntryTypeDef

PrefixLists: Source[ManagedPrefixListTypeDef] = Source(
    operation="ec2:DescribeManagedPrefixLists",
    items="PrefixLists",
    key=lambda found: str(found["PrefixListId"]),
    params={"MaxResults": 100},
    only_if=lambda group: any(at(group, "IpPermissions.PrefixListIds.PrefixListId")),
)

PrefixListEntries: Each[PrefixListEntryTypeDef] = Each(
    operation="ec2:GetManagedPrefixListEntries",
    items="Entries",
    of=PrefixLists,
    when=lambda found: found.get("OwnerId") != "AWS",
    ask=lambda name: {"PrefixListId": name},
)
