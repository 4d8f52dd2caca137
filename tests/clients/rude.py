"""A host on this machine with a good certificate, which answers over HTTPS whatever a test says."""

from __future__ import annotations

import json
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import Thread
from typing import Any

from cryptography.hazmat.primitives import serialization

from steadyhand.clients.https import Https
from tests.clients.hosts import PEM, Made, authorities, made

HOST = "rdap.example.com"
Say = Callable[[ssl.SSLSocket, str], None]


class Rude:
    """A host with a good certificate that answers whatever the test says, one connection after the other."""

    def __init__(self, at: Path) -> None:
        _, issuer = authorities()
        leaf = made("rdap", issuer, names=[HOST])
        (at / "key.pem").write_bytes(keyed(leaf) + leaf.pem + issuer.pem)
        (at / "roots.pem").write_bytes(authorities()[0].pem)
        self.roots = str(at / "roots.pem")
        self.heard: list[str] = []
        self.pages: dict[str, Say] = {}
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(at / "key.pem")
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.port = self.listening.getsockname()[1]
        self.context = context
        Thread(target=self.serve, daemon=True).start()

    def serve(self) -> None:
        with suppress(OSError):
            while True:
                plain, _ = self.listening.accept()
                plain.settimeout(2)
                with suppress(OSError), self.context.wrap_socket(plain, server_side=True) as said:
                    asked = said.recv(4000).decode()
                    self.heard.append(asked)
                    self.pages[asked.split()[1]](said, asked)

    def url(self, path: str) -> str:
        return f"https://{HOST}:{self.port}{path}"

    def client(self, **more: Any) -> Https:
        local: Any = {"resolve": lambda *_: ["127.0.0.1"], "allows": lambda _: True, "seconds": 2}
        return Https(**(local | {"roots": self.roots} | more))


def keyed(leaf: Made) -> bytes:
    """Its key, as a file has it."""
    plain = serialization.NoEncryption()
    return leaf.key.private_bytes(PEM, serialization.PrivateFormat.PKCS8, plain)


def page(body: Any = b"", status: int = 200, *head: str, length: int | None = None) -> Say:
    sent = body if isinstance(body, bytes) else json.dumps(body).encode()
    size = len(sent) if length is None else length
    lines = [f"HTTP/1.1 {status} x", f"Content-Length: {size}", "Connection: close", *head]

    def say(said: ssl.SSLSocket, _: str) -> None:
        said.sendall("\r\n".join([*lines, "", ""]).encode() + sent)

    return say
