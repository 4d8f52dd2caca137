"""moto behind a front that counts every call and remembers moto's answers to reads.

moto takes 3 to 90 ms for a read; remembered, it takes 0.3 ms, so what is measured is the client.
The front can make every call take longer, as a network does, and refuse calls that come too fast,
as AWS does. A write goes to moto and empties the memory.

It says its port on stdout, and ends when its stdin ends: it cannot outlive who started it.
`/__bench__/` is its own: `stats`, `reset`, `latency?ms=50`, `rate?rps=20`, `next-hour`.
"""

from __future__ import annotations

import asyncio
import io
import json
import logging
import os
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple
from urllib.parse import parse_qs, unquote

from bench.aws.refusals import Reply, too_fast
from bench.aws.requests import ApiRequest, Wire

OWN = "/__bench__/"
CHANGES_BY_ITSELF = ("GenerateCredentialReport",)
NOT_IN_MOTO = {
    "backup:Get /resources": b'{"Results": []}',
    "ec2:DescribeVpcBlockPublicAccessOptions": (
        b"<DescribeVpcBlockPublicAccessOptionsResponse><vpcBlockPublicAccessOptions>"
        b"<internetGatewayBlockMode>off</internetGatewayBlockMode><state>default-state</state>"
        b"</vpcBlockPublicAccessOptions></DescribeVpcBlockPublicAccessOptionsResponse>"
    ),
}
"""What an account that does not use a service answers, where moto cannot."""

HOP = ("connection", "transfer-encoding", "server", "date", "content-length")


class Bucket(NamedTuple):
    """Tokens that were left at a time."""

    tokens: float
    at: float


class Front:
    """One AWS account on a port."""

    def __init__(self) -> None:
        from moto.server import DomainDispatcherApplication, create_backend_app  # noqa: PLC0415

        self.moto = DomainDispatcherApplication(create_backend_app)
        self.memory: dict[tuple[str | bytes, ...], Reply] = {}
        self.threads = ThreadPoolExecutor(8)
        self.latency = self.rate = 0.0
        self.port = 0
        self.reset()

    def reset(self) -> None:
        """Forget what was counted, not what is remembered."""
        self.calls: Counter[str] = Counter()
        self.failed: Counter[str] = Counter()
        self.refused = self.in_flight = self.most_in_flight = 0
        self.buckets: dict[str, Bucket] = {}

    # What the bench asks of the front itself.

    def control(self, path: str, query: str) -> Reply:
        said = {name: values[0] for name, values in parse_qs(query).items()}
        what = path.removeprefix(OWN)
        if what == "reset":
            self.reset()
        elif what == "latency":
            self.latency = float(said["ms"]) / 1000
        elif what == "rate":
            self.rate = float(said["rps"])
            self.buckets.clear()
        elif what == "next-hour":
            next_hour()
        stats = {
            "calls": dict(self.calls),
            "failed": dict(self.failed),
            "refused": self.refused,
            "most_in_flight": self.most_in_flight,
        }
        return "200 OK", [("Content-Type", "application/json")], json.dumps(stats).encode()

    # One call.

    async def answer(self, wire: Wire) -> Reply:
        """What AWS would say, not before AWS would say it."""
        asked, began = ApiRequest(wire), time.monotonic()
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        reply = too_fast(asked) if self.is_too_fast(asked, began) else await self.known(asked)
        self.calls[asked.name] += 1
        if reply[0] >= "4":
            self.failed[f"{asked.name} {reply[0][:3]}"] += 1
        await asyncio.sleep(max(0, began + self.latency - time.monotonic()))
        self.in_flight -= 1
        return reply

    def is_too_fast(self, asked: ApiRequest, now: float) -> bool:
        """A token bucket for each service that holds the tokens of one second."""
        if not self.rate:
            return False
        held = self.buckets.get(asked.service, Bucket(self.rate, now))
        tokens = min(self.rate, held.tokens + (now - held.at) * self.rate)
        refused = tokens < 1
        self.buckets[asked.service] = Bucket(tokens if refused else tokens - 1, now)
        self.refused += refused
        return refused

    async def known(self, asked: ApiRequest) -> Reply:
        """The remembered answer, or moto's."""
        if asked.is_read and asked.memory in self.memory:
            return self.memory[asked.memory]
        if asked.name in NOT_IN_MOTO:
            return "200 OK", [], NOT_IN_MOTO[asked.name]
        loop = asyncio.get_running_loop()
        try:
            reply = await loop.run_in_executor(self.threads, self.ask_moto, asked.wire)
        except Exception as gap:  # noqa: BLE001 - what moto does not know ends a call, not the front
            return "500 Internal Server Error", [], repr(gap).encode()
        if not asked.is_read:
            self.memory.clear()
        elif reply[0] < "5" and asked.action not in CHANGES_BY_ITSELF:
            self.memory[asked.memory] = reply
        return reply

    def ask_moto(self, wire: Wire) -> Reply:
        """The request through moto's WSGI application."""
        target = wire.path + ("?" + wire.query if wire.query else "")
        environ: dict[str, Any] = {
            "REQUEST_METHOD": wire.method,
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote(wire.path, encoding="latin-1"),
            "QUERY_STRING": wire.query,
            "RAW_URI": target,
            "REQUEST_URI": target,
            "REMOTE_ADDR": "127.0.0.1",
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": str(self.port),
            "SERVER_PROTOCOL": "HTTP/1.1",
            "CONTENT_TYPE": wire.headers.get("content-type", ""),
            "CONTENT_LENGTH": str(len(wire.body)),
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(wire.body),
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
            "wsgi.input_terminated": True,
        }
        for name, value in wire.headers.items():
            if name not in ("content-type", "content-length"):
                environ["HTTP_" + name.upper().replace("-", "_")] = value
        said: list[Any] = []
        body = b"".join(self.moto(environ, lambda *head: said.extend(head[:2])))
        return said[0], said[1], body

    # HTTP.

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, kept alive."""
        try:
            while wire := await read(reader):
                if wire.path.startswith(OWN):
                    reply = self.control(wire.path, wire.query)
                else:
                    reply = await self.answer(wire)
                writer.write(spoken(reply, wire.method))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


def next_hour() -> None:
    """The counters of changes in an hour begin anew: each event may be fixed as if it were alone."""
    from moto.dynamodb.models import dynamodb_backends  # noqa: PLC0415

    for backend in (found for regions in dynamodb_backends.values() for found in regions.values()):
        for table in backend.tables.values():
            for key in [key for key in table.items if str(key.value).startswith("cap#")]:
                del table.items[key]


async def read(reader: asyncio.StreamReader) -> Wire:
    """The next request. `IncompleteReadError` where there is none."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head.strip().split("\r\n")
    method, target, _ = first.split(" ", 2)
    path, _, query = target.partition("?")
    pairs = (line.partition(":") for line in lines)
    headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    return Wire(method, path, query, headers, body)


def spoken(reply: Reply, method: str) -> bytes:
    """A reply as bytes."""
    status, headers, body = reply
    lines = [f"HTTP/1.1 {status}"]
    lines += [f"{name}: {value}" for name, value in headers if name.lower() not in HOP]
    sent = b"" if method == "HEAD" else body
    if not status.startswith("204"):
        lines.append(f"Content-Length: {len(sent)}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + sent


async def main() -> None:
    front = Front()
    server = await asyncio.start_server(front.serve, "127.0.0.1", 0, backlog=512)
    front.port = server.sockets[0].getsockname()[1]
    print(front.port, flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    os._exit(0)


if __name__ == "__main__":
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    asyncio.run(main())
