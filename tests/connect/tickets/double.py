"""A tracker on this machine, over a real socket: what both doubles have in common."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

TOKEN = "tok-3n-l1ke-n0-0ther"
ME = "steadyhand-bot"
WRITES = ("POST", "PATCH", "PUT", "DELETE")


@dataclass
class HttpRequest:
    """One request."""

    method: str
    path: str
    query: dict[str, list[str]]
    body: Any
    headers: dict[str, str]

    def one(self, name: str, otherwise: str = "") -> str:
        return self.query.get(name, [otherwise])[0]


@dataclass
class Answered:
    """One answer."""

    status: int
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Fault:
    """What goes wrong: for which requests, how often, before or after it was done."""

    method: str
    path: str
    answer: Answered | None
    times: int = 1
    after: bool = False

    def is_for(self, asked: HttpRequest) -> bool:
        return (
            self.times > 0
            and asked.method in self.method
            and bool(re.search(self.path, asked.path))
        )


Route = Callable[..., Answered]


class Double:
    """State, faults, and a log of all that was asked. `prefix` stands before every path."""

    prefix = ""

    def __init__(self) -> None:
        self.issues: dict[int, dict[str, Any]] = {}
        self.labels: dict[str, dict[str, Any]] = {}
        self.comments: dict[int, list[dict[str, Any]]] = {}
        self.events: dict[int, list[dict[str, Any]]] = {}
        self.deleted: set[int] = set()
        self.asked: list[HttpRequest] = []
        self.faults: list[Fault] = []
        self.headers: dict[str, str] = {}
        self.at = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
        self.lock = threading.RLock()
        self.last = 0
        self.url = ""

    # What a test asks of it.

    @property
    def writes(self) -> list[HttpRequest]:
        return [one for one in self.asked if one.method in WRITES]

    def fail(self, method: str, path: str, answer: Answered | None, **more: Any) -> Fault:
        fault = Fault(method, path, answer, **more)
        self.faults.append(fault)
        return fault

    def time(self) -> str:
        return self.at.isoformat(timespec="seconds").replace("+00:00", "Z")

    def turn(self, **by: float) -> None:
        self.at += timedelta(**by)

    # How it answers.

    def routes(self) -> list[tuple[str, str, Route]]:
        raise NotImplementedError

    def is_known(self, asked: HttpRequest) -> bool:
        raise NotImplementedError

    def unknown(self) -> Answered:
        raise NotImplementedError

    def answer(self, asked: HttpRequest) -> Answered | None:
        """None: the connection is cut."""
        with self.lock:
            self.asked.append(asked)
            fault = next((one for one in self.faults if one.is_for(asked)), None)
            if fault:
                fault.times -= 1
            if fault and not fault.after:
                return fault.answer
            done = self.unknown() if not self.is_known(asked) else self.routed(asked)
            return fault.answer if fault else done

    def routed(self, asked: HttpRequest) -> Answered:
        path = asked.path.removeprefix(self.prefix)
        for method, pattern, route in self.routes():
            if method == asked.method and (found := re.fullmatch(pattern, path)):
                return route(asked, *[unquote(part) for part in found.groups()])
        return Answered(404, {"message": "Not Found"})

    def paged(
        self, asked: HttpRequest, rows: list[Any], more: Callable[..., dict[str, str]]
    ) -> Answered:
        size, page = int(asked.one("per_page", "30")), int(asked.one("page", "1"))
        assert 1 <= size <= 100
        last = max(1, -(-len(rows) // size))
        names = {"next": page + 1 if page < last else 0, "prev": page - 1, "first": 1, "last": last}
        query = {name: values[0] for name, values in asked.query.items()}
        links = []
        for rel, number in names.items():
            if number:
                said = "&".join(f"{k}={v}" for k, v in {**query, "page": number}.items())
                links.append(f'<{self.url}{asked.path}?{said}>; rel="{rel}"')
        headers = {"Link": ", ".join(links), **more(page, last, len(rows), size)}
        return Answered(200, rows[(page - 1) * size : page * size], headers)


@contextmanager
def served(double: Double) -> Iterator[str]:
    """The double behind a socket; what comes out is its address."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # an answer leaves in one piece: no waiting for the other end's word
        disable_nagle_algorithm = True

        def serve(self) -> None:
            parts = urlsplit(self.path)
            size = int(self.headers.get("Content-Length") or 0)
            raw = self.rfile.read(size)
            asked = HttpRequest(
                self.command,
                parts.path,
                parse_qs(parts.query),
                json.loads(raw) if raw else None,
                {name.lower(): value for name, value in self.headers.items()},
            )
            said = double.answer(asked)
            if said is None:
                self.close_connection = True
                self.connection.close()
                return
            body = b"" if said.body is None else json.dumps(said.body).encode()
            self.send_response(said.status)
            kind = {"Content-Type": "application/json; charset=utf-8"}
            for name, value in {**kind, **double.headers, **said.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = serve  # noqa: N815

        def log_message(self, *_: Any) -> None:
            return

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: Any) -> None:
            return

    server = Quiet(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    double.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield double.url
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
