"""An instance allows IMDSv1: whoever makes it fetch a URL gets its credentials.

The old metadata service (IMDSv1) answers a plain GET without a token. A program that fetches an
address a stranger chose then hands over the instance's role. The new one (IMDSv2) asks for a token
first, and every current SDK knows how.

Fix: require the token, where CloudWatch says for each of 14 days that nobody asked without one.
Where somebody did, or where there are no numbers for all of these days, a person decides.
Undo: make the token optional again. Nothing restarts either way.

Steered by: who may run instances that still ask the old way, or tag them.
At worst: an instance asks for a token where its programs know none, or asks for none any more.

Runbook:

1. See what still asks without a token: the CloudWatch metric MetadataNoToken of the instance.
2. Update that program's AWS SDK or agent, or give it IMDSv2 by hand.
3. Require the token in the launch template too, or the next instance is the same.
4. If it must stay: `steadyhand exempt FINDING --until DATE --because REASON`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from steadyhand.account import Account
from steadyhand.check import Check, is_barred, tags_of
from steadyhand.model import Call, Finding, Permit, Risk, Severity, Step, field_of
from steadyhand.sources.ec2 import (
    INSTANCE_STATES,
    Instances,
    MetadataWithoutToken,
    answers_without_token,
    operator_of,
)
from steadyhand.triggers import ApiCalled, ServiceEvent, days


class Imdsv1Allowed(Check):
    severity = Severity.MEDIUM
    risk = Risk.SAFE
    reads = (Instances, MetadataWithoutToken)
    refines = (MetadataWithoutToken,)
    states = INSTANCE_STATES
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
    writes = (
        Permit(
            "ec2:ModifyInstanceMetadataOptions",
            ("instance/{InstanceId}",),
            shape={"InstanceId": r"i-[\w-]+", "HttpTokens": r"required|optional"},
        ),
    )
    resource_type = "AWS::EC2::Instance"
    consequence = "One program that fetches a stranger's address hands over the instance's role."
    short = "allows IMDSv1"
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
            operator = operator_of(instance)
            tags = tags_of(instance.get("Tags"))
            called = f"{tags['Name']} ({name})" if tags.get("Name") else name
            yield self.finding(
                account,
                resource=account.arn("ec2", f"instance/{name}"),
                key=name,
                summary=f"{called} allows IMDSv1; {use(asked.get(name, ()))}",
                tags=tags,
                state=instance.get("State", {}).get("Name"),
                barred=f"managed by {operator}, which alone may change it" if operator else "",
                instance=name,
                unused=is_unused(asked.get(name, ())),
            )

    def plan(self, finding: Finding) -> Iterator[Step]:
        if finding.evidence["unused"] and not is_barred(finding):
            name = finding.evidence["instance"]
            yield Step(
                owns=field_of(
                    finding.resource,
                    "HttpTokens",
                    Instances,
                    name,
                    value=lambda found: found.get("MetadataOptions", {}).get("HttpTokens"),
                    born=lambda found: "" if is_there(found) else None,
                    moving=moving,
                    tags=lambda found: tags_of(found.get("Tags")),
                ),
                makes="required",
                do=set_token(name, "required"),
                undo=set_token(name, "optional"),
                settles=timedelta(minutes=2),
            )


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


def is_there(instance: Mapping[str, Any]) -> bool:
    """An instance that is terminated is listed for another hour."""
    return instance.get("State", {}).get("Name") not in INSTANCE_STATES.over


def moving(instance: Mapping[str, Any]) -> str:
    """EC2 says `pending` until every host knows the new options; an instance may be between states."""
    if between := INSTANCE_STATES.moving(instance.get("State", {}).get("Name")):
        return between
    state = instance.get("MetadataOptions", {}).get("State", "applied")
    return "" if state == "applied" else f"{state}"


def set_token(instance: str, tokens: str) -> Call:
    """Require a token of whoever asks, or not. What is not said stays as it is.

    docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyInstanceMetadataOptions.html
    """
    params = {"InstanceId": instance, "HttpTokens": tokens}
    return Call("ec2:ModifyInstanceMetadataOptions", params)
