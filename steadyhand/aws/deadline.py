"""A deadline over a whole answer: who sends a byte a second for ever is no better than who sends none.

A socket's time-out begins again with every byte that comes, so botocore alone would wait for as long
as anybody dribbles. Here the seconds a service has (`Pace`) hold from its first byte to its last.
"""

from __future__ import annotations

import io
import socket
import time
from http.client import HTTPResponse
from typing import Any

from botocore.awsrequest import (
    AWSHTTPConnection,
    AWSHTTPConnectionPool,
    AWSHTTPSConnection,
    AWSHTTPSConnectionPool,
)


class Timed(socket.SocketIO):
    """What comes through a socket until the time is over; then a `TimeoutError`, as of a socket."""

    def __init__(self, sock: Any, seconds: float) -> None:
        super().__init__(sock, "rb")
        self.sock, self.seconds, self.until = sock, seconds, time.monotonic() + seconds

    def readinto(self, buffer: Any) -> int | None:
        """Bytes, or none at the end. A wait of its own is told to the socket only late: it costs."""
        left = self.until - time.monotonic()
        if left <= 0:
            raise TimeoutError("the answer did not end in time")
        if left < self.seconds / 2:
            self.sock.settimeout(left)
        return super().readinto(buffer)


class Opened:
    """A socket as http.client wants it: all it does is make a file of it."""

    def __init__(self, sock: Any) -> None:
        self.sock = sock

    def makefile(self, mode: str) -> Any:
        """A reader that keeps the time, where there is any."""
        seconds = self.sock.gettimeout() if isinstance(self.sock, socket.socket) else None
        if not seconds:
            return self.sock.makefile(mode)
        self.sock._io_refs += 1  # noqa: SLF001 - as its makefile does
        return io.BufferedReader(Timed(self.sock, seconds))


class TimedResponse(HTTPResponse):
    """An answer that must be whole before its time is over."""

    def __init__(self, sock: Any, *args: Any, **more: Any) -> None:
        super().__init__(Opened(sock), *args, **more)  # type: ignore[arg-type]  # all it needs


class Connection(AWSHTTPConnection):
    """Without TLS."""

    response_class: Any = TimedResponse


class TlsConnection(AWSHTTPSConnection):
    """With TLS."""

    response_class: Any = TimedResponse


class Pool(AWSHTTPConnectionPool):
    """Connections without TLS."""

    ConnectionCls: Any = Connection


class TlsPool(AWSHTTPSConnectionPool):
    """Connections with TLS."""

    ConnectionCls: Any = TlsConnection


POOLS = {"http": Pool, "https": TlsPool}


def keep_time(client: Any) -> None:
    """Let each answer that a client gets end in time, through a proxy too."""
    client._endpoint.http_session._pool_classes_by_scheme.update(POOLS)  # noqa: SLF001 - no public place
