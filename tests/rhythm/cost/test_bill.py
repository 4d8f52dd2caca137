"""The bill, and what is said of it: never a difference where nothing was billed before."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steadyhand.rhythm.core.bill import Bill, bill_of
from steadyhand.rhythm.core.figures import spoken
from steadyhand.rhythm.cost.comparison import cost_of, highest
from steadyhand.rhythm.cost.remembered import bill_in, bill_out
from tests.reports.accounts import ledger_rows, stories

FIRST = date(2026, 5, 1)


def group(service: str, kind: str, usd: str) -> dict[str, object]:
    return {"Keys": [service, kind], "Metrics": {"UnblendedCost": {"Amount": usd, "Unit": "USD"}}}


def test_credits_are_no_cost_of_a_service() -> None:
    period = {"TimePeriod": {"Start": "2026-05-01", "End": "2026-05-02"}, "Estimated": True}
    groups = [group("S3", "Usage", "10"), group("S3", "Tax", "2"), group("S3", "Credit", "-4")]
    answer = {"ResultsByTime": [period | {"Groups": groups}]}
    bill = bill_of("b", FIRST, FIRST + timedelta(days=2), [answer])
    assert bill.services == {"S3": (12.0, 0.0)}
    assert bill.credited(FIRST, bill.last) == 4
    assert bill.is_estimated


@given(
    st.dictionaries(
        st.sampled_from(["S3", "EC2", "RDS"]),
        st.lists(st.floats(0, 1e5), min_size=5, max_size=5).map(tuple),
    )
)
def test_what_is_written_down_is_what_was_read(services: dict[str, tuple[float, ...]]) -> None:
    bill = Bill(id="b", first=FIRST, services=services, credits=(0.0,) * 5)
    assert bill_in("b", bill_out(bill)) == bill
    assert sum(bill.daily(FIRST, bill.last)) == pytest.approx(
        sum(bill.between(FIRST, bill.last).values())
    )


def test_the_movers_add_up_to_the_difference() -> None:
    facts = stories.usual().facts()
    cost = cost_of(facts)
    assert cost is not None
    moved = [float(m.delta.words.replace("−", "-").replace("$", "")) for m in cost.movers]
    assert cost.change is not None
    assert abs(sum(moved) - cost.change) <= len(moved) * 0.5
    assert cost.movers[-1].service == "Everything else"


def test_no_bill_before_no_difference() -> None:
    cost = cost_of(stories.first_month().facts())
    assert cost is not None
    assert cost.before is cost.delta is cost.difference is cost.change is None
    assert cost.movers == ()
    assert "compare" in spoken(cost.daily.finding)


def test_half_a_month_before_is_not_a_month_before() -> None:
    """A bill that begins on 16 April cannot be compared with."""
    story = stories.usual()
    whole = story.ledger.aws.bill
    story.ledger.aws.bill = {on: usd for on, usd in whole.items() if on >= date(2026, 4, 16)}
    cost = cost_of(story.facts())
    assert cost is not None
    assert cost.delta is None


def test_no_bill_no_cost() -> None:
    assert cost_of(stories.blank().facts()) is None
    story = stories.usual()
    story.ledger.aws.denied = "AccessDeniedException"
    facts = story.facts()
    assert cost_of(facts) is None
    assert facts.bill_unread == "AccessDeniedException"


def test_a_running_month_is_compared_with_as_many_days() -> None:
    story = stories.usual().on(ledger_rows.at(5, 11, 12))
    cost = cost_of(story.facts())
    assert cost is not None
    assert cost.before is not None
    assert cost.before.words == "$1,510"
    assert cost.before_title == "1–10 April"


def daily(usd: list[float]) -> Bill:
    return Bill(id="b", first=FIRST, services={"S3": tuple(usd)}, credits=(0.0,) * len(usd))


def test_the_run_of_high_days() -> None:
    usd = [100.0] * 60
    usd[36] = 130
    usd[40:43] = [150, 160, 150]
    since, until = date(2026, 6, 2), FIRST + timedelta(days=60)
    high = highest(daily(usd), since, until)
    assert high is not None
    assert (high.first, high.last, high.days, high.excess.words) == (8, 10, "10–12 June", "+$160")
    assert highest(daily([100.0] * 60), since, until) is None
    cheap = daily([1.0] * 59 + [2.0])
    assert highest(cheap, since, until) is None, "a dollar is not worth a word"


def test_the_budget_is_a_share_of_what_the_owner_said() -> None:
    facts = stories.usual().facts()
    cost = cost_of(replace(facts, settings=replace(facts.settings, monthly_budget_usd=None)))
    assert cost is not None
    assert cost.budget == ()
    told = cost_of(facts)
    assert told is not None
    assert spoken(told.budget) == "That is 94% of your budget of $4,500 a month."


def test_a_young_account_has_no_high_days() -> None:
    """What was not billed yet was not cheap."""
    bill = daily([0.0] * 30 + [100.0] * 20)
    assert highest(bill, FIRST + timedelta(days=30), FIRST + timedelta(days=50)) is None


def test_a_whole_week_can_run_high() -> None:
    story = stories.usual().on(ledger_rows.MONDAY)
    bill = dict(story.ledger.aws.bill)
    for day in range(18, 25):
        bill[date(2026, 5, day)] = {"AWS Lambda": 500.0}
    story.ledger.aws.bill = bill
    cost = cost_of(story.facts("weekly"))
    assert cost is not None
    assert cost.daily.high is not None
    assert cost.daily.high.days == "18–24 May"
    assert spoken(cost.daily.low_high).startswith("Between $500 and $500 a day; on 18–24 May")
