"""ACM: an imported certificate is what it says it is, and a list says when each one ends.

ministack does not read certificates: any import became an invented name that lives for a year.
"""

import base64
import hashlib
import json
import ssl
import tempfile
from datetime import UTC, datetime
from typing import Any

from ministack.services import acm, alb

from ..http.answers import RefusedError, amend

RSA = bytes.fromhex("06092a864886f70d010101")
CURVES = {
    bytes.fromhex("06082a8648ce3d030107"): "EC_prime256v1",
    bytes.fromhex("06052b81040022"): "EC_secp384r1",
    bytes.fromhex("06052b81040023"): "EC_secp521r1",
}
SUMMARY = (
    "CertificateArn",
    "DomainName",
    "Status",
    "Type",
    "KeyAlgorithm",
    "InUse",
    "RenewalEligibility",
    "NotBefore",
    "NotAfter",
    "CreatedAt",
    "IssuedAt",
    "ImportedAt",
)


def install() -> None:
    """Read what is imported."""
    imported = acm._import_certificate

    def read_first(data: dict[str, Any]) -> tuple:
        answered = imported(data)
        if answered[0] < 300:
            arn = json.loads(answered[2])["CertificateArn"]
            acm._certificates[arn].update(read(acm._decode_pem_field(data["Certificate"])))
        return answered

    acm._import_certificate = read_first
    options = acm._validation_options

    def spelt(domain: str, method: str) -> dict[str, Any]:
        """The record that proves a domain: docs.aws.amazon.com/acm/latest/userguide/dns-validation.html."""
        said = options(domain, method)
        base = domain.removeprefix("*.")
        sign = hashlib.sha256(base.encode()).hexdigest()
        said["ResourceRecord"] = {
            "Name": f"_{sign[:32]}.{base}.",
            "Type": "CNAME",
            "Value": f"_{sign[32:]}.{sign[:10]}.acm-validations.aws.",
        }
        return said

    acm._validation_options = spelt


def read(pem: str) -> dict[str, Any]:
    """What a certificate says of itself, as DescribeCertificate spells it."""
    with tempfile.NamedTemporaryFile("w", suffix=".pem") as file:
        file.write(pem)
        file.flush()
        try:
            found = ssl._ssl._test_decode_cert(file.name)
        except ssl.SSLError as broken:
            message = "The certificate field contains more than one certificate or is not valid."
            raise RefusedError("ValidationException", message) from broken
    subject = {k: v for part in found["subject"] for k, v in part}
    issuer = {k: v for part in found["issuer"] for k, v in part}
    names = [v for kind, v in found.get("subjectAltName", ()) if kind == "DNS"]
    name = subject.get("commonName") or (names[0] if names else "")
    return {
        "DomainName": name,
        "SubjectAlternativeNames": names or [name],
        "Serial": ":".join(
            found["serialNumber"].lower()[i : i + 2]
            for i in range(0, len(found["serialNumber"]), 2)
        ),
        "Issuer": issuer.get("organizationName") or issuer.get("commonName", ""),
        "Subject": ",".join(f"{_short(k)}={v}" for k, v in subject.items()),
        "NotBefore": _time(found["notBefore"]),
        "NotAfter": _time(found["notAfter"]),
        "KeyAlgorithm": _algorithm(pem),
    }


def _short(name: str) -> str:
    return {
        "commonName": "CN",
        "organizationName": "O",
        "countryName": "C",
        "organizationalUnitName": "OU",
    }.get(name, name)


def _time(text: str) -> str:
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(text), UTC).strftime(
        "%Y-%m-%dT%H:%M:%S.000Z"
    )


def _algorithm(pem: str) -> str:
    der = base64.b64decode("".join(pem.split("-----")[2].split()))
    for curve, name in CURVES.items():
        if curve in der:
            return name
    after = der.index(RSA) + len(RSA)
    for bits, length in ((1024, 0x81), (2048, 0x101), (3072, 0x181), (4096, 0x201)):
        header = b"\x02\x81\x81" if length == 0x81 else b"\x02\x82" + length.to_bytes(2, "big")
        if header in der[after : after + 40]:
            return f"RSA_{bits}"
    return "RSA_2048"


def _users(arn: str) -> list[str]:
    """The load balancers that serve a certificate."""
    found = set()
    for listener in getattr(alb, "_listeners", {}).values():
        if arn in (listener.get("Certificates") or []):
            found.add(listener["LoadBalancerArn"])
    return sorted(found)


@amend("acm", "DescribeCertificate")
def describe(_params: dict[str, Any], said: dict[str, Any]) -> dict[str, Any]:
    """DescribeCertificate: complete, in use by whom it is."""
    shown = said["Certificate"]
    kept = acm._certificates[shown["CertificateArn"]]
    shown["KeyAlgorithm"] = kept.get("KeyAlgorithm", shown["KeyAlgorithm"])
    shown["InUseBy"] = sorted({*shown.get("InUseBy", []), *_users(shown["CertificateArn"])})
    for key in ("Serial", "Issuer", "Subject"):
        if kept.get(key):
            shown[key] = kept[key]
    imported = shown["Type"] == "IMPORTED"
    if imported:
        shown["ImportedAt"] = shown.pop("IssuedAt")
    else:
        shown.setdefault("Issuer", "Amazon")
    shown["RenewalEligibility"] = "INELIGIBLE" if imported or not shown["InUseBy"] else "ELIGIBLE"
    return said


@amend("acm", "ListCertificates")
def listed(params: dict[str, Any], said: dict[str, Any]) -> dict[str, Any]:
    """ListCertificates: with their ends and users; RSA ones unless other keys are asked for."""
    includes = params.get("Includes") or {}
    found = []
    for summary in said["CertificateSummaryList"]:
        kept = acm._cert_shape(acm._certificates[summary["CertificateArn"]])
        full = describe({}, {"Certificate": kept})["Certificate"]
        full["InUse"] = bool(full["InUseBy"])
        types = includes.get("keyTypes") or ["RSA_1024", "RSA_2048"]
        if full["KeyAlgorithm"] not in types:
            continue
        shown = {k: full[k] for k in SUMMARY if k in full}
        shown["SubjectAlternativeNameSummaries"] = full["SubjectAlternativeNames"]
        shown["HasAdditionalSubjectAlternativeNames"] = False
        found.append(shown)
    return {**said, "CertificateSummaryList": found}
