"""What comes from outside AWS on a good day: issues of a tracker, and the first words of hosts that speak TLS."""

from __future__ import annotations

import ssl
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from cryptography.hazmat.primitives import serialization

from tests.clients.hosts import made
from tests.connect.tickets.github_double import GitHubDouble
from tests.connect.tickets.gitlab_double import GitLabDouble

ISSUE = {
    "number": 12, "state": "closed", "state_reason": "not_planned", "title": "SSH is open", "body": "…",
    "author": "ann", "closed_by": "zoe", "labels": [], "created_at": "2026-11-23T09:10:11Z",
    "updated_at": "2026-11-23T09:10:11Z", "closed_at": "2026-11-23T09:10:11Z",
}  # fmt: skip


def of_github() -> tuple[Any, ...]:
    """An issue as GitHub shows it."""
    double = GitHubDouble()
    double.url = "https://api.github.com"
    return (double.shown(ISSUE | {"labels": ["now"]}, whole=True),)


def of_gitlab() -> tuple[Any, ...]:
    """An issue as GitLab shows it."""
    return (GitLabDouble().shown(ISSUE | {"labels": ["now"]}),)


@cache
def certificates() -> tuple[bytes, ...]:
    """DER: by itself, and with names."""
    return tuple(
        made("shop.example", names=names).certificate.public_bytes(serialization.Encoding.DER)
        for names in ((), ("shop.example", "www.shop.example"))
    )


@cache
def flights() -> tuple[bytes, ...]:
    """The first words of a host that speaks TLS 1.2, where its certificate can be read on the way, and 1.3."""
    host = made("host.example", names=("host.example",))
    flown = []
    with TemporaryDirectory() as folder:
        file = Path(folder, "host.pem")
        key = host.key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        file.write_bytes(host.pem + key)
        for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
            ours, theirs = (
                ssl.SSLContext(kind) for kind in (ssl.PROTOCOL_TLS_CLIENT, ssl.PROTOCOL_TLS_SERVER)
            )
            ours.check_hostname, ours.verify_mode = False, ssl.CERT_NONE
            theirs.maximum_version = theirs.minimum_version = version
            theirs.load_cert_chain(file)
            wires = [ssl.MemoryBIO() for _ in range(4)]
            client = ours.wrap_bio(wires[0], wires[1])
            server = theirs.wrap_bio(wires[2], wires[3], server_side=True)
            for end in (client, server):
                try:
                    end.do_handshake()
                except ssl.SSLWantReadError:
                    wires[2].write(wires[1].read())
            flown.append(wires[3].read())
    return tuple(flown)


REGISTRY = (
    {
        "objectClassName": "domain",
        "ldhName": "SHOP.COM",
        "status": ["client transfer prohibited", "client hold"],
        "events": [{"eventAction": "expiration", "eventDate": "2027-02-03T04:05:06Z"}],
    },
    {"version": "1.0", "services": [[["com", "net"], ["https://rdap.example.com/com/"]]]},
)
"""RFC 9083 and RFC 9224."""
