"""Hosts on this machine that speak TLS, each with certificates made for it."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from threading import Thread
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

NOW = datetime.now(UTC).replace(microsecond=0)
PEM = serialization.Encoding.PEM


@dataclass(frozen=True)
class Made:
    """A certificate and its key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(PEM)


def made(
    name: str,
    by: Made | None = None,
    days: float = 90,
    names: Sequence[str] = (),
    *,
    ca: bool = False,
) -> Made:
    """A certificate of this name, signed by another or by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    built = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(by.certificate.subject if by else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - timedelta(days=400))
        .not_valid_after(NOW + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
    )
    if names:
        alt = x509.SubjectAlternativeName([x509.DNSName(one) for one in names])
        built = built.add_extension(alt, critical=False)
    return Made(built.sign((by or Made(None, key)).key, hashes.SHA256()), key)  # type: ignore[arg-type]


@cache
def authorities() -> tuple[Made, Made]:
    """A root, and who signs for it."""
    root = made("Root of Tests", ca=True, days=3650)
    return root, made("Issuer of Tests", root, ca=True, days=1000)


@contextmanager
def serving(folder: Path, chain: Sequence[Made], *, quiet: bool = False) -> Iterator[int]:
    """A port at which this chain is served; with `quiet`, one that listens and never says anything."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    file = folder / "served.pem"
    secret = chain[0].key.private_bytes(
        PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(secret + b"".join(one.pem for one in chain))
    context.load_cert_chain(file)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        kept: list[Any] = []

        def serve() -> None:
            while True:
                try:
                    plain, _ = listening.accept()
                except OSError:
                    return
                if quiet:
                    kept.append(plain)
                    continue
                plain.settimeout(2)
                try:
                    kept.append(context.wrap_socket(plain, server_side=True))
                except OSError:
                    plain.close()

        server = Thread(target=serve, daemon=True)
        server.start()
        yield listening.getsockname()[1]
        listening.shutdown(socket.SHUT_RDWR)
        server.join(5)
        for one in kept:
            one.close()
