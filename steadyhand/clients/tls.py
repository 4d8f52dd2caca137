"""The client of TLS: one handshake with a public host tells what certificate it serves, and nothing is sent.

A name leads where `clients/addresses.py` lets it. What is served is not believed either: it is read, and
whoever asked judges it.
"""

from __future__ import annotations

import select
import socket
import ssl
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from steadyhand.clients.addresses import Resolve, address_of, addresses_of, is_public
from steadyhand.model import Answer, Params, ReadFailed

SECONDS = 5.0
"""From the first packet to the end of the handshake."""

LONGEST = 12
"""Certificates of a chain that are read."""


@dataclass(frozen=True, kw_only=True)
class Tls:
    """How hosts are asked. `resolve` and `allows` are others in tests alone, where hosts are local.

    `roots` is a file of trusted certificates; without one, the system's.
    """

    resolve: Resolve = addresses_of
    allows: Callable[[str], bool] = is_public
    seconds: float = SECONDS
    roots: str | None = None

    def ask(self, params: Params) -> Answer:
        """What a host serves: `Host`, `Address`, `Protocol`, `Chain` (the leaf first), `Trust`.

        `Name` is for whom it is asked, where that is not the host's own name.
        A certificate is `Subject`, `Issuer`, `Names`, `NotBefore` and `NotAfter`. `Trust` is "whole" where
        its chain leads by name to a root we know, "stops" where it does not, "" where we know no root.
        """
        host, port = str(params["Host"]), int(params.get("Port", 443))
        address = address_of(host, port, self.resolve, self.allows)
        try:
            plain = socket.create_connection((address, port), self.seconds)
        except ConnectionRefusedError as error:
            raise ReadFailed("Refused", f"nothing listens at port {port} of {host}") from error
        except OSError as error:
            raise ReadFailed("NoConnection", f"{host} does not answer at port {port}") from error
        with plain:
            said = self.shake(plain, host, str(params.get("Name", host)))
            return {"Host": host, "Address": address} | said

    def shake(self, plain: socket.socket, host: str, name: str) -> dict[str, Any]:
        """One handshake that trusts nobody, within its time."""
        context = self.context()
        plain.setblocking(False)
        until = time.monotonic() + self.seconds
        try:
            with context.wrap_socket(
                plain, server_hostname=name, do_handshake_on_connect=False
            ) as said:
                while True:
                    try:
                        said.do_handshake()
                        break
                    except ssl.SSLWantReadError:
                        ready(said, until, reads=True)
                    except ssl.SSLWantWriteError:
                        ready(said, until, reads=False)
                chain = [certificate(one) for one in served(said)[:LONGEST]]
                return {
                    "Protocol": said.version() or "",
                    "Chain": chain,
                    "Trust": trust(chain, context),
                }
        except TimeoutError as error:
            raise ReadFailed("TimedOut", f"{host} did not finish a handshake in time") from error
        except (OSError, ValueError) as error:
            raise ReadFailed(
                "NoHandshake", f"{host} answers, and not with TLS that works"
            ) from error

    def context(self) -> ssl.SSLContext:
        """Takes whatever a host has, old protocols too: it is looked at, and nothing is sent over it."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
        context.set_ciphers("DEFAULT:@SECLEVEL=0")
        if self.roots:
            context.load_verify_locations(self.roots)
        else:
            context.load_default_certs()
        return context


def ready(sock: socket.socket, until: float, *, reads: bool) -> None:
    """Wait for the other side; `TimeoutError` where it takes too long."""
    left = until - time.monotonic()
    waits = ([sock], []) if reads else ([], [sock])
    if left <= 0 or not any(select.select(*waits, [], left)):
        raise TimeoutError


def served(said: ssl.SSLSocket) -> list[Mapping[str, Any]]:
    """The certificates that were sent, the leaf first, as the ssl module reads them."""
    inner: Any = getattr(said, SENT)
    return [one.get_info() for one in inner.get_unverified_chain() or ()]


def certificate(info: Mapping[str, Any]) -> dict[str, Any]:
    """One certificate, in our words."""
    return {
        "Subject": name_of(info.get("subject", ())),
        "Issuer": name_of(info.get("issuer", ())),
        "Names": [value for kind, value in info.get("subjectAltName", ()) if kind in NAMED],
        "NotBefore": moment(info["notBefore"]),
        "NotAfter": moment(info["notAfter"]),
    }


NAMED = ("DNS", "IP Address")
SENT = "_sslobj"
"""Who knows the chain that was sent; public from Python 3.13 on, and there as bytes alone."""


def name_of(parts: Sequence[Sequence[tuple[str, str]]]) -> str:
    """A distinguished name in one line."""
    return ", ".join(f"{kind}={value}" for part in parts for kind, value in part)


def moment(said: str) -> datetime:
    """A time as the ssl module writes it: "Nov 23 09:00:00 2026 GMT"."""
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(said), UTC)


def trust(chain: Sequence[Mapping[str, Any]], context: ssl.SSLContext) -> str:
    """Does each certificate name the next as its issuer, and the last a root we know?"""
    known: Sequence[Mapping[str, Any]] = context.get_ca_certs()
    roots = {name_of(root.get("subject", ())) for root in known}
    if not roots or not chain:
        return ""
    by_name = {one["Subject"]: one for one in chain}
    at: Mapping[str, Any] = chain[0]
    for _ in chain:
        if at["Issuer"] in roots:
            return "whole"
        if at["Issuer"] == at["Subject"] or at["Issuer"] not in by_name:
            return "stops"
        at = by_name[at["Issuer"]]
    return "stops"
