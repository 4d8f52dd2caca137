"""What comes from the world outside AWS, and what of it is read: pages, trackers, hosts that speak TLS."""

from __future__ import annotations

import _ssl
import base64
import json
import socket
import ssl
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from typing import Any

from github.Issue import Issue as GitHubIssue

from steadyhand.clients.https import Https, Reply
from steadyhand.clients.rdap import Rdap
from steadyhand.clients.tls import Tls, certificate
from steadyhand.connect.tickets import github_answers, gitlab
from steadyhand.connect.tickets.github import GitHub
from steadyhand.connect.tickets.gitlab import GitLab
from steadyhand.connect.tickets.tracker import Issue, TrackerFailed
from steadyhand.model import ReadFailed
from steadyhand.portal.publish import Altered, Missing, fetch, sha256
from tests.security import samples
from tests.security.parsers import refused_or_read, written


def of_pages(value: Any) -> None:
    """Somebody else wrote the list of pages, and the ledger's note of it besides: no file lies elsewhere."""
    text = json.dumps(value).encode()
    with TemporaryDirectory() as top:
        folder = Path(top, "mine")
        bucket = samples.Bucket(text)
        refused_or_read(
            lambda: fetch(folder, bucket="b", aws=bucket, ledger=bucket.noting(sha256(text))),
            Missing,
            Altered,
            ReadFailed,
        )
        outside = [one for one in Path(top).rglob("*") if not one.is_relative_to(folder)]
        assert outside == []


HUB = GitHub("acme/shop", "no token", clock=lambda: samples.NOW)
LAB = GitLab("acme/shop", "no token", clock=lambda: samples.NOW)


def of_github(value: Any) -> None:
    def read() -> Any:
        with HUB.asking():
            found = GitHubIssue(HUB.github.requester, {}, value, completed=True)
            return github_answers.issue_of(found)

    as_issue(refused_or_read(read, TrackerFailed))


def of_gitlab(value: Any) -> None:
    def read() -> Any:
        with LAB.asking():
            return gitlab.issue_of(value)

    as_issue(refused_or_read(read, TrackerFailed))


def as_issue(said: Issue | None) -> None:
    """What a person did to a ticket is read of these."""
    if said:
        assert isinstance(said.number, int)
        for one in (said.title, said.body, said.author, said.url, said.closed_by, *said.labels):
            assert isinstance(one, str)
        assert said.closed_at is None or isinstance(said.closed_at < samples.NOW, bool)


def of_certificate(value: bytes) -> None:
    """What OpenSSL makes of a certificate, as the handshake hands it over; `shake` says so of these two errors."""
    pem = f"-----BEGIN CERTIFICATE-----\n{base64.encodebytes(value).decode()}-----END CERTIFICATE-----\n"
    with written(pem.encode()) as file:
        try:
            said = certificate(_ssl._test_decode_cert(str(file)))  # type: ignore[attr-defined]
        except (OSError, ValueError):
            return
    assert isinstance(said["NotAfter"], datetime)


@dataclass(frozen=True, kw_only=True)
class Answering(Https):
    """Every host answers the same."""

    body: bytes = b""

    def get(self, url: str, *, method: str = "GET", accept: str = "*/*") -> Reply:
        del url, method, accept
        return Reply(200, "", self.body)


def of_registry(value: Any) -> None:
    """What a registry says of a domain, and what IANA says of registries."""
    answering = Answering(body=json.dumps(value).encode())
    told = Rdap(https=answering, kept=(time.monotonic(), {"com": "https://rdap.example.com/"}))
    for asker in (told, Rdap(https=answering)):
        said = refused_or_read(lambda asker=asker: asker.ask({"Name": "shop.com"}), ReadFailed)
        if said:
            assert said["Expires"] is None or said["Expires"].tzinfo
            assert all(word.isascii() and word.islower() for word in said["Status"] if word.strip())


CONTEXT = Tls().context()


class Hasty(Tls):
    """Reads the roots it trusts once, and not for every host."""

    def context(self) -> ssl.SSLContext:
        return CONTEXT


TLS = Hasty(seconds=2)


def of_handshake(value: bytes) -> None:
    """A host answers the first words of TLS with anything."""
    ours, theirs = socket.socketpair()

    def answer() -> None:
        with theirs:
            theirs.recv(4096)
            theirs.sendall(value)

    host = Thread(target=answer)
    host.start()
    with ours:
        said = refused_or_read(lambda: TLS.shake(ours, "host.example", "host.example"), ReadFailed)
    host.join()
    assert said is None, "nobody can shake hands without a key"
