"""A certificate expires soon, and nobody renews it.

When it does, every browser and every program refuses the site. ACM renews what it issued and can
still validate. Imported certificates, those that are not eligible, and those whose renewal is
late are left to somebody who remembers.

Fix: once a person has approved it, request a certificate for the same names that ACM will renew by
itself. Then a new item stands for what is left: validate it and put it in the place of the old one.
There is no plan where the list does not tell every name, where nothing uses the certificate, where
it is a private authority's, or where a name is none of the public DNS.
Undo: delete the requested certificate. ACM refuses once something uses it.

Steered by: who may import a certificate: a person is asked for a new one of the same names.
At worst: a certificate of any name is requested, which proves nothing until somebody adds its
record; one that nothing uses is deleted.

Runbook:

1. See what uses it: `aws acm describe-certificate`, InUseBy.
2. `steadyhand approve FINDING` requests the replacement; names that the public internet does not
   know can have none: import a new one for those, under the same ARN.
3. Add its validation records; acm_renewal_blocked does so in zones this account hosts.
4. Point each load balancer, distribution and API at the new certificate.
5. When nothing uses the old one, delete it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated

from steadyhand.account import Account
from steadyhand.check import Check
from steadyhand.model import (
    CHANGE,
    MARK,
    TOKEN,
    Call,
    Finding,
    Look,
    Part,
    Permit,
    Read,
    Ref,
    Risk,
    Seen,
    Severity,
    Step,
)
from steadyhand.model.knobs import Range
from steadyhand.sources.acm import (
    CertificateDetails,
    Certificates,
    MarkedCertificates,
    Replacements,
    needs_replacement,
    renews_by_itself,
)
from steadyhand.triggers import AlarmChanged, ApiCalled, ServiceEvent, days

if TYPE_CHECKING:
    from types_boto3_acm.type_defs import CertificateSummaryTypeDef

LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
PUBLIC_NAME = re.compile(rf"(?:\*\.)?(?:{LABEL}\.)+(?!\d+$){LABEL}")
"""A name in the public DNS: no bare host, no address, nothing with a blank."""

NEVER_PUBLIC = frozenset(
    {
        *("local", "localhost", "internal", "invalid", "test", "example", "onion", "alt", "arpa"),
        *("lan", "corp", "home", "mail", "intranet", "private", "localdomain"),
    }
)
"""Ends of names that no public authority vouches for: reserved by RFC 6761, 6762, 7686 and 9476, by
ICANN (internal; corp, home and mail are never delegated), and what people made up."""

LONGEST_FIRST, LONGEST = 64, 253
"""Letters of the first name and of the others.
docs.aws.amazon.com/acm/latest/APIReference/API_RequestCertificate.html"""

RENEWAL_IS_LATE = 30
"""Days. ACM starts to renew 45 days and more before the end: with 30 left, it is stuck."""


class AcmExpiring(Check):
    severity = Severity.HIGH
    risk = Risk.APPROVAL
    reads = (Certificates, Replacements)
    refines = (Replacements,)
    wakes = (
        days(1),
        ServiceEvent("aws.acm", "ACM Certificate Approaching Expiration", "resources"),
        ServiceEvent("aws.acm", "ACM Certificate Expired", "resources"),
        ServiceEvent("aws.acm", "ACM Certificate Available", "resources"),
        ApiCalled("acm:ImportCertificate", "responseElements.certificateArn"),
        ApiCalled("acm:DeleteCertificate", "requestParameters.certificateArn"),
        AlarmChanged("AWS/CertificateManager", "DaysToExpiry", "CertificateArn"),
    )
    looks = (MarkedCertificates, CertificateDetails)
    writes = (
        Permit(
            "acm:RequestCertificate",
            implies=(Permit("acm:AddTagsToCertificate", ("certificate/*",)),),
            shape={
                "DomainName": str,
                "SubjectAlternativeNames": [str],
                "ValidationMethod": r"DNS",
                "IdempotencyToken": r"ch_[0-9a-f]+_0_do",
                "Tags": [{"Key": MARK, "Value": r"ch-[0-9a-f]+"}],
            },
        ),
        Permit(
            "acm:DeleteCertificate",
            ("certificate/{CertificateArn:last}",),
            shape={"CertificateArn": r"arn:[\w-]+:acm:[\w-]+:\d+:certificate/[\w-]+"},
        ),
    )
    resource_type = "AWS::CertificateManager::Certificate"
    consequence = "Every browser and program refuses the site from that minute on."
    short = "certificate expires"
    hours_lost = (2, 8)
    peers = (
        "P:acm_certificates_expiration_check",
        "FSBP:ACM.1",
        "CFG:ACM_CERTIFICATE_EXPIRATION_CHECK",
        "SS:acm:acmCertExpiry30Days",
        "SS:acm:acmImportedCertNoAutoRenewal",
        "C7N:acm-certificate",
        "MB:ACMCertificateApproachingExpiration",
    )

    days: Annotated[int, Range(0, 365, "days")] = 30
    """How long before its end a certificate that nobody renews is reported."""

    def find(self, account: Account, now: datetime) -> Iterator[Finding]:
        others = account[Replacements]
        unread = bool(account.unknown(Replacements))
        for certificate in account[Certificates]:
            ends = certificate.get("NotAfter")
            if ends and self.is_due(certificate, now):
                arn = certificate["CertificateArn"]
                names = names_of(certificate) if needs_replacement(certificate) else ()
                names = names if can_be_public(certificate, names) else ()
                swap = successor(certificate, names, others)
                yield self.finding(
                    account,
                    resource=arn,
                    key=arn,
                    name=f"{arn}/replaced" if swap else arn,
                    summary=f"{story(certificate, ends, now)}{then(certificate, swap, unread=unread)}",
                    severity=None if certificate.get("InUse") else Severity.LOW,
                    detonates_at=ends,
                    certificate=arn,
                    names=[] if swap or unread else list(names),
                )

    def is_due(self, certificate: CertificateSummaryTypeDef, now: datetime) -> bool:
        """Near its end, and not simply about to be renewed. Expired matters if it is in use."""
        ends = certificate.get("NotAfter")
        if not ends or certificate.get("Status") not in {"ISSUED", "EXPIRED"}:
            return False
        allowed = min(self.days, RENEWAL_IS_LATE) if renews_by_itself(certificate) else self.days
        near = ends - now <= timedelta(days=allowed)
        return near and (ends > now or bool(certificate.get("InUse")))

    def plan(self, finding: Finding) -> Iterator[Step]:
        names = finding.evidence["names"]
        if names:
            first, *others = names
            params = {
                "DomainName": first,
                "ValidationMethod": "DNS",
                "IdempotencyToken": TOKEN,
                "Tags": [{"Key": MARK, "Value": CHANGE}],
            }
            if others:
                params["SubjectAlternativeNames"] = others
            delete = {"CertificateArn": Ref(0, "CertificateArn")}
            yield Step(
                owns=Part(finding.resource, "replacement", see_replacement),
                makes={"names": sorted(names)},
                do=Call("acm:RequestCertificate", params),
                undo=Call("acm:DeleteCertificate", delete),
                settles=timedelta(minutes=5),
            )


def see_replacement() -> Look:
    """The certificate that bears this change's mark, if it is there still."""
    for found in (yield Read(MarkedCertificates, CHANGE)):
        arn = str(found["ResourceARN"])
        for _, one in (yield Read(CertificateDetails, arn)):
            names = sorted({one["DomainName"], *one.get("SubjectAlternativeNames", ())})
            return Seen(value={"names": names}, keep={"CertificateArn": arn})
    return Seen()


def names_of(certificate: CertificateSummaryTypeDef) -> tuple[str, ...]:
    """Every name it is for, its own first; nothing where the list may not tell all of them."""
    told = certificate.get("SubjectAlternativeNameSummaries", ())
    if not told or certificate.get("HasAdditionalSubjectAlternativeNames"):
        return ()
    first = certificate.get("DomainName") or told[0]
    return (first, *sorted({*told} - {first}))


def can_be_public(certificate: CertificateSummaryTypeDef, names: Sequence[str]) -> bool:
    """Would a public authority give one for these names? A private one answers for its own."""
    is_short = not names or len(names[0]) <= LONGEST_FIRST
    return certificate.get("Type") != "PRIVATE" and is_short and all(map(is_public, names))


def is_public(name: str) -> bool:
    """Can the public DNS have it?"""
    end = name.rpartition(".")[2].lower()
    return bool(PUBLIC_NAME.fullmatch(name)) and len(name) <= LONGEST and end not in NEVER_PUBLIC


def successor(
    certificate: CertificateSummaryTypeDef,
    names: Sequence[str],
    others: Sequence[CertificateSummaryTypeDef],
) -> CertificateSummaryTypeDef | None:
    """A certificate of ACM's for all of the same names, requested or issued, that lasts longer."""
    for other in others:
        ends = other.get("NotAfter")
        if (
            names
            and {*names} <= {*names_of(other)}
            and other["CertificateArn"] != certificate["CertificateArn"]
            and other.get("Type") == "AMAZON_ISSUED"
            and other.get("Status") in {"PENDING_VALIDATION", "ISSUED"}
            and (ends is None or ends > certificate.get("NotAfter", ends))
        ):
            return other
    return None


def story(certificate: CertificateSummaryTypeDef, ends: datetime, now: datetime) -> str:
    """What ends when."""
    name = certificate.get("DomainName") or certificate["CertificateArn"]
    if ends <= now:
        return f"the certificate of {name} expired on {ends:%Y-%m-%d}"
    kind = "imported " if certificate.get("Type") == "IMPORTED" else ""
    return f"the {kind}certificate of {name} expires on {ends:%Y-%m-%d}"


def then(
    certificate: CertificateSummaryTypeDef,
    swap: CertificateSummaryTypeDef | None,
    *,
    unread: bool = False,
) -> str:
    """What that means, and what is left to do. `unread`: whether there is another, nobody knows."""
    if swap:
        new = swap["CertificateArn"].rpartition("/")[2]
        waits = " once it is validated" if swap.get("Status") == "PENDING_VALIDATION" else ""
        return f"; put its replacement {new} in its place{waits}"
    if renews_by_itself(certificate):
        return "; ACM should have renewed it by now"
    if not certificate.get("InUse"):
        return "; nothing uses it"
    return "; whether it has a replacement could not be read" if unread else ""
