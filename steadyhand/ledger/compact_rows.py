"""Findings by the hundred thousand: rows as small as they can be, and quickly.

A review goes through every finding that there ever was. Few words stand in most of them, so each
is kept once; the evidence stays the text it is until somebody asks what is in it; and the id is
the row's own, not worked out again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from json import JSONDecoder
from typing import Any

from steadyhand.ledger import codec, rows
from steadyhand.ledger.queries import Item
from steadyhand.model import Finding, FindingStatus, Held, Record, Risk, Severity

EVIDENCE, TAGS = '"evidence":', '"tags":'
"""Where these begin in the text of a finding: within a text of JSON, quotes look otherwise."""

SEVERITIES = {one.value: one for one in Severity}
STATUSES = {one.value: one for one in FindingStatus}
RISKS = {one.value: one for one in Risk}
TRIED = ("fixed_1", "fixed_2")

LONGEST = timedelta(minutes=15)
"""A sweep writes the time it began, and lasts no longer than this."""


class Written(Mapping[str, Any]):
    """A mapping that stays JSON text until it is asked."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text

    @property
    def known(self) -> Mapping[str, Any]:
        """What it says."""
        said: Mapping[str, Any] = codec.value(self.text)
        return said

    def __getitem__(self, name: str) -> Any:
        return self.known[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.known)

    def __len__(self) -> int:
        return len(self.known)

    def __repr__(self) -> str:
        return repr(self.known)


def written(text: str) -> Written:
    """JSON as it is; what the codec understands otherwise than JSON is tried now, while it can be skipped."""
    found = Written(text)
    if '"$' in text:
        len(found)
    return found


class Reader:
    """Makes records of rows. What many rows say is kept once, for as long as the reader lives."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}
        self.reasons: dict[str, Held | None] = {"": None, "[]": None}
        self.scan: Any = JSONDecoder().scan_once  # type: ignore[attr-defined]  # typeshed has it not

    def record(self, item: Mapping[str, Mapping[str, str]]) -> Record:
        """A record out of DynamoDB's item of it: the same as `rows.record_in` makes."""
        row = {name: value["S"] for name, value in item.items()}
        finding = self.finding(row["body"])
        finding.known_as(row["id"])
        seen, changed = row["first_seen"], row["changed_at"]
        first = rows.time_of(seen) or rows.moment(row["at"])
        return Record(
            finding=finding,
            status=STATUSES[row["status"]],
            first_seen=first,
            changed_at=first if changed == seen else rows.time_of(changed) or first,
            environment=self.once(row.get("environment", "")),
            risk=RISKS[row.get("risk", "advice")],
            plan=self.once(row.get("plan", "")),
            held=self.held(row.get("held", "")),
            open_change=row.get("open_change", ""),
            open_since=rows.time_of(row.get("open_since")),
            fixed_at=tuple(when for name in TRIED if (when := rows.time_of(row.get(name)))),
            undone_at=rows.time_of(row.get("undone_at")),
            exempt_until=rows.time_of(row.get("exempt_until")),
            parts=rows.parts_in(row.get("parts")),
            history=rows.history_in(row.get("history")),
        )

    def finding(self, body: str) -> Finding:
        """A finding out of its text, as `codec.text` writes it: names in their order, no blanks."""
        scan = self.scan
        evidence = tags = None
        begin = body.index(EVIDENCE) + len(EVIDENCE)
        if body.startswith("{", begin):
            _, end = scan(body, begin)
            evidence = written(body[begin:end])
            body = f"{body[:begin]}null{body[end:]}"
        begin = body.index(TAGS) + len(TAGS)
        if body.startswith("{", begin):
            _, end = scan(body, begin)
            tags = written(body[begin:end])
            body = f"{body[:begin]}null{body[end:]}"
        said, _ = scan(body, 0)
        key, name, due = said["key"], said["name"], said.get("detonates_at")
        once = self.once
        made = Finding(
            check=once(said["check"]),
            account=once(said["account"]),
            region=once(said["region"]),
            resource=said["resource"],
            key=key,
            name=key if name == key else name,
            summary=said["summary"],
            severity=SEVERITIES[said["severity"]],
            resource_type=once(said.get("resource_type", "")),
            detonates_at=datetime.fromisoformat(due["$at"]) if due else None,
            usd_per_month=said.get("usd_per_month"),
            evidence=evidence or {},
            tags=tags,
        )
        return codec.sound(made)

    def once(self, text: str) -> str:
        """The same text, kept once."""
        return self.kept.setdefault(text, text)

    def held(self, text: str) -> Held | None:
        """Why it was not fixed; few reasons are given to many."""
        if text not in self.reasons:
            said = json.loads(text)
            self.reasons[text] = Held(*said) if said else None
        return self.reasons[text]


def both_ends(
    forwards: Iterator[Sequence[Item]], backwards: Iterator[Sequence[Item]]
) -> Iterator[Sequence[Item]]:
    """The pages of one list, read from both its ends until they meet; the rows between come twice.

    While pages are worked on, the next are on their way. What fits into one page is read once.
    """
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415 - an event needs none

    if not (page := next(forwards, None)):
        return
    low, high = page[-1]["at"]["S"], ""
    with ThreadPoolExecutor(2, thread_name_prefix="ledger") as workers:
        coming = workers.submit(next, forwards, None)
        yield page
        if not (page := coming.result()):
            return
        turn, other = (forwards, coming), (backwards, workers.submit(next, backwards, None))
        while page := turn[1].result():
            end = page[-1]["at"]["S"]
            low, high = (end, high) if turn[0] is forwards else (low, end)
            turn = turn[0], workers.submit(next, turn[0], None)
            yield page
            if high and low > high:
                return
            turn, other = other, turn


def unseen(items: Iterable[Item], seen: set[str]) -> Iterator[Item]:
    """Rows whose ids are not there yet, each once."""
    for item in items:
        match item.get("id"):
            case {"S": str(said)}:
                name = said
            case other:
                name = repr(other)
        if name not in seen:
            seen.add(name)
            yield item


def shortly_before(newest: str) -> datetime | None:
    """Where the end of a list begins; None, the whole list, where its last row names no time."""
    try:
        return datetime.fromisoformat(newest) - LONGEST
    except (ValueError, OverflowError):
        return None
