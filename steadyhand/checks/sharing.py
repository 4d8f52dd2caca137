"""Sharing with every AWS account, as a part that a step may own."""

from __future__ import annotations

from typing import Any

from steadyhand.account import Account
from steadyhand.model import Finding, Look, Part, Read, Risk, Seen, pick
from steadyhand.source import Each, Source

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


def again(account: Account, block: Source[str]) -> str:
    """Why AWS may refuse to share it with everybody once more, after that ended; empty where it does not.

    A region that blocks new public sharing leaves what is public already as it is, and refuses to make it so
    again: docs.aws.amazon.com/AWSEC2/latest/UserGuide/block-public-access-to-amis.html and
    docs.aws.amazon.com/ebs/latest/userguide/block-public-access-snapshots-work.html
    """
    if account.unknown(block):
        return "whether it could be shared again could not be read"
    said = account[block]
    return "" if "unblocked" in said else "the region lets nothing be shared again, so no undo"


def is_final(finding: Finding) -> bool:
    """Could it not be shared with everybody once more, as far as anybody knows?"""
    return bool(finding.evidence.get("again", True))


def risk_of_ending(finding: Finding) -> Risk:
    """Safe where it can be undone."""
    return Risk.APPROVAL if is_final(finding) else Risk.SAFE
