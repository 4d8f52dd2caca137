"""Cloudflare speaks with what stands behind it in a way that is open, or about to break.

Visitors see a lock; what lies between Cloudflare and your servers is another connection, whose mode is set
in the zone. Off and flexible send everything over the internet in plain text, passwords too. Full takes any
certificate, a stranger's as well. Strict is right, and breaks every visit (error 526) on the day on which the
certificate behind it ends. What stands behind is told by its name in AWS, where it lies in the home region; its
certificate is asked for as Cloudflare does. Who lets in Cloudflare alone does not answer us: of that
certificate nothing is said.

Fix: none by itself. Another mode can take the site down where what stands behind is not ready for it.

Steered by: who may change the zone at Cloudflare, or what stands behind it. They learn nothing by it.

Runbook:

1. See the mode: Cloudflare's dashboard, SSL/TLS, Overview. A configuration rule may say otherwise for a host;
   rules are not read.
2. Give what stands behind a certificate for the host: ACM on a balancer, CloudFront or API Gateway; on a
   machine one of Cloudflare's Origin CA or of Let's Encrypt, renewed by a timer.
3. See that it listens at port 443: `openssl s_client -connect TARGET:443 -servername HOST </dev/null`.
4. Only then set the mode to Full (strict), and look at the site. A website of S3 knows no HTTPS: put
   CloudFront before it.
5. Where the certificate ends soon, renew it; with strict there is no grace.
6. If it must stay: `steadyhand exempt FINDING --until DATE --because REASON`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from steadyhand.account import Account
from steadyhand.check import Check
from steadyhand.checks.hosts import covers
from steadyhand.model import Finding, Risk, Severity, Unknown
from steadyhand.model.knobs import Days
from steadyhand.model.planting import Ground, Things
from steadyhand.sources.cloudflare import DnsRecords, Origins, SslModes, Zones, host_of, target_of
from steadyhand.sources.cloudfront import Distributions
from steadyhand.sources.ec2 import PublicAddresses
from steadyhand.sources.elbv2 import LoadBalancers
from steadyhand.triggers import hours

OPEN = {
    "off": "{zone} is served without HTTPS",
    "flexible": "what visitors of {zone} send is in plain text between Cloudflare and {behind}",
    "full": "for {zone} Cloudflare takes any certificate in place of that of {behind}",
}
"""The modes that are not strict, and what they mean: developers.cloudflare.com/ssl/origin-configuration/ssl-modes."""

STRICT = frozenset({"strict", "origin_pull"})
ORIGIN_CA = "cloudflare origin"
"""How its issuer is called; no browser trusts it, and strict does."""

MOST = 20
"""Hosts that evidence names."""


class Behind(NamedTuple):
    """One host of a zone: where it leads, how AWS calls that, and what is served there, if it is known."""

    host: str
    target: str
    called: str
    served: Mapping[str, Any]


class Zone(NamedTuple):
    """A zone by its id and its name, and the mode that is set in it."""

    key: str
    name: str
    mode: str


class CloudflareSslMode(Check):
    severity = Severity.HIGH
    risk = Risk.ADVICE
    reads = (SslModes, Zones, DnsRecords, Origins, LoadBalancers, PublicAddresses, Distributions)
    refines = (LoadBalancers, PublicAddresses, Distributions)
    wakes = (hours(6),)
    resource_type = "Cloudflare::Zone::Setting"
    consequence = "Others read what visitors send, or every visit ends in error 526."
    short = "open behind Cloudflare"
    hours_lost = (2, 8)
    peers = ("P:zone_ssl_strict",)

    days: Days = 14
    """How many days before its end the certificate behind a strict zone is told."""

    def find(self, account: Account, now: datetime) -> Iterator[Finding | Unknown]:
        zones = {str(zone["id"]): str(zone.get("name") or "") for zone in account[Zones]}
        called = names(account)
        served = dict(account[Origins])
        for key, setting in account[SslModes]:
            zone = Zone(key, zones.get(key) or "", str(setting.get("value")))
            behind = [
                Behind(
                    host, target, called.get(target, target), served.get(f"{host} {target}") or {}
                )
                for at, record in account[DnsRecords]
                if at == key
                for host, target in [(host_of((at, record)), target_of((at, record)))]
                if target
            ]
            if not zone.name or not behind:
                continue
            if zone.mode in STRICT:
                yield from self.strict(account, zone, behind, now)
            elif zone.mode in OPEN:
                yield self.open(account, zone, behind, now)
            else:
                yield self.unknown(account, key, "Cloudflare says a mode that is not known")

    def open(
        self, account: Account, zone: Zone, behind: Sequence[Behind], now: datetime
    ) -> Finding:
        """A zone whose mode is not strict."""
        is_full = zone.mode == "full"
        ready = is_full and all(one.served.get("Chain") for one in behind)
        ready = ready and not any(wrong(one, now, self.days) for one in behind)
        said = OPEN[zone.mode].format(zone=zone.name[:60], behind=listed(behind))
        return self.finding(
            account,
            resource=f"https://{zone.name}",
            key=zone.key,
            summary=f"{said}; strict would work today" if ready else said,
            severity=Severity.MEDIUM if is_full else Severity.HIGH,
            mode=zone.mode,
            behind={one.host: one.called for one in behind[:MOST] if one.host},
        )

    def strict(
        self, account: Account, zone: Zone, behind: Sequence[Behind], now: datetime
    ) -> Iterator[Finding]:
        """The hosts of a strict zone whose certificate it refuses, or soon will."""
        told = set[str]()
        for one in behind:
            found = wrong(one, now, self.days)
            if not found or one.host in told:
                continue
            told.add(one.host)
            severity, end, what = found
            yield self.finding(
                account,
                resource=f"https://{one.host}",
                key=zone.key,
                name=f"https://{one.host}#behind",
                summary=f"behind Cloudflare, {one.called[:60]} serves {one.host[:60]} {what}",
                severity=severity,
                detonates_at=end,
                mode=zone.mode,
                behind={one.host: one.called},
            )

    def demo(self, ground: Ground) -> Things:
        yield ground.unshown(self, "this team's domains are not at Cloudflare")


def wrong(one: Behind, now: datetime, days: float) -> tuple[Severity, datetime | None, str] | None:
    """What strict has against the certificate: how bad, until when it lasts, in words; None where nothing.

    It wants an end in the future, the name of the host or of where it leads, and a public root or Cloudflare's
    own: developers.cloudflare.com/ssl/origin-configuration/ssl-modes/full-strict.
    """
    for leaf in list(one.served.get("Chain") or [])[:1]:
        end, names = leaf.get("NotAfter"), leaf.get("Names") or ()
        if end and end <= now:
            return Severity.CRITICAL, end, f"a certificate that expired on {end:%d %B %Y}"
        if not (covers(names, one.host) or covers(names, one.target)):
            return Severity.HIGH, None, "a certificate without its name"
        if one.served.get("Trust") == "stops" and ORIGIN_CA not in str(leaf.get("Issuer")).lower():
            return Severity.HIGH, None, "a certificate that leads to no root"
        if end and end - now <= timedelta(days=days):
            return Severity.HIGH, end, f"a certificate that expires on {end:%d %B %Y}"
    return None


def names(account: Account) -> dict[str, str]:
    """How AWS calls what a record may lead to, by the name or the address that the record has."""
    balancers = {
        str(one["DNSName"]).lower(): f"the load balancer {one['LoadBalancerName']}"
        for one in account[LoadBalancers]
        if one.get("DNSName") and one.get("LoadBalancerName")
    }
    addresses = {
        str(one["PublicIp"]): f"the machine {one['InstanceId']}"
        for one in account[PublicAddresses]
        if one.get("PublicIp") and one.get("InstanceId")
    }
    distributions = {
        str(one["DomainName"]).lower(): f"the distribution {one['Id']}"
        for one in account[Distributions]
        if one.get("DomainName") and one.get("Id")
    }
    return balancers | addresses | distributions


def listed(behind: Sequence[Behind]) -> str:
    """What stands behind, in a few words."""
    called = list(dict.fromkeys(one.called for one in behind))
    more = f" and {len(called) - 1} more" if len(called) > 1 else ""
    return f"{called[0][:60]}{more}"
