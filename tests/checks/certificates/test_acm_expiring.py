"""Certificates that end, and nobody renews them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from steadyhand.checks.certificates.acm_expiring import AcmExpiring
from steadyhand.engine.changes.begin import Wanted, begin
from steadyhand.engine.changes.look import Looking
from steadyhand.engine.survey import Survey
from steadyhand.model import (
    CHANGE,
    MARK,
    TOKEN,
    Call,
    Change,
    ChangeState,
    ReadFailed,
    Severity,
    Unknown,
    filled,
)
from steadyhand.sources.acm import Certificates, Replacements, needs_replacement
from tests.canonical import REGION
from tests.checks.recorded import Recorded
from tests.verbs import NOW, PERSON, at_rest, at_work, found, planned, planted, spot, undone

CHECK = AcmExpiring()
STATELESS = "Only one that is issued or has expired is found."
NO_ECHO = ("acm:RequestCertificate", "acm:DeleteCertificate")
"""The event of a request names the new certificate, not the one that expires."""


def certificate(name: str, days: float | None, **more: Any) -> dict[str, Any]:
    known = {
        "CertificateArn": f"arn:aws:acm:{REGION}:123456789012:certificate/{name}-1f-2e",
        "DomainName": f"{name}.example.com",
        "SubjectAlternativeNameSummaries": [f"{name}.example.com"],
        "HasAdditionalSubjectAlternativeNames": False,
        "Status": "ISSUED",
        "Type": "IMPORTED",
        "RenewalEligibility": "INELIGIBLE",
        "InUse": True,
    }
    ends = {} if days is None else {"NotAfter": NOW + timedelta(days=days)}
    return known | ends | more


ISSUED = {"Type": "AMAZON_ISSUED", "RenewalEligibility": "ELIGIBLE"}
SANS = {"SubjectAlternativeNameSummaries": ["*.shop.example.com", "shop.example.com"]}
PENDING = {"Type": "AMAZON_ISSUED", "Status": "PENDING_VALIDATION", "InUse": False}
SWAPPED = [
    certificate("swap", 12),
    certificate("new", None, **PENDING, SubjectAlternativeNameSummaries=["swap.example.com"]),
]
BAD = {
    Certificates: [
        certificate("shop", 30, **SANS),
        certificate("late", 29, **ISSUED),
        certificate("idle", 5, InUse=False),
        certificate("gone", -3, Status="EXPIRED"),
        certificate("many", 5, HasAdditionalSubjectAlternativeNames=True),
        SWAPPED[0],
    ],
    Replacements: SWAPPED,
}
GOOD = {
    Certificates: [
        certificate("far", 31),
        certificate("fresh", 40, **ISSUED),
        certificate("past", -3, Status="EXPIRED", InUse=False),
        certificate("asked", None, **PENDING),
    ]
}


def test_says_what_ends_when() -> None:
    shop, late, idle, gone, _, swap = found(CHECK, BAD)
    assert shop.summary == ("the imported certificate of shop.example.com expires on 2026-12-23")
    assert late.summary.endswith("expires on 2026-12-22; ACM should have renewed it by now")
    assert idle.summary.endswith("; nothing uses it")
    assert idle.severity is Severity.LOW
    assert gone.summary == "the certificate of gone.example.com expired on 2026-11-20"
    assert swap.summary.endswith("put its replacement new-1f-2e in its place once it is validated")
    assert shop.detonates_at == NOW + timedelta(days=30)


def test_requests_the_same_names_where_all_are_told() -> None:
    shop, late, idle, gone, many, swap = (planned(CHECK, f) for f in found(CHECK, BAD))
    assert (late, idle, many, swap) == ([], [], [], [])
    (step,) = shop
    assert step.do.params == {
        "DomainName": "shop.example.com",
        "SubjectAlternativeNames": ["*.shop.example.com"],
        "ValidationMethod": "DNS",
        "IdempotencyToken": TOKEN,
        "Tags": [{"Key": MARK, "Value": CHANGE}],
    }
    assert len(gone) == 1


def test_asked_again_after_an_undo_it_is_another_request() -> None:
    """Of two requests with one token within an hour ACM makes one certificate, and what that means where it was
    deleted meanwhile no page says; it takes 32 letters, digits and underscores: docs.aws.amazon.com/acm/latest/APIReference/API_RequestCertificate.html"""
    found_one = found(CHECK, BAD)[0]
    (step,) = planned(CHECK, found_one)
    changes = [
        Change(id=name, finding=found_one, steps=(), state=ChangeState.DOING, by="ann", at=NOW)
        for name in ("ch-0123456789", "ch-0123456780")
    ]
    tokens = [filled(step.do, one, 0).params["IdempotencyToken"] for one in changes]
    assert len(set(tokens)) == 2
    assert all(re.fullmatch(r"\w{1,32}", one) for one in tokens)
    assert filled(step.do, changes[0], 0).params["IdempotencyToken"] == tokens[0]


def test_a_requested_replacement_closes_this_finding_and_opens_the_next() -> None:
    before, after = (
        found(CHECK, {Certificates: SWAPPED[:1], Replacements: SWAPPED[:count]}) for count in (1, 2)
    )
    assert [finding.name for finding in after] == [f"{before[0].name}/replaced"]
    assert after[0].detonates_at == before[0].detonates_at


@pytest.mark.parametrize(
    "other",
    [
        certificate("other", None, **PENDING),
        certificate("new", 9, SubjectAlternativeNameSummaries=["swap.example.com"]),
        SWAPPED[1] | {"Status": "FAILED"},
        SWAPPED[1] | {"NotAfter": NOW},
    ],
)
def test_what_is_no_replacement(other: dict[str, Any]) -> None:
    (finding,) = found(CHECK, {Certificates: SWAPPED[:1], Replacements: [SWAPPED[0], other]})
    assert planned(CHECK, finding)


def test_the_owner_wants_to_know_earlier() -> None:
    early = AcmExpiring(days=50)
    facts = {Certificates: [certificate("far", 49), certificate("fresh", 49, **ISSUED)]}
    (finding,) = found(early, facts)
    assert "far" in finding.summary


def test_the_second_list_is_for_certificates_in_use_that_nobody_renews() -> None:
    assert not needs_replacement(certificate("idle", 5, InUse=False))
    assert not needs_replacement(certificate("late", 5, **ISSUED))
    assert needs_replacement(certificate("shop", 5))


def imported(client: Any, name: str, days: float) -> str:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=days))
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    )
    answer = client("acm").import_certificate(
        Certificate=made.public_bytes(serialization.Encoding.PEM), PrivateKey=secret
    )
    return str(answer["CertificateArn"])


NO_PUBLIC_ONE = {
    "a bare host": ["server"],
    "a blank": ["My Server"],
    "IPv4": ["10.0.0.1"],
    "IPv6": ["fd00::1"],
    "an underscore": ["my_host.example.com"],
    "a local name": ["printer.local"],
    "an internal name": ["db.prod.internal"],
    "one of two": ["shop.example.com", "db.corp"],
    "a cluster's": ["*.svc.cluster.local"],
    "a star within": ["a.*.example.com"],
    "a whole ending": ["*.com"],
    "too long to be first": ["a" * 60 + ".example.com"],
    "too long": ["a.example.com", ".".join(["b" * 60] * 5) + ".com"],
}


@pytest.mark.parametrize("names", NO_PUBLIC_ONE.values(), ids=NO_PUBLIC_ONE)
def test_no_public_certificate_is_asked_for_such_a_name(names: list[str]) -> None:
    """ACM issues for public DNS names alone, the first of 64 letters: API_RequestCertificate."""
    one = certificate("x", 5, DomainName=names[0], SubjectAlternativeNameSummaries=names)
    (finding,) = found(CHECK, {Certificates: [one]})
    assert planned(CHECK, finding) == []


def test_a_private_authoritys_certificate_is_never_replaced_by_a_public_one() -> None:
    (finding,) = found(CHECK, {Certificates: [certificate("x", 5, Type="PRIVATE")]})
    assert planned(CHECK, finding) == []


def test_without_a_domain_it_is_called_by_its_arn() -> None:
    known = certificate("x", 5)
    for name in ("DomainName", "SubjectAlternativeNameSummaries"):
        del known[name]
    (finding,) = found(CHECK, {Certificates: [known]})
    assert known["CertificateArn"] in finding.summary
    assert planned(CHECK, finding) == []


@pytest.mark.moto
def test_on_moto() -> None:
    def bad(client: Any) -> list[str]:
        return [imported(client, f"h{n}.example.com", 5) for n in range(3)]

    def good(client: Any) -> None:
        imported(client, "far.example.com", 300)

    assert {finding.severity for finding in spot(CHECK, bad, good)} == {Severity.LOW}


@pytest.mark.moto
def test_on_moto_the_replacement_is_requested_and_deleted_again() -> None:
    (shop,) = found(CHECK, {Certificates: BAD[Certificates][:1]})
    with planted(lambda client: None, None) as (aws_client, _):
        here, clock = at_work(CHECK, aws_client, NOW)
        looking = Looking(aws=aws_client, at=clock())
        begun = begin(here, Wanted(check=CHECK, finding=shop, looking=looking, person=PERSON))
        assert isinstance(begun, Change), begun
        change = at_rest(here, clock, begun)
        assert change.state is ChangeState.VERIFIED, change.reason
        detail = aws_client.ask(described(change.steps[0].keep["CertificateArn"]))["Certificate"]
        assert detail["DomainName"] == "shop.example.com"
        assert "*.shop.example.com" in detail["SubjectAlternativeNames"]
        assert undone(here, clock, change).state is ChangeState.UNDONE
        assert not aws_client.ask(Call("acm:ListCertificates"))["CertificateSummaryList"]


def described(arn: str) -> Call:
    return Call("acm:DescribeCertificate", {"CertificateArn": arn})


def test_the_list_is_read_once_for_both_ends_of_a_replacement() -> None:
    said: Any = {"acm:ListCertificates": lambda _: {"CertificateSummaryList": SWAPPED}}
    aws = Recorded(said)
    (swap,) = Survey([CHECK], aws, NOW)
    assert swap.summary.endswith("in its place once it is validated")  # type: ignore[union-attr]
    assert aws.counts == {"acm:ListCertificates": 1}
    denied: Any = {"acm:ListCertificates": lambda _: ReadFailed("AccessDenied", "you may not")}
    assert [*Survey([CHECK], Recorded(denied), NOW)] == [
        Unknown("acm_expiring", REGION, "you may not")
    ]
