"""Every port, opened to everybody."""

from __future__ import annotations

from typing import Any

import pytest

from steadyhand.checks.exposure.open_all_ports import OpenAllPorts
from steadyhand.sources.ec2 import SecurityGroups
from tests.checks.exposure.groups import group, lets_in, make
from tests.defuse import defuse, found

CHECK = OpenAllPorts()
BAD = {
    SecurityGroups: [
        group(lets_in(None, protocol="-1", said="for now"), name="all"),
        group(lets_in(0, 65535), lets_in(1, 65535, cidr="::/0"), name="tcp"),
        group(lets_in(0, 65535, protocol="udp"), name="udp"),
    ]
}
GOOD = {
    SecurityGroups: [
        group(lets_in(None, protocol="-1", cidr="10.0.0.0/8"), name="inside"),
        group(lets_in(1024, 65535), lets_in(443), lets_in(-1, -1, protocol="icmp"), name="high"),
    ]
}


def test_says_what_is_open() -> None:
    summaries = [finding.summary for finding in found(CHECK, BAD)]
    assert summaries[0].startswith("all: everything open to the world (0.0.0.0/0, sg-")
    assert summaries[0].endswith("); customers may use it too")
    assert summaries[1].startswith("tcp: every tcp port open to the world (0.0.0.0/0, sg-")


@pytest.mark.moto
def test_on_moto() -> None:
    def bad(client: Any) -> list[str]:
        everything = make(client, "all", lets_in(None, protocol="-1", said="for now"), lets_in(22))
        return [everything, make(client, "tcp", lets_in(0, 65535, cidr="::/0"))]

    def good(client: Any) -> None:
        make(client, "inside", lets_in(None, protocol="-1", cidr="10.0.0.0/8"), lets_in(443))

    defuse(CHECK, bad, good)
