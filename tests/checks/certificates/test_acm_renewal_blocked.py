"""Certificates whose validation record is missing."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from steadyhand.account import Account
from steadyhand.checks.certificates.acm_renewal_blocked import AcmRenewalBlocked
from steadyhand.model import ReadFailed, Risk
from steadyhand.sources.acm import CertificateDetails, Certificates, needs_validation
from steadyhand.sources.callers import Caller
from steadyhand.sources.cloudtrail import CertificateRequests, requests
from steadyhand.sources.route53 import HostedZones, Records
from tests.checks.certificates.test_acm_expiring import ISSUED, certificate
from tests.verbs import NOW, fix_and_undo, found, planned, spot

CHECK = AcmRenewalBlocked()
STATELESS = "What is changed is a record of a zone, not the certificate."
NO_ECHO = ("route53:ChangeResourceRecordSets",)
"""The event names a zone, not a certificate. ACM's own event says when it found the record."""


def detail(name: str, *domains: str, **more: Any) -> tuple[str, dict[str, Any]]:
    known = certificate(name, 300, Type="AMAZON_ISSUED", RenewalEligibility="ELIGIBLE") | more
    options = [
        {"DomainName": domain, "ResourceRecord": asked_for(domain.removeprefix("*."))}
        for domain in domains
    ]
    return known["CertificateArn"], known | {"DomainValidationOptions": options}


def asked_for(domain: str) -> dict[str, str]:
    return {
        "Name": f"_abc.{domain}.",
        "Type": "CNAME",
        "Value": f"_def.{domain}.acm-validations.aws.",
    }


def zone(ident: str, name: str, private: bool = False) -> dict[str, Any]:
    return {"Id": f"/hostedzone/{ident}", "Name": f"{name}.", "Config": {"PrivateZone": private}}


def record(ident: str, domain: str, value: str | None = None) -> tuple[str, dict[str, Any]]:
    asked = asked_for(domain)
    values = [{"Value": value or asked["Value"].upper()}]
    return f"/hostedzone/{ident}", {
        "Name": asked["Name"],
        "Type": "CNAME",
        "ResourceRecords": values,
    }


def servers(ident: str, name: str) -> tuple[str, dict[str, Any]]:
    return f"/hostedzone/{ident}", {"Name": f"{name}.", "Type": "NS", "ResourceRecords": []}


def facts(*details: tuple[str, dict[str, Any]]) -> dict[Any, Any]:
    return {
        Certificates: [{"CertificateArn": arn} for arn, _ in details],
        CertificateDetails: details,
        HostedZones: [
            zone("Z1", "example.com"),
            zone("Z2", "api.example.com"),
            zone("Z3", "twice.org"),
            zone("Z4", "twice.org"),
            zone("Z5", "inside.net", private=True),
        ],
        Records: [
            servers("Z1", "example.com"),
            servers("Z1", "away.example.com"),
            record("Z1", "fine.example.com"),
            record("Z1", "wrong.example.com", "somebody.else."),
            record("Z4", "half.twice.org"),
        ],
    }


SERVED = {"InUseBy": ["arn:aws:elasticloadbalancing:eu-central-1:1:loadbalancer/app/shop/1"]}
WAITING = {"Status": "PENDING_VALIDATION", "CreatedAt": NOW}
BAD = facts(
    detail("shop", "shop.example.com", "*.shop.example.com", "fine.example.com", **SERVED),
    detail("api", "v1.api.example.com", **WAITING),
    detail("wrong", "wrong.example.com"),
    detail("twice", "twice.org"),
)
GOOD = facts(
    detail("fine", "fine.example.com"),
    detail("away", "x.away.example.com"),
    detail("strange", "not-ours.com"),
    detail("half", "half.twice.org"),
    detail("inside", "inside.net"),
    detail("by-mail"),
)


def test_says_what_is_missing_where() -> None:
    shop, api, wrong, twice = found(CHECK, BAD)
    assert shop.summary == (
        "ACM cannot renew the certificate of shop.example.com: _abc.shop.example.com"
        " is missing in zone example.com"
    )
    assert api.summary.startswith(
        "ACM cannot issue the certificate of api.example.com: _abc.v1.api"
    )
    assert wrong.summary.endswith("has another value in zone example.com")
    assert shop.detonates_at == NOW + timedelta(days=300)
    assert api.detonates_at == NOW + timedelta(hours=72)
    assert twice.evidence["zone"] is None


def test_adds_the_record_to_the_one_zone_and_removes_the_same() -> None:
    shop, api, wrong, twice = (planned(CHECK, finding) for finding in found(CHECK, BAD))
    assert (wrong, twice) == ([], [])
    assert [step.do.params["HostedZoneId"] for step in (*shop, *api)] == ["Z1", "Z2"]
    (step,) = shop
    assert step.undo
    (do,), (undo,) = (call.params["ChangeBatch"]["Changes"] for call in (step.do, step.undo))
    assert (do["Action"], undo["Action"]) == ("CREATE", "DELETE")
    assert do["ResourceRecordSet"] == undo["ResourceRecordSet"]


def test_only_the_renewal_of_one_that_is_served_is_automatic() -> None:
    """cases/security 3: a developer without a right in Route 53 requests login.bank.example."""
    shop, api, *_ = found(CHECK, BAD)
    assert (CHECK.risk_of(shop), CHECK.risk_of(api)) == (Risk.SAFE, Risk.APPROVAL)
    for state in ({}, WAITING, WAITING | SERVED, {"Status": "VALIDATION_TIMED_OUT"} | SERVED):
        (one,) = found(CHECK, facts(detail("x", "login.example.com", **state)))
        assert CHECK.risk_of(one) is Risk.APPROVAL, state


def requested(arn: str, by: str) -> dict[str, Any]:
    """docs.aws.amazon.com/acm/latest/userguide/cloudtrail-logging.html, RequestCertificate."""
    said = {
        "eventTime": "2026-11-23T09:10:11Z",
        "eventName": "RequestCertificate",
        "userIdentity": {"type": "IAMUser", "arn": f"arn:aws:iam::123456789012:user/{by}"},
        "responseElements": {"certificateArn": arn},
    }
    return {"EventTime": NOW, "ReadOnly": "false", "CloudTrailEvent": json.dumps(said)}


def told_by(*events: dict[str, Any]) -> list[Any]:
    """What the source understands of what CloudTrail answers."""
    talk = requests(NOW)
    asked = next(talk)
    assert asked.params["StartTime"] == NOW - timedelta(hours=72)  # type: ignore[union-attr]
    with pytest.raises(StopIteration) as ended:
        talk.send({"Events": list(events)})
    return list(ended.value.value)


def summaries(
    history: list[Any], told: Caller | None = None, failed: ReadFailed | None = None
) -> list[str]:
    known = facts(
        detail("a", "login.example.com", **WAITING), detail("s", "s.example.com", **SERVED)
    )
    known[Certificates] = [one for _, one in known[CertificateDetails]]
    known[CertificateRequests] = history
    failures = {CertificateRequests: {None: failed}} if failed else {}
    account = Account("123456789012", "eu-central-1", known, failures=failures, told=told)
    return [one.summary.partition("example.com; ")[2] for one in CHECK.find(account, NOW)]  # type: ignore[union-attr]


def test_a_new_request_names_who_made_it_and_claims_nobody_else() -> None:
    mine = detail("a", "login.example.com")[0]
    ann, zoe = requested(mine, "ann"), requested("arn:of:another", "zoe")
    assert summaries(told_by(zoe, ann)) == ["requested by ann", ""]
    nobody = ["CloudTrail does not tell yet who requested it", ""]
    assert summaries(told_by(zoe)) == nobody
    assert summaries([], failed=ReadFailed("AccessDenied", "no")) == nobody
    denied = json.loads(ann["CloudTrailEvent"]) | {"errorCode": "LimitExceededException"}
    assert told_by(ann | {"CloudTrailEvent": json.dumps(denied)}) == []


def test_till_history_shows_it_the_request_s_own_event_says_who() -> None:
    arn, mine = "arn:aws:iam::1:user/ann", detail("a", "login.example.com")[0]
    asked = Caller(at=NOW, arn=arn, event="RequestCertificate")
    assert summaries([], asked) == ["requested by ann", ""]
    assert summaries(told_by(requested(mine, "zoe")), asked) == ["requested by zoe", ""]
    other = Caller(at=NOW, arn=arn, event="DeleteCertificate")
    assert summaries([], other)[0].startswith("CloudTrail does not tell")


def test_only_certificates_that_need_validation_are_described() -> None:
    assert needs_validation(
        certificate("a", None, Type="AMAZON_ISSUED", Status="PENDING_VALIDATION")
    )
    assert needs_validation(certificate("b", 300, **ISSUED))
    assert not needs_validation(certificate("c", 300))
    assert not needs_validation(certificate("d", 300, Type="AMAZON_ISSUED"))


@pytest.mark.moto
def test_on_moto() -> None:
    def bad(client: Any) -> list[str]:
        client("route53").create_hosted_zone(Name="example.com.", CallerReference="1")
        answer = client("acm").request_certificate(
            DomainName="shop.example.com", ValidationMethod="DNS"
        )
        return [answer["CertificateArn"]]

    fix_and_undo(CHECK, bad)


@pytest.mark.moto
def test_on_moto_nothing_is_asked_of_route_53_where_nothing_waits() -> None:
    from tests.checks.certificates.test_acm_expiring import imported

    spot(CHECK, lambda client: [], lambda client: [imported(client, "a.example.com", 5)])
