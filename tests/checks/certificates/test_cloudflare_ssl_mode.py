"""How Cloudflare speaks with what stands behind it. The API itself is asked over real sockets in tests/clients."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from steadyhand.checks.certificates.cloudflare_ssl_mode import CloudflareSslMode
from steadyhand.model import ReadFailed, Severity, Unknown
from steadyhand.sources.cloudflare import DnsRecords, Origins, SslModes, Zones, target_of
from steadyhand.sources.cloudfront import Distributions
from steadyhand.sources.ec2 import PublicAddresses
from steadyhand.sources.elbv2 import LoadBalancers
from tests.checks.recorded import outcomes, spot
from tests.verbs import NOW, found, silent

CHECK = CloudflareSslMode()
WEB = "web-1.eu-central-1.elb.amazonaws.com"
IP = "52.28.0.1"
NEEDED = ("id",)


def zone(number: int, name: str) -> dict[str, Any]:
    return {"id": f"{number:032x}", "name": name, "status": "active", "paused": False}


def mode(number: int, value: str | None) -> tuple[str, dict[str, Any]]:
    return f"{number:032x}", {"id": "ssl", "value": value, "editable": True}


def record(
    number: int, name: str, content: str = WEB, kind: str = "CNAME", *, proxied: bool = True
) -> tuple[str, dict[str, Any]]:
    said = {"id": "r", "name": name, "type": kind, "content": content, "proxied": proxied}
    return f"{number:032x}", said


def served(host: str, days: float = 60, target: str = WEB, **more: Any) -> tuple[str, Any]:
    leaf = {"Names": [host], "Issuer": "commonName=R11", "NotAfter": NOW + timedelta(days=days)}
    chain = [leaf | {name: said for name, said in more.items() if name in leaf}]
    said = {"Host": target, "Protocol": "TLSv1.3", "Trust": more.get("Trust", "whole")}
    return f"{host} {target}", said | {"Chain": chain}


AWS: dict[Any, Any] = {
    LoadBalancers: [{"LoadBalancerArn": "a", "LoadBalancerName": "web", "DNSName": WEB.upper()}],
    PublicAddresses: [{"PublicIp": IP, "InstanceId": "i-0abc"}, {"PublicIp": "52.28.0.2"}],
    Distributions: [{"ARN": "d", "Id": "E1", "DomainName": "d1.cloudfront.net"}],
}
BAD = AWS | {
    SslModes: [mode(1, "flexible"), mode(2, "off"), mode(3, "full"), mode(4, "full"),
               mode(5, "strict"), mode(6, "origin_pull")],
    Zones: [zone(n, f"zone{n}.example.com") for n in range(1, 7)],
    DnsRecords: [
        record(1, "zone1.example.com"), record(1, "www.zone1.example.com"),
        record(1, "api.zone1.example.com", IP, "A"),
        record(2, "zone2.example.com", "52.28.0.9", "A"),
        record(3, "zone3.example.com"),
        record(4, "zone4.example.com"), record(4, "*.zone4.example.com", "d1.cloudfront.net"),
        record(5, "soon.example.com"), record(5, "gone.example.com"), record(5, "odd.example.com"),
        record(5, "own.example.com"),
        record(6, "other.example.com", "d1.cloudfront.net"),
    ],
    Origins: [
        served("zone3.example.com"),
        served("zone4.example.com"),
        served("soon.example.com", 5),
        served("gone.example.com", -2),
        served("own.example.com", Trust="stops", Issuer="commonName=own.example.com"),
        served("odd.example.com", Names=["shop.example.net"]),
        served("other.example.com", -1, "d1.cloudfront.net"),
    ],
}  # fmt: skip
GOOD = AWS | {
    SslModes: [mode(n, "strict") for n in (1, 2)] + [mode(n, "flexible") for n in (3, 4, 5)],
    Zones: [zone(n, f"zone{n}.example.com") for n in range(1, 6)],
    DnsRecords: [
        record(1, "whole.example.com"), record(1, "closed.example.com"),
        record(1, "own.example.com"), record(1, "named.example.com", "d1.cloudfront.net"),
        record(2, "later.example.com"),
        record(3, "plain.example.com", proxied=False),
        record(4, "tunnel.example.com", "0a1b.cfargotunnel.com"),
        record(4, "pages.example.com", "shop.pages.dev"),
        record(4, "worker.example.com", "100::", "AAAA"),
        record(4, "dummy.example.com", "192.0.2.1", "A"),
    ],
    Origins: [
        served("whole.example.com"),
        served("own.example.com", Trust="stops",
               Issuer="organizationalUnitName=CloudFlare Origin SSL Certificate Authority"),
        served("named.example.com", 60, "d1.cloudfront.net", Names=["*.cloudfront.net"]),
        served("later.example.com", 15),
    ],
}  # fmt: skip


def test_says_what_is_wrong_and_what_stands_behind() -> None:
    told = found(CHECK, BAD)
    assert [one.summary for one in told] == [
        (
            "what visitors of zone1.example.com send is in plain text between Cloudflare and"
            " the load balancer web and 1 more"
        ),
        "zone2.example.com is served without HTTPS",
        (
            "for zone3.example.com Cloudflare takes any certificate in place of that of"
            " the load balancer web; strict would work today"
        ),
        (
            "for zone4.example.com Cloudflare takes any certificate in place of that of"
            " the load balancer web and 1 more"
        ),
        (
            "behind Cloudflare, the load balancer web serves soon.example.com"
            " a certificate that expires on 28 November 2026"
        ),
        (
            "behind Cloudflare, the load balancer web serves gone.example.com"
            " a certificate that expired on 21 November 2026"
        ),
        (
            "behind Cloudflare, the load balancer web serves odd.example.com"
            " a certificate without its name"
        ),
        (
            "behind Cloudflare, the load balancer web serves own.example.com"
            " a certificate that leads to no root"
        ),
        (
            "behind Cloudflare, the distribution E1 serves other.example.com"
            " a certificate that expired on 22 November 2026"
        ),
    ]
    levels = [Severity.HIGH] * 2 + [Severity.MEDIUM] * 2
    assert [one.severity for one in told[:4]] == levels
    assert told[0].evidence["behind"]["api.zone1.example.com"] == "the machine i-0abc"
    assert told[5].severity is Severity.CRITICAL
    assert told[4].detonates_at == NOW + timedelta(days=5)
    assert len({one.id for one in told}) == len(told)


def test_without_what_aws_calls_it_the_record_says_it() -> None:
    (one,) = found(
        CHECK, {name: BAD[name] for name in (Zones, DnsRecords)} | {SslModes: [mode(1, "flexible")]}
    )
    assert WEB in one.summary


@pytest.mark.parametrize("value", ["quantum", None])
def test_a_mode_that_is_not_known_is_not_called_good(value: str | None) -> None:
    (one,) = outcomes(CHECK, account({"/settings/ssl": {"value": value}}))
    assert isinstance(one, Unknown)
    assert "not known" in one.reason


ONE = zone(1, "shop.example.com")


def account(said: dict[str, Any]) -> dict[str, Any]:
    """An account with one zone, and answers or failures by how what is asked ends."""
    usual = {
        "/zones?per_page=50": [ONE],
        "/settings/ssl": {"value": "flexible"},
        "/dns_records?proxied=true&per_page=100": [record(1, "shop.example.com")[1]],
    } | said

    def api(params: Any) -> Any:
        ((_, answer),) = [one for one in usual.items() if params["Path"].endswith(one[0])]
        return answer if isinstance(answer, ReadFailed) else {"result": answer}

    handshake = said.get("tls", served("shop.example.com")[1])
    return {
        "cloudflare:Get": api,
        "tls:Handshake": lambda _: handshake,
        "elbv2:DescribeLoadBalancers": lambda _: {},
        "ec2:DescribeAddresses": lambda _: {},
        "cloudfront:ListDistributions": lambda _: {"DistributionList": {
            "Marker": "", "MaxItems": 100, "IsTruncated": False, "Quantity": 0
        }},
    }  # fmt: skip


@pytest.mark.moto
def test_exactly_the_zone_is_found_with_declared_reads() -> None:
    spot(CHECK, account({}), [ONE["id"]])
    spot(CHECK, account({"/settings/ssl": {"value": "strict"}}), [])
    pending = ONE | {"status": "pending"}
    assert outcomes(CHECK, account({"/zones?per_page=50": [pending]})) == []


REFUSED = ReadFailed("TokenRefused", "Cloudflare does not know the token (401)")


@pytest.mark.parametrize(
    "what", ["/zones?per_page=50", "/settings/ssl", "/dns_records?proxied=true&per_page=100"]
)
def test_what_was_not_read_is_unknown_once(what: str) -> None:
    (one,) = outcomes(CHECK, account({what: REFUSED}))
    assert isinstance(one, Unknown)
    assert one.reason == REFUSED.reason


@pytest.mark.parametrize("code", ["NoConnection", "Refused", "NotPublic", "NoSuchName"])
def test_who_lets_in_cloudflare_alone_is_no_failure(code: str) -> None:
    strict = {"/settings/ssl": {"value": "strict"}, "tls": ReadFailed(code, "closed")}
    assert outcomes(CHECK, account(strict)) == []


def test_an_id_that_is_none_asks_for_nothing_else() -> None:
    asked = SslModes.ask("../accounts?x=")
    assert asked == {"Path": "/zones/none/settings/ssl"}


@pytest.mark.parametrize(
    ("content", "kind", "leads"),
    [("10.0.0.1", "A", ""), ("169.254.169.254", "A", ""), ("not an address", "A", ""),
     ("2600:1f14::1", "AAAA", "2600:1f14::1"), ("a b.example.com", "CNAME", ""),
     ("Web.Example.COM.", "CNAME", "web.example.com"), ("x.workers.dev.", "CNAME", ""),
     (None, "CNAME", ""), (IP, "TXT", IP)],
)  # fmt: skip
def test_where_a_record_leads(content: Any, kind: str, leads: str) -> None:
    assert target_of(("z", {"type": kind, "content": content, "proxied": True})) == leads
    assert target_of(("z", {"type": kind, "content": content})) == ""


def test_what_nobody_said_is_nothing() -> None:
    silent(CHECK, {SslModes: [mode(1, "flexible")]})
