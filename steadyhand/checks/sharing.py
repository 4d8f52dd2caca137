"""Sharing with every AWS account, as a part that a step may own."""

from __future__ import annotations

from typing import Any

from steadyhand.model import Look, Part, Read, Seen, pick
from steadyhand.source import Each

EVERYBODY = "all"
"""The name of everybody: of EC2's group, and among RDS's accounts."""


def with_everybody(resource: str, sharing: Each[Any], key: str, path: str) -> Part:
    """Is it shared with everybody, as the answer of `sharing` says at `path`?

    Accounts that are named are no part of it.
    """

    def look() -> Look:
        for _, answer in (yield Read(sharing, key)):
            return Seen(value=EVERYBODY in pick(answer, path))
        return Seen(identity=None)

    return Part(resource, "shared with everybody", look)
