"""What a check sees of made-up facts: what it declares to read, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from steadyhand.account import Account
from steadyhand.check import Check
from steadyhand.source import Source
from tests.canonical import ACCOUNT, REGION
from tests.checks import sentences

Facts = Mapping[Source[Any], Sequence[Any]]


class Declared(dict[Source[Any], Sequence[Any]]):
    """The facts of what a check declares to read, and no others."""

    def __init__(self, check: Check, facts: Facts) -> None:
        super().__init__(facts)
        self.check = check

    def __missing__(self, source: Source[Any]) -> Sequence[Any]:
        raise AssertionError(sentences.forgotten_read(self.check, source))


def seen(check: Check, facts: Facts) -> Account:
    """An account of which a check sees what it declares."""
    return Account(ACCOUNT, REGION, Declared(check, facts))
