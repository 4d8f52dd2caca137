"""What hosts serve. The handshake itself is proven over real sockets, in tests/clients."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steadyhand.checks.certificates.served_certificate_expiring import ServedCertificateExpiring
from steadyhand.checks.hosts import covers
from steadyhand.model import ReadFailed, Severity, Unknown
from steadyhand.sources.tls import Handshakes, hosts_of
from tests.checks.recorded import BOTO, outcomes, spot
from tests.checks.shapes import ValidAnswers
from tests.verbs import NOW, found

CHECK = ServedCertificateExpiring()


def served(
    host: str, days: float = 60, names: tuple[str, ...] = (), **more: Any
) -> tuple[str, dict[str, Any]]:
    leaf = {
        "Subject": f"commonName={host}",
        "Issuer": "commonName=R11",
        "Names": list(names or (host,)),
        "NotBefore": NOW - timedelta(days=30),
        "NotAfter": NOW + timedelta(days=days),
    }
    said = {"Host": host, "Address": "198.51.100.1", "Protocol": "TLSv1.3", "Trust": "whole"}
    return host, said | {"Chain": [leaf]} | more


BAD = {
    Handshakes: [
        served("gone.example.com", -2),
        served("soon.example.com", 5),
        served("other.example.com", names=("*.cdn.example.net", "a.example.net", "b.example.net")),
        served("odd.example.com", names=("<b>x</b>",)),
        served("half.example.com", Trust="stops"),
        served("old.example.com", Protocol="TLSv1.1"),
    ]
}
GOOD = {
    Handshakes: [
        served("a.example.com", 15),
        served("b.example.com", names=("*.example.com",)),
        served("c.example.com", names=("C.Example.COM",)),
        served("unjudged.example.com", Trust=""),
        ("empty.example.com", {"Host": "empty.example.com", "Chain": []}),
    ]
}


def test_says_what_a_browser_has_against_it() -> None:
    told = found(CHECK, BAD)
    assert [one.summary for one in told] == [
        "gone.example.com serves a certificate that expired on 21 November 2026",
        "soon.example.com serves a certificate that expires on 28 November 2026",
        "other.example.com serves a certificate for *.cdn.example.net and 2 more",
        "odd.example.com serves a certificate without its name",
        "half.example.com serves a certificate whose chain leads to no public root",
        "old.example.com speaks no newer protocol than TLSv1.1",
    ]
    assert told[0].severity is Severity.CRITICAL
    assert [one.detonates_at for one in told[1:3]] == [NOW + timedelta(days=5), None]


def test_all_that_is_wrong_with_a_host_is_told_apart() -> None:
    (host,) = {
        Handshakes: [served("x.example.com", -1, ("y.example.com",), Trust="stops")]
    }.values()
    told = found(CHECK, {Handshakes: host})
    assert [one.name.partition("#")[2] for one in told] == ["expiry", "name", "chain"]
    assert len({one.id for one in told}) == 3


LABEL = st.text("abcdefghijklmnopqrstuvwxyz0123456789-", min_size=1, max_size=12)


@given(first=LABEL, second=LABEL, third=LABEL)
def test_a_star_stands_for_one_label(first: str, second: str, third: str) -> None:
    assert covers([f"*.{third}.com"], f"{second}.{third}.com")
    assert not covers([f"*.{third}.com"], f"{first}.{second}.{third}.com")
    assert not covers([f"*.{third}.com"], f"{third}.com")


# Which hosts are asked.


def record(name: str, kind: str = "A") -> tuple[str, dict[str, Any]]:
    return "/hostedzone/Z1", {"Name": name, "Type": kind, "TTL": 60}


ZONE = [
    record("Shop.example.com."),
    record("shop.example.com.", "AAAA"),
    record("api.example.com.", "CNAME"),
    record("\\052.example.com."),
    record("_dmarc.example.com.", "CNAME"),
    record("k1._domainkey.example.com.", "CNAME"),
    record("example.com.", "MX"),
    record("down.example.com."),
    record("inside.example.com."),
    record("ssh.example.com."),
]


def account(**hosts: Any) -> dict[str, Any]:
    def handshake(params: Any) -> Any:
        answer = hosts[params["Host"].partition(".")[0]]
        return ReadFailed(answer, f"{params['Host']} failed") if isinstance(answer, str) else answer

    zone = {"Id": "/hostedzone/Z1", "Name": "example.com.", "CallerReference": "x"}
    return {
        "route53:ListHostedZones": lambda _: {
            "HostedZones": [zone], "Marker": "", "IsTruncated": False, "MaxItems": "100"
        },
        "route53:ListResourceRecordSets": lambda _: {
            "ResourceRecordSets": [one for _, one in ZONE], "IsTruncated": False, "MaxItems": "300"
        },
        "cloudfront:ListDistributions": lambda _: {"DistributionList": {
            "Marker": "", "MaxItems": 100, "IsTruncated": False, "Quantity": 0
        }},
        "apigateway:GetDomainNames": lambda _: {},
        "acm:ListCertificates": lambda _: {},
        "tls:Handshake": handshake,
    }  # fmt: skip


def elsewhere(**hosts: Any) -> dict[str, Any]:
    """An account whose names are in nobody's zone of ours."""

    def summary(at: str, *names: str, used: bool = True) -> dict[str, Any]:
        arn = f"arn:aws:acm:eu-central-1:123456789012:certificate/{at}"
        return {"CertificateArn": arn, "InUse": used, "SubjectAlternativeNameSummaries": [*names]}

    aliases = {"Quantity": 2, "Items": ["cdn.example.org", "*.cdn.example.org"]}
    listed = [
        summary("1", "Api.example.org", "*.example.org", "lb.example.org"),
        summary("2", "attic.example.org", used=False),
        {"CertificateArn": summary("3")["CertificateArn"]},
    ]
    return account(**hosts) | {
        "route53:ListHostedZones": lambda _: {
            "HostedZones": [], "Marker": "", "IsTruncated": False, "MaxItems": "100"
        },
        "cloudfront:ListDistributions": lambda _: {"DistributionList": {
            "Marker": "", "MaxItems": 100, "IsTruncated": False, "Quantity": 1,
            "Items": [distribution(aliases)],
        }},
        "apigateway:GetDomainNames": lambda _: {
            "items": [{"domainName": "api.example.org"}, {"domainName": "inside.example.org"}]
        },
        "acm:ListCertificates": lambda _: {"CertificateSummaryList": listed},
    }  # fmt: skip


def distribution(aliases: dict[str, Any]) -> dict[str, Any]:
    """A distribution as a list shows it: what is required, and its names."""
    return ValidAnswers(1, 1.0, frozenset()).structure(SUMMARY) | {"Aliases": aliases}


SUMMARY = BOTO.get_service_model("cloudfront").shape_for("DistributionSummary")


def test_names_whose_dns_is_not_ours_are_asked_too_and_once() -> None:
    said = elsewhere(
        cdn=served("cdn.example.org", 3)[1],
        api=served("api.example.org", -3)[1],
        lb=served("lb.example.org")[1],
        inside="NoSuchName",
    )
    spot(CHECK, said, ["cdn.example.org", "api.example.org"])


@pytest.mark.parametrize("lost", ["cloudfront:ListDistributions", "apigateway:GetDomainNames"])
def test_a_list_that_cannot_be_read_is_said_and_the_others_are_judged(lost: str) -> None:
    said = elsewhere(**{
        name: served(f"{name}.example.org", 3)[1] for name in ("cdn", "api", "lb", "inside")
    })  # fmt: skip
    told = outcomes(CHECK, said | {lost: lambda _: ReadFailed("AccessDenied", "no")})
    assert [one for one in told if isinstance(one, Unknown)] == [
        Unknown(CHECK.id, "global", "no", None)
    ]
    assert "lb.example.org" in {getattr(one, "key", "") for one in told}


def test_hosts_are_asked_once_and_what_leads_to_none_is_not() -> None:
    assert [host for one in ZONE for host in hosts_of(one)] == [
        *("shop.example.com", "shop.example.com", "api.example.com", "down.example.com"),
        *("inside.example.com", "ssh.example.com"),
    ]
    fine = served("api.example.com")[1]
    said = account(
        shop=served("shop.example.com", 1)[1],
        api=fine,
        down=served("down.example.com", -1)[1],
        inside="NotPublic",
        ssh="Refused",
    )
    spot(CHECK, said, ["shop.example.com", "down.example.com"])


@pytest.mark.parametrize("code", ["TimedOut", "NoAddress", "NoConnection", "NoHandshake"])
def test_who_cannot_be_asked_is_unknown_and_never_clean(code: str) -> None:
    fine = served("shop.example.com")[1]
    api = served("api.example.com")[1]
    told = outcomes(
        CHECK, account(shop=fine, api=api, down=code, inside="NotPublic", ssh="Refused")
    )
    assert told == [
        Unknown(CHECK.id, "global", "down.example.com failed", "down.example.com"),
    ]
