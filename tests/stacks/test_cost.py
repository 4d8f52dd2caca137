"""What Steadyhand itself costs: counted in the templates, held against what people read."""

from __future__ import annotations

import copy
import json
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from stacks import cost
from steadyhand.reference.dated import dated
from steadyhand.rhythm.cost import idle
from steadyhand.settings.values import Settings
from tests.reports.accounts import ledger_rows, stories
from tests.stacks.conftest import Installation

AT_MOST = 3.0
"""USD a month that an idle small account may cost, at list prices and without free tiers."""

COUNTED = dated("idle")["quantities"]
SERVICE = "steadyhand"


def test_the_smallest_installation_is_counted_as_it_is_synthesised(plainest: Installation) -> None:
    counted = cost.plain(cost.count(plainest.templates))
    assert counted == COUNTED["smallest"], "run: make docs"


def test_every_choice_is_counted_as_it_is_synthesised(widest: Installation) -> None:
    """The widest has each of them once: together they are the difference."""
    together: Counter[str] = Counter()
    for choice in ("smallest", "region", "mail", "recorder", "tickets"):
        together.update(COUNTED[choice])
    counted = cost.plain(cost.count(widest.templates))
    assert counted.keys() == together.keys()
    for name, how_much in counted.items():
        assert how_much == pytest.approx(together[name], rel=2e-3), name


def test_rules_without_a_recorder_are_a_part_of_it() -> None:
    rules, recorder = COUNTED["rules"], COUNTED["recorder"]
    assert all(recorder[name] >= how_much for name, how_much in rules.items())


def test_an_idle_small_account_is_cheap() -> None:
    usd = idle.total(cost.SMALL, cost.SMALL.home).usd
    assert usd is not None
    assert 0.5 < usd <= AT_MOST


def one_more(kind: str) -> Callable[[dict[str, Any]], None]:
    def add(resources: dict[str, Any]) -> None:
        found = next(one for one in resources.values() if one["Type"] == kind)
        resources["OneMore"] = copy.deepcopy(found)

    return add


def unbounded(resources: dict[str, Any]) -> None:
    for one in resources.values():
        if one["Type"] == "AWS::Lambda::EventSourceMapping":
            one["Properties"]["ScalingConfig"] = {"MaximumConcurrency": 2}


def oftener(resources: dict[str, Any]) -> None:
    for one in resources.values():
        if one["Type"] == "AWS::Scheduler::Schedule" and "6h" in one["Properties"]["Name"]:
            one["Properties"]["ScheduleExpression"] = "rate(1 hour)"


@pytest.mark.parametrize(
    ("change", "at_least"),
    [
        (one_more("AWS::CloudWatch::Alarm"), 0.1),
        (one_more("AWS::Lambda::EventSourceMapping"), 0.1),
        (unbounded, 0.4),
        (oftener, 0.5),
    ],
)
def test_what_is_added_moves_the_figure(
    change: Callable[[dict[str, Any]], None], at_least: float, plainest: Installation
) -> None:
    templates = copy.deepcopy(plainest.templates)
    change(templates[SERVICE]["Resources"])
    bill, before = idle.Cost("us-east-1"), cost.count(plainest.templates)
    for name, how_much in cost.count(templates).items():
        bill = bill.add(name, how_much - before[name])
    assert bill.usd is not None
    assert bill.usd >= at_least


def test_whatever_is_counted_has_a_price_and_a_line() -> None:
    words = {name for names in idle.WORDS.values() for name in names}
    prices = dated("prices")["regions"]["us-east-1"]
    for counted in COUNTED.values():
        assert set(counted) <= words
        assert set(counted) <= set(prices)


def test_the_lines_are_the_whole() -> None:
    for settings in (
        Settings(),
        cost.SMALL,
        replace(cost.SMALL, recorder="create", tickets="github"),
    ):
        lines = sum(one.cost.usd or 0.0 for one in idle.idle(settings, "us-east-1"))
        whole = idle.total(settings, "us-east-1").usd
        assert whole is not None
        assert f"{lines:.2f}" == f"{whole:.2f}"


@pytest.mark.parametrize("cadence", cost.REVIEWED)
def test_reviews_ask_for_the_bill_as_often_as_is_counted(cadence: str) -> None:
    story = stories.usual() if cadence == "monthly" else stories.usual().on(ledger_rows.MONDAY)
    story.ledger.aws.calls.clear()
    story.mail(cadence)
    asked = [call.action for call in story.ledger.aws.calls if call.service == "ce"]
    assert 1 <= len(asked) <= cost.REVIEWED[cadence], asked


def test_the_readme_says_it() -> None:
    (said,) = cost.PART.findall(cost.README.read_text())
    assert said == cost.told(), "run: make docs"


def test_a_schedule_that_nobody_counts_is_refused() -> None:
    assert cost.a_month("rate(6 hours)") == pytest.approx(121.7, abs=0.1)
    assert cost.a_month("cron(0 9 ? * MON *)") == pytest.approx(4.35, abs=0.01)
    assert cost.a_month("cron(0 9 1 * ? *)") == 1
    with pytest.raises(ValueError, match="counted"):
        cost.a_month("cron(0/5 * * * ? *)")


def test_the_file_is_written_as_it_is_read() -> None:
    assert cost.as_text(COUNTED) == cost.FILE.read_text()
    assert json.loads(cost.FILE.read_text())["quantities"] == COUNTED
