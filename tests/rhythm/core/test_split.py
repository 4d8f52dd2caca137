"""A change in its parts adds up to the cent, and a bill of any size fits its row."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steadyhand.ledger import codec
from steadyhand.rhythm.core.bill import SERVICES, SMALL, Bill, ChangeEvent, Lookup, Meter, largest
from steadyhand.rhythm.core.split import Metered, Parts, metered_of, parts_of, split
from steadyhand.rhythm.cost.remembered import bill_in, bill_out, fitted

FIRST = date(2026, 4, 1)
ITEM = 400 * 1024
"""DynamoDB's limit for a row."""
amounts = st.floats(0, 1e6).map(lambda usd: round(usd, 4))


def row(before: float, now: float, used: float, uses: float, unit: str = "GB-Mo") -> Metered:
    return Metered(
        service="S3",
        kind="k",
        before=before,
        now=now,
        before_quantity=used,
        now_quantity=uses,
        unit=unit,
    )


def test_dearer_and_more() -> None:
    """From 10 at $2 to 15 at $3: $10 for more, at the old price; $15 for dearer, of what is used."""
    assert parts_of(row(20, 45, 10, 15)) == Parts(price=15, usage=10)


def test_new_and_gone() -> None:
    assert parts_of(row(0, 7, 0, 3)) == Parts(new=7)
    assert parts_of(row(7, 0, 3, 0)) == Parts(gone=-7)


def test_free_before_is_a_price() -> None:
    """What a free tier covered was used before, so it is not new."""
    assert parts_of(row(0, 6, 3, 3)) == Parts(price=6)


@pytest.mark.parametrize("one", [row(5, 9, 0, 0, ""), row(5, 9, 2, 3, ""), row(5, 9, 2, 0)])
def test_without_a_unit_nothing_is_explained(one: Metered) -> None:
    assert parts_of(one) == Parts(unexplained=4)


@given(st.lists(st.builds(row, amounts, amounts, amounts, amounts)), st.floats(-1e6, 1e6))
def test_the_parts_are_the_change(rows: list[Metered], change: float) -> None:
    assert split(rows, [Parts(new=1)], change).total == pytest.approx(change, abs=1e-3)


def group(service: str, kind: str, usd: str, quantity: str, unit: str) -> dict[str, object]:
    metrics = {
        "UnblendedCost": {"Amount": usd, "Unit": "USD"},
        "UsageQuantity": {"Amount": quantity, "Unit": unit},
    }
    return {"Keys": [service, kind], "Metrics": metrics}


def answer(*groups: dict[str, object]) -> list[dict[str, object]]:
    return [{"ResultsByTime": [{"TimePeriod": {}, "Groups": list(groups)}]}]


def test_units_that_differ_or_are_unknown_are_none() -> None:
    before = answer(group("S3", "a", "1", "1", "GB-Mo"), group("S3", "b", "1", "1", "N/A"))
    now = answer(group("S3", "a", "2", "1", "Hrs"), group("S3", "b", "3", "1", "N/A"))
    rows = metered_of(before, now)
    assert [(one.kind, one.unit) for one in rows] == [("b", ""), ("a", "")]
    assert split(rows, [], 3) == Parts(unexplained=3)


def crowded(types: int, services: int, name: str = "") -> Bill:
    """A bill of many usage types, each of which changed."""
    named = [f"Amazon Service {n:04} {name}" for n in range(services)]
    daily = {one: [1234.5678 + n] * 62 for n, one in enumerate(named)}
    return Bill(
        id="b",
        first=FIRST,
        services=largest(daily),
        credits=(-1234.5678,) * 62,
        usage=tuple(
            Metered(
                service=named[n % services],
                kind=f"EUC1-SomeLongUsageTypeName:m6i.{n:05}xlarge{name}",
                before=round(99999.1234 - n, 4),
                now=round(99999.4321 - 2 * n, 4),
                before_quantity=123456.789 + n,
                now_quantity=987654.321 + n,
                unit="GB-Mo",
            )
            for n in range(types)
        ),
        band=(1.5, 2.5),
        lookups={
            named[0]: Lookup(
                day=FIRST,
                deeds=tuple(
                    ChangeEvent(day=FIRST, by="b" * 64, action="a" * 64, count=n, on="o" * 64)
                    for n in range(4)
                ),
            ),
            named[1 % services]: Lookup(day=None),
        },
        meters={
            f"{named[0]}#{n}": Meter(
                first=FIRST, quantity=(123.45,) * 150, unit="GB-Mo", usd=0.0952
            )
            for n in range(12)
        },
        own=2.41,
        unread={"own": "x"},
    )


@pytest.mark.parametrize(
    ("types", "services", "name"),
    [(5_000, 40, ""), (5_000, 2_000, ""), (5_000, 2_000, "ü" * 400), (3, 2, "")],
)
def test_it_fits_a_row_and_nothing_is_lost_of_the_sum(types: int, services: int, name: str) -> None:
    whole = crowded(types, services, name)
    kept = fitted(whole)
    assert len(codec.text(bill_out(kept)).encode()) < ITEM - 8 * 1024
    assert len(kept.services) <= SERVICES + 1
    change = sum(one.change for one in whole.usage)
    there = split(whole.usage, (), change)
    again = split(kept.usage, kept.tail.values(), change)
    for part in ("price", "usage", "new", "gone", "unexplained"):
        assert getattr(again, part) == pytest.approx(getattr(there, part), abs=0.1), part
    assert abs(again.unexplained) < 0.1


def test_what_is_remembered_is_what_was_read() -> None:
    for bill in (fitted(crowded(5_000, 300)), fitted(crowded(3, 2))):
        said = codec.value(codec.text(bill_out(bill)))
        assert bill_in("b", said) == bill
        assert bill_out(bill_in("b", said)) == bill_out(bill)


def test_small_services_keep_their_sum() -> None:
    kept = largest({f"s{n:03}": [float(n)] * 3 for n in range(200)})
    assert sum(usd[0] for usd in kept.values()) == sum(range(200))
    assert kept[SMALL][0] == sum(range(200 - SERVICES))


def test_an_older_bill_is_read_without_its_usage() -> None:
    """As reviews wrote it down before usage types were read."""
    said = {
        "first": "2026-04-01",
        "services": {"S3": [1.0, 2.0]},
        "credits": [0.0, 0.0],
        "estimated": True,
    }
    bill = bill_in("review#bill#2026-04-01#2026-04-03", said)
    assert bill.services == {"S3": (1.0, 2.0)}
    assert bill.last == FIRST + timedelta(days=2)
    assert (bill.usage, bill.lookups, bill.band, bill.own) == ((), {}, None, None)
    assert bill_out(bill) == said
