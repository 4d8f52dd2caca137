"""What is read of Certificate Manager."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from steadyhand.model import MARK
from steadyhand.source import Each, Source

if TYPE_CHECKING:
    from types_boto3_acm.type_defs import CertificateDetailTypeDef, CertificateSummaryTypeDef

KEY_TYPES = (
    "RSA_1024",
    "RSA_2048",
    "RSA_3072",
    "RSA_4096",
    "EC_prime256v1",
    "EC_secp384r1",
    "EC_secp521r1",
)
"""Every one: unless told, the list has certificates with RSA keys of 2048 bits and less alone."""

EVERY = {"MaxItems": 1000, "Includes": {"keyTypes": list(KEY_TYPES)}}


LAPSES = timedelta(hours=72)
"""How long ACM waits for the proof of a new request: docs.aws.amazon.com/acm/latest/userguide/domain-ownership-validation.html"""


def waits_for_issue(certificate: Any) -> bool:
    """It was requested, and ACM has not seen yet whose the name is."""
    return bool(certificate.get("Status") == "PENDING_VALIDATION")


def renews_by_itself(certificate: Any) -> bool:
    """ACM made it, it is in use, and ACM means to renew it."""
    return bool(
        certificate.get("Type") != "IMPORTED"
        and certificate.get("RenewalEligibility") == "ELIGIBLE"
    )


def needs_validation(certificate: Any) -> bool:
    """ACM looks for its DNS records: to issue it, or to renew it."""
    if waits_for_issue(certificate):
        return True
    return certificate.get("Status") == "ISSUED" and (
        certificate.get("Type") == "AMAZON_ISSUED" and renews_by_itself(certificate)
    )


def needs_replacement(certificate: Any) -> bool:
    """It is in use and nobody renews it."""
    return bool(certificate.get("InUse")) and not renews_by_itself(certificate)


Certificates: Source[CertificateSummaryTypeDef] = Source(
    kind="arn",
    operation="acm:ListCertificates",
    items="CertificateSummaryList",
    key=lambda certificate: str(certificate["CertificateArn"]),
    params=EVERY,
    serves_global=True,
)

Replacements: Source[CertificateSummaryTypeDef] = Source(
    operation="acm:ListCertificates",
    items="CertificateSummaryList",
    key=lambda certificate: str(certificate["CertificateArn"]),
    params=EVERY,
    only_if=needs_replacement,
    same_as=Certificates,
)
"""The same list as context: has a certificate that nobody renews got a successor?"""

CertificateDetails: Each[CertificateDetailTypeDef] = Each(
    operation="acm:DescribeCertificate",
    items="Certificate",
    of=Certificates,
    when=needs_validation,
    ask=lambda certificate: {"CertificateArn": certificate},
    gone=frozenset({"ResourceNotFoundException"}),
)

MarkedCertificates: Source[Any] = Source(
    operation="resourcegroupstaggingapi:GetResources",
    permission="tag:GetResources",
    items="ResourceTagMappingList",
    key=lambda mapping: next(
        (str(one["Value"]) for one in mapping.get("Tags", ()) if one["Key"] == MARK), ""
    ),
    params={"ResourceTypeFilters": ["acm:certificate"], "TagFilters": [{"Key": MARK}]},
    narrow=lambda change: {
        "ResourceTypeFilters": ["acm:certificate"],
        "TagFilters": [{"Key": MARK, "Values": [change]}],
    },
)
"""The certificates that changes requested, by the change."""
