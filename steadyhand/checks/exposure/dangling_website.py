"""A DNS record leads to S3, and no bucket has its name.

S3 serves a name from the bucket that is called like it. There is none, so whoever makes a bucket of that name,
in any account, is our site for everybody who trusts our domain: its cookies, its logins, its certificates.

Fix: none by itself. Is the record wrong, or was the bucket deleted by mistake?

Steered by: who may write into a zone of ours, and whoever makes a bucket of that name: then nothing is said.

Runbook:

1. See for yourself: `curl -sI https://s3.amazonaws.com/HOST` says 404 while no account has such a bucket.
2. If nobody needs the name, delete its record at once: console of Route 53, or
   `aws route53 change-resource-record-sets`. Keep its values.
3. If you cannot do that now, make the bucket yourselves, empty and private, so that nobody else can:
   `aws s3 mb s3://HOST`.
4. If the site is still wanted, make the bucket, and bring its content back from its source.
5. In future delete the record first and the bucket after it.
6. If it must stay: `steadyhand exempt FINDING --until DATE --because REASON`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from steadyhand.account import Account
from steadyhand.check import Check
from steadyhand.model import Finding, Risk, Severity
from steadyhand.sources.dns import Websites
from steadyhand.triggers import hours

if TYPE_CHECKING:
    from steadyhand.model.planting import Ground, Things

NOWHERE = 404


class DanglingWebsite(Check):
    severity = Severity.CRITICAL
    risk = Risk.ADVICE
    reads = (Websites,)
    wakes = (hours(6),)
    resource_type = "AWS::Route53::RecordSet"
    consequence = "Anybody can make the bucket and be your site."
    short = "its bucket is gone"
    hours_lost = (2, 80)
    peers = (
        "P:route53_dangling_ip_subdomain_takeover",
        "SS:route53:route53DanglingDnsRecords",
    )

    def find(self, account: Account, now: datetime) -> Iterator[Finding]:
        del now
        for host, said in account[Websites]:
            if said.get("Status") == NOWHERE:
                yield self.finding(
                    account,
                    resource=f"https://{host}",
                    key=host,
                    summary=f"{host} leads to a bucket of S3 that nobody has",
                )

    def demo(self, ground: Ground) -> Things:
        yield ground.unshown(self, "no name of this team leads to AWS")
