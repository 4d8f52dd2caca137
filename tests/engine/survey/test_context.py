"""Context is read when the first item needs it, once, and let go where nobody can."""

from __future__ import annotations

from typing import Any

import pytest

from steadyhand.checks.exposure.open_admin_ports import OpenAdminPorts
from steadyhand.model import Unknown
from steadyhand.source import Each, Source
from steadyhand.sources.s3 import Buckets
from tests.engine.paper import (
    BUCKETS,
    DENIED,
    GROUPS,
    LISTS,
    Late,
    Paper,
    Plain,
    open_group,
    survey,
)

# Context that is read once somebody needs it.

BY_LIST = {
    "IpProtocol": "tcp",
    "FromPort": 22,
    "ToPort": 22,
    "PrefixListIds": [{"PrefixListId": "pl-1"}],
}
ENTRIES = {"Entries": [{"Cidr": "0.0.0.0/0"}]}


def test_context_nobody_needs_is_not_read() -> None:
    quiet = {"SecurityGroups": [{"GroupId": "sg-9", "IpPermissions": []}]}
    aws = Paper(DescribeSecurityGroups=quiet)
    assert survey(aws, OpenAdminPorts()) == []
    assert aws.actions() == ["DescribeSecurityGroups"]


@pytest.mark.parametrize("kind", [Paper, Late])
def test_context_is_read_when_the_first_item_needs_it(kind: type[Paper]) -> None:
    pages = [{"SecurityGroups": [open_group(f"sg-{n}", BY_LIST)]} for n in range(3)]
    aws = kind(
        DescribeSecurityGroups=[GROUPS, *pages],
        DescribeManagedPrefixLists=LISTS,
        GetManagedPrefixListEntries=ENTRIES,
    )
    found = survey(aws, OpenAdminPorts())
    assert len(found) == 4
    assert sorted(aws.actions()) == [
        "DescribeManagedPrefixLists",
        "DescribeSecurityGroupRules",
        "DescribeSecurityGroups",
        "DescribeVpcBlockPublicAccessOptions",
        "GetManagedPrefixListEntries",
    ]


def test_context_nobody_can_need_any_more_is_empty_even_where_the_subject_failed() -> None:
    (unknown,) = survey(Paper(DescribeSecurityGroups=DENIED), OpenAdminPorts())
    assert isinstance(unknown, Unknown)


def test_a_lazy_list_is_read_at_once_where_its_items_are_a_subject() -> None:
    lazy = Source[Any](
        operation="ec2:DescribeManagedPrefixLists",
        items="PrefixLists",
        key=lambda found: str(found["PrefixListId"]),
        only_if=lambda item: False,
    )

    class Entries(Plain):
        reads = (
            Each[Any](
                operation="ec2:GetManagedPrefixListEntries",
                items="Entries",
                of=lazy,
                ask=lambda name: {"PrefixListId": name},
            ),
        )

    aws = Paper(DescribeManagedPrefixLists=LISTS, GetManagedPrefixListEntries=ENTRIES)
    assert len(survey(aws, Entries())) == 2


def test_several_lists_nobody_needs_are_each_let_go_once() -> None:
    def lazy(operation: str) -> Source[Any]:
        return Source[Any](operation=operation, items="x", key=str, only_if=lambda _: False)

    class Patient(Plain):
        reads = (Buckets, lazy("ec2:DescribeVpcs"), lazy("ec2:DescribeSubnets"))

    class Other(Plain):
        reads = (Buckets, lazy("ec2:DescribeHosts"), Patient.reads[1])

    aws = Paper(ListBuckets=BUCKETS)
    assert len(survey(aws, Patient(), Other())) == 4
    assert aws.actions() == ["ListBuckets"]


def test_denied_lazy_context_makes_unknown_who_needs_it() -> None:
    groups = {"SecurityGroups": [open_group("sg-1", BY_LIST)]}
    aws = Paper(DescribeSecurityGroups=groups, DescribeManagedPrefixLists=DENIED)
    (unknown,) = survey(aws, OpenAdminPorts())
    assert unknown == Unknown("open_admin_ports", "eu-central-1", "you may not", "sg-1")
