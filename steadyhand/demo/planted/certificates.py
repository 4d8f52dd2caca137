"""Certificates at a load balancer: one nobody renews, one ACM cannot renew, one with time to spare."""

from __future__ import annotations

from datetime import datetime, timedelta

from steadyhand.demo.planted.mailbox import DOMAIN
from steadyhand.model.planting import (
    PRODUCTION,
    TEAM,
    Bomb,
    Ground,
    Healthy,
    Things,
)

SOON, LATER = 19, 300
"""Days."""


def plant(ground: Ground) -> Things:
    """Two that were imported, and one from ACM whose DNS record somebody tidied away."""
    soon = _imported(ground, f"shop.{DOMAIN}", SOON)
    later = _imported(ground, f"www.{DOMAIN}", LATER)
    ground.client("route53").create_hosted_zone(
        Name=DOMAIN, CallerReference=f"{TEAM}-{ground.now:%Y%m%d%H%M%S%f}"
    )
    blocked: str = ground.client("acm").request_certificate(
        DomainName=f"api.{DOMAIN}",
        ValidationMethod="DNS",
        Tags=ground.tags(f"api.{DOMAIN}", PRODUCTION),
    )["CertificateArn"]
    _served(ground, [soon, later, blocked])
    yield Bomb("acm_expiring", soon, PRODUCTION)
    yield Healthy("certificate", later)
    yield Bomb("acm_renewal_blocked", blocked, PRODUCTION)


def _served(ground: Ground, certificates: list[str]) -> None:
    """Put them to use: one load balancer, a port for each."""
    elb, subnets = ground.client("elbv2"), ground.client("ec2").describe_subnets()["Subnets"]
    balancer = elb.create_load_balancer(
        Name=f"{TEAM}-{PRODUCTION}",
        Subnets=[subnet["SubnetId"] for subnet in subnets[:2]],
        Tags=ground.tags(f"{TEAM}-{PRODUCTION}", PRODUCTION),
    )["LoadBalancers"][0]["LoadBalancerArn"]
    answer = {"StatusCode": "503", "ContentType": "text/plain"}
    for number, certificate in enumerate(certificates):
        elb.create_listener(
            LoadBalancerArn=balancer,
            Protocol="HTTPS",
            Port=443 + number,
            SslPolicy="ELBSecurityPolicy-TLS13-1-2-2021-06",
            Certificates=[{"CertificateArn": certificate}],
            DefaultActions=[{"Type": "fixed-response", "FixedResponseConfig": answer}],
        )


def _imported(ground: Ground, name: str, days: int) -> str:
    certificate, key = _self_signed(name, ground.now, days)
    made: str = ground.client("acm").import_certificate(
        Certificate=certificate, PrivateKey=key, Tags=ground.tags(name, PRODUCTION)
    )["CertificateArn"]
    return made


def _self_signed(name: str, now: datetime, days: int) -> tuple[bytes, bytes]:
    """A certificate with so many days left, and its key."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import rsa
    from cryptography.x509.oid import NameOID

    key = rsa.generate_private_key(65537, 2048)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=365 - days))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    return (
        certificate.public_bytes(pem),
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain),
    )
