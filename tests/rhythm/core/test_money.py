"""Money as it is read: in the bill's currency, and so that every column adds up to its sum."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steadyhand.rhythm.core.bill import bill_of
from steadyhand.rhythm.core.money import column, decimals_of, money, moved, shares
from steadyhand.rhythm.cost.remembered import bill_in, bill_out

CURRENCIES = ["USD", "EUR", "CNY", "JPY", "KRW", "KWD", "BHD", "INR"]
"""With two, none and three decimals; AWS bills in those of its "supported currencies" page."""


def number(said: str) -> float:
    """What a reader adds up."""
    digits = "".join(one for one in said if one.isdigit() or one == ".")
    return -float(digits) if "−" in said else float(digits)


amounts = st.floats(-1e6, 1e6) | st.floats(-12, 12) | st.sampled_from([0.0, 0.005, 9.995, 10.0])


@given(st.lists(amounts, max_size=40), st.sampled_from(CURRENCIES))
def test_a_column_adds_up_as_it_is_read(parts: list[float], currency: str) -> None:
    read = column(parts, currency)
    assert sum(map(number, read.parts)) == pytest.approx(number(read.total), abs=1e-6)
    decimals = {len(one.partition(".")[2]) for one in (*read.parts, read.total) if "." in one}
    assert decimals <= {decimals_of(currency)}


@given(st.lists(amounts, min_size=1, max_size=40), st.integers(0, 3))
def test_no_part_is_told_a_unit_wrong(parts: list[float], decimals: int) -> None:
    """Rounded one way or the other, never further; and nothing stays nothing."""
    unit = 10**-decimals
    for part, told in zip(parts, shares(parts, sum(parts), decimals), strict=True):
        assert abs(part - told) < unit + 1e-6
        assert part or not told


@given(st.lists(amounts, min_size=1, max_size=9), st.integers(-2, 2))
def test_parts_that_differ_from_their_total_are_told_as_it(parts: list[float], off: int) -> None:
    total = sum(parts) + off
    told = shares(parts, total, 0)
    assert sum(told) == round(total)


@given(amounts, st.sampled_from(CURRENCIES))
def test_nothing_is_never_minus_nothing(amount: float, currency: str) -> None:
    for said in (money(amount, currency), moved(amount, currency)[1:]):
        assert number(said) or "−" not in said
        assert "0.00" not in said or number(said)


@pytest.mark.parametrize(
    ("amount", "currency", "said"),
    [
        (1000, "CNY", "CNY 1,000"),
        (9.5, "CNY", "CNY 9.50"),
        (1000.4, "JPY", "JPY 1,000"),
        (0.4, "JPY", "JPY 0"),
        (2.5, "KWD", "KWD 2.500"),
        (-0.001, "USD", "$0"),
        (-3, "EUR", "−EUR 3.00"),
    ],
)
def test_a_bill_is_in_its_own_currency(amount: float, currency: str, said: str) -> None:
    assert money(amount, currency) == said


@pytest.mark.parametrize("currency", CURRENCIES)
def test_the_currency_is_what_the_answer_says_and_is_remembered(currency: str) -> None:
    first = date(2026, 5, 1)
    cost = {"UnblendedCost": {"Amount": "7", "Unit": currency}}
    period = {"TimePeriod": {"Start": "2026-05-01"}, "Groups": [{"Keys": ["S3"], "Metrics": cost}]}
    bill = bill_of("b", first, first + timedelta(days=1), [{"ResultsByTime": [period]}])
    assert bill.currency == currency
    assert bill_in("b", bill_out(bill)) == bill
