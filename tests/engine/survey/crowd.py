"""An account with so many of each resource, paged as AWS pages: all checks there are read it in the fewest calls.

Answers are made by botocore's shapes. Every question is counted; the fewest calls are each list's items by
the most that a page of AWS holds, and every other question once. What is asked again after a wait is a poll.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from functools import partial
from math import ceil
from typing import Any

from steadyhand.catalogue import discovery
from steadyhand.check import Check
from steadyhand.engine.survey import Survey
from steadyhand.model import Answer, Call, pick
from steadyhand.source import NOT_AWS, Source
from tests.canonical import family
from tests.checks.shapes import BOTO, HEAD, NOW, ValidAnswers, arn
from tests.checks.test_any_answer import naming
from tests.trust.proofs import Group

MOST = 1.05
PAGE = 100
"""Items of a page where nobody says how many."""

BY_SERVICE = {"ec2": 1000, "rds": 100, "elasticache": 100, "apigateway": 500, "sqs": 1000}
"""The most of a page where botocore's model does not say it; each operation's reference page does."""

SMALLER = {"ec2:DescribeLaunchTemplateVersions": 200, "ec2:DescribeVolumesModifications": 500} | {
    "lambda:ListFunctions": 50,
    "lambda:ListEventSourceMappings": 100,
    "s3:ListBuckets": 1000,
}
"""Where AWS gives fewer a page than it lets people ask for, or we need one page of them.

docs.aws.amazon.com/lambda/latest/api/API_ListFunctions.html
"""


def lists() -> dict[str, list[Source[Any]]]:
    """What is read as a list, by operation: by several sources, where they ask it otherwise."""
    made = defaultdict[str, list[Source[Any]]](list)
    for check in discovery.load():
        for source in family(check.reads):
            if type(source) is Source and source.service not in NOT_AWS:
                made[source.operation].append(source)
    return made


def limit_of(operation: str) -> tuple[str, int | None]:
    """The parameter that says how many items a page holds, and the most that AWS takes; none where it has no pages."""
    service, _, name = operation.partition(":")
    loader = BOTO.get_component("data_loader")
    try:
        pages = loader.load_service_model(service, "paginators-1")["pagination"].get(name, {})
    except Exception:  # noqa: BLE001 - a service without pages has no such file
        pages = {}
    shape = BOTO.get_service_model(service).operation_model(name).input_shape
    said = pages.get("limit_key", "")
    if said not in getattr(shape, "members", {}):
        return "", None
    most = SMALLER.get(operation) or shape.members[said].metadata.get("max")
    return said, most or BY_SERVICE.get(service)


class Crowd(ValidAnswers):
    """So many items of each list, and an answer to everything that is asked about each."""

    region = "us-east-1"

    def __init__(self, size: int) -> None:
        self.lists, self.size = lists(), size
        named = frozenset[str]().union(*map(naming, discovery.load()))
        super().__init__(size, 0.1, named)
        self.asked, self.rested = Counter[str](), False

    def wait(self, seconds: float) -> None:
        del seconds
        self.rested = True

    def ask(self, call: Call) -> Answer:
        self.count(question(call))
        answer = super().ask(call)
        return {"State": "COMPLETE"} if call.operation == "GenerateCredentialReport" else answer

    def count(self, asked: str) -> None:
        if not (self.rested and asked in self.asked):
            self.asked[asked] += 1
        self.rested = False

    def pages(self, call: Call) -> Iterator[Answer]:
        known = self.lists.get(call.action, ())
        source = next((one for one in known if one.call(NOW).params == call.params), None)
        if source is None:
            yield self.ask(call)
            return
        said, _ = limit_of(call.action)
        default = self.size if call.service == "ec2" or not said else PAGE
        held = min(int(call.params.get(said, default)), SMALLER.get(call.action, self.size))
        first = source.items.partition(".")[0]
        seen: set[str] = set()
        for number in range(ceil(self.size / held)):
            page = super().ask(call)
            self.count(f"{question(call)} page {number}")
            if isinstance(page.get(first), list):
                here = min(held, self.size - number * held)
                page = {**page, first: list(self.fresh(source, here, seen))}
            yield page

    def fresh(self, source: Source[Any], most: int, seen: set[str]) -> Iterator[Any]:
        """Items of one list, no two of one key."""
        service, _, operation = source.operation.partition(":")
        first, _, rest = source.items.partition(".")
        model: Any = BOTO.get_service_model(service).operation_model(operation).output_shape
        made = tried = 0
        while made < most and tried < 30 * most:
            tried += 1
            item = self.value(first, model.members[first].member, 2)
            keys = {source.key(one) for one in (pick(item, rest) if rest else [item])}
            if not keys & seen:
                seen |= keys
                made += 1
                yield item

    def word(self, name: str, shape: Any) -> str:
        if name.lower().endswith("arn") and not getattr(shape, "enum", None):
            return arn("x", f"thing/x{self.made}")
        return super().word(name, shape)

    def report(self) -> bytes:
        lines = [
            f"user{n},arn:aws:iam::1:user/user{n},true,N/A,N/A,false,N/A,N/A"
            for n in range(self.size)
        ]
        return "\n".join([HEAD, *lines]).encode()


def question(call: Call) -> str:
    return f"{call.action} {json.dumps(call.params, sort_keys=True, default=str)}"


def fewest(asked: Counter[str], size: int) -> int:
    """Each list once, by its fullest pages, and each other question once. Of a sample one page is needed."""
    samples = {one.operation for some in lists().values() for one in some if one.is_sample}
    calls, whole = 0, set[str]()
    for one in asked:
        action = one.partition(" ")[0]
        if " page " not in one:
            calls += 1
        elif action not in whole:
            whole.add(action)
            said, most = limit_of(action)
            calls += ceil(size / (most or PAGE)) if said and action not in samples else 1
    return calls


def too_many(size: int, checks: Iterable[Check]) -> list[str]:
    """What is asked beyond the fewest calls, where that is more than we promise."""
    aws = Crowd(size)
    for _ in Survey(checks, aws, NOW):
        pass
    least, total = fewest(aws.asked, size), aws.asked.total()
    if total <= MOST * least:
        return []
    dear = Counter({one: count for one, count in aws.asked.items() if count > 1})
    return [f"{total} calls, {least} would do; more than once: {dear.most_common(5)}"]


def cases() -> Iterator[Group]:
    """An account of a hundred of each, then one of a thousand."""
    for size in (100, 1000):
        yield partial(lambda n: [(f"{n} of each", lambda: too_many(n, discovery.load()))], size)
