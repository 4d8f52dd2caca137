"""Every port, opened to everybody."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from steadyhand.check import Check
from steadyhand.checks.exposure.open_admin_ports import OpenAdminPorts
from steadyhand.checks.exposure.open_all_ports import OpenAllPorts
from steadyhand.checks.exposure.open_data_ports import OpenDataPorts
from steadyhand.cli.choice import chosen
from steadyhand.settings.values import Settings
from steadyhand.sources.ec2 import SecurityGroups
from steadyhand.sources.peers import config_rules, generators
from tests.checks.exposure.groups import group, lets_in, make
from tests.verbs import fix_and_undo, found

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
    named = "open to the world, including SSH, RDP, WinRM and 12 more"
    assert summaries[0].startswith(f"all: everything {named} (0.0.0.0/0, sg-")
    assert summaries[0].endswith("); customers may use it too")
    assert summaries[1].startswith(f"tcp: every tcp port {named} (0.0.0.0/0, sg-")
    assert summaries[3].startswith(
        "udp: every udp port open to the world, including RDP and Memcached"
    )


@given(first=st.integers(0, 2), last=st.sampled_from([-1, 65534, 65535]))
@example(0, 65535)
@pytest.mark.parametrize("protocol", ["-1", "tcp", "udp"])
def test_one_grant_of_every_port_is_one_finding(protocol: str, first: int, last: int) -> None:
    facts = {SecurityGroups: [group(lets_in(first, last, protocol=protocol))]}
    every = found(CHECK, facts)
    others = [*found(OpenAdminPorts(), facts), *found(OpenDataPorts(), facts)]
    assert bool(every) != bool(others)
    assert len(every) <= 1


def test_who_asks_for_ssh_alone_is_told_of_every_port_too() -> None:
    assert [check.id for check in chosen(Settings(), ["open_admin_ports"])] == [
        "open_admin_ports",
        "open_all_ports",
    ]


@pytest.mark.parametrize("other", [OpenAdminPorts, OpenDataPorts])
def test_what_other_tools_say_of_one_port_wakes_it_too(other: type[Check]) -> None:
    """EC2.13, EC2.14 and EC2.19 of Security Hub fail for a rule of all ports as well: "EC2 controls"."""
    assert other.leaves_to == (CHECK.id,)
    assert set(generators(other.peers)) <= set(generators(CHECK.peers))
    assert set(config_rules(other.peers)) <= set(config_rules(CHECK.peers))


@pytest.mark.moto
def test_on_moto() -> None:
    def bad(client: Any) -> list[str]:
        everything = make(client, "all", lets_in(None, protocol="-1", said="for now"), lets_in(22))
        return [everything, make(client, "tcp", lets_in(0, 65535, cidr="::/0"))]

    def good(client: Any) -> None:
        make(client, "inside", lets_in(None, protocol="-1", cidr="10.0.0.0/8"), lets_in(443))

    fix_and_undo(CHECK, bad, good)
