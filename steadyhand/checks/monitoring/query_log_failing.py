"""The log of DNS queries of a network goes nowhere.

Somebody switched on that a network writes down which names its machines ask for, the first trace that malware
leaves, and AWS cannot deliver it: its log group, bucket or stream is gone or refuses it.

Fix: a person gives it back what it needs.

Steered by: who may change where a log of queries goes: one that is taken away is not missed.

Runbook:

1. What does AWS say? `aws route53resolver list-resolver-query-log-config-associations`, Error and ErrorMessage.
2. Destination not found: who deleted it? `aws cloudtrail lookup-events
   --lookup-attributes AttributeKey=EventName,AttributeValue=DeleteLogGroup` (or DeleteBucket). Make it again.
3. Access denied: let `delivery.logs.amazonaws.com` write to the log group or the bucket again.
4. If nobody knows why, treat it as an intrusion: look at what was done since.
5. If nobody needs it, take it away: `aws route53resolver disassociate-resolver-query-log-config`.
6. If it must stay: `steadyhand exempt FINDING --until DATE --because REASON`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from steadyhand.account import Account
from steadyhand.check import Check
from steadyhand.model import Finding, Risk, Severity
from steadyhand.sources.route53resolver import QueryLogs
from steadyhand.triggers import hours

if TYPE_CHECKING:
    from steadyhand.model.planting import Ground, Things

BROKEN = frozenset({"ACTION_NEEDED", "FAILED"})
"""docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_ResolverQueryLogConfigAssociation.html"""

WHY = {
    "DESTINATION_NOT_FOUND": "where it shall go is gone",
    "ACCESS_DENIED": "AWS may not write where it shall",
}


class QueryLogFailing(Check):
    severity = Severity.MEDIUM
    risk = Risk.ADVICE
    reads = (QueryLogs,)
    wakes = (hours(6),)
    resource_type = "AWS::Route53Resolver::ResolverQueryLoggingConfigAssociation"
    consequence = "After a break-in nobody can tell which names were asked for."
    short = "delivers nothing"
    hours_lost = (1, 16)
    peers = ("FSBP:Route53.2",)

    def find(self, account: Account, now: datetime) -> Iterator[Finding]:
        del now
        for log in account[QueryLogs]:
            if log.get("Status") not in BROKEN:
                continue
            name, of = log["Id"], log.get("ResourceId") or "a network"
            why = WHY.get(log.get("Error") or "", "AWS does not say why")
            yield self.finding(
                account,
                resource=account.arn(
                    "route53resolver", f"resolver-query-log-config-association/{name}"
                ),
                key=name,
                summary=f"the DNS queries of {of} are logged nowhere: {why}",
            )

    def demo(self, ground: Ground) -> Things:
        yield ground.unshown(self, "this team logs no queries")
