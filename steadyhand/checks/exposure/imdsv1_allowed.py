"""An instance gives out its credentials to anyone who can make it fetch a URL.

The old metadata service (IMDSv1) answers a plain GET without a token. A program that fetches an
address a stranger chose then hands over the instance's role. The new one (IMDSv2) asks for a token
first, and every current SDK knows how.

Fix: require the token, where CloudWatch says for each of 14 days that nobody asked without one.
Where somebody did, or where there are no numbers for all of these days, a person decides.
Undo: make the token optional again. Nothing restarts either way.

Runbook:

1. See what still asks without a token: the CloudWatch metric MetadataNoToken of the instance.
2. Update that program's AWS SDK or agent, or give it IMDSv2 by hand.
3. Require the token in the launch template too, or the next instance is the same.
4. If it must stay: `steadyhand exempt FINDING --until DATE --because REASON`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from steadyhand.account import Account
from steadyhand.check import Check, tags_of
from steadyhand.model import Call, Finding, Permit, Risk, Severity, Step
from steadyhand.sources.ec2 import Instances, MetadataWithoutToken, answers_without_token
from steadyhand.triggers import ApiCalled, ServiceEvent, days

if TYPE_CHECKING:
    from types_boto3_ec2.type_defs import InstanceTypeDef

SETTINGS = (
    "HttpEndpoint",
    "HttpPutResponseHopLimit",
    "HttpProtocolIpv6",
    "InstanceMetadataTags",
)


class Imdsv1Allowed(Check):
    severity = Severity.MEDIUM
    risk = Risk.SAFE
    reads = (Instances, MetadataWithoutToken)
    refines = (MetadataWithoutToken,)
    wakes = (
        days(1),
        ServiceEvent(
            "aws.ec2",
            "EC2 Instance State-change Notification",
            "detail.instance-id",
            {"state": ("running", "terminated")},
        ),
        ApiCalled(
            "ec2:ModifyInstanceMetadataOptions",
            "requestParameters.ModifyInstanceMetadataOptionsRequest.InstanceId",
        ),
    )
    writes = (Permit("ec2:ModifyInstanceMetadataOptions", ("instance/{InstanceId}",)),)
    resource_type = "AWS::EC2::Instance"
    consequence = "One program that fetches a stranger's address hands over the instance's role."
    hours_lost = (4, 80)
    peers = (
        "P:ec2_instance_imdsv2_enabled",
        "ASR:EC2.8",
        "CIS:5.6",
        "FP:ec2_instances_with_imdsv1_enabled",
        "SS:ec2:EC2IMDSv2",
        "C7N:ec2/set-metadata-access",
        "CFG:EC2_IMDSV2_CHECK",
    )

    def find(self, account: Account, now: datetime) -> Iterator[Finding]:
        del now
        asked = dict(account[MetadataWithoutToken])
        for instance in account[Instances]:
            if not answers_without_token(instance):
                continue
            name = instance["InstanceId"]
            tags = tags_of(instance.get("Tags"))
            called = f"{tags['Name']} ({name})" if tags.get("Name") else name
            yield self.finding(
                account,
                resource=account.arn("ec2", f"instance/{name}"),
                key=name,
                summary=f"{called} allows IMDSv1; {use(asked.get(name, ()))}",
                tags=tags,
                instance=name,
                options=settings_of(instance),
                unused=is_unused(asked.get(name, ())),
            )

    def plan(self, finding: Finding) -> Iterator[Step]:
        if finding.evidence["unused"]:
            told = finding.evidence
            yield Step(do=set_token(told, "required"), undo=set_token(told, "optional"))


def is_unused(each_day: Sequence[float]) -> bool:
    """A zero for every day. A day without a number is a day nobody watched."""
    watched = MetadataWithoutToken.over // MetadataWithoutToken.period
    return len(each_day) >= watched and not any(each_day)


def use(each_day: Sequence[float]) -> str:
    """What the numbers say, for a person."""
    if is_unused(each_day):
        return "nobody asked that way for 14 days"
    if any(each_day):
        return f"it was asked that way {sum(each_day):.0f} times in 14 days"
    return "who asks that way is not known for all of 14 days"


def settings_of(instance: InstanceTypeDef) -> dict[str, Any]:
    """Everything else that is set, to be said again: a plan leaves nothing to defaults."""
    options: Mapping[str, Any] = instance.get("MetadataOptions", {})
    return {name: options[name] for name in SETTINGS if name in options}


def set_token(told: Mapping[str, Any], tokens: str) -> Call:
    """Require a token of whoever asks, or not."""
    params = {"InstanceId": told["instance"], "HttpTokens": tokens, **told["options"]}
    return Call("ec2:ModifyInstanceMetadataOptions", params)
