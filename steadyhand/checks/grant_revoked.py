"""Takes one grant of a security group away, exactly that one, and gives it again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from steadyhand.check import tags_of
from steadyhand.model import Call, Finding, Look, Part, Permit, Read, Seen, Step
from steadyhand.sources.ec2 import GroupRules, SecurityGroups

if TYPE_CHECKING:
    pass
from steadyhand.checks.security_groups import KINDS, TAGS, is_same, own_tags

RANGE = {
    "CidrIp": r"[0-9./]+",
    "CidrIpv6": r"[0-9a-fA-F:./]+",
    "PrefixListId": r"pl-[\w-]+",
    "Description": str,
}
SHAPE = {
    "GroupId": r"sg-[\w-]+",
    "IpPermissions": [
        {
            "IpProtocol": r"-1|tcp|udp|6|17",
            "FromPort": int,
            "ToPort": int,
            "IpRanges": [RANGE],
            "Ipv6Ranges": [RANGE],
            "PrefixListIds": [RANGE],
        }
    ],
}
REVOKE = Permit("ec2:RevokeSecurityGroupIngress", ("security-group/{GroupId}",), shape=SHAPE)
AUTHORIZE = Permit(
    "ec2:AuthorizeSecurityGroupIngress",
    ("security-group/{GroupId}",),
    implies=(
        Permit(
            "ec2:CreateTags",
            ("security-group-rule/*",),
            condition={"StringEquals": {"ec2:CreateAction": "AuthorizeSecurityGroupIngress"}},
        ),
    ),
    shape=SHAPE | {"TagSpecifications": TAGS},
)


def revoke(finding: Finding) -> Iterator[Step]:
    """Revoke exactly this rule; to undo, authorize the same again with its description and tags.

    AWS finds a rule without its description, so the revocation leaves it out. Where the tags of the
    rule could not be read there is no plan: they would be lost.
    """
    said = finding.evidence
    if said["rule_tags"] is None:
        return
    named = KINDS[said["kind"]]
    again = permission_of(said, said["who"])
    if said["rule_tags"]:
        pairs = [{"Key": name, "Value": value} for name, value in said["rule_tags"].items()]
        tagged = {"ResourceType": "security-group-rule", "Tags": pairs}
        again["TagSpecifications"] = [tagged]
    ports = said["ports"]
    span = f"{ports.get('FromPort', -1)}-{ports.get('ToPort', -1)}"
    grant = f"{said['protocol']}/{span}/{said['who'][named]}"
    yield Step(
        owns=Part(finding.resource, grant, lambda: see_grant(said)),
        makes=None,
        do=Call(REVOKE.action, permission_of(said, {named: said["who"][named]})),
        undo=Call(AUTHORIZE.action, again),
    )


def see_grant(said: Mapping[str, Any]) -> Look:
    """The grant with its tags; without it the group: one that is gone lets nobody in either.

    A tag of the rule counts as one of the group's, if the group says nothing else.
    """
    who = said["who"][KINDS[said["kind"]]]
    rules = yield Read(GroupRules, said["group"])
    same = [one for one in rules if is_same(one, said["protocol"], said["ports"], who)]
    for group in (yield Read(SecurityGroups, said["group"])):
        tags = tags_of(group.get("Tags"))
        for rule in same:
            value = {"description": rule.get("Description", ""), "tags": own_tags(rule)}
            return Seen(value=value, tags=own_tags(rule) | tags)
        return Seen(tags=tags)
    return Seen(identity=None)


def permission_of(evidence: Mapping[str, Any], who: Mapping[str, str]) -> dict[str, Any]:
    """The parameters that name one grant."""
    permission = {
        "IpProtocol": evidence["protocol"],
        **evidence["ports"],
        evidence["kind"]: [dict(who)],
    }
    return {"GroupId": evidence["group"], "IpPermissions": [permission]}
