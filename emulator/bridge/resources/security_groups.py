"""Security groups: one rule per range, each with an id that is never given twice.

ministack keeps a permission as it came: one id for many ranges, so that revoking one of them does
nothing (and says it did), and the same id when a rule is granted again. EC2 refuses doubles; so do we.
"""

from functools import partial
from typing import Any

from ministack.core.responses import get_region
from ministack.services import ec2

from ..http.answers import RefusedError, answer
from . import filters
from .security_group_rules import (
    DIRECTIONS,
    PEERS,
    Permission,
    clean,
    described,
    identity,
    kept,
    merged,
    revoked,
    rule_id,
    single,
)


def _group(params: dict[str, Any]) -> dict[str, Any]:
    ec2._ensure_defaults_initialized()
    wanted, named = params.get("GroupId"), params.get("GroupName")
    for group in ec2._security_groups.values():
        if wanted == group["GroupId"] or (not wanted and named == group["GroupName"]):
            for direction in DIRECTIONS.values():
                group[direction] = [s for p in group.get(direction, []) for s in kept(p)]
            return group
    raise RefusedError(
        "InvalidGroup.NotFound", f"The security group '{wanted or named}' does not exist"
    )


def _asked(params: dict[str, Any]) -> list[Permission]:
    permissions = params.get("IpPermissions")
    if not permissions:
        flat = {k: params[k] for k in ("IpProtocol", "FromPort", "ToPort") if k in params}
        ranges = {"IpRanges": [{"CidrIp": params["CidrIp"]}]} if "CidrIp" in params else {}
        source = params.get("SourceSecurityGroupName")
        pairs = {"UserIdGroupPairs": [{"GroupName": source}]} if source else {}
        permissions = [{**flat, **ranges, **pairs}]
    return [rule for permission in permissions for rule in single(permission)]


def authorize(direction: str, params: dict[str, Any]) -> dict[str, Any]:
    """AuthorizeSecurityGroup…: all of it or, if one rule exists already, nothing."""
    group, rules = _group(params), _asked(params)
    held = group[DIRECTIONS[direction]]
    known = {identity(rule) for rule in held}
    for rule in rules:
        if identity(rule) in known:
            peer = identity(rule)[-1]
            raise RefusedError(
                "InvalidPermission.Duplicate",
                f'the specified rule "peer: {peer}, {rule["IpProtocol"].upper()}, from port: {rule.get("FromPort")}, '
                f'to port: {rule.get("ToPort")}, ALLOW" already exists',
            )
        known.add(identity(rule))
    tags = [
        t
        for s in params.get("TagSpecifications", [])
        if s["ResourceType"] == "security-group-rule"
        for t in s["Tags"]
    ]
    for rule in rules:
        held.append(rule)
        if tags:
            ec2._tags[rule_id(rule)] = [dict(t) for t in tags]
    shown = [described(group, rule, direction == "Egress") for rule in rules]
    return {"Return": True, "SecurityGroupRules": shown}


def revoke(direction: str, params: dict[str, Any]) -> dict[str, Any]:
    """RevokeSecurityGroup…: all of it; what does not exist is an error outside the default VPC."""
    group, held = _group(params), DIRECTIONS[direction]
    if ids := params.get("SecurityGroupRuleIds"):
        known = {rule_id(rule): rule for rule in group[held]}
        for wanted in ids:
            if wanted not in known:
                message = f"The security group rule '{wanted}' does not exist"
                raise RefusedError("InvalidSecurityGroupRuleId.NotFound", message)
        gone, unknown = [known[i] for i in ids], []
    else:
        by_key = {identity(rule): rule for rule in group[held]}
        rules = _asked(params)
        gone = [by_key[identity(rule)] for rule in rules if identity(rule) in by_key]
        unknown = [rule for rule in rules if identity(rule) not in by_key]
        if unknown and group["VpcId"] != ec2._DEFAULT_VPC_ID:
            message = "The specified rule does not exist in this security group."
            raise RefusedError("InvalidPermission.NotFound", message)
    group[held] = [rule for rule in group[held] if not any(rule is g for g in gone)]
    shown = [revoked(group, rule, direction == "Egress") for rule in gone]
    for rule in gone:
        ec2._tags.pop(rule_id(rule), None)
    said: dict[str, Any] = {"Return": True, "RevokedSecurityGroupRules": shown}
    if unknown:
        said["UnknownIpPermissions"] = [clean(p) for p in merged(unknown)]
    return said


@answer("ec2", "ModifySecurityGroupRules")
def modify(params: dict[str, Any]) -> dict[str, Any]:
    """ModifySecurityGroupRules: a rule becomes what is asked and keeps its id."""
    group = _group(params)
    known = {rule_id(rule): (held, rule) for held in DIRECTIONS.values() for rule in group[held]}
    changes = params.get("SecurityGroupRules", [])
    for change in changes:
        if change["SecurityGroupRuleId"] not in known:
            message = f"The security group rule '{change['SecurityGroupRuleId']}' does not exist"
            raise RefusedError("InvalidSecurityGroupRuleId.NotFound", message)
    for change in changes:
        held, rule = known[change["SecurityGroupRuleId"]]
        asked = change["SecurityGroupRule"]
        said = {"Description": asked["Description"]} if asked.get("Description") else {}
        peers = {
            "IpRanges": [{"CidrIp": asked["CidrIpv4"], **said}] if "CidrIpv4" in asked else [],
            "Ipv6Ranges": [{"CidrIpv6": asked["CidrIpv6"], **said}] if "CidrIpv6" in asked else [],
            "PrefixListIds": [{"PrefixListId": asked["PrefixListId"], **said}]
            if "PrefixListId" in asked
            else [],
            "UserIdGroupPairs": [{"GroupId": asked["ReferencedGroupId"], **said}]
            if "ReferencedGroupId" in asked
            else [],
        }
        new = next(single({**asked, **peers}), None)
        if new is None:
            raise RefusedError("MissingParameter", "The request must contain a peer of the rule")
        if identity(new) != identity(rule) and identity(new) in {identity(r) for r in group[held]}:
            raise RefusedError("InvalidPermission.Duplicate", "the specified rule already exists")
        rule.update({"FromPort": None, "ToPort": None, **new})
        for port in ("FromPort", "ToPort"):
            if rule[port] is None:
                del rule[port]
    return {"Return": True}


def describe_anew(direction: str, params: dict[str, Any]) -> dict[str, Any]:
    """UpdateSecurityGroupRuleDescriptions…: by id, or by the rule itself."""
    group = _group(params)
    rules = group[DIRECTIONS[direction]]
    new = {
        d["SecurityGroupRuleId"]: d.get("Description")
        for d in params.get("SecurityGroupRuleDescriptions", [])
    }
    by_key = (
        {
            identity(r): next(r[k][0].get("Description") for k in PEERS if r[k])
            for r in _asked(params)
        }
        if not new
        else {}
    )
    for rule in rules:
        if rule_id(rule) in new or identity(rule) in by_key:
            said = new.get(rule_id(rule), by_key.get(identity(rule)))
            peer = next(rule[k][0] for k in PEERS if rule.get(k))
            peer.pop("Description", None)
            if said:
                peer["Description"] = said
    return {"Return": True}


@answer("ec2", "DescribeSecurityGroups")
def describe(params: dict[str, Any]) -> dict[str, Any]:
    """DescribeSecurityGroups: permissions merged by protocol and ports."""
    ec2._ensure_defaults_initialized()
    wanted, names = params.get("GroupIds") or [], params.get("GroupNames") or []
    for one in wanted:
        if one not in ec2._security_groups:
            if ec2._is_malformed_security_group_id(one):
                raise RefusedError("InvalidGroupId.Malformed", f'Invalid id: "{one}"')
            raise RefusedError(
                "InvalidGroup.NotFound", f"The security group '{one}' does not exist"
            )
    found = []
    for group in ec2._security_groups.values():
        if (wanted and group["GroupId"] not in wanted) or (
            names and group["GroupName"] not in names
        ):
            continue
        shown = {k: group[k] for k in ("GroupId", "GroupName", "Description", "VpcId", "OwnerId")}
        arn = f"arn:aws:ec2:{get_region()}:{group['OwnerId']}:security-group/{group['GroupId']}"
        held = _group({"GroupId": group["GroupId"]})
        permissions = {d: [clean(p) for p in merged(held[d])] for d in DIRECTIONS.values()}
        tags = [dict(t) for t in ec2._tags.get(group["GroupId"]) or []]
        found.append({**shown, **permissions, "SecurityGroupArn": arn, "Tags": tags})
    return {"SecurityGroups": filters.chosen("SecurityGroups", found, params)}


@answer("ec2", "DescribeSecurityGroupRules")
def describe_rules(params: dict[str, Any]) -> dict[str, Any]:
    """DescribeSecurityGroupRules."""
    ec2._ensure_defaults_initialized()
    wanted = set(params.get("SecurityGroupRuleIds") or [])
    found = []
    for group_id in [g["GroupId"] for g in ec2._security_groups.values()]:
        group = _group({"GroupId": group_id})
        for direction, held in DIRECTIONS.items():
            found += [described(group, rule, direction == "Egress") for rule in group[held]]
    if missing := wanted - {rule["SecurityGroupRuleId"] for rule in found}:
        message = f"The security group rule ID '{missing.pop()}' does not exist"
        raise RefusedError("InvalidSecurityGroupRuleId.NotFound", message)
    found = [rule for rule in found if not wanted or rule["SecurityGroupRuleId"] in wanted]
    return {"SecurityGroupRules": filters.chosen("SecurityGroupRules", found, params)}


@answer("ec2", "DescribeVpcBlockPublicAccessOptions")
def describe_block(params: dict[str, Any]) -> dict[str, Any]:
    """DescribeVpcBlockPublicAccessOptions: as a region is from the start."""
    del params
    said = {"InternetGatewayBlockMode": "off", "State": "default-state"}
    return {"VpcBlockPublicAccessOptions": said}


for _direction in DIRECTIONS:
    answer("ec2", f"AuthorizeSecurityGroup{_direction}")(partial(authorize, _direction))
    answer("ec2", f"RevokeSecurityGroup{_direction}")(partial(revoke, _direction))
    answer("ec2", f"UpdateSecurityGroupRuleDescriptions{_direction}")(
        partial(describe_anew, _direction)
    )
