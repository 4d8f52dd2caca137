"""A domain registered with Route 53 ends, is not renewed by itself, or may be transferred away.

When the registration of a domain ends, everything under it stops at once: the site, the mail, every
API. Some weeks later anybody may register it.

Fix: none by itself, for a renewal is a purchase.

Steered by: who may change a registration in this account. The day is the registry's.

Runbook:

1. Is the domain still wanted? Who answers mail to `admin@` of it, which zones and certificates are under it?
2. Have it renewed: `aws route53domains enable-domain-auto-renew --region us-east-1 --domain-name DOMAIN`.
   The price of a year is charged some weeks before its end.
3. Where it ends soon, renew it now: `aws route53domains renew-domain --region us-east-1 --domain-name DOMAIN
   --current-expiry-year YEAR`.
4. Where it should have been renewed and was not, look at the billing alerts and at the mail of the registrant:
   `aws route53domains list-operations --region us-east-1 --type RENEW_DOMAIN`.
5. Lock it: `aws route53domains enable-domain-transfer-lock --region us-east-1 --domain-name DOMAIN`.
6. If it shall end: `steadyhand exempt FINDING --until DATE --because REASON`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from steadyhand.account import Account
from steadyhand.check import Check
from steadyhand.model import Finding, Risk, Severity
from steadyhand.model.knobs import Days
from steadyhand.sources.route53domains import RegisteredDomains
from steadyhand.triggers import ApiCalled, days

if TYPE_CHECKING:
    from steadyhand.model.planting import Ground, Things

NAMED = "requestParameters.domainName"

OVERDUE = timedelta(days=14)
"""What is renewed by itself is renewed before: docs.aws.amazon.com/Route53/latest/DeveloperGuide/domain-renew.html"""

COUNTRY = 2
"""Letters of a country's top-level domain, whose registry alone says whether there is a lock
(docs.aws.amazon.com/Route53/latest/DeveloperGuide/registrar-tld-list.html). All others have one:
`clientTransferProhibited`, RFC 5731."""


class DomainExpiring(Check):
    severity = Severity.HIGH
    risk = Risk.ADVICE
    reads = (RegisteredDomains,)
    wakes = (
        days(1),
        ApiCalled("route53domains:DisableDomainAutoRenew", NAMED),
        ApiCalled("route53domains:EnableDomainAutoRenew", NAMED),
        ApiCalled("route53domains:DisableDomainTransferLock", NAMED),
        ApiCalled("route53domains:EnableDomainTransferLock", NAMED),
        ApiCalled("route53domains:RegisterDomain", NAMED),
        ApiCalled("route53domains:RenewDomain", NAMED),
    )
    resource_type = "AWS::Route53Domains::Domain"
    consequence = (
        "The site, the mail and every API of the domain stop, and it may be somebody else's."
    )
    short = "domain ends"
    hours_lost = (8, 200)
    peers = (
        "P:route53_domains_transferlock_enabled",
        "SS:route53:route53DomainExpiringSoon",
        "SS:route53:route53DomainAutoRenewDisabled",
        "C7N:r53domain",
    )

    days: Days = 60
    """How many days before its end a domain that nobody renews is urgent."""

    def find(self, account: Account, now: datetime) -> Iterator[Finding]:
        for domain in account[RegisteredDomains]:
            name = str(domain["DomainName"]).lower()
            arn = account.global_arn("route53domains", f"domain/{name}")
            end, renews = domain.get("Expiry"), domain.get("AutoRenew")
            if end and (said := self.ends(end, renews=renews is not False, now=now)):
                severity, summary = said
                yield self.finding(
                    account,
                    resource=arn,
                    key=str(domain["DomainName"]),
                    name=f"{arn}#end",
                    summary=f"{name[:100]} {summary}",
                    severity=severity,
                    detonates_at=end,
                )
            if domain.get("TransferLock") is False and has_lock(name):
                yield self.finding(
                    account,
                    resource=arn,
                    key=str(domain["DomainName"]),
                    name=f"{arn}#lock",
                    summary=f"{name[:100]} is not locked against a transfer to another registrar",
                    severity=Severity.MEDIUM,
                )

    def ends(self, end: datetime, *, renews: bool, now: datetime) -> tuple[Severity, str] | None:
        """How bad its end is, and a clause about it; None where it is renewed in time."""
        left = end - now
        if left <= timedelta(0):
            return Severity.CRITICAL, f"ended on {end:%d %B %Y}"
        if renews:
            late = f"ends on {end:%d %B %Y}, and should have been renewed by itself"
            return (Severity.CRITICAL, late) if left <= OVERDUE else None
        told = f"ends on {end:%d %B %Y} and is not renewed by itself"
        if left <= OVERDUE:
            return Severity.CRITICAL, told
        return Severity.HIGH if left <= timedelta(days=self.days) else Severity.MEDIUM, told

    def demo(self, ground: Ground) -> Things:
        """A domain that somebody switched the renewal of off, beside one that is renewed."""
        domains = ground.client("route53domains")
        for word, renews in (("garden", False), ("plants", True)):
            name = f"{ground.name(word)}.com"
            who = CONTACT | {"Email": f"owner@{name}"}
            domains.register_domain(
                DomainName=name,
                DurationInYears=2,
                AutoRenew=renews,
                AdminContact=who,
                RegistrantContact=who,
                TechContact=who,
            )
            yield ground.healthy("domain", name) if renews else ground.bomb(self, name)


CONTACT = {
    "FirstName": "Lea",
    "LastName": "Laub",
    "ContactType": "PERSON",
    "AddressLine1": "Gartenweg 1",
    "City": "Berlin",
    "CountryCode": "DE",
    "ZipCode": "10115",
    "PhoneNumber": "+49.301234567",
}
"""Whose the demo's domains are."""


def has_lock(name: str) -> bool:
    """Does its top-level domain have a lock against transfers, for all we know?"""
    return len(name.rpartition(".")[2]) > COUNTRY
