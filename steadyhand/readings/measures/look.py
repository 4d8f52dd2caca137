"""How measures are read: page by page, numbers of CloudWatch packed, and what fails is a gap."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple, Protocol, TypeVar

from steadyhand.model import Answer, Call, ReadFailed, pick
from steadyhand.rhythm.core.measured import Unread
from steadyhand.rhythm.core.period import Period

T = TypeVar("T")
PAGES = 20
FULL = 500
"""As many questions as one call of GetMetricData takes."""

LATE = timedelta(days=7)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


class Clients(Protocol):
    """A client that leads to every region: what measuring needs of AWS."""

    account: str
    region: str
    partition: str

    def ask(self, call: Call) -> Answer:
        """One call, one answer."""

    def elsewhere(self, region: str) -> Clients:
        """The same account in another region."""


class Query(NamedTuple):
    """One number over time: a metric by its dimensions, summed up or taken at its most."""

    namespace: str
    metric: str
    dimensions: Mapping[str, str]
    statistic: str = "Sum"
    each: timedelta = DAY


@dataclass
class Look:
    """One region and one month. What cannot be read is noted in `unread`, and the rest goes on."""

    aws: Clients
    period: Period
    now: datetime
    unread: list[Unread] = field(default_factory=list)

    @property
    def since(self) -> datetime:
        """When the month begins, by UTC's days."""
        return midnight(self.period.since.date())

    @property
    def until(self) -> datetime:
        """When its last whole day ends, by UTC's days."""
        return midnight(self.period.bill_days[1])

    def in_time(self) -> None:
        """Raise where too much time has passed to tell how things stood at the month's end."""
        if not self.period.is_running and self.now - self.period.until > LATE:
            raise ReadFailed("TooLate", "it was not measured then")

    def tried(self, section: str, what: str, read: Callable[[], T]) -> T | None:
        """What was read; None, and a gap, where AWS said no."""
        try:
            return read()
        except ReadFailed as failed:
            self.unread.append(
                Unread(section=section, what=what, region=self.aws.region, why=failed.code)
            )
            return None

    def listed(
        self, call: Call, items: str, follow: str = "NextToken", name: str = "", most: int = PAGES
    ) -> list[Any]:
        """A list, page by page. `follow` leads to what names the next page, which `name` asks."""
        found: list[Any] = []
        for answer in self.pages(call, follow, name, most):
            found += pick(answer, items)
        return found

    def pages(
        self, call: Call, follow: str = "NextToken", name: str = "", most: int = PAGES
    ) -> Iterator[Answer]:
        """The answers of a list, at most so many."""
        params, seen = dict(call.params), set[str]()
        for _ in range(most):
            answer = self.aws.ask(Call(call.action, params, call.permission))
            yield answer
            following = next(pick(answer, follow), None)
            if not following:
                return
            if following in seen:
                raise ReadFailed("RepeatedPage", f"{call.action} gave the same page twice")
            seen.add(following)
            params |= {name or follow: following}

    def numbers(
        self, queries: Mapping[Hashable, Query], since: datetime, until: datetime
    ) -> dict[Hashable, list[tuple[datetime, float]]]:
        """The values of each query with their times, oldest first; nothing where nothing was."""
        found: dict[Hashable, list[tuple[datetime, float]]] = defaultdict(list)
        asked = list(queries)
        for start in range(0, len(asked) if since < until else 0, FULL):
            names = asked[start : start + FULL]
            params = {
                "MetricDataQueries": [spelled(n, queries[name]) for n, name in enumerate(names)],
                "StartTime": since,
                "EndTime": until,
                "ScanBy": "TimestampAscending",
            }
            for answer in self.pages(Call("cloudwatch:GetMetricData", params)):
                for one in answer.get("MetricDataResults", ()):
                    values = zip(one["Timestamps"], one["Values"], strict=True)
                    found[names[int(one["Id"][1:])]] += values
        return found


def spelled(number: int, query: Query) -> dict[str, Any]:
    """One entry of MetricDataQueries."""
    return {
        "Id": f"q{number}",
        "MetricStat": {
            "Metric": {
                "Namespace": query.namespace,
                "MetricName": query.metric,
                "Dimensions": [{"Name": n, "Value": v} for n, v in query.dimensions.items()],
            },
            "Period": int(query.each.total_seconds()),
            "Stat": query.statistic,
        },
    }


def total(values: Sequence[tuple[datetime, float]]) -> int:
    """The sum of what was counted."""
    return round(sum(value for _, value in values))


def midnight(on: date) -> datetime:
    """When a day of UTC begins."""
    return datetime.combine(on, time(), UTC)
