"""A program runs with administrator rights.

Whoever finds a hole in it, or in one of its libraries, has the whole account: they read its credentials and
need nothing else.

Fix: a person gives the role what the program uses, and no more.

Steered by: who may attach policies to a role, or start programs with it. They gain nothing by it: a person is
told.

Runbook:

1. What does it use? `aws iam generate-service-last-accessed-details --arn ROLE-ARN`, then
   `aws iam get-service-last-accessed-details --job-id JOB`.
2. Write a policy with these actions on the program's own resources, attach it, and let the program run.
3. Take the administrator's policy away: `aws iam detach-role-policy`, or `delete-role-policy` where it is inline.
4. Was it attached just now, and nobody knows why? `steadyhand show FINDING` says by whom. Treat it as an intrusion.
5. If it must stay: `steadyhand exempt FINDING --until DATE --because REASON`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

from steadyhand.account import Account
from steadyhand.check import Check
from steadyhand.checks.administrators import listed, makes_administrator
from steadyhand.checks.trust_policies import NAMED, statements
from steadyhand.model import Finding, Risk, Severity
from steadyhand.sources.iam import OwnPolicies, RoleDetails
from steadyhand.triggers import ApiCalled, days

if TYPE_CHECKING:
    from steadyhand.model.planting import Ground, Things

MACHINES = {
    "ec2.amazonaws.com": "machines",
    "ecs-tasks.amazonaws.com": "containers",
    "lambda.amazonaws.com": "functions",
    "edgelambda.amazonaws.com": "functions",
    "tasks.apprunner.amazonaws.com": "applications",
    "pods.eks.amazonaws.com": "pods",
    "sagemaker.amazonaws.com": "notebooks",
    "glue.amazonaws.com": "jobs",
}
"""Services that run somebody's program in a role of the account. CloudFormation and CodeBuild are none of
these: what deploys an account may often do all of it."""


class AdminMachine(Check):
    severity = Severity.HIGH
    risk = Risk.ADVICE
    reads = (RoleDetails, OwnPolicies)
    wakes = (
        days(1),
        ApiCalled("iam:AttachRolePolicy", NAMED),
        ApiCalled("iam:DetachRolePolicy", NAMED),
        ApiCalled("iam:PutRolePolicy", NAMED),
        ApiCalled("iam:DeleteRolePolicy", NAMED),
        ApiCalled("iam:UpdateAssumeRolePolicy", NAMED),
    )
    resource_type = "AWS::IAM::Role"
    consequence = "A hole in one program is the end of the account."
    short = "administrator"
    hours_lost = (8, 120)
    peers = (
        "P:iam_role_administratoraccess_policy",
        "P:iam_inline_policy_no_administrative_privileges",
        "P:iam_customer_attached_policy_no_administrative_privileges",
        "FSBP:IAM.1",
        "CIS14:1.16",
        "CFG:IAM_POLICY_NO_STATEMENTS_WITH_ADMIN_ACCESS",
    )

    def find(self, account: Account, now: datetime) -> Iterator[Finding]:
        del now
        ours = account[OwnPolicies]
        for role in account[RoleDetails]:
            name, runs = role["RoleName"], run_by(role)
            by = makes_administrator(role, "RolePolicyList", ours) if runs else ""
            if by:
                yield self.finding(
                    account,
                    resource=role.get("Arn") or account.global_arn("iam", f"role/{name}"),
                    key=name,
                    summary=f"{runs} run as {name} with administrator rights, by {by}"[:200],
                )

    def demo(self, ground: Ground) -> Things:
        """A function's role that may do everything, beside one that may read a table."""
        every, some = "restock-production", "label-production"
        ground.role(every, "lambda", "*")
        yield ground.bomb(self, ground.name(every))
        ground.role(some, "lambda", "dynamodb:GetItem")
        yield ground.healthy("role", ground.name(some))


def run_by(role: Any) -> str:
    """Which kind of program takes a role on; empty where people or deployments do."""
    for one in statements(role.get("AssumeRolePolicyDocument")):
        principal = one.get("Principal")
        said = listed(principal.get("Service")) if isinstance(principal, dict) else []
        for service in said:
            if service in MACHINES:
                return MACHINES[service]
    return ""
