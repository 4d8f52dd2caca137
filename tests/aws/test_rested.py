"""cases/aws 15: a function was frozen, and its connections died without a word.

Between two calls Lambda freezes a function; whoever closes its connections meanwhile is not heard.
The next request over one of them is answered with a reset, and a write is sent once. The server
here does that over real sockets: while it is "frozen" it closes nothing, so that no client can see
it coming, and then it resets whatever comes over a connection that is older.
Source: docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html (freezing), and
docs.aws.amazon.com/lambda/latest/dg/best-practices.html (idle connections).
"""

from __future__ import annotations

import json
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from steadyhand.aws import deadline
from steadyhand.aws.client import Botocore
from steadyhand.model import Call, ReadFailed
from tests.reconcilers import models

RESET = struct.pack("ii", 1, 0)
"""Linger for no second: closing sends a reset."""

WRITE = Call("sqs:SendMessage", {"QueueUrl": "http://q/1/q", "MessageBody": "x"})
ANSWER = b'{"MessageId": "1", "MD5OfMessageBody": "9dd4e461268c8034f5c8564e155c67a6"}'


class Server:
    """AWS: `done` are the writes that took effect, `thawed` how often it was frozen."""

    def __init__(self) -> None:
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listening.getsockname()[1]}"
        self.done: list[Any] = []
        self.opened = self.thawed = 0

    def accept(self) -> None:
        while True:
            try:
                conn, _ = self.listening.accept()
            except OSError:
                return
            self.opened += 1
            threading.Thread(target=self.serve, args=(conn, self.thawed), daemon=True).start()

    def serve(self, conn: socket.socket, born: int) -> None:
        with conn, conn.makefile("rb") as said:
            while line := said.readline():
                if self.thawed != born:
                    conn.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
                    return
                length = 0
                while (line := said.readline()) not in (b"\r\n", b""):
                    name, _, value = line.decode().partition(":")
                    length = int(value) if name.lower() == "content-length" else length
                self.done.append(json.loads(said.read(length)))
                head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(ANSWER)}\r\n"
                head += "Content-Type: application/x-amz-json-1.0\r\n\r\n"
                conn.sendall(head.encode() + ANSWER)


@contextmanager
def serving() -> Iterator[Server]:
    server = Server()
    threading.Thread(target=server.accept, daemon=True).start()
    try:
        yield server
    finally:
        server.listening.close()


@pytest.fixture
def wall(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The wall's clock as the pools read it; the other one stands still, as in a frozen function."""
    now = [1_000_000.0]
    monkeypatch.setattr(deadline, "time", Clock(now))
    return now


class Clock:
    def __init__(self, now: list[float]) -> None:
        self.now = now

    def time(self) -> float:
        return self.now[0]

    def monotonic(self) -> float:
        return 1.0


def client(server: Server, attempts: int) -> Botocore:
    credentials = {"aws_access_key_id": "a", "aws_secret_access_key": "b"}
    return Botocore(
        "eu-central-1",
        session=models(),
        identity="arn:aws:sts::111122223333:assumed-role/steadyhand-actor/ch-1",
        endpoint=server.url,
        credentials=credentials,
        workers=False,
        attempts=attempts,
    )


@pytest.mark.parametrize("seconds", [1.0, 30.0, 3600.0, -7.0])
def test_a_write_after_a_freeze_goes_over_a_new_connection(
    seconds: float, wall: list[float]
) -> None:
    """Both paths: the third call and those after it take the fast one. A clock set back counts too."""
    with serving() as server:
        actor = client(server, attempts=1)
        for number in range(1, 6):
            actor.ask(WRITE)
            assert (len(server.done), server.opened) == (number, number)
            server.thawed += 1
            wall[0] += seconds


def test_without_that_it_would_be_lost(wall: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
    """The server is as hard as it says it is."""
    monkeypatch.setattr(deadline, "RESTED", float("inf"))
    with serving() as server:
        actor = client(server, attempts=1)
        actor.ask(WRITE)
        server.thawed += 1
        wall[0] += 30
        with pytest.raises(ReadFailed):
            actor.ask(WRITE)
        assert len(server.done) == 1


def test_within_one_call_of_the_function_a_connection_serves_on(wall: list[float]) -> None:
    with serving() as server:
        actor = client(server, attempts=1)
        for _ in range(4):
            actor.ask(WRITE)
            wall[0] += 0.2
        assert (len(server.done), server.opened) == (4, 1)


def test_what_may_be_repeated_is_repeated(
    wall: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reads and the ledger's conditional writes are sent again by botocore, so they keep connections."""
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda _: None)
    with serving() as server:
        aws = client(server, attempts=8)
        for _ in range(4):
            aws.ask(WRITE)
            server.thawed += 1
            wall[0] += 30
        assert len(server.done) == 4
