"""A flow log delivers nothing.

Somebody switched on that a network writes down who talked to whom, and AWS cannot deliver it: the role or
the bucket refuses it. It is noticed when somebody needs it.

Fix: a person gives it back what it needs.

Steered by: who may change a flow log, its role or its bucket: one that is deleted is not missed.

Runbook:

1. What does AWS say? `aws ec2 describe-flow-logs --flow-log-ids LOG`, and its DeliverLogsErrorMessage.
2. Access error: the role must be one that `vpc-flow-logs.amazonaws.com` may take, with rights to the log group;
   of a bucket, its policy must let `delivery.logs.amazonaws.com` write.
3. Rate limited: CloudWatch Logs takes no more; deliver to a bucket, or log rejected traffic alone.
4. Who changed the role or the bucket? `aws cloudtrail lookup-events
   --lookup-attributes AttributeKey=ResourceName,AttributeValue=ROLE`.
5. If nobody needs it, delete it: `aws ec2 delete-flow-logs --flow-log-ids LOG`.
6. If it must stay: `steadyhand exempt FINDING --until DATE --because REASON`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from steadyhand.account import Account
from steadyhand.check import Check, tags_of
from steadyhand.model import Finding, Risk, Severity
from steadyhand.sources.vpc import FlowLogs
from steadyhand.triggers import hours

if TYPE_CHECKING:
    from steadyhand.model.planting import Ground, Things

FAILED = "FAILED"

WHY = {
    "Access error": "AWS may not write where it shall",
    "Rate limited": "more comes than is taken",
}
"""What AWS says: docs.aws.amazon.com/AWSEC2/latest/APIReference/API_FlowLog.html"""


class FlowLogFailing(Check):
    severity = Severity.MEDIUM
    risk = Risk.ADVICE
    reads = (FlowLogs,)
    wakes = (hours(6),)
    resource_type = "AWS::EC2::FlowLog"
    consequence = "After a break-in nobody can tell who talked to whom."
    short = "delivers nothing"
    hours_lost = (1, 16)
    peers = ("P:vpc_flow_logs_enabled", "ASR:EC2.6", "CIS:3.7", "CFG:VPC_FLOW_LOGS_ENABLED")

    def find(self, account: Account, now: datetime) -> Iterator[Finding]:
        del now
        for log in account[FlowLogs]:
            if log.get("DeliverLogsStatus") != FAILED:
                continue
            name, of = log["FlowLogId"], log.get("ResourceId") or "a network"
            why = WHY.get(log.get("DeliverLogsErrorMessage") or "", "AWS does not say why")
            yield self.finding(
                account,
                resource=account.arn("ec2", f"vpc-flow-log/{name}"),
                key=name,
                summary=f"{name} delivers nothing of what flows in {of}: {why}",
                tags=tags_of(log.get("Tags")),
            )

    def demo(self, ground: Ground) -> Things:
        yield ground.unshown(self, "this team logs no flows")
