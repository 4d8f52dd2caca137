"""Explicit denials: what no role of ours may ever do, whatever its own policy says.

`ours` are the ARNs of what Steadyhand itself is made of. The actor is denied everything on them: no
fix, planned or forged, can reach the ledger, the kill switch, the seal or a role of ours. The permission
boundary stands around every role that these stacks make; it grants nothing by itself.
"""

from __future__ import annotations

from collections.abc import Iterable

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from constructs import Construct

from stacks.access.nag_acknowledgements import acknowledge
from steadyhand.check import Check
from steadyhand.settings import deployed

BOUNDARY = "steadyhand-boundary"

ESCALATION = (
    "account:Accept*",
    "account:Close*",
    "account:Delete*",
    "account:Disable*",
    "account:Enable*",
    "account:Put*",
    "account:Start*",
    "iam:Add*",
    "iam:Attach*",
    "iam:Change*",
    "iam:Create*",
    "iam:Deactivate*",
    "iam:Delete*",
    "iam:Detach*",
    "iam:Enable*",
    "iam:Put*",
    "iam:Remove*",
    "iam:Reset*",
    "iam:Set*",
    "iam:Tag*",
    "iam:Untag*",
    "iam:UpdateAssumeRolePolicy",
    "iam:UpdateLoginProfile",
    "iam:UpdateRole",
    "iam:UpdateUser",
    "iam:Upload*",
    "organizations:Attach*",
    "organizations:Close*",
    "organizations:Create*",
    "organizations:Delete*",
    "organizations:Deregister*",
    "organizations:Detach*",
    "organizations:Disable*",
    "organizations:Enable*",
    "organizations:Invite*",
    "organizations:Leave*",
    "organizations:Move*",
    "organizations:Put*",
    "organizations:Register*",
    "organizations:Remove*",
    "organizations:Update*",
    "sts:GetFederationToken",
)
"""By which a role could give itself, or anybody, more than it has."""

BLINDING = (
    "cloudtrail:DeleteTrail",
    "cloudtrail:PutEventSelectors",
    "cloudtrail:StopLogging",
    "cloudtrail:UpdateTrail",
    "config:DeleteConfigurationRecorder",
    "config:StopConfigurationRecorder",
    "guardduty:DeleteDetector",
    "guardduty:UpdateDetector",
    "securityhub:DisableSecurityHub",
)
"""By which nobody would see it any more. What a check's permits name of these, the actor alone may: what
it started, an undo that a person asks for stops again."""

LEDGER = (
    "dynamodb:DeleteTable",
    "dynamodb:DeleteTableReplica",
    "dynamodb:RestoreTableFromBackup",
    "dynamodb:UpdateContinuousBackups",
    "dynamodb:UpdateTable",
    "dynamodb:UpdateTimeToLive",
)
SWITCH = ("ssm:DeleteParameter", "ssm:DeleteParameters", "ssm:PutParameter")


def ours(stack: Stack, stop_parameter: str) -> list[str]:
    """The ARNs of Steadyhand's own resources, in every region."""

    def arn(service: str, rest: str, *, region: str = "*", account: str | None = None) -> str:
        where = stack.account if account is None else account
        return f"arn:{stack.partition}:{service}:{region}:{where}:{rest}"

    return [
        arn("cloudformation", "stack/steadyhand*/*"),
        arn("cloudwatch", "alarm:steadyhand-*"),
        arn("dynamodb", f"table/{deployed.TABLE}"),
        arn("dynamodb", f"table/{deployed.TABLE}/*"),
        arn("events", "rule/steadyhand-*"),
        arn("iam", "policy/steadyhand-*", region=""),
        arn("iam", "role/steadyhand-*", region=""),
        arn("lambda", "function:steadyhand-*"),
        arn("logs", "log-group:/aws/lambda/steadyhand-*"),
        arn("s3", f"steadyhand-re*-{stack.account}-*", region="", account=""),
        arn("s3", f"steadyhand-re*-{stack.account}-*/*", region="", account=""),
        arn("scheduler", "schedule/steadyhand/*"),
        arn("sns", "steadyhand-*"),
        arn("sqs", "steadyhand-*"),
        arn("ssm", f"parameter/{stop_parameter.removeprefix('/')}"),
        arn("ssm", "parameter/steadyhand/*"),
    ]


def hands_off_ourselves(role: iam.Role, stop_parameter: str) -> None:
    """Deny a role everything on what is ours."""
    role.add_to_policy(
        iam.PolicyStatement(
            sid="HandsOffSteadyhand",
            effect=iam.Effect.DENY,
            actions=["*"],
            resources=ours(Stack.of(role), stop_parameter),
        )
    )


def boundary(scope: Construct, stop_parameter: str, checks: Iterable[Check]) -> iam.ManagedPolicy:
    """The managed policy around every role of ours."""
    permitted = {one.action for check in checks for each in check.writes for one in each.all}
    stack = Stack.of(scope)
    table = f"arn:{stack.partition}:dynamodb:*:{stack.account}:table/{deployed.TABLE}"
    switch = (
        f"arn:{stack.partition}:ssm:*:{stack.account}:parameter/{stop_parameter.removeprefix('/')}"
    )
    actor = f"arn:{stack.partition}:iam::{stack.account}:role/{deployed.ACTOR}"
    compares = f"arn:{stack.partition}:iam::{stack.account}:role/{deployed.DRIFT}"
    denied = [
        iam.PolicyStatement(
            sid=sid, effect=iam.Effect.DENY, actions=list(actions), resources=[where]
        )
        for sid, actions, where in (
            ("NoMoreRights", ESCALATION, "*"),
            ("NoBlinding", [one for one in BLINDING if one not in permitted], "*"),
            ("LedgerStays", LEDGER, table),
            ("SwitchIsAPersons", SWITCH, switch),
        )
    ]
    denied.append(
        iam.PolicyStatement(
            sid="NoBlindingButByTheActor",
            effect=iam.Effect.DENY,
            actions=[one for one in BLINDING if one in permitted],
            resources=["*"],
            conditions={"ArnNotEquals": {"aws:PrincipalArn": actor}},
        )
    )
    denied.append(
        iam.PolicyStatement(
            sid="NoOtherRole",
            effect=iam.Effect.DENY,
            actions=["sts:AssumeRole"],
            not_resources=[actor, compares],
        )
    )
    within = iam.PolicyStatement(sid="Within", actions=["*"], resources=["*"])
    made = iam.ManagedPolicy(
        scope,
        "Boundary",
        managed_policy_name=BOUNDARY,
        description="The most that any role of Steadyhand may ever be allowed; grants nothing",
        statements=[within, *denied],
    )
    why = "A boundary grants nothing: a role may do what its own policy says, and this denies more."
    acknowledge(
        made,
        {f"AwsSolutions-IAM5[{what}]": why for what in ("Action::*", "Resource::*")},
    )
    return made
