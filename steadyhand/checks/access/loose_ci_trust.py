"""A role for a build system lets in builds of strangers.

A role that trusts GitHub, GitLab, HCP Terraform or Buildkite trusts all of their customers, unless its
trust policy says whose builds may take it. Whoever knows the role's ARN, and it stands in public
workflows and logs, then acts with its rights from a repository of their own.

Fix: a person names the repository in the trust policy; which one it is, only they know.

Steered by: who may write a trust policy. A condition that names a repository of their own hides it.

Runbook:

1. Who has used it? `aws cloudtrail lookup-events --lookup-attributes
   AttributeKey=EventName,AttributeValue=AssumeRoleWithWebIdentity`: the subject names the repository.
   One that you do not know is a break-in.
2. Name yours in the condition on the subject, as `repo:YOUR-ORG/YOUR-REPO:*` for GitHub, by
   `aws iam update-assume-role-policy` or in your templates.
3. Better name the branch or the environment too: whoever may push a branch runs its workflows.
4. If anybody is meant to: `steadyhand exempt FINDING --until DATE --because REASON`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from steadyhand.account import Account
from steadyhand.check import Check
from steadyhand.checks.trust_policies import WAKES, roles, strangers
from steadyhand.model import Finding, Risk, Severity
from steadyhand.sources.iam import Roles

if TYPE_CHECKING:
    from steadyhand.model.planting import Ground, Things


class LooseCiTrust(Check):
    severity = Severity.CRITICAL
    risk = Risk.ADVICE
    reads = (Roles,)
    wakes = WAKES
    resource_type = "AWS::IAM::Role"
    consequence = "Anybody's build may act in your account with this role's rights."
    short = "open to any build"
    hours_lost = (8, 120)
    peers = ("P:iam_role_cross_service_confused_deputy_prevention",)

    def find(self, account: Account, now: datetime) -> Iterator[Finding]:
        del now
        for name, arn, said in roles(account):
            issuer = next(filter(None, map(strangers, said)), "")
            if issuer:
                yield self.finding(
                    account,
                    resource=arn,
                    key=name,
                    summary=f"{name} can be taken by anybody's build on {issuer}"[:200],
                )

    def demo(self, ground: Ground) -> Things:
        """The role that deploys the shop, without the repository's name; one that names it."""
        issuer = "token.actions.githubusercontent.com"
        allow = {
            "Effect": "Allow",
            "Principal": {"Federated": f"arn:aws:iam::{ground.account}:oidc-provider/{issuer}"},
            "Action": "sts:AssumeRoleWithWebIdentity",
        }
        audience = {"StringEquals": {f"{issuer}:aud": "sts.amazonaws.com"}}
        named = {"StringLike": {f"{issuer}:sub": "repo:leaflab/shop:*"}}
        for name, condition in (("deploy-shop", audience), ("deploy-pages", audience | named)):
            ground.client("iam").create_role(
                RoleName=ground.name(name),
                AssumeRolePolicyDocument=ground.policy(allow | {"Condition": condition}),
            )
        yield ground.bomb(self, ground.name("deploy-shop"))
        yield ground.healthy("role", ground.name("deploy-pages"))
