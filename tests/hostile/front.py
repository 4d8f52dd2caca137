"""A front before moto, the emulator or nothing: it answers as `failures.py` says, over real sockets.

`Rule("ec2:DescribeVolumes", failure, first=2)` makes the first two such calls fail; without
`first` all of them. `through`: the call takes effect, and its answer is lost.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import ProxyHandler, Request, build_opener

from bench.aws.requests import ApiRequest, Wire
from tests.hostile.failures import Failure, Reply

DIRECT = build_opener(ProxyHandler({}))
HOP = ("content-length", "connection", "transfer-encoding", "host", "date", "server")
NOTHING: Reply = (200, [("Content-Type", "application/json")], b"{}")


@dataclass
class Rule:
    """What fails: a call whose name and region match, always or the first times."""

    action: str
    failure: Failure
    region: str = ".*"
    first: int = 0
    through: bool = False
    hits: int = 0

    def strikes(self, asked: ApiRequest) -> bool:
        """Is it this call's turn to fail?"""
        if not re.fullmatch(self.action, asked.name) or not re.fullmatch(self.region, asked.region):
            return False
        self.hits += 1
        return not self.first or self.hits <= self.first


@dataclass
class Front:
    """The address, what stands behind it, what is to fail, and what was asked."""

    backend: str = ""
    rules: Sequence[Rule] = ()
    url: str = ""
    asked: list[str] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def struck(self, asked: ApiRequest) -> Rule | None:
        """The rule that this call falls under."""
        return next((rule for rule in self.rules if rule.strikes(asked)), None)

    def ask(self, wire: Wire) -> Reply:
        """What stands behind says; without anything there, an empty answer."""
        if not self.backend:
            return NOTHING
        target = f"{self.backend}{wire.path}{'?' + wire.query if wire.query else ''}"
        headers = {name: value for name, value in wire.headers.items() if name not in HOP}
        body = wire.body or (b"" if wire.method in ("POST", "PUT") else None)
        request = Request(target, body, headers, method=wire.method)
        try:
            with DIRECT.open(request, timeout=60) as reply:
                return reply.status, list(reply.headers.items()), reply.read()
        except HTTPError as error:
            return error.code, list(error.headers.items()), error.read()


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    front: Front

    def answer(self) -> None:
        """Answer as the rules say, else as AWS does."""
        where = urlsplit(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = self.rfile.read(int(headers.get("content-length", 0)))
        wire = Wire(self.command, where.path or "/", where.query, headers, body)
        asked = ApiRequest(wire)
        self.front.asked.append(asked.name)
        self.front.bodies.append(body)
        rule = self.front.struck(asked)
        if not rule:
            return self.say(self.front.ask(wire))
        if rule.through:
            self.front.ask(wire)
        if rule.failure.kind == "hang":
            self.front.over.wait(60)
        if rule.failure.kind in ("hang", "drop"):
            self.close_connection = True
            self.connection.close()
            return None
        if rule.failure.kind == "dribble":
            return self.dribble(self.front.ask(wire))
        if rule.failure.kind == "cut":
            return self.say(self.front.ask(wire), half=True)
        protocol = "s3" if asked.service == "s3" else asked.protocol
        return self.say(rule.failure.reply(protocol))

    def say(self, reply: Reply, *, half: bool = False) -> None:
        """A reply, or its first half under the length of the whole."""
        status, headers, body = reply
        self.send_response(status)
        for name, value in headers:
            if name.lower() not in HOP:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body[: len(body) // 2] if half else body)
        if half:
            self.close_connection = True

    def dribble(self, reply: Reply) -> None:
        """A head that promises a long body, and a byte of it now and then, for ever."""
        self.close_connection = True
        status, headers, body = reply
        self.send_response(status)
        for name, value in headers:
            if name.lower() not in HOP:
                self.send_header(name, value)
        self.send_header("Content-Length", "1000000")
        self.end_headers()
        for at in range(1_000_000):
            if self.front.over.wait(0.1):
                return
            try:
                self.wfile.write(body[at : at + 1] or b" ")
            except OSError:  # the client hung up
                return

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = do_PATCH = answer  # noqa: N815

    def log_message(self, *_: Any) -> None:
        """Nobody reads it."""


class Server(ThreadingHTTPServer):
    """Its threads end with the process, and a client that hangs up is no news."""

    daemon_threads = True

    def handle_error(self, *_: Any) -> None:
        """Whoever is dropped knows it."""


@contextmanager
def front(*rules: Rule, backend: str = "") -> Iterator[Front]:
    """A front on a port of its own, gone when the block ends."""
    made = Front(backend, rules)
    server = Server(("127.0.0.1", 0), type("One", (Handler,), {"front": made}))
    made.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield made
    finally:
        made.over.set()
        server.shutdown()
        server.server_close()
