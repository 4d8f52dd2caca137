"""One look at several regions is one value; what has no region is looked at once."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Self

import pytest

from steadyhand.account import Account
from steadyhand.check import Check
from steadyhand.engine.scan import Interrupted, Progress, scan
from steadyhand.model import (
    GLOBAL,
    Answer,
    Call,
    Finding,
    Lane,
    ReadFailed,
    Risk,
    Severity,
    Unknown,
)
from steadyhand.source import Source

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
Boxes: Source[Any] = Source(
    operation="ec2:DescribeBoxes", items="Boxes", key=lambda b: str(b["Id"])
)
Users: Source[Any] = Source(
    operation="iam:ListUsers", items="Users", key=lambda u: str(u["Id"]), is_global=True
)


class OpenBox(Check):
    severity = Severity.MEDIUM
    risk = Risk.ADVICE
    reads = (Boxes,)

    def find(self, account: Account, now: datetime) -> Iterator[Finding]:
        for box in account[Boxes]:
            if box.get("Breaks"):
                raise AssertionError
            yield self.finding(
                account,
                resource=account.arn("ec2", f"box/{box['Id']}"),
                key=box["Id"],
                summary=f"{box['Id']} is open",
                severity=Severity(box.get("Severity", "medium")),
                detonates_at=now + timedelta(days=box["Days"]) if "Days" in box else None,
            )


class OldUser(Check):
    severity = Severity.LOW
    risk = Risk.ADVICE
    reads = (Users,)

    def find(self, account: Account, now: datetime) -> Iterator[Finding]:
        del now
        for user in account[Users]:
            arn = account.global_arn("iam", f"user/{user['Id']}")
            yield self.finding(account, resource=arn, key=user["Id"], summary="old")


class Client:
    """A region of a made-up account. `boxes` may be a failure."""

    account, partition, global_region = "123456789012", "aws", ""

    def __init__(self, region: str, boxes: Any, counts: Counter[str] | None = None) -> None:
        self.region, self.boxes = region, boxes
        self.counts: Counter[str] = Counter() if counts is None else counts

    def elsewhere(self, region: str) -> Client:
        return type(self)(region, self.boxes, self.counts)

    def ask(self, call: Call) -> Answer:
        self.counts[call.action] += 1
        if call.action == "iam:ListUsers":
            return {"Users": [{"Id": "ann"}]}
        if isinstance(self.boxes, Exception):
            raise self.boxes
        return {"Boxes": self.boxes}

    def pages(self, call: Call) -> Iterator[Answer]:
        yield self.ask(call)

    def wait(self, seconds: float) -> None:
        del seconds

    def in_role(self, name: str) -> Self:
        return self

    def soon(self, service: str, job: Callable[..., None], *args: Any) -> None:
        del service
        threading.Thread(target=job, args=args).start()


def clock() -> Callable[[], datetime]:
    ticks = iter(range(100))
    return lambda: NOW + timedelta(seconds=next(ticks))


CHECKS = [OpenBox(), OldUser()]


def test_regions_are_read_once_and_what_has_none_once_in_all() -> None:
    clients = [Client("eu-west-1", [{"Id": "a"}]), Client("us-east-1", [{"Id": "b"}])]
    result = scan(CHECKS, clients, clock())
    assert result.regions == ("eu-west-1", "us-east-1")
    assert {(one.finding.region, one.finding.key) for one in result.found} == {
        ("eu-west-1", "a"),
        ("us-east-1", "b"),
        (GLOBAL, "ann"),
    }
    assert result.api_calls == {"ec2:DescribeBoxes": 2, "iam:ListUsers": 1}
    assert result.calls == 3
    assert result.seconds == 1


def test_counts_that_are_shared_are_counted_once() -> None:
    counts: Counter[str] = Counter({"sts:GetCallerIdentity": 1})
    result = scan([OpenBox()], [Client("a", [], counts), Client("b", [], counts)], clock())
    assert result.api_calls == {"ec2:DescribeBoxes": 2, "sts:GetCallerIdentity": 1}


def test_the_worst_come_first_then_the_soonest() -> None:
    boxes = [
        {"Id": "late", "Days": 80},
        {"Id": "worst", "Severity": "critical"},
        {"Id": "soon", "Days": 3},
        {"Id": "undated"},
    ]
    result = scan([OpenBox()], [Client("a", boxes)], clock())
    assert [one.finding.key for one in result.found] == ["worst", "soon", "late", "undated"]
    assert [one.finding.key for one in result.at_least(Severity.HIGH)] == ["worst"]
    assert len(result.at_least(Severity.LOW)) == 4
    assert [one.finding.key for one in result.in_lane(Lane.NOW)] == [
        *("soon", "late", "worst", "undated")
    ], "all are one piece of work, which waits where the most urgent of it does"


def test_a_region_that_cannot_be_read_is_unknown_and_the_others_are_seen() -> None:
    clients = [Client("a", ReadFailed("AccessDenied", "no")), Client("b", [{"Id": "x"}])]
    result = scan(CHECKS, clients, clock())
    assert result.unknown == (Unknown("test_scan", "a", "no"),)
    assert "x" in {one.finding.key for one in result.found}
    assert result.passed() == set()
    assert result.blind() == {"test_scan"}


def test_a_bug_in_a_check_is_raised_and_nothing_hangs() -> None:
    clients = [Client("a", [{"Id": "x", "Breaks": True}]), Client("b", [])]
    with pytest.raises(AssertionError):
        scan([OpenBox()], clients, clock())


def test_who_gives_up_does_not_wait_for_the_rest() -> None:
    hang = threading.Event()

    class Slow(Client):
        def ask(self, call: Call) -> Answer:
            hang.wait(20)
            return super().ask(call)

    def give_up(_: object) -> None:
        raise KeyboardInterrupt

    began = datetime.now(UTC)
    with pytest.raises(Interrupted) as given_up:
        scan(
            [OpenBox()], [Slow("a", []), *(Slow(f"r{n}", []) for n in range(37))], clock(), give_up
        )
    assert datetime.now(UTC) - began < timedelta(seconds=1)
    assert given_up.value.read[0] == Progress("a", 0, 1, 0)
    hang.set()


def test_what_has_no_region_is_asked_where_the_account_is_known() -> None:
    """Row 13: the first region is off."""
    off = Client("off", ReadFailed("AuthFailure", "no such credentials here"))
    off.global_region = "us-east-1"
    result = scan([OpenBox(), OldUser()], [off], clock())
    assert [one.finding.key for one in result.found] == ["ann"]
    assert result.unknown == (Unknown("test_scan", "off", "no such credentials here"),)


def test_what_cloudfront_uses_is_looked_at_where_it_is() -> None:
    """Row 35: its certificates live in us-east-1, wherever home is."""
    delivered: Source[Any] = Source(
        operation="ec2:DescribeBoxes", items="Boxes", key=lambda b: str(b["Id"]), serves_global=True
    )

    class Delivered(OpenBox):
        reads = (delivered,)

        def find(self, account: Account, now: datetime) -> Iterator[Finding]:
            yield self.finding(account, resource=account.region, key="x", summary="x")

    def where(*clients: Client) -> list[str]:
        return sorted(one.finding.region for one in scan([Delivered()], clients, clock()).found)

    box = [{"Id": "x"}]
    assert where(Client("eu-west-1", box)) == ["eu-west-1", "us-east-1"]
    assert where(Client("us-east-1", box), Client("a", box)) == ["a", "us-east-1"]
    china = Client("cn-north-1", box)
    china.partition = "aws-cn"
    assert where(china) == ["cn-north-1"]


def test_progress_is_told_while_it_reads() -> None:
    go, told = threading.Event(), []

    class Slow(Client):
        def ask(self, call: Call) -> Answer:
            go.wait(20)
            return super().ask(call)

    def watch(regions: Any) -> None:
        told.extend(regions)
        go.set()

    scan([OpenBox()], [Slow("a", [])], clock(), watch)
    assert told[0] == Progress("a", 0, 1, 0)
