"""All checks there are ask AWS nothing twice, on an account in which each of them finds something.

Each list, item and page is a question; the cheapest way to answer all checks is to ask every one of them once.
What a conversation polls for is asked again on purpose.
"""

from __future__ import annotations

import copy
import json
from collections import Counter
from collections.abc import Iterator
from typing import Any, Self

import pytest

from steadyhand.catalogue import discovery
from steadyhand.checks.deploys.environment_drift import EnvironmentDrift
from steadyhand.checks.jobs.queue_without_dlq import QueueWithoutDlq
from steadyhand.engine.survey import Survey
from steadyhand.model import Answer, Call, Finding
from steadyhand.sources.s3 import Versioning
from tests.engine.paper import Plain
from tests.engine.survey.crowd import too_many
from tests.hostile.derived import Paper
from tests.hostile.things import NOW
from tests.hostile.world import ANSWERS

MOST = 1.02
"""Calls, in those that the union of all reads needs."""


class Counting(Paper):
    """Keeps every question, with what it asked."""

    def __init__(self, **more: Any) -> None:
        super().__init__(ANSWERS | more)
        self.asked = Counter[str]()

    def elsewhere(self, region: str) -> Self:
        there = copy.copy(self)
        there.region = region
        return there

    def ask(self, call: Call) -> Answer:
        self.asked[self.question(call)] += 1
        return super().ask(call)

    def pages(self, call: Call) -> Iterator[Answer]:
        for number, page in enumerate(super().pages(call)):
            if number:
                self.asked[f"{self.question(call)} page {number + 1}"] += 1
            elif isinstance(self.answers.get(call.action, {}), list):
                self.asked[self.question(call)] += 1
            yield page

    def question(self, call: Call) -> str:
        """What is asked, and in which region."""
        said = json.dumps(call.params, sort_keys=True, default=str)
        return f"{call.action} {said} {self.region}"


def test_no_question_is_asked_twice() -> None:
    checks = discovery.load()
    aws = Counting()
    found = {one.check for one in Survey(checks, aws, NOW) if isinstance(one, Finding)}
    assert len(found) > 0.8 * len(checks), "else the account proves little"
    twice = {asked: count for asked, count in aws.asked.items() if count > 1}
    assert aws.asked.total() <= MOST * len(aws.asked), twice


@pytest.mark.parametrize("size", [100, 1000])
def test_nor_is_it_in_a_large_account(size: int) -> None:
    """Functions, fifty a page, and of each where its failures end, since a queue may be that end."""
    functions = [{"FunctionName": f"f{n}", "FunctionArn": f"arn:f{n}"} for n in range(size)]
    paged = [{"Functions": functions[n : n + 50]} for n in range(0, size, 50)]
    checks = [QueueWithoutDlq(), EnvironmentDrift()]
    aws = Counting(**{"lambda:ListFunctions": paged})
    list(Survey(checks, aws, NOW))
    ends = {one.partition(" page ")[0] for one in aws.asked if "EventInvokeConfigs" in one}
    assert len(ends) == size
    assert aws.asked.total() == len(aws.asked)


class Again(Plain):
    """Reads of each bucket what another check reads, and does not share it."""

    reads = (copy.copy(Versioning),)


def test_all_checks_take_the_fewest_calls_in_an_account_of_many() -> None:
    """Twenty of each resource; `make trust` has a thousand of each."""
    assert too_many(20, discovery.load()) == []
    (wrong,) = too_many(20, [*discovery.load(["bucket_versioning_off"]), Again()])
    assert "s3:GetBucketVersioning" in wrong
