"""An error may be an answer, and a service may answer in one region alone: for every kind of source."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from steadyhand.engine.changes.look import Looking
from steadyhand.model import Call, Finding, Read, ReadFailed, Unknown
from steadyhand.source import Conversation, Each, Many, Metric, Report, Source
from tests.engine.paper import NOW, Paper, Plain, survey

ONE = {"aws": "us-east-1"}
NONE = ReadFailed("NoSuchConfiguration", "there is none")
GONE = ReadFailed("NotFound", "deleted meanwhile")
DENIED = ReadFailed("AccessDenied", "you may not")
SAYS: Any = {"gone": frozenset({"NotFound"}), "absent": {"NoSuchConfiguration": {"Id": "none"}}}


def talk(_: Any) -> Conversation[Any]:
    said = yield Call("health:DescribeEvents")
    return said["events"]


def sources(**more: Any) -> dict[str, Source[Any]]:
    things: Source[Any] = Source(
        operation="health:DescribeThings", items="things", key=lambda one: str(one["Id"]), **more
    )
    return {
        "list": things,
        "report": Report(
            operation="health:DescribeEvents", key=lambda one: str(one["Id"]), talk=talk, **more
        ),
        "each": Each(
            operation="health:DescribeThing",
            items="",
            of=things,
            ask=lambda one: {"Id": one},
            **more,
        ),
        "many": Many(
            operation="health:DescribeThing",
            items="",
            of=things,
            full=50,
            ask_all=lambda ids: {"Id": ids[0]},
            whose=lambda one: str(one["Id"]),
            **more,
        ),
        "metric": Metric(
            of=things, namespace="AWS/X", metric="M", dimension="Id", statistic="Sum",
            over=timedelta(days=1), **more,
        ),
    }  # fmt: skip


NUMBER = [{"Id": "q0", "Values": [1.0]}]
CHILDREN = {"each", "many", "metric"}


def check(source: Source[Any]) -> Any:
    return type("Made", (Plain,), {"reads": (source,)})()


def aws(answer: Any, kind: str) -> Any:
    things = {"things": [{"Id": "a"}]} if kind in CHILDREN else answer
    return Regions(
        DescribeThings=things if kind != "report" else {},
        DescribeEvents=answer,
        DescribeThing=answer,
        GetMetricData=answer
        if kind == "metric"
        else {"MetricDataResults": [{"Id": "q0", "Values": [1.0]}]},
    )


class Regions(Paper):
    """An AWS on paper that remembers where it was asked."""

    def __init__(self, **script: Any) -> None:
        super().__init__(**script)
        self.where: list[tuple[str, str]] = []

    def pages(self, call: Call) -> Any:
        self.where.append((call.operation, self.region))
        return super().pages(call)

    def elsewhere(self, region: str) -> Any:
        other = Regions(**self.script)
        other.region, other.where, other.partition = region, self.where, self.partition
        return other


@pytest.mark.parametrize("kind", sources())
def test_what_is_absent_is_an_answer_and_what_is_gone_is_not_there(kind: str) -> None:
    source = sources(**SAYS)[kind]
    (found,) = survey(aws(NONE, kind), check(source))
    assert isinstance(found, Finding)
    assert found.key == ("a" if kind in CHILDREN else "none")
    assert survey(aws(GONE, kind), check(source), only="a") == []
    assert kind == "report" or survey(aws(GONE, kind), check(source)) == []
    (unknown,) = survey(aws(DENIED, kind), check(source))
    assert isinstance(unknown, Unknown)


def test_what_is_gone_on_the_way_hides_nothing_else_of_a_report() -> None:
    """One of the things that it asks about was deleted meanwhile: the others were not seen."""
    (unknown,) = survey(aws(GONE, "report"), check(sources(**SAYS)["report"]))
    assert isinstance(unknown, Unknown)


@pytest.mark.parametrize("kind", ["list", "each"])
def test_a_look_understands_the_same(kind: str) -> None:
    source = sources(**SAYS)[kind]
    for answer, count in ((NONE, 1), (GONE, 0)):
        looking = Looking(aws=Paper(DescribeThings=answer, DescribeThing=answer), at=NOW)
        assert len(looking.items(Read(source, "a"))) == count


@pytest.mark.parametrize("kind", sources())
def test_it_is_read_where_aws_answers_it(kind: str) -> None:
    source = sources(regions=ONE)[kind]
    fine = {
        "things": [{"Id": "a"}],
        "events": [{"Id": "a"}],
        "Id": "a",
        "MetricDataResults": NUMBER,
    }
    here = aws(fine, kind)
    (found,) = survey(here, check(source))
    assert isinstance(found, Finding)
    assert found.region == "eu-central-1"
    own = {region for operation, region in here.where if is_own(kind, operation)}
    assert own == {"us-east-1"}
    there = aws(fine, kind)
    there.partition = "aws-cn"
    survey(there, check(source))
    assert {region for _, region in there.where} == {"eu-central-1"}, "nobody said where else"


def is_own(kind: str, operation: str) -> bool:
    """Is it asked for the source itself, and not for the parent that it hangs from?"""
    return kind not in CHILDREN or operation != "DescribeThings"


def test_numbers_of_two_regions_are_packed_apart() -> None:
    things = sources()["list"]

    def number(**more: Any) -> Metric:
        return Metric(
            of=things, namespace="AWS/X", metric="M", dimension="Id", statistic="Sum",
            over=timedelta(days=1), **more,
        )  # fmt: skip

    both = type("Made", (Plain,), {"reads": (things, number(), number(regions=ONE))})()
    here = aws({"things": [{"Id": "a"}]}, "list")
    assert len(survey(here, both)) == 1
    asked = [region for operation, region in here.where if operation == "GetMetricData"]
    assert sorted(asked) == ["eu-central-1", "us-east-1"]
