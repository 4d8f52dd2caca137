"""The gateway: every request passes through it, and observers get the whole call afterwards.

An observer sees the call with its answer, in one thread for all and in order, so that observing never
slows an answer down and nobody sees half a change. A recorder sees it before the caller has the
answer, so that what it records can be asked for next.
"""

import logging
import queue
import re
import threading
from collections.abc import Callable
from urllib.parse import parse_qs

from ministack.core.responses import get_account_id, request_scope

from .call import Call

log = logging.getLogger("bridge.gateway")
SCOPE = re.compile(r"Credential=([^/]+)/\d{8}/([^/]+)/([^/]+)/aws4_request")
LARGEST_BODY = 2_000_000


class Gateway:
    """An ASGI application around another one."""

    def __init__(self, inside: Callable) -> None:
        self.inside = inside
        self.observers: list[Callable[[Call], None]] = []
        self.recorders: list[Callable[[Call], None]] = []
        self.pages: dict[str, Callable[[bytes], bytes]] = {}
        self._seen: queue.SimpleQueue[Call] = queue.SimpleQueue()
        threading.Thread(target=self._tell, daemon=True, name="bridge-observers").start()

    async def __call__(self, scope: dict, receive: Callable, send: Callable) -> None:
        """Pass one request through."""
        if scope["type"] != "http":
            await self.inside(scope, receive, send)
            return
        if page := self.pages.get(scope["path"]):
            await self._show(page, receive, send)
            return
        headers: dict[str, str] = {}
        for name, value in scope["headers"]:
            headers.setdefault(name.decode("latin-1").lower(), value.decode("latin-1"))
        signed = SCOPE.search(headers.get("authorization", ""))
        if not signed:
            await self.inside(scope, receive, send)
            return
        passage = _Passage(
            scope, headers, signed.groups(), receive=receive, send=send, recorders=self.recorders
        )
        await self.inside(scope, passage.receive, passage.send)
        if passage.call is not None:
            self._seen.put(passage.call)

    async def _show(
        self, page: Callable[[bytes], bytes], receive: Callable, send: Callable
    ) -> None:
        body = b""
        while True:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        shown = page(body)
        headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(shown))]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": shown})

    def _tell(self) -> None:
        while True:
            call = self._seen.get()
            with request_scope(call.account, call.region):
                _show_to(self.observers, call)


def _show_to(observers: list[Callable[[Call], None]], call: Call) -> None:
    for observer in observers:
        try:
            observer(call)
        except Exception:  # one observer must not silence the others; the log has it
            log.exception("observing %s %s %s", call.service, call.method, call.path)


class _Passage:
    """One request on its way in, and its answer on its way out."""

    def __init__(
        self,
        scope: dict,
        headers: dict[str, str],
        signed: tuple[str, str, str],
        *,
        receive: Callable,
        send: Callable,
        recorders: list[Callable[[Call], None]],
    ) -> None:
        self.call: Call | None = None
        self._scope, self._headers, self._signed = scope, headers, signed
        self._receive, self._send, self._recorders = receive, send, recorders
        self._request, self._answer = _StoredBody(), _StoredBody()
        self._start: dict = {}

    async def receive(self) -> dict:
        message = await self._receive()
        self._request.add(message.get("body", b""))
        return message

    async def send(self, message: dict) -> None:
        if message["type"] == "http.response.start":
            self._start = message
        else:
            self._answer.add(message.get("body", b""))
            if not message.get("more_body"):
                self.call = self._passed()
                _show_to(self._recorders, self.call)
        await self._send(message)

    def _passed(self) -> Call:
        key, region, service = self._signed
        scope, sent = self._scope, self._start.get("headers", [])
        return Call(
            service=service,
            region=region,
            account=get_account_id(),
            access_key=key,
            method=scope["method"],
            path=scope["path"],
            query=parse_qs(scope["query_string"].decode(), keep_blank_values=True),
            headers=self._headers,
            body=self._request.bytes(),
            status=self._start.get("status", 500),
            answer_headers={k.decode("latin-1"): v.decode("latin-1") for k, v in sent},
            answer=self._answer.bytes(),
            client=(scope.get("client") or ("127.0.0.1",))[0],
        )


class _StoredBody:
    """The bytes that passed, unless they are too many to keep."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []
        self.size = 0

    def add(self, part: bytes) -> None:
        self.size += len(part)
        if self.size <= LARGEST_BODY:
            self.parts.append(part)

    def bytes(self) -> bytes:
        return b"".join(self.parts) if self.size <= LARGEST_BODY else b""
