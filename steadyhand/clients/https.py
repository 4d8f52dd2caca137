"""The client of HTTPS: one question to a public host, within its time, and no more of the answer than was agreed.

The certificate is verified. Nothing about us is sent, no cookie and no key, but what whoever asks gives. What is
answered is not believed: it is read, and whoever asked judges it. A redirection is an answer; who wants to
follow it asks again.
"""

from __future__ import annotations

import http.client
import re
import socket
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from threading import Timer
from types import MappingProxyType
from typing import NamedTuple
from urllib.parse import urlsplit

from steadyhand.clients.addresses import Resolve, address_of, addresses_of, is_public
from steadyhand.model import Answer, Params, ReadFailed

SECONDS = 8.0
"""From the first packet to the last byte."""

MOST = 512 * 1024
"""Bytes of an answer's body that are read."""

HOST = re.compile(r"[a-z0-9.-]{1,253}")
PATH = re.compile(r"/[\w./~%+:?=&-]*", re.ASCII)


class Reply(NamedTuple):
    """What was answered: the status, where a redirection leads, the body, and the head by its names in small letters."""

    status: int
    location: str
    body: bytes
    head: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, kw_only=True)
class Https:
    """How hosts are asked. `resolve`, `allows` and `roots` are others in tests alone."""

    resolve: Resolve = addresses_of
    allows: Callable[[str], bool] = is_public
    seconds: float = SECONDS
    most: int = MOST
    roots: str | None = None

    def ask(self, params: Params) -> Answer:
        """`Status` of a HEAD of `Url`."""
        return {"Status": self.get(str(params["Url"]), method="HEAD").status}

    def get(
        self,
        url: str,
        *,
        method: str = "GET",
        accept: str = "*/*",
        more: Mapping[str, str] = MappingProxyType({}),
    ) -> Reply:
        """One question, with `more` in its head. `ReadFailed` says which host did not answer, and never what it answered."""
        host, port, path = parts(url)
        address = address_of(host, port, self.resolve, self.allows)
        with self.in_time(host) as held:
            plain = socket.create_connection((address, port), self.seconds)
            held.append(plain)
            context = ssl.create_default_context(cafile=self.roots)
            held.append(context.wrap_socket(plain, server_hostname=host))
            asked = http.client.HTTPSConnection(host, port)
            asked.sock = held[-1]
            said = {"Accept": accept, "User-Agent": "steadyhand", **more}
            asked.request(method, path, headers=said)
            with asked.getresponse() as answer:
                body = answer.read(self.most + 1)
                length = answer.getheader("Content-Length") or ""
                if len(body) > self.most:
                    raise ReadFailed("TooLong", f"{host} answers with more than {self.most} bytes")
                if method != "HEAD" and length.isdigit() and len(body) < int(length):
                    raise ReadFailed("NoAnswer", f"{host} broke off in the middle of its answer")
                head = {name.lower(): value for name, value in answer.getheaders()}
                return Reply(answer.status, head.get("location", ""), body, head)

    @contextmanager
    def in_time(self, host: str) -> Iterator[list[socket.socket]]:
        """What is held is cut off when the time is over, whatever dribbles in until then."""
        held: list[socket.socket] = []
        late: list[bool] = []

        def cut() -> None:
            late.append(True)
            for one in held:
                with suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)

        timer = Timer(self.seconds, cut)
        timer.daemon = True
        timer.start()
        try:
            yield held
        except (OSError, http.client.HTTPException, ValueError) as error:
            if late or isinstance(error, TimeoutError):
                raise ReadFailed("TimedOut", f"{host} did not answer in time") from error
            raise ReadFailed("NoAnswer", f"{host} gave no answer that can be read") from error
        finally:
            timer.cancel()
            for one in held:
                one.close()


def parts(url: str) -> tuple[str, int, str]:
    """Host, port and path of an address that may be asked: of HTTPS, without a user, in plain letters."""
    try:
        said = urlsplit(url)
        host, port = (said.hostname or "").rstrip("."), said.port or 443
    except ValueError as error:
        raise ReadFailed("NoAddress", "that is no address of HTTPS") from error
    path = (said.path or "/") + (f"?{said.query}" if said.query else "")
    fits = said.scheme == "https" and HOST.fullmatch(host) and PATH.fullmatch(path)
    if not fits or "@" in said.netloc:
        raise ReadFailed("NoAddress", "that is no address of HTTPS")
    return host, port, path
