"""Findings by the hundred thousand: rows as small as they can be, and quickly.

A review goes through every finding that there ever was. Few words stand in most of them, so each
is kept once; the evidence stays the text it is until somebody asks what is in it; and the id is
the row's own, not worked out again.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from json import JSONDecoder
from typing import Any

from steadyhand.ledger import codec, rows
from steadyhand.model import Finding, FindingStatus, Held, Record, Risk, Severity

EVIDENCE, TAGS = '"evidence":', '"tags":'
"""Where these begin in the text of a finding: within a text of JSON, quotes look otherwise."""

SEVERITIES = {one.value: one for one in Severity}
STATUSES = {one.value: one for one in FindingStatus}
RISKS = {one.value: one for one in Risk}
TRIED = ("fixed_1", "fixed_2")


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
