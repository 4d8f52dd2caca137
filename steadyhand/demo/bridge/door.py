"""The front door: every request passes through, and watchers are told of it afterwards.

A watcher sees the whole call, the answer included, in one thread of its own and in order, so that
watching never slows an answer down and no watcher sees half a change.
"""

import logging
import queue
import re
import threading
from collections.abc import Callable
from urllib.parse import parse_qs

from ministack.core.responses import get_account_id, request_scope

from .wire import Call

log = logging.getLogger("bridge.door")
SCOPE = re.compile(r"Credential=([^/]+)/\d{8}/([^/]+)/([^/]+)/aws4_request")
LARGEST_BODY = 2_000_000


class Door:
    """An ASGI application around another one."""

    def __init__(self, inside: Callable) -> None:
        self.inside = inside
        self.watchers: list[Callable[[Call], None]] = []
        self.pages: dict[str, Callable[[bytes], bytes]] = {}
        self._seen: queue.SimpleQueue[Call] = queue.SimpleQueue()
        threading.Thread(target=self._tell, daemon=True, name="bridge-watchers").start()

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
        request, answer, start = _Kept(), _Kept(), {}

        async def receiving() -> dict:
            message = await receive()
            request.add(message.get("body", b""))
            return message

        async def sending(message: dict) -> None:
            if message["type"] == "http.response.start":
                start.update(message)
            else:
                answer.add(message.get("body", b""))
            await send(message)

        await self.inside(scope, receiving, sending)
        key, region, service = signed.groups()
        self._seen.put(
            Call(
                service=service,
                region=region,
                account=get_account_id(),
                access_key=key,
                method=scope["method"],
                path=scope["path"],
                query=parse_qs(scope["query_string"].decode(), keep_blank_values=True),
                headers=headers,
                body=request.bytes(),
                status=start.get("status", 500),
                answer_headers={
                    k.decode("latin-1"): v.decode("latin-1") for k, v in start.get("headers", [])
                },
                answer=answer.bytes(),
                client=(scope.get("client") or ("127.0.0.1",))[0],
            )
        )

    async def _show(self, page: Callable[[bytes], bytes], receive: Callable, send: Callable) -> None:
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
                for watcher in self.watchers:
                    try:
                        watcher(call)
                    except Exception:  # one watcher must not silence the others; the log has it
                        log.exception("watching %s %s %s", call.service, call.method, call.path)


class _Kept:
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
