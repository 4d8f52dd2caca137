"""An ARN in its parts."""

from __future__ import annotations

from typing import NamedTuple


class Arn(NamedTuple):
    """The parts of an ARN."""

    partition: str
    service: str
    region: str
    account: str
    resource: str


def arn_of(said: str) -> Arn | None:
    """The parts of an ARN; None where it is none."""
    parts = said.split(":", 5)
    if len(parts) < 6 or parts[0] != "arn" or not parts[5]:
        return None
    return Arn(*parts[1:])
