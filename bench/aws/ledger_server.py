"""DynamoDB, as far as a review needs it: Query, in pages of 1 MB, by the table's keys and its indexes.

`python -m bench.aws.ledger_server FINDINGS MONTHS` prints its port. A page takes as long as one of
DynamoDB: a partition gives 3,000 read units a second, which is 24 MB when reads may be a moment old
("Best practices for designing and using partition keys effectively").
"""

from __future__ import annotations

import json
import sys
import threading
import time
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar, NamedTuple

from bench.aws.ledger_rows import made
from steadyhand.ledger import rows

PAGE = 1 << 20
A_SECOND = 24e6
LATENCY = 0.005
KEYS = {"": ("pk", "sk"), "by_id": ("id", ""), "by_kind": ("kind", "at")}
FORMS = {
    "pk = :pk AND begins_with(sk, :sk)": (":pk", ":sk", ":sk"),
    "pk = :pk AND sk = :sk": (":pk", ":sk", ":sk"),
    "id = :id": (":id", "", ""),
    "#kind = :kind AND #at BETWEEN :low AND :high ": (":kind", ":low", ":high"),
}
"""What the ledger asks: the hash key, and between which range keys."""


class Row(NamedTuple):
    """A row by one key: what it is sorted by, its JSON, and its size as DynamoDB counts it."""

    order: str
    key: str
    item: bytes
    size: int


class Table:
    """Rows by each key. It knows no Scan."""

    def __init__(self, items: Iterable[Mapping[str, Any]]) -> None:
        self.parts: dict[tuple[str, str], list[Row]] = defaultdict(list)
        self.free = 0.0
        self.lock = threading.Lock()
        for row in items:
            item = json.dumps(rows.wrap(row), separators=(",", ":")).encode()
            size = sum(len(f"{name}{value}".encode()) for name, value in row.items())
            key = f"{row['pk']}\n{row['sk']}"
            for index, (first, second) in KEYS.items():
                if first not in row:  # an index holds what has its key, and nothing else
                    continue
                part = self.parts[index, str(row[first])]
                part.append(Row(str(row.get(second, "")), key, item, size))
        for part in self.parts.values():
            part.sort()

    def query(self, asked: Mapping[str, Any]) -> tuple[bytes, int]:
        """One page, and how much was read for it."""
        index = asked.get("IndexName", "")
        names = FORMS[asked["KeyConditionExpression"]]
        values = {name: value["S"] for name, value in asked["ExpressionAttributeValues"].items()}
        part = self.parts.get((index, values[names[0]]), [])
        low, high = (values.get(name, "") for name in names[1:])
        if "begins_with" in asked["KeyConditionExpression"] or not names[1]:
            high += "\U0010ffff"
        begin, end = bisect_left(part, (low,)), bisect_right(part, (high, "\U0010ffff"))
        step = 1 if asked.get("ScanIndexForward", True) else -1
        if last := asked.get("ExclusiveStartKey"):
            order = last[KEYS[index][1]]["S"] if KEYS[index][1] else ""
            place = (order, f"{last['pk']['S']}\n{last['sk']['S']}")
            if step > 0:
                begin = bisect_right(part, (*place, b"\xff"))
            else:
                end = bisect_left(part, place)
        page: list[Row] = []
        size = 0
        for at in range(begin, end)[::step]:
            if size >= PAGE:
                break
            page.append(part[at])
            size += part[at].size
        items = b",".join(row.item for row in page)
        said = b'{"Count":%d,"ScannedCount":%d,"Items":[%s]' % (len(page), len(page), items)
        if len(page) < end - begin:
            item = json.loads(page[-1].item)
            last = {name: item[name] for name in {"pk", "sk", *KEYS[index]} - {""}}
            said += b',"LastEvaluatedKey":' + json.dumps(last).encode()
        return said + b"}", size

    def wait(self, size: int) -> None:
        """As long as it takes to read so much; all readers share what a partition gives."""
        with self.lock:
            self.free = max(self.free, time.monotonic()) + size / A_SECOND
            until = self.free + LATENCY
        time.sleep(max(0.0, until - time.monotonic()))


class Front(BaseHTTPRequestHandler):
    """One request after the other, on a connection that stays."""

    protocol_version = "HTTP/1.1"
    table: ClassVar[Table]
    asked: ClassVar[Counter[str]] = Counter()
    lock: ClassVar[threading.Lock] = threading.Lock()

    def do_POST(self) -> None:
        """Query; anything else was not meant to be asked, and is refused."""
        operation = self.headers["X-Amz-Target"].partition(".")[2]
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        with self.lock:
            self.asked[f"{operation} {asked.get('IndexName', '')}".strip()] += 1
        if operation != "Query":
            self.answer(400, b'{"__type":"com.amazon#ValidationException","message":"only Query"}')
            return
        body, size = self.table.query(asked)
        self.table.wait(size)
        self.answer(200, body)

    def do_GET(self) -> None:
        """What was asked so far."""
        with self.lock:
            said, _ = json.dumps(self.asked), self.asked.clear()
        self.answer(200, said.encode())

    def answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/x-amz-json-1.0")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Silence."""


def main() -> None:
    findings, months = (int(word) for word in sys.argv[1:3])
    Front.table = Table(made(findings, months))
    server = ThreadingHTTPServer(("127.0.0.1", 0), Front)
    print(server.server_port, flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
