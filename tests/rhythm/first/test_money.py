"""What runs away, in dollars a month: sums that add up, and one day that ran high is no month."""

from __future__ import annotations

from dataclasses import replace

import pytest

from steadyhand.rhythm.backlog.items import items_of
from steadyhand.rhythm.core.kinds import kinds
from steadyhand.rhythm.first.facts import FirstFacts
from steadyhand.rhythm.first.money import money_of
from tests.reports.accounts import first, first_answers
from tests.reports.accounts.ledger_rows import at, record


@pytest.fixture(scope="module")
def looked() -> FirstFacts:
    return first.look(first_answers.USUAL)[0]


def dollars(said: str) -> float:
    return float(said.strip("+±$").replace(",", ""))


def test_a_day_that_ran_high_is_told_apart_from_what_the_month_costs(looked: FirstFacts) -> None:
    plain = money_of(looked, items_of(looked.facts))
    assert plain.spike is None
    assert plain.top
    day = record(
        "cost_anomaly",
        "AmazonCloudWatch",
        "AmazonCloudWatch cost $53.12 on Tuesday, 2 June 2026, usually $3.81",
        seen=at(6, 2),
        usd=1479.30,
        usual=3.81,
    )
    facts = replace(
        looked.facts,
        records=[*looked.facts.records, day],
        kinds={**looked.facts.kinds, **kinds({"cost_anomaly"}, {})},
    )
    money = money_of(looked, items_of(facts))
    assert money.spike
    assert money.spike.words == "$1,479.30"
    assert money.spike.ids == (day.finding.id,)
    (row,) = (one for one in money.rows.rows if "AmazonCloudWatch cost" in one.name)
    assert row.note == ("only if every day were like that one",)
    shown = sum(dollars(one.value.words) for one in money.rows.rows if one.value)
    assert money.top
    assert dollars(money.top.words) == pytest.approx(shown, abs=1e-6)
