"""Connections: a deadline over a whole answer, and none that rested for a write.

Who sends a byte a second for ever is no better than who sends none. A socket's time-out begins
again with every byte that comes, so botocore alone would wait for as long as anybody dribbles.
Here the seconds a service has (`Pace`) hold from its first byte to its last.

A function is frozen between two calls, and whoever closes a connection meanwhile is not heard: the
next request over it is lost, and for a write nobody knows whether it arrived
("Lambda execution environment lifecycle"). Reads are asked again; a write is sent once, so it gets
a new connection where the old one rested.
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


RESTED = 1.0
"""Seconds after which a write trusts a connection no more. On the wall's clock: the other one may
stand still while a function is frozen."""


class Rested:
    """What a pool does for writes: a connection that rested is closed, and so opened anew."""

    def _put_conn(self, conn: Any) -> None:
        if conn is not None:
            conn.put_back_at = time.time()
        super()._put_conn(conn)  # type: ignore[misc]  # a pool's

    def _get_conn(self, timeout: float | None = None) -> Any:
        conn = super()._get_conn(timeout)  # type: ignore[misc]  # a pool's
        rested = time.time() - getattr(conn, "put_back_at", 0)
        if not 0 <= rested < RESTED:
            conn.close()
        return conn


class FreshPool(Rested, Pool):
    """Connections without TLS, for writes."""


class FreshTlsPool(Rested, TlsPool):
    """Connections with TLS, for writes."""


POOLS = {"http": Pool, "https": TlsPool}
FRESH_POOLS = {"http": FreshPool, "https": FreshTlsPool}


def keep_time(client: Any, *, fresh: bool = False) -> None:
    """Let each answer that a client gets end in time, through a proxy too; `fresh`: it writes."""
    pools = FRESH_POOLS if fresh else POOLS
    client._endpoint.http_session._pool_classes_by_scheme.update(pools)  # noqa: SLF001 - no public place
