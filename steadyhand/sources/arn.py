"""An ARN in its parts, and the partitions of AWS."""

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


PARTITIONS = {
    "cn-": ("aws-cn", "amazonaws.com.cn"),
    "us-gov-": ("aws-us-gov", "amazonaws.com"),
    "eusc-": ("aws-eusc", "amazonaws.eu"),
}
"""How the regions of each partition begin, and where it answers; all others are of "aws".

docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html; botocore's partitions.json
"""


def partition_of(region: str) -> tuple[str, str]:
    """The partition that a region lies in, and under which name its services answer."""
    found = (said for begins, said in PARTITIONS.items() if region.startswith(begins))
    return next(found, ("aws", "amazonaws.com"))
