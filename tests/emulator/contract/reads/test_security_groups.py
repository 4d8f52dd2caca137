"""Rules of security groups: one range, one rule, one id."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from tests.emulator.contract.reads.rules import rules
from tests.emulator.contract.test_trail import WORLD, group
from tests.emulator.contract.tools import unique

pytestmark = [pytest.mark.emulator]


NEAR = {"CidrIp": "10.0.0.0/8", "Description": "office"}


def ingress(ec2, changed):
    return ec2.describe_security_groups(GroupIds=[changed])["SecurityGroups"][0]["IpPermissions"]


def test_one_range_is_revoked_and_the_others_stay(aws):
    ec2, changed = aws.client("ec2"), group(aws)
    both = {**WORLD, "IpRanges": [*WORLD["IpRanges"], NEAR]}
    ec2.authorize_security_group_ingress(GroupId=changed, IpPermissions=[both])
    before = rules(ec2, changed)
    assert len({r["SecurityGroupRuleId"] for r in before}) == 3
    described = {r.get("CidrIpv4", r.get("CidrIpv6")): r.get("Description") for r in before}
    assert described == {"0.0.0.0/0": "for me", "10.0.0.0/8": "office", "::/0": None}

    world = {k: WORLD[k] for k in ("IpProtocol", "FromPort", "ToPort", "IpRanges")}
    ec2.revoke_security_group_ingress(GroupId=changed, IpPermissions=[world])
    (left,) = ingress(ec2, changed)
    assert left["IpRanges"] == [NEAR]
    assert left["Ipv6Ranges"] == [{"CidrIpv6": "::/0"}]

    ec2.authorize_security_group_ingress(GroupId=changed, IpPermissions=[world])
    (merged,) = ingress(ec2, changed)
    assert sorted(r["CidrIp"] for r in merged["IpRanges"]) == ["0.0.0.0/0", "10.0.0.0/8"]
    again = next(r for r in rules(ec2, changed) if r.get("CidrIpv4") == "0.0.0.0/0")
    assert again["SecurityGroupRuleId"] not in {r["SecurityGroupRuleId"] for r in before}


def test_a_grant_cannot_be_given_twice_nor_half(aws):
    ec2, changed = aws.client("ec2"), group(aws)
    ec2.authorize_security_group_ingress(GroupId=changed, IpPermissions=[WORLD])
    new = {**WORLD, "IpRanges": [NEAR, {"CidrIp": "0.0.0.0/0"}], "Ipv6Ranges": []}
    with pytest.raises(ClientError, match=r"InvalidPermission\.Duplicate"):
        ec2.authorize_security_group_ingress(GroupId=changed, IpPermissions=[new])
    assert len(rules(ec2, changed)) == 2
    vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    inside = ec2.create_security_group(GroupName=unique("g"), Description="x", VpcId=vpc)["GroupId"]
    with pytest.raises(ClientError, match=r"InvalidPermission\.NotFound"):
        ec2.revoke_security_group_ingress(GroupId=inside, IpPermissions=[WORLD])


def test_a_rule_is_modified_in_place(aws):
    ec2, changed = aws.client("ec2"), group(aws)
    ec2.authorize_security_group_ingress(GroupId=changed, IpPermissions=[WORLD])
    rule = next(r for r in rules(ec2, changed) if r.get("CidrIpv4"))
    new = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "CidrIpv4": "0.0.0.0/0"}
    asked = {"SecurityGroupRuleId": rule["SecurityGroupRuleId"], "SecurityGroupRule": new}
    ec2.modify_security_group_rules(GroupId=changed, SecurityGroupRules=[asked])
    ids = [rule["SecurityGroupRuleId"]]
    (now,) = ec2.describe_security_group_rules(SecurityGroupRuleIds=ids)["SecurityGroupRules"]
    assert (now["FromPort"], now.get("Description")) == (443, None)
    assert sorted(p["FromPort"] for p in ingress(ec2, changed)) == [22, 443]
