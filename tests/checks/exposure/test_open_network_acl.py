"""Network ACLs that name who may come in, and let everybody in."""

from __future__ import annotations

from typing import Any

import pytest

from steadyhand.checks.exposure.open_network_acl import OpenNetworkAcl
from steadyhand.sources.vpc import NetworkAcls
from tests.verbs import found, silent, spot

CHECK = OpenNetworkAcl()
OFFICE = "198.51.100.0/24"
WORLD, WORLD6 = "0.0.0.0/0", "::/0"
EVENT = (
    "ec2:CreateNetworkAclEntry",
    {
        "NetworkAclId": "acl-ssh",
        "RuleNumber": 90,
        "Protocol": "6",
        "RuleAction": "allow",
        "Egress": False,
        "CidrBlock": WORLD,
        "PortRange": {"From": 22, "To": 22},
    },
)


def rule(
    number: int, who: str, action: str = "allow", *ports: int, egress: bool = False, by: str = ""
) -> dict[str, Any]:
    kind = "Ipv6CidrBlock" if ":" in who else "CidrBlock"
    said = {"RuleNumber": number, kind: who, "RuleAction": action, "Egress": egress}
    span = {"PortRange": {"From": ports[0], "To": ports[-1]}} if ports else {}
    return said | span | {"Protocol": by or ("6" if ports else "-1")}


LAST = [
    rule(32767, WORLD, "deny"),
    rule(32768, WORLD6, "deny"),
    rule(32767, WORLD, "deny", egress=True),
]


def acl(name: str, *rules: dict[str, Any], **more: Any) -> dict[str, Any]:
    used = [{"NetworkAclAssociationId": "aclassoc-1", "SubnetId": "subnet-1"}]
    said = {"NetworkAclId": f"acl-{name}", "IsDefault": False, "Associations": used}
    return said | {"Entries": [*LAST, *rules]} | more


RARE = "two made-up rules of one list would have to allow an office and everybody"
OWN = rule(100, OFFICE)
BAD = {
    NetworkAcls: [
        acl("ssh", OWN, rule(90, WORLD, "allow", 22)),
        acl("all", OWN, rule(200, WORLD)),
        acl("six", OWN, rule(200, WORLD6)),
        acl("span", OWN, rule(200, WORLD, "allow", 0, 1023)),
        acl("late", OWN, rule(210, WORLD, "deny", 22), rule(200, "128.0.0.0/1", "allow", 22)),
        acl("default", OWN, rule(200, WORLD), IsDefault=True),
    ]
}
GOOD = {
    NetworkAcls: [
        # as AWS makes it, and as it is used to keep some out: prowler-cloud/prowler pull request 4917
        acl("as-made", rule(100, WORLD), rule(101, WORLD6), IsDefault=True),
        acl("keeps-some-out", rule(50, OFFICE, "deny"), rule(100, WORLD)),
        acl("unused", OWN, rule(90, WORLD, "allow", 22), Associations=[]),
        acl("answers", OWN, rule(200, WORLD, "allow", 1024, 65535), rule(210, WORLD, "allow", 443)),
        acl("first", OWN, rule(10, WORLD, "deny", 22), rule(20, WORLD)),
        acl("out", OWN, rule(100, WORLD, egress=True)),
        acl("udp", OWN, rule(100, WORLD, "allow", 22, by="17")),
        acl("ping", OWN, rule(100, WORLD, by="1")),
        {"NetworkAclId": "acl-empty"},
    ]
}


def test_says_which_rule_opens_what() -> None:
    everything = "lets everybody reach everything, whatever its other rules say"
    assert [one.summary for one in found(CHECK, BAD)] == [
        "rule 90 of acl-ssh lets everybody reach SSH",
        f"rule 200 of acl-all {everything}",
        f"rule 200 of acl-six {everything}",
        "rule 200 of acl-span lets everybody reach SSH",
        "rule 200 of acl-late lets everybody reach SSH",
        f"rule 200 of acl-default {everything}",
    ]


@pytest.mark.parametrize("one", GOOD[NetworkAcls], ids=lambda one: str(one["NetworkAclId"]))
def test_what_is_not_opened(one: dict[str, Any]) -> None:
    silent(CHECK, {NetworkAcls: [one]})


@pytest.mark.moto
def test_on_moto() -> None:
    def made(client: Any, *sources: str) -> str:
        ec2 = client("ec2")
        vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/24")
        mine = [{"Name": "vpc-id", "Values": [vpc]}]
        before = ec2.describe_network_acls(Filters=mine)["NetworkAcls"][0]["Associations"][0]
        name = ec2.create_network_acl(VpcId=vpc)["NetworkAcl"]["NetworkAclId"]
        for number, source in enumerate(sources, 1):
            ec2.create_network_acl_entry(
                NetworkAclId=name,
                RuleNumber=number,
                Protocol="6",
                RuleAction="allow",
                Egress=False,
                CidrBlock=source,
                PortRange={"From": 22, "To": 22},
            )
        ec2.replace_network_acl_association(
            AssociationId=before["NetworkAclAssociationId"], NetworkAclId=name
        )
        return str(name)

    spot(
        CHECK,
        lambda client: [made(client, OFFICE, WORLD)],
        lambda client: [made(client, OFFICE)],
    )
