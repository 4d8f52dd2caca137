"""A DNS record leads to a load balancer, distribution, API or application of AWS that is gone.

Whoever follows it gets nothing, and of Elastic Beanstalk anybody may take the name that became free, and is
then our site for everybody who trusts our domain: its cookies, its logins, its certificates.

Fix: none by itself. Is the record wrong, or what it led to?

Steered by: who may write into a zone of ours, or name the resource that a record leads to: whoever takes the
name hides it.

Runbook:

1. See for yourself: `dig +short TARGET`. The record is in the zone of the name, in Route 53.
2. Was what it led to replaced? Then let the record lead to the new one.
3. Was it deleted because nobody needs it? Then delete the record: console of Route 53, or
   `aws route53 change-resource-record-sets`. Keep its values.
4. Was it deleted by mistake? Then make it again, and let the record lead to its new name.
5. In future delete the record first and the resource after it.
6. If it must stay: `steadyhand exempt FINDING --until DATE --because REASON`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from steadyhand.account import Account
from steadyhand.check import Check
from steadyhand.model import Finding, Risk, Severity
from steadyhand.sources.dns import Targets
from steadyhand.triggers import hours

if TYPE_CHECKING:
    from steadyhand.model.planting import Ground, Things

TAKEN_BY_ANYBODY = ".elasticbeanstalk.com"
"""Who makes an environment chooses its name, first come, first served: all others hold a part that AWS draws.
docs.aws.amazon.com/elasticbeanstalk/latest/api/API_CreateEnvironment.html, CNAMEPrefix"""


class DanglingDns(Check):
    severity = Severity.HIGH
    risk = Risk.ADVICE
    reads = (Targets,)
    wakes = (hours(6),)
    resource_type = "AWS::Route53::RecordSet"
    consequence = "Who follows the name reaches nothing, or a stranger who took what became free."
    short = "leads to nothing"
    hours_lost = (1, 40)
    peers = (
        "P:route53_dangling_ip_subdomain_takeover",
        "SS:route53:route53DanglingDnsRecords",
    )

    def find(self, account: Account, now: datetime) -> Iterator[Finding]:
        del now
        for key, said in account[Targets]:
            if said.get("Addresses", True):
                continue
            host, _, target = key.partition(" ")
            free = target.endswith(TAKEN_BY_ANYBODY)
            told = ", a name that anybody may take" if free else ""
            yield self.finding(
                account,
                resource=f"https://{host}",
                key=key,
                name=f"https://{host}#{target}",
                summary=f"{host[:70]} leads to {target[:80]}, which is gone{told}",
                severity=Severity.CRITICAL if free else Severity.MEDIUM,
            )

    def demo(self, ground: Ground) -> Things:
        yield ground.unshown(self, "no name of this team leads to AWS")
