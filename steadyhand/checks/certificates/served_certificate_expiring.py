"""A public host serves a certificate that browsers refuse, or soon will.

What counts is not which certificates there are but which one is served: renewed in one place and
forgotten in another, for another name, without the certificates between it and its root. Each host in our
public zones is asked, with one handshake, as a browser would; and where the DNS is somebody else's, each name
of a distribution, of an API and of a certificate in use in the home region.

Fix: none by itself. Who serves it may be a load balancer, a machine or somebody else's service.

Steered by: who may write into a public zone of ours, or serves what its names lead to. Only public addresses
are asked.

Runbook:

1. See what is served: `openssl s_client -connect HOST:443 -servername HOST -showcerts </dev/null`.
2. See who serves it: the record in Route 53 leads to a balancer, a distribution, an API or a machine.
3. Of AWS: give it a certificate of ACM that covers the name; ACM renews it while its DNS record stands.
4. Of a machine: renew it there, reload the server, and have a timer do both.
5. A chain that stops: serve the certificates of the issuer too, mostly called fullchain.
6. If nobody needs the name any more, delete its record.
7. If it must stay: `steadyhand exempt FINDING --until DATE --because REASON`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from steadyhand.account import Account
from steadyhand.check import Check
from steadyhand.checks.hosts import covers
from steadyhand.model import Finding, Risk, Severity
from steadyhand.model.knobs import Days
from steadyhand.model.planting import Ground, Things
from steadyhand.sources.tls import Handshakes
from steadyhand.triggers import hours

OLD = frozenset({"SSLv3", "TLSv1", "TLSv1.1"})
"""Browsers refuse them since 2020: datatracker.ietf.org/doc/html/rfc8996"""


class ServedCertificateExpiring(Check):
    severity = Severity.HIGH
    risk = Risk.ADVICE
    reads = (Handshakes,)
    wakes = (hours(6),)
    resource_type = "AWS::Route53::RecordSet"
    consequence = "Browsers and programs refuse the site."
    short = "certificate expires"
    hours_lost = (2, 8)
    peers = ("MB:synthetics-website",)

    days: Days = 14
    """How many days before its end a certificate is told."""

    def find(self, account: Account, now: datetime) -> Iterator[Finding]:
        for host, said in account[Handshakes]:
            for part, severity, summary in self.wrong(host, said, now):
                chain = said.get("Chain") or []
                yield self.finding(
                    account,
                    resource=f"https://{host}",
                    key=host,
                    name=f"https://{host}#{part}",
                    summary=summary,
                    severity=severity,
                    detonates_at=chain[0].get("NotAfter") if part == "expiry" else None,
                )

    def wrong(
        self, host: str, said: Mapping[str, Any], now: datetime
    ) -> Iterator[tuple[str, Severity, str]]:
        """What a browser has against it: which part, how bad, in a sentence."""
        called = host[:100]
        for leaf in list(said.get("Chain") or [])[:1]:
            end = leaf.get("NotAfter")
            if end and end <= now:
                yield (
                    "expiry",
                    Severity.CRITICAL,
                    f"{called} serves a certificate that expired on {end:%d %B %Y}",
                )
            elif end and end - now <= timedelta(days=self.days):
                yield (
                    "expiry",
                    Severity.HIGH,
                    f"{called} serves a certificate that expires on {end:%d %B %Y}",
                )
            if not covers(leaf.get("Names") or (), host):
                others = told(leaf.get("Names") or ())
                yield "name", Severity.HIGH, f"{called} serves a certificate {others}"
            if said.get("Trust") == "stops":
                yield (
                    "chain",
                    Severity.HIGH,
                    f"{called} serves a certificate whose chain leads to no public root",
                )
            if said.get("Protocol") in OLD:
                yield (
                    "protocol",
                    Severity.MEDIUM,
                    f"{called} speaks no newer protocol than {said['Protocol']}",
                )

    def demo(self, ground: Ground) -> Things:
        yield ground.unshown(self, "nothing of this team is on the internet")


def told(names: Iterable[str]) -> str:
    """For whom else it is. The names are a stranger's word: what is no name is left out."""
    known = [one for one in names if re.fullmatch(r"[\w.*-]{1,40}", one)]
    more = f" and {len(known) - 1} more" if len(known) > 1 else ""
    return f"for {known[0]}{more}" if known else "without its name"
