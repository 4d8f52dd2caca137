"""Facts that age say how old they are."""

from __future__ import annotations

from datetime import date

import pytest

from steadyhand.reference.dated import DATA, dated, price


@pytest.mark.parametrize("name", sorted(file.stem for file in DATA.glob("*.json")))
def test_every_file_says_as_of_when_and_from_where(name: str) -> None:
    facts = dated(name)
    assert date.fromisoformat(facts["as_of"])
    assert all(source.startswith("https://") for source in facts["source"])


def test_a_price_of_a_region_or_of_the_default() -> None:
    assert price("ebs.gp3.gb_month", "us-east-1") == 0.08
    assert price("ebs.gp3.gb_month", "eu-central-1") == 0.0952
    assert price("ebs.gp3.gb_month", "ap-south-2") == 0.08
    assert price("ec2.idle_address.hour", "eu-central-1") == 0.005


def test_what_has_no_price_is_a_mistake() -> None:
    with pytest.raises(KeyError):
        price("ebs.gp9.gb_month", "us-east-1")


def test_no_region_has_a_price_that_the_default_lacks() -> None:
    regions = dated("prices")["regions"]
    known = set(regions[dated("prices")["default_region"]])
    assert all(set(prices) <= known for prices in regions.values())
