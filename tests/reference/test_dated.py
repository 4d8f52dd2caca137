"""Facts that age say how old they are."""

from __future__ import annotations

from datetime import date

import pytest

from steadyhand.reference.dated import DATA, Cost, dated


@pytest.mark.parametrize("name", sorted(file.stem for file in DATA.glob("*.json")))
def test_every_file_says_as_of_when_and_from_where(name: str) -> None:
    facts = dated(name)
    assert date.fromisoformat(facts["as_of"])
    assert all(source.startswith("https://") for source in facts["source"])


def cost(region: str, what: str = "ebs.gp3.gb_month") -> Cost:
    return Cost(region).add(what, 100)


def test_a_price_is_of_the_region_or_said_to_be_of_another() -> None:
    assert str(cost("us-east-1")) == "$8.00 a month"
    assert str(cost("eu-central-1")) == "$9.52 a month"
    assert str(cost("ap-south-2")) == "about $8.00 a month (price of us-east-1)"
    assert str(cost("sa-east-1", "ebs.st1.gb_month")) == "about $4.50 a month (price of us-east-1)"


@pytest.mark.parametrize("region", ["cn-north-1", "cn-northwest-1", "eusc-de-east-1"])
def test_where_nobody_bills_in_dollars_nothing_is_said(region: str) -> None:
    assert (cost(region).usd, cost(region).a_month()) == (None, "")


def test_what_has_no_price_has_no_cost() -> None:
    assert cost("us-east-1", "ebs.gp9.gb_month").usd is None


def test_no_region_has_a_price_that_the_default_lacks() -> None:
    regions = dated("prices")["regions"]
    known = set(regions[dated("prices")["default_region"]])
    assert all(set(prices) <= known for prices in regions.values())
