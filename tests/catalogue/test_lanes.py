"""Stability now, security next, scale and cost later; a date moves anything forward."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from steadyhand.catalogue import discovery as catalogue
from steadyhand.catalogue.lanes import DATED, SECURITY, SOON, STABILITY, lane_of, score_of
from steadyhand.model import Lane, Severity
from tests.formats.made_up import NOW, finding

HIGH, MEDIUM = Severity.HIGH, Severity.MEDIUM


@pytest.mark.parametrize(
    ("category", "days", "severity", "lane"),
    [
        ("backups", None, HIGH, Lane.NOW),
        ("backups", None, MEDIUM, Lane.NEXT),
        ("certificates", 13, MEDIUM, Lane.NOW),
        ("certificates", 14, MEDIUM, Lane.NOW),
        ("certificates", 15, MEDIUM, Lane.NOW),
        ("certificates", 70, MEDIUM, Lane.NEXT),
        ("certificates", 80, HIGH, Lane.NOW),
        ("certificates", -2, MEDIUM, Lane.NOW),
        ("exposure", None, Severity.CRITICAL, Lane.NOW),
        ("exposure", None, Severity.LOW, Lane.NEXT),
        ("access", 3, MEDIUM, Lane.NOW),
        ("lifecycle", None, HIGH, Lane.LATER),
        ("lifecycle", 91, HIGH, Lane.LATER),
        ("lifecycle", 90, HIGH, Lane.NOW),
        ("lifecycle", 90, MEDIUM, Lane.NEXT),
        ("costs", None, HIGH, Lane.LATER),
        ("costs", 60, MEDIUM, Lane.NEXT),
        ("costs", 5, MEDIUM, Lane.NOW),
        ("something new", None, HIGH, Lane.LATER),
    ],
)
def test_lane(category: str, days: int | None, severity: Severity, lane: Lane) -> None:
    when = None if days is None else NOW + timedelta(days=days)
    one = replace(finding(), detonates_at=when, severity=severity)
    assert lane_of(one, category, NOW) is lane


@pytest.mark.parametrize(
    ("category", "severity", "lane"),
    [
        ("backups", HIGH, Lane.NEXT),  # a staging table without point-in-time recovery
        ("backups", Severity.CRITICAL, Lane.NOW),
        ("exposure", Severity.CRITICAL, Lane.NOW),
        ("exposure", MEDIUM, Lane.NEXT),
    ],
)
def test_outside_production_it_weighs_half(category: str, severity: Severity, lane: Lane) -> None:
    one = replace(finding(), detonates_at=None, severity=severity)
    assert lane_of(one, category, NOW, environment="staging") is lane
    assert lane_of(one, category, NOW, environment="") is lane_of(one, category, NOW)


def test_money_costs_the_same_anywhere() -> None:
    one = replace(finding(), detonates_at=None, severity=Severity.LOW, usd_per_month=400.0)
    assert lane_of(one, "costs", NOW, environment="staging") is Lane.NEXT
    assert lane_of(one, "costs", NOW) is Lane.NEXT


@pytest.mark.parametrize("category", catalogue.categories())
def test_every_category_that_there_is_says_what_kind_of_work_it_is(category: str) -> None:
    kinds = {"stability", "security", "scale and cost", "dated"}
    file = f"steadyhand/checks/{category}/__init__.py"
    assert catalogue.categories()[category].WORK in kinds, f"{file}: WORK is one of {kinds}"
    assert (category in STABILITY | SECURITY | DATED) == (
        catalogue.categories()[category].WORK != "scale and cost"
    )


@pytest.mark.parametrize("days", [None, 400, 14])
def test_what_can_be_attacked_today_weighs_as_if_it_happened_within_two_weeks(
    days: int | None,
) -> None:
    """Else a certificate of next month stands above ten open databases."""
    when = None if days is None else NOW + timedelta(days=days)
    one = replace(finding(), severity=Severity.CRITICAL, detonates_at=when)
    soon = replace(one, detonates_at=NOW + SOON)
    assert score_of(one, "exposure", NOW).value == score_of(soon, "exposure", NOW).value
    mild = replace(one, severity=HIGH)
    near = replace(soon, severity=HIGH)
    assert (score_of(mild, "exposure", NOW).value < score_of(near, "exposure", NOW).value) == (
        days != SOON.days
    )
    if days != SOON.days:
        assert "attacked today" in score_of(one, "exposure", NOW).factors[2].why
