"""SSH, RDP and WinRM, opened to everybody in every way a group knows."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steadyhand.checks.exposure.open_admin_ports import OpenAdminPorts
from steadyhand.checks.exposure.open_all_ports import OpenAllPorts
from steadyhand.checks.security_groups import is_world
from steadyhand.model import Risk
from steadyhand.sources.ec2 import PrefixListEntries, SecurityGroups
from tests.checks.exposure.groups import WORLD, group, lets_in, make, prefix_list
from tests.verbs import fix_and_undo, found, planned, silent

CHECK = OpenAdminPorts()
EVERYONE = [
    ("pl-1", {"Cidr": "10.0.0.0/8"}),
    ("pl-1", {"Cidr": WORLD}),
    ("pl-2", {"Cidr": "10.0.0.0/8"}),
]
BAD = {
    SecurityGroups: [
        group(lets_in(22, said="for Ann"), lets_in(3389, cidr="::/0"), name="bastion"),
        group(lets_in(20, 25), lets_in(5985, 5986), name="range"),
        group(lets_in(22, cidr="0.0.0.0/1"), lets_in(22, cidr="128.0.0.0/1"), name="halves"),
        group(lets_in(22, cidr="2000::/3"), name="six"),
        group(lets_in(22, cidr="pl-1"), name="listed"),
        group(lets_in(3389, protocol="udp"), name="rdp-udp"),
        group(lets_in(0, 1024), name="and-web"),
    ],
    PrefixListEntries: EVERYONE,
}
GOOD = {
    SecurityGroups: [
        group(lets_in(22, cidr="10.0.0.0/8"), lets_in(443), lets_in(80, cidr="::/0"), name="web"),
        group(lets_in(22, cidr="203.0.113.7/32"), lets_in(22, cidr="fc00::/7"), name="home"),
        group(lets_in(22, cidr="pl-2"), lets_in(22, cidr="pl-9"), name="listed"),
        group(lets_in(22, protocol="udp"), lets_in(-1, -1, protocol="icmp"), name="no-ssh"),
        group(
            lets_in(None, protocol="47"),
            {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22},
            name="gre",
        ),
        {"GroupId": "sg-empty"},
        group(lets_in(None, protocol="-1"), lets_in(0, 65535, cidr="::/0"), name="all"),
    ],
    PrefixListEntries: EVERYONE,
}


def test_says_who_opens_what_to_whom() -> None:
    summaries = [finding.summary for finding in found(CHECK, BAD)]
    assert summaries[0].startswith("bastion: SSH open to the world (0.0.0.0/0, sg-")
    assert summaries[1].startswith("bastion: RDP open to the world (::/0, sg-")
    assert summaries[7].startswith(
        "listed: SSH open to the world (pl-1, which contains 0.0.0.0/0, sg-"
    )
    assert summaries[9].startswith("and-web: SSH open to the world (0.0.0.0/0, sg-")
    assert summaries[9].endswith("); customers may use it too")


def test_each_grant_is_a_finding_with_a_name_that_lasts() -> None:
    one = group(lets_in(22, said="for Ann"))
    (before,) = found(CHECK, {SecurityGroups: [one]})
    (after,) = found(CHECK, {SecurityGroups: [one | {"IpPermissions": [lets_in(22)]}]})
    assert before.id == after.id
    assert before.name == f"{before.resource}/tcp/22-22/0.0.0.0/0"


def test_takes_back_exactly_that_grant_and_gives_it_again_with_its_description() -> None:
    finding, *_ = found(CHECK, BAD)
    (step,) = planned(CHECK, finding)
    assert step.do.params == {
        "GroupId": finding.key,
        "IpPermissions": [
            {
                "IpProtocol": "tcp",
                "FromPort": 22,
                "ToPort": 22,
                "IpRanges": [{"CidrIp": WORLD}],
            }
        ],
    }
    assert step.undo
    (given_again,) = step.undo.params["IpPermissions"]
    assert given_again["IpRanges"] == [{"CidrIp": WORLD, "Description": "for Ann"}]


@pytest.mark.parametrize("ports", [(2, 65535), (22, 80), (22, 9000)])
def test_where_customers_may_come_in_a_person_decides(ports: tuple[int, int]) -> None:
    (finding,) = found(CHECK, {SecurityGroups: [group(lets_in(*ports))]})
    assert planned(CHECK, finding) == []


def test_the_owner_names_more_ports() -> None:
    from_json: Any = {"23": "Telnet"}
    telnet = OpenAdminPorts(ports=from_json)
    (finding,) = found(telnet, {SecurityGroups: [group(lets_in(23), lets_in(22))]})
    assert "Telnet open to" in finding.summary


def test_carries_the_tags() -> None:
    tagged = group(lets_in(22), Tags=[{"Key": "env", "Value": "prod"}])
    (finding,) = found(CHECK, {SecurityGroups: [tagged]})
    assert finding.tags == {"env": "prod"}


@given(first=st.integers(0, 65535), last=st.integers(0, 65535))
def test_a_span_opens_what_lies_in_it(first: int, last: int) -> None:
    first, last = sorted((first, last))
    facts = {SecurityGroups: [group(lets_in(first, last))]}
    alone, every = bool(found(CHECK, facts)), bool(found(OpenAllPorts(), facts))
    assert (alone or every) == any(first <= port <= last for port in CHECK.ports)
    assert not (alone and every)


@pytest.mark.parametrize(
    ("cidr", "world"),
    [
        ("0.0.0.0/0", True),
        ("128.0.0.0/1", True),
        ("64.0.0.0/2", True),
        ("8.0.0.0/7", True),
        ("10.0.0.0/8", False),
        ("224.0.0.0/3", False),
        ("::/0", True),
        ("::/1", True),
        ("8000::/1", False),
        ("2600::/12", True),
        ("2a00:1450::/29", False),
        ("fc00::/7", False),
    ],
)
def test_what_counts_as_everybody(cidr: str, world: bool) -> None:
    assert is_world(cidr) is world


def test_silent_on_good() -> None:
    silent(CHECK, GOOD)


def test_a_port_that_the_owner_adds_is_asked_about() -> None:
    """The table from the start names what no customer uses; of others nobody knows."""
    mail = OpenAdminPorts(ports={25: "SMTP", 22: "SSH"})
    facts = {SecurityGroups: [group(lets_in(25), lets_in(22))]}
    risks = {f.name.rpartition("tcp/")[2]: mail.risk_of(f) for f in found(mail, facts)}
    assert risks == {"25-25/0.0.0.0/0": Risk.APPROVAL, "22-22/0.0.0.0/0": Risk.SAFE}


@pytest.mark.moto
def test_on_moto() -> None:
    def bad(client: Any) -> list[str]:
        bastion = make(client, "bastion", lets_in(22, said="for Ann"), lets_in(3389, cidr="::/0"))
        wide = make(client, "range", lets_in(20, 25), lets_in(22, cidr="10.0.0.0/8"))
        halves = make(
            client, "halves", lets_in(22, cidr="0.0.0.0/1"), lets_in(22, cidr="128.0.0.0/1")
        )
        everyone = prefix_list(client, "10.0.0.0/8", WORLD)
        listed = make(client, "listed", lets_in(22, cidr=everyone, said="by list"), lets_in(443))
        return [bastion, bastion, wide, halves, halves, listed]

    def good(client: Any) -> None:
        make(client, "web", lets_in(443), lets_in(22, cidr="10.0.0.0/8"))
        make(client, "office", lets_in(22, cidr=prefix_list(client, "203.0.113.0/24")))

    findings = fix_and_undo(CHECK, bad, good)
    assert {finding.region for finding in findings} == {"eu-central-1"}
