"""What services without a region take from one region alone: certificates for CloudFront.

That region is looked at whether or not the owner named it, by a scan as by the deployed sweep.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from steadyhand.check import Check
from steadyhand.reference.dated import dated


def delivered(
    checks: Iterable[Check], partition: str, regions: Collection[str]
) -> tuple[str, list[Check]]:
    """The region that must be looked at besides these, and the checks that look there; else nothing."""
    there = str(dated("regions")["cloudfront"]["aws"])
    if partition != "aws" or there in regions:
        return "", []
    return there, [check for check in checks if check.reads[0].root.serves_global]
