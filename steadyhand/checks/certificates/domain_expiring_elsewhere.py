"""A domain of our zones, registered elsewhere, ends soon or was switched off by its registry.

When the registration of a domain ends, everything under it stops at once: the site, the mail, every API.
Some weeks later anybody may register it. Its registry tells the world the day (RDAP); whether its
registrar will renew it, nobody tells, so it is told when it comes near.

Fix: none by itself. It is renewed where it is registered, which is not AWS.

Steered by: who may make a public zone here, of any name, and whoever answers for the registry: a wrong day of
theirs is told as theirs.

Runbook:

1. Who is its registrar? `https://lookup.icann.org/en/lookup`, or the invoice.
2. Sign in there: is it renewed by itself, and is the card that pays for it still good?
3. If not, renew it now, and switch the renewal on.
4. On hold: the registrar waits for somebody to confirm an address, or for money. Look at the registrant's mail.
5. In redemption: it can still be restored, for a fee, for about 30 days. Call the registrar.
6. If it shall end, delete the zone, and exempt it: `steadyhand exempt FINDING --until DATE --because REASON`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from steadyhand.account import Account
from steadyhand.check import Check
from steadyhand.model import Finding, Risk, Severity, Unknown
from steadyhand.model.knobs import Days
from steadyhand.sources.rdap import Registrations
from steadyhand.sources.route53domains import RegisteredDomains
from steadyhand.triggers import days

if TYPE_CHECKING:
    from steadyhand.model.planting import Ground, Things

URGENT = timedelta(days=7)

LOST = {
    "redemption period": "is deleted, and can be restored for some weeks",
    "pending delete": "is about to be anybody's",
    "client hold": "was taken out of the DNS by its registrar",
    "server hold": "was taken out of the DNS by its registry",
}
"""What registries call it: RFC 8056."""


class DomainExpiringElsewhere(Check):
    severity = Severity.HIGH
    risk = Risk.ADVICE
    reads = (Registrations, RegisteredDomains)
    refines = (RegisteredDomains,)
    wakes = (days(1),)
    resource_type = "AWS::Route53::HostedZone"
    consequence = (
        "The site, the mail and every API of the domain stop, and it may be somebody else's."
    )
    short = "domain ends"
    hours_lost = (8, 200)

    days: Days = 30
    """How many days before its end a domain is told."""

    def find(self, account: Account, now: datetime) -> Iterator[Finding | Unknown]:
        ours = {str(one.get("DomainName")).lower() for one in account[RegisteredDomains]}
        for name, said in account[Registrations]:
            if name in ours:
                continue
            end, lost = said.get("Expires"), lost_of(said.get("Status") or ())
            if not end and not lost:
                yield self.unknown(account, name, f"the registry of {name} tells no date")
                continue
            left = end - now if end else None
            if lost or (left is not None and left <= timedelta(days=self.days)):
                worst = lost or (left is not None and left <= URGENT)
                yield self.finding(
                    account,
                    resource=f"https://{name}",
                    key=name,
                    summary=f"{name[:100]} {lost or when(end, now)}",
                    severity=Severity.CRITICAL if worst else Severity.HIGH,
                    detonates_at=end,
                )

    def demo(self, ground: Ground) -> Things:
        yield ground.unshown(self, "the domain of this team has no registry")


def when(end: datetime | None, now: datetime) -> str:
    """Its end, as a clause; nothing where nobody tells it."""
    if end is None:
        return ""
    return f"{'ended' if end <= now else 'ends'} on {end:%d %B %Y}, says its registry"


def lost_of(status: Sequence[str]) -> str:
    """What its registry did with it, as a clause; nothing where it is in order."""
    return next((told for word, told in LOST.items() if word in status), "")
