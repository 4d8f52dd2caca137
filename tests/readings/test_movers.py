"""What moved the bill, and who did it, as far as AWS tells."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from steadyhand.model import (
    Call,
    ReadFailed,
)
from steadyhand.rhythm.cost.comparison import cost_of
from tests.readings.billed_account import EC2, OTHER, BilledAccount, cost, days, mover, risen, said
from tests.reports.accounts import doubles, stories
from tests.reports.accounts.explorer import Done
from tests.reports.accounts.ledger_rows import at, record


def test_the_difference_is_split_and_adds_up() -> None:
    found = cost_of(stories.usual().facts())
    assert found
    line = said(found.split)
    assert line == "price +$22, usage −$493, new +$170, gone ±$0, unexplained +$17"
    told = [
        float(part.split()[-1].translate(str.maketrans("−±", "- ", "$+")))
        for part in line.split(", ")
    ]
    assert found.change is not None
    assert abs(sum(told) - found.change) < 3


def test_what_cannot_be_read_says_why() -> None:
    class Narrow(doubles.Client):
        def ask(self, call: Call) -> Any:
            if call.params.get("Metrics") == ["UnblendedCost", "UsageQuantity"]:
                raise ReadFailed("AccessDeniedException", "no")
            if "LookupAttributes" in call.params:
                raise ReadFailed("ThrottlingException", "no")
            return super().ask(call)

    billed = BilledAccount()
    billed.client = Narrow(bill=risen(date(2026, 5, 14)))
    found = cost(billed)
    assert (found.split, found.split_unread) == ((), "AccessDeniedException")
    assert said(found.movers[0].cause) == "cause not read (ThrottlingException)"
    assert found.own is None
    assert "steadyhand:part" in found.own_unread


@pytest.mark.parametrize(
    ("deeds", "cause"),
    [
        (
            [Done(at(5, 14), EC2, "CreateNatGateway", "deploy-role", "nat-1")],
            "likely: deploy-role ran CreateNatGateway on 14 May (nat-1)",
        ),
        (
            [Done(at(5, 13, n), EC2, "RunInstances", "maya", f"i-{n}") for n in range(3)],
            "likely: maya ran RunInstances 3 times, first on 13 May",
        ),
        (
            [
                Done(at(5, 14), EC2, "ModifyVolume", "maya"),
                Done(at(5, 15), EC2, "CreateNatGateway", "ci"),
            ],
            "likely: ci ran CreateNatGateway on 15 May",
        ),
        (
            [Done(at(5, 14), "cloudformation.amazonaws.com", "ExecuteChangeSet", "ci", "shop")],
            "unknown: it rose on 14 May, and ci ran ExecuteChangeSet on 14 May (shop)",
        ),
    ],
)
def test_who_changed_it(deeds: list[Done], cause: str) -> None:
    billed = BilledAccount(bill=risen(date(2026, 5, 14)), deeds=deeds)
    assert said(mover(billed).cause) == cause


@pytest.mark.parametrize(
    "deed",
    [
        Done(at(5, 11, 23), EC2, "CreateNatGateway", "maya"),
        Done(at(5, 17), EC2, "CreateNatGateway", "maya"),
        Done(at(5, 14), EC2, "DeleteNatGateway", "maya"),
        Done(at(5, 14), EC2, "CreateTags", "maya"),
        Done(at(5, 14), EC2, "CreateNatGateway", "maya", failed=True),
        Done(at(5, 14), EC2, "CreateNatGateway", "maya", read_only=True),
        Done(at(5, 14), "rds.amazonaws.com", "CreateDBInstance", "maya"),
    ],
)
def test_who_did_not_change_it(deed: Done) -> None:
    """Too early, too late, the other way, for nothing, refused, only looked, elsewhere."""
    billed = BilledAccount(bill=risen(date(2026, 5, 14)), deeds=[deed])
    line = said(mover(billed).cause)
    assert line == "unknown: it rose on 14 May; CloudTrail in eu-west-1 shows no change of it"


def test_more_than_we_read_is_said() -> None:
    many = [Done(at(5, 15, 23), EC2, "DescribeInstances", "x", read_only=True)] * 400
    billed = BilledAccount(bill=risen(date(2026, 5, 14)), deeds=many)
    assert said(mover(billed).cause).endswith("CloudTrail knows more than we read")
    asked = [one for one in billed.client.calls if one.action == "cloudtrail:LookupEvents"]
    assert len(asked) <= 8


def test_what_creeps_is_unknown() -> None:
    bill = {
        on: {OTHER: 20 + n * 0.05} for n, on in enumerate(days(date(2026, 4, 1), date(2026, 6, 1)))
    }
    billed = BilledAccount(bill=bill)
    assert said(mover(billed).cause).startswith("unknown: ")


def test_a_finding_is_a_cause_where_cloudtrail_knows_none() -> None:
    billed = BilledAccount(bill=risen(date(2026, 5, 14)))
    volume = record(
        "unattached_volume", "vol-1", "vol-1 is attached to nothing", usd=8, seen=at(5, 20)
    )
    billed.records = [volume]
    line = mover(billed).cause
    assert said(line) == "likely: what we found there, 1 finding"
    assert [part.ids for part in line if not isinstance(part, str)] == [(volume.finding.id,)]
