"""The table of units: each once, each with how AWS meters it, and where a page of AWS says so."""

from __future__ import annotations

from datetime import date

from steadyhand.reference.dated import dated
from steadyhand.rhythm.cost.units import is_monthly, known_units, monthly_units, ways

KINDS = ("by_month", "at_once", "by_time", "by_count")


def test_every_unit_is_metered_in_one_way() -> None:
    every = [unit for kind in KINDS for unit in dated("units")[kind]["units"]]
    assert len(every) == len(set(every)) == len(known_units())
    assert all(dated("units")[kind]["because"] for kind in KINDS)


def test_what_is_charged_at_once_is_no_share_of_a_month() -> None:
    """A hosted zone costs its whole month on the first, in February as in March."""
    assert not any(map(is_monthly, dated("units")["at_once"]["units"]))


def test_checked_rows_name_a_page_of_aws_and_the_day() -> None:
    checked = dated("units")["checked"]
    assert date.fromisoformat(checked["on"]) <= date.fromisoformat(dated("units")["as_of"])
    assert set(checked["units"]) <= known_units()
    for said in checked["units"].values():
        assert said["says"]
        assert said["source"].startswith(
            ("https://aws.amazon.com/", "https://docs.aws.amazon.com/")
        )


def test_a_month_that_no_page_confirms_is_claimed_of_no_unit() -> None:
    """It counts as likely alone: both ways are looked at, and the smaller saving is told."""
    table = dated("units")
    unconfirmed = monthly_units() - set(table["checked"]["units"])
    assert {unit for unit in known_units() if len(ways(unit)) == 2} == unconfirmed
    assert all(ways(unit)[0] for unit in unconfirmed)
    assert "likely, not known" in table["by_month"]["because"]
