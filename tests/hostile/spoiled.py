"""Answers that are well-formed and not as AWS describes them: one member is gone, or says something odd.

`python -m tests.hostile.spoiled [TIMES] [SEED]` tries many; some of them are part of the tests.
"""

from __future__ import annotations

import copy
import random
import sys
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Self

from steadyhand.catalogue import discovery as catalogue
from steadyhand.engine.scan import judged
from steadyhand.engine.survey import Survey
from steadyhand.model import Answer, Call, Finding, Unknown
from steadyhand.settings.values import Settings
from tests.hostile.derived import Paper
from tests.hostile.things import NOW
from tests.hostile.world import ANSWERS

ODD: tuple[Any, ...] = (
    *("", "x", "{", "[]", "5", "10.0.0.1", "arn:aws:s3:::x", "2020-01-01T00:00:00"),
    *({}, {"a": 1}, [], ["x"], -1, 0, 10**12, 0.5, True, False),
    datetime(2020, 1, 1),  # noqa: DTZ001 - without a zone, as some say
)
"""Each takes the place of a value of its own type: another type is no answer of the protocol."""


class Spoiled(Paper):
    """The account of `world.py`; in each answer of one operation, something is not as it should be."""

    def __init__(self, action: str, dice: random.Random) -> None:
        super().__init__(ANSWERS)
        self.action, self.dice, self.spoilt = action, dice, list[str]()

    def ask(self, call: Call) -> Answer:
        answer = super().ask(call)
        return self.spoil(answer) if call.action == self.action else answer

    def pages(self, call: Call) -> Iterator[Answer]:
        known = self.answers.get(call.action, {})
        if not isinstance(known, list):
            yield self.ask(call)
            return
        for page in known:
            yield self.spoil(page) if call.action == self.action else page

    def elsewhere(self, region: str) -> Self:
        del region
        return self

    def spoil(self, answer: Answer) -> Answer:
        """One member is gone, or another value of its type."""
        made: Any = copy.deepcopy(dict(answer))
        if not (places := list(members(made))):
            return made
        *above, last = self.dice.choice(places)
        at = made
        for step in above:
            at = at[step]
        odd = [one for one in ODD if type(one) is type(at[last])]
        if odd and self.dice.random() < 0.5:
            at[last] = self.dice.choice(odd)
        else:
            del at[last]
        self.spoilt.append(f"{[*above, last]}")
        return made


def members(said: Any, above: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in an answer."""
    if above:
        yield above
    inner: Any = said.items() if isinstance(said, dict) else enumerate(said) if isinstance(said, list) else ()  # fmt: skip
    for name, value in inner:
        yield from members(value, (*above, name))


def crashes(times: int, seed: int = 1) -> Iterator[str]:
    """What of a scan ends in a traceback, plans and lanes included; and what names nothing."""
    checks, dice = catalogue.load(), random.Random(seed)
    by_id = {check.id: check for check in checks}
    for _ in range(times):
        aws = Spoiled(dice.choice(sorted(ANSWERS)), dice)
        try:
            for one in Survey(checks, aws, NOW):
                if isinstance(one, Unknown):
                    assert one.reason
                elif isinstance(one, Finding):
                    judged(by_id[one.check], one, NOW, Settings())
        except Exception as crash:  # noqa: BLE001 - that nothing does is the point
            yield f"{aws.action} {aws.spoilt[-3:]}: {type(crash).__name__}: {crash}"


if __name__ == "__main__":
    found = [*crashes(*map(int, sys.argv[1:] or ["1000"]))]
    sys.stdout.write("\n".join([f"{len(found)} crashes", *found, ""]))
    sys.exit(bool(found))
