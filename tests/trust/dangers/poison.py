"""Poison among messages: exactly those come back, alone; the others are done, and done once."""

from __future__ import annotations

import json
import logging
import random
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from functools import partial
from io import StringIO
from typing import Any

import pytest

from functions import react
from tests.functions.conftest import Context, batch, deployed
from tests.functions.opened import failures
from tests.functions.test_functions import authorized, is_open, open_ssh
from tests.trust.proofs import Group

MESSAGES, MOST = 10, 3
DEEP = "[" * 5000
POISON = (
    "", "{not json", "[]", "5", "null", '"x"', DEEP, '{"a":' * 5000, "{}", "\x00", "NaN",
    '{"source": "aws.ec2", "detail-type": "AWS API Call via CloudTrail", "detail": []}',
    '{"source": 5, "detail-type": {}, "detail": null}',
)  # fmt: skip
"""Each is no event at all: it is malformed, however often it comes."""


def elsewhere(region: str) -> str:
    """An event of a region that the owner did not name."""
    return json.dumps(json.loads(authorized("sg-1")) | {"region": region})


@contextmanager
def quiet() -> Iterator[None]:
    """What functions log is not what this is about."""
    logging.disable(logging.CRITICAL)
    try:
        with redirect_stdout(StringIO()):
            yield
    finally:
        logging.disable(logging.NOTSET)


def sorted_out(seed: int) -> list[str]:
    """What one batch breaks."""
    luck = random.Random(seed)
    with pytest.MonkeyPatch.context() as patch, deployed(patch) as deploy, quiet():
        deploy()
        groups = [open_ssh(f"g-{n}") for n in range(luck.randint(1, 3))]
        foreign = json.dumps({"source": "aws.emr", "detail-type": "EMR", "detail": {}})
        bad = [luck.choice((*POISON, elsewhere("us-west-1"), elsewhere("x" * 9)))
               for _ in range(luck.randint(1, MOST))]  # fmt: skip
        bodies = [*bad, *map(authorized, groups)]
        bodies += [foreign] * (MESSAGES - len(bodies))
        luck.shuffle(bodies)
        wrong = []
        for _ in range(2):  # what came back comes again, and is no better then
            answer: Any = react.handler(batch(*bodies), Context())
            back = failures(answer)
            right = [f"m-{n}" for n, body in enumerate(bodies) if body in bad]
            wrong += [f"{back} came back instead of {right}"] if back != right else []
        wrong += [f"{group} is still open" for group in groups if is_open(group)]
        return wrong


def every(count: int) -> Iterator[Group]:
    """So many batches."""
    yield lambda: [(f"batch {seed}", partial(sorted_out, seed)) for seed in range(count)]
