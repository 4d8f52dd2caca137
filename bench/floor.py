"""The fewest calls that tell the facts of the shared checks, by moto's page sizes."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil

ONE_PAGE = ("groups", "volumes", "snapshots", "addresses", "instances", "certificates", "functions")
"""Lists that moto answers in one page however long they are. AWS pages them too: by 50 to 1,000."""

MORE_LISTS = ("rules of groups", "launch templates", "copies of databases", "the account's block")
"""What we read besides, so that the facts are true: a grant's own tags, who names a snapshot, what AWS
Backup keeps, what no bucket need block. One each, however large the account; the peers do not ask."""

PAGES: Mapping[str, int] = {"log groups": 50, "databases": 100, "tables": 100}


def fewest(n: int) -> int:
    """The fewest calls where there are N of each kind."""
    lists = len(ONE_PAGE) + sum(max(1, ceil(n / size)) for size in PAGES.values())
    who_am_i, report, buckets = 1, 2, 1
    facts_of_a_bucket, facts_of_a_table = 2, 1
    return who_am_i + report + lists + buckets + (facts_of_a_bucket + facts_of_a_table) * n
