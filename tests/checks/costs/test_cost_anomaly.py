"""Services that suddenly cost more."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from steadyhand.checks.costs.cost_anomaly import CostAnomaly
from steadyhand.model import ReadFailed, Unknown
from steadyhand.reference.dated import dated
from steadyhand.sources.cloudtrail import ChangeEvent
from steadyhand.sources.cost_explorer import (
    Day,
    Spend,
    Spending,
    latest_judged,
)
from steadyhand.sources.unusual_days import UnusualDay, months_before
from tests.checks.recorded import outcomes, spot
from tests.verbs import NOW, found, silent
from tests.verbs import spot as spot_on_moto

CHECK = CostAnomaly()
RARE = "A made-up bill has no usual day from which another one differs."
EC2 = "Amazon Elastic Compute Cloud - Compute"
YESTERDAY = date(2026, 11, 22)
SUNDAY = 6


def surprise(days: Sequence[Day]) -> UnusualDay | None:
    """The last day, held against those before it."""
    return next(iter(latest_judged(days, 1)), None)


def days(usd: Callable[[date], float], count: int = 36, last: date = YESTERDAY) -> tuple[Day, ...]:
    dates = [last - timedelta(days=back) for back in range(count - 1, -1, -1)]
    return tuple(Day(on, usd(on)) for on in dates)


def office(on: date) -> float:
    """Ten dollars on a workday, two at the weekend."""
    return 10.0 if on.weekday() < 5 else 2.0


def jump(on: date, usd: float, usual: Callable[[date], float] = office) -> Callable[[date], float]:
    return lambda day: usd if day == on else usual(day)


def done(count: int, action: str, by: str) -> tuple[ChangeEvent, ...]:
    return tuple(ChangeEvent(NOW, "ec2", action, by, ("i-1",)) for _ in range(count))


BAD = {
    Spending: [
        Spend(EC2, days(jump(YESTERDAY, 60)), done(3, "RunInstances", "ann"), ""),
        Spend("AWS Lambda", days(jump(YESTERDAY - timedelta(days=1), 60)), (), "you may not"),
        Spend("Amazon New Thing", days(jump(YESTERDAY, 9, lambda _: 0.0))),
    ]
}
GOOD = {
    Spending: [
        Spend("office hours", days(office)),
        Spend("gone now", days(jump(YESTERDAY - timedelta(days=2), 60))),
        Spend("small", days(jump(YESTERDAY, 6.9))),
        Spend("cheaper", days(jump(YESTERDAY, 0))),
        Spend("too young", days(jump(YESTERDAY, 600), 14)),
    ]
}


def test_says_what_it_was_and_what_it_usually_is() -> None:
    ec2, function, new = found(CHECK, BAD)
    assert ec2.summary == (
        f"{EC2} cost $60.00 on Sunday, 22 November 2026, usually $2.00;"
        " around then, ann called RunInstances 3 times"
    )
    assert ec2.usd_per_month == 1740.0
    assert function.evidence["on"] == "2026-11-21"
    assert function.evidence["unread"] == "you may not"
    assert new.evidence["usual"] == 0


def test_the_owner_says_what_is_worth_a_word() -> None:
    silent(CostAnomaly(usd_a_day=59), BAD)
    silent(CostAnomaly(score=1000), BAD)


# The numbers.


def test_a_weekly_batch_is_no_surprise() -> None:
    weekly = days(lambda on: 100.0 if on.weekday() == SUNDAY else 1.0)
    told = surprise(weekly)
    assert told
    assert told.score == 0


def test_a_monthly_fee_is_no_surprise() -> None:
    first = date(2026, 11, 1)
    told = surprise(days(lambda on: 250.0 if on.day == 1 else 1.0, last=first))
    assert told
    assert told.score == 0
    assert told.usual == 250


def test_one_bad_day_does_not_hide_the_next() -> None:
    week_ago = YESTERDAY - timedelta(days=7)
    told = surprise(days(jump(YESTERDAY, 60, jump(week_ago, 60))))
    assert told
    assert told.score > 10


@pytest.mark.parametrize(
    ("on", "before"),
    [("2026-11-22", "2026-10-22"), ("2026-03-31", "2026-02-28"), ("2026-01-01", "2025-12-01")],
)
def test_the_same_day_of_last_month(on: str, before: str) -> None:
    assert date.fromisoformat(before) in months_before(date.fromisoformat(on))


@pytest.mark.parametrize("count", [0, 1, 14])
def test_too_little_history_says_nothing(count: int) -> None:
    assert surprise(days(jump(YESTERDAY, 1000), count)) is None


amounts = st.floats(0, 10_000, allow_nan=False)


@given(st.lists(amounts, min_size=0, max_size=40))
def test_it_is_a_number_or_nothing(usd: list[float]) -> None:
    told = surprise([Day(YESTERDAY + timedelta(days=n), each) for n, each in enumerate(usd)])
    assert (told is None) == (len(usd) < 15)
    assert told is None or abs(told.score) < 1e6


@given(st.lists(amounts, min_size=15, max_size=36), amounts)
def test_dearer_is_never_less_surprising(usd: list[float], more: float) -> None:
    last = [Day(YESTERDAY + timedelta(days=n), each) for n, each in enumerate(usd)]
    dearer = [*last[:-1], Day(last[-1].on, last[-1].usd + more)]
    before, after = surprise(last), surprise(dearer)
    assert before
    assert after
    assert after.score >= before.score


@given(amounts, st.integers(15, 36))
def test_the_same_every_day_is_no_surprise(usd: float, count: int) -> None:
    told = surprise(days(lambda _: usd, count))
    assert told
    assert told.score == 0


@given(st.lists(st.floats(0.95, 1.05), min_size=36, max_size=36), st.floats(1, 1000))
def test_a_little_up_and_down_is_silent(noise: list[float], level: float) -> None:
    rough = [day._replace(usd=level * each) for day, each in zip(days(office), noise, strict=True)]
    silent(CHECK, {Spending: [Spend("noisy", tuple(rough))]})


# The conversation.


def bill(*services: tuple[str, Callable[[date], float]], count: int = 36) -> dict[str, Any]:
    """GetCostAndUsage's answer."""
    dates = [YESTERDAY - timedelta(days=back) for back in range(count - 1, -1, -1)]
    return {
        "ResultsByTime": [
            {
                "TimePeriod": {"Start": str(on), "End": str(on + timedelta(days=1))},
                "Total": {},
                "Groups": [
                    {
                        "Keys": [service],
                        "Metrics": {"UnblendedCost": {"Amount": str(usd(on)), "Unit": "USD"}},
                    }
                    for service, usd in services
                    if usd(on)
                ],
                "Estimated": True,
            }
            for on in dates
        ]
    }


def event(name: str, source: str, record: str = "{}", **more: Any) -> dict[str, Any]:
    known = {"EventName": name, "EventSource": source, "EventTime": NOW, "Username": "ann"}
    resources = [{"ResourceType": "AWS::EC2::Instance", "ResourceName": "i-1"}]
    return known | {"CloudTrailEvent": record, "Resources": resources} | more


def asked(answer: dict[str, Any], *events: Any, asks: list[Any] | None = None) -> dict[str, Any]:
    log = [] if asks is None else asks

    def cost(params: Any) -> Any:
        log.append(params)
        return answer

    def lookup(params: Any) -> Any:
        log.append(params)
        return events[0] if isinstance(events[0], ReadFailed) else {"Events": list(events)}

    return {"ce:GetCostAndUsage": cost, "cloudtrail:LookupEvents": lookup}


def test_asks_once_and_cloudtrail_only_when_it_matters() -> None:
    asks: list[Any] = []
    assert outcomes(CHECK, asked(bill((EC2, office)), asks=asks)) == []
    (only,) = asks
    assert only["TimePeriod"] == {"Start": "2026-10-18", "End": "2026-11-23"}
    assert only["Granularity"] == "DAILY"


def test_asks_who_changed_what_around_that_day() -> None:
    asks: list[Any] = []
    said = asked(
        bill((EC2, jump(YESTERDAY, 60)), ("AWS Lambda", office)),
        event("RunInstances", "ec2.amazonaws.com"),
        event("RunInstances", "ec2.amazonaws.com", json.dumps({"errorCode": "no"})),
        event("CreateFunction20150331", "lambda.amazonaws.com"),
        event("CreateFleet", "ec2.amazonaws.com", Username=""),
        asks=asks,
    )
    (finding,) = outcomes(CHECK, said)
    assert finding.evidence["deeds"] == [
        "ann called RunInstances once",
        "an AWS service called CreateFleet once",
    ]
    _, lookup = asks
    assert (lookup["StartTime"], lookup["EndTime"]) == (
        datetime(2026, 11, 21, tzinfo=UTC),
        datetime(2026, 11, 23, tzinfo=UTC),
    )


def test_tells_the_cost_even_if_nobody_may_say_why() -> None:
    no = ReadFailed("AccessDeniedException", "you may not")
    (finding,) = spot(CHECK, asked(bill((EC2, jump(YESTERDAY, 60))), no), [EC2])
    assert finding.evidence["unread"] == "you may not"


def test_days_before_the_first_bill_are_no_history() -> None:
    opened = YESTERDAY - timedelta(days=10)
    young = bill((EC2, lambda on: (50.0 if on == YESTERDAY else 1.0) if on > opened else 0.0))
    assert outcomes(CHECK, asked(young)) == []


@pytest.mark.parametrize("code", ["DataUnavailableException", "AccessDeniedException"])
def test_without_cost_explorer_nobody_knows(code: str) -> None:
    no = ReadFailed(code, "no data")
    (outcome,) = outcomes(CHECK, {"ce:GetCostAndUsage": lambda _: no})
    assert isinstance(outcome, Unknown)
    assert outcome.region == "global"


def test_event_sources_are_spelled_as_cloudtrail_does() -> None:
    names = {name for names in dated("cloudtrail")["bill_services"].values() for name in names}
    assert all(name.isalnum() and name.islower() for name in names)


@pytest.mark.moto
def test_on_moto() -> None:
    """moto answers from a queue. It has no LookupEvents, so this bill is calm."""

    def calm(_: Any) -> None:
        requests.post(
            "http://motoapi.amazonaws.com/moto-api/static/ce/cost-and-usage-results",
            json={"results": [bill((EC2, office), ("AWS Lambda", office))]},
            timeout=5,
        )

    spot_on_moto(CHECK, calm, now=NOW)
