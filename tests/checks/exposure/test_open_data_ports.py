"""Databases, caches and search, opened to everybody."""

from __future__ import annotations

from typing import Any

import pytest

from steadyhand.checks.exposure.open_data_ports import OpenDataPorts
from steadyhand.sources.ec2 import SecurityGroups
from tests.checks.exposure.groups import group, lets_in, make
from tests.verbs import fix_and_undo, found, planned

CHECK = OpenDataPorts()
BAD = {
    SecurityGroups: [
        group(lets_in(5432, said="partner"), lets_in(6379, cidr="::/0"), name="db"),
        group(lets_in(3306, 3310), lets_in(11211, protocol="udp"), name="range"),
        group(lets_in(1024, 65535), name="high"),
    ]
}
GOOD = {
    SecurityGroups: [
        group(lets_in(5432, cidr="10.0.0.0/8"), lets_in(443), name="db"),
        group(lets_in(22), lets_in(6379, protocol="udp"), name="ssh"),
        group(lets_in(None, protocol="-1"), lets_in(0, 65535, cidr="::/0"), name="all"),
    ]
}


def test_says_what_is_open() -> None:
    summaries = [finding.summary for finding in found(CHECK, BAD)]
    assert summaries[0].startswith("db: PostgreSQL open to the world (0.0.0.0/0, sg-")
    assert summaries[1].startswith("db: Redis open to the world (::/0, sg-")
    assert summaries[4].startswith(
        "high: SQL Server, Oracle, MySQL and 9 more open to the world (0.0.0.0/0, sg-"
    )
    assert summaries[4].endswith("); customers may use it too")


def test_web_ports_are_left_to_a_person() -> None:
    *_, high = found(CHECK, BAD)
    assert planned(CHECK, high) == []


@pytest.mark.moto
def test_on_moto() -> None:
    def bad(client: Any) -> list[str]:
        db = make(client, "db", lets_in(5432, said="partner"), lets_in(6379, cidr="::/0"))
        return [db, db, make(client, "range", lets_in(3306, 3310), lets_in(443))]

    def good(client: Any) -> None:
        make(client, "good", lets_in(5432, cidr="10.0.0.0/8"), lets_in(443), lets_in(22))

    fix_and_undo(CHECK, bad, good)
