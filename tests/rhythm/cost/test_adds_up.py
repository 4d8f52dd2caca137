"""Every sum of a review adds up as it is read, whatever the bill says and in whichever currency."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from steadyhand.rhythm.core.bill import Bill
from steadyhand.rhythm.core.facts import Facts
from steadyhand.rhythm.core.figures import Figure, spoken
from steadyhand.rhythm.core.split import Metered
from steadyhand.rhythm.cost.comparison import Cost, cost_of
from steadyhand.rhythm.savings.statement import SavingRow, Stage, claims
from tests.reports.accounts import stories
from tests.rhythm.core.test_money import CURRENCIES, number


@cache
def usual() -> Facts:
    return stories.usual().facts()


SIZES = st.sampled_from([0.001, 0.3, 2.0, 400.0])


@st.composite
def bills(draw: st.DrawFn) -> Bill:
    """A bill of two months: up to nine services whose cost steps up or down, with usage types."""
    bill = usual().bill
    assert bill is not None
    length, size = len(bill.credits), draw(SIZES)
    services, usage = {}, []
    for number_of in range(draw(st.integers(1, 9))):
        low, high = draw(st.floats(0.1, 9)) * size, draw(st.floats(0.1, 9)) * size
        services[f"s{number_of}"] = (low,) * 30 + (high,) * (length - 30)
        for kind in range(draw(st.integers(0, 3))):
            quantity = st.sampled_from([0.0, 1.0, 7.5, 800.0])
            usage.append(
                Metered(
                    service=f"s{number_of}",
                    kind=f"k{kind}",
                    before=low * 10,
                    now=high * 10,
                    before_quantity=draw(quantity),
                    now_quantity=draw(quantity),
                    unit=draw(st.sampled_from(["Hrs", "GB-Mo", ""])),
                )
            )
    return replace(
        bill,
        services=services,
        credits=(draw(st.sampled_from([0.0, -size, -9 * size])),) * length,
        usage=tuple(usage),
        tail={},
        currency=draw(st.sampled_from(CURRENCIES)),
        band=None,
        lookups={},
    )


def read(bill: Bill) -> Cost:
    cost = cost_of(replace(usual(), bill=bill))
    assert cost is not None
    return cost


def value(figure: Figure | None) -> float:
    assert figure is not None
    return number(figure.words)


@settings(max_examples=150, deadline=None)
@given(bills())
def test_total_before_difference_movers_and_parts_add_up(bill: Bill) -> None:
    cost = read(bill)
    change = value(cost.delta)
    assert value(cost.total) - value(cost.before) == pytest.approx(change, abs=1e-6)
    if cost.movers:
        assert sum(value(one.now) for one in cost.movers) == pytest.approx(value(cost.total))
        assert sum(value(one.delta) for one in cost.movers) == pytest.approx(change, abs=1e-6)
    if parts := [one for one in cost.split if isinstance(one, Figure)]:
        assert sum(map(value, parts)) == pytest.approx(change, abs=1e-6)
    assert cost.difference is not None
    assert number(cost.difference.words) == pytest.approx(abs(change))


@settings(max_examples=50, deadline=None)
@given(bills())
def test_nothing_of_the_bill_is_told_in_another_currency(bill: Bill) -> None:
    cost = read(bill)
    every = [cost.total, cost.before, cost.delta, cost.a_day, cost.difference, cost.net]
    sign = "$" if bill.currency == "USD" else bill.currency
    assert all(sign in one.words for one in every if one)
    assert bill.currency == "USD" or "$" not in spoken(cost.daily.low_high)
    assert bill.currency == "USD" or "not compared" in spoken(cost.budget)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.floats(0.01, 300), st.sampled_from(list(Stage))), max_size=6))
def test_savings_add_up_to_their_stage(said: list[tuple[float, Stage]]) -> None:
    rows = [
        SavingRow(
            check="unattached_volume",
            ids=(f"ch-{at}",),
            count=1,
            first=date(2026, 5, 1),
            last=date(2026, 5, 1),
            stage=stage,
            estimate=usd,
            measured=None,
            why="",
        )
        for at, (usd, stage) in enumerate(said)
    ]
    for stage in set(Stage) - {Stage.VERIFIED}:
        told = claims(rows, stage, usual())
        assert sum(map(number, told.parts.values())) == pytest.approx(number(told.total), abs=1e-6)
        assert len(told.parts) == sum(one.stage is stage for one in rows)


def test_a_bill_of_nothing_is_a_bill() -> None:
    """A month without a charge, or one whose credits pay all: zero, not "could not be read"."""
    bill = usual().bill
    assert bill is not None
    nothing = replace(bill, services={}, credits=(0.0,) * len(bill.credits), usage=(), tail={})
    assert read(nothing).total.words == "$0"
    paid = read(replace(bill, credits=tuple(-sum(day) for day in zip(*bill.services.values()))))  # noqa: B905
    assert paid.net is not None
    assert paid.net.words == "$0"
