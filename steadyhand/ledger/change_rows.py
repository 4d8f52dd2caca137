"""How a change looks as a row, and how a row proves that we wrote it.

A row holds parts, never whole resources, so it stays below 2 kB. `FORMAT` numbers the stored shape:
`tests/ledger/test_change_rows.py` pins it, and a row of another number is not acted on.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from steadyhand.ledger import codec
from steadyhand.ledger.rows import NEVER, moment, time_of, word
from steadyhand.model import STEADYHAND, Held
from steadyhand.model.changes import Became, Change, ChangeState, WrittenStep
from steadyhand.model.findings import Finding

FORMAT = 1
SEALED = ("pk", "at", "by", "state", "version", "body")
"""What the MAC covers; the rest of a row are hints that are never believed."""

WORDS = ("environment", "wish", "reason", "waits", "undone_by")
"""What a body says in words, where it says it."""
MONTH = timedelta(days=30)
AGAIN = timedelta(minutes=5)
"""When a change on its way is looked at where no call is out."""

Row = Mapping[str, Any]


class Forged(Exception):
    """A change's row was not written by us, or not so: it is never acted on."""


def change_row(change: Change, account: str, now: datetime, key: bytes) -> dict[str, Any]:
    """A change as a row, sealed with the engine's key. Open ones are listed apart, by their kind."""
    body = {
        "format": FORMAT,
        "finding": finding_out(change.finding),
        "steps": [step_out(one, change.finding) for one in change.steps],
        "environment": change.environment,
        "attempts": change.attempts,
        "wish": change.wish,
        "reason": change.reason,
        "waits": change.waits,
        "undone_by": change.undone_by,
        "not_before": change.not_before and change.not_before.isoformat(),
        "sent_at": change.sent_at and change.sent_at.isoformat(),
        "ended_at": change.ended_at and change.ended_at.isoformat(),
    }
    row: dict[str, Any] = {
        "pk": change.id,
        "sk": "change",
        "kind": f"{account}#{'moving' if change.state.moves else 'change'}",
        "at": change.at.isoformat(),
        "by": change.by,
        "state": change.state.value,
        "version": change.version,
        "body": codec.written({name: said for name, said in body.items() if said}),
    }
    if change.state.moves:
        row["due"] = due(change, now).isoformat()
    return row | {"mac": mac(row, key)}


def due(change: Change, now: datetime) -> datetime:
    """When to look next: when what is out should show, or when AWS takes the next call; else soon."""
    if change.sent_at and change.current is not None:
        return change.sent_at + timedelta(seconds=change.steps[change.current].settles)
    return max(now + AGAIN, change.not_before or now)


def mac(row: Row, key: bytes) -> str:
    """What only the engine's roles can make of a row."""
    said = codec.text([str(row[name]) for name in SEALED])
    return hmac.new(key, said.encode(), hashlib.sha256).hexdigest()[:40]


def change_in(row: Row, key: bytes = b"") -> Change:
    """The inverse of `change_row`. With a key, `Forged` where the row's MAC is not ours."""
    known = str(row.get("mac", "")).encode("utf-8", "replace")
    whole = all(name in row for name in SEALED)
    if key and not (whole and hmac.compare_digest(mac(row, key).encode(), known)):
        raise Forged(f"{row.get('pk')} was not written by the engine; nothing is done with it")
    body = json.loads(row["body"])
    if body["format"] != FORMAT:
        raise Forged(f"{row['pk']} has format {body['format']}; this version knows {FORMAT}")
    known = dict.fromkeys(WORDS, "") | body
    finding: Finding = codec.finding_in({"name": body["finding"]["resource"]} | body["finding"])
    return Change(
        id=row["pk"],
        finding=finding,
        steps=tuple(step_in(one, finding) for one in body["steps"]),
        state=ChangeState(row["state"]),
        by=row["by"],
        at=moment(row["at"]),
        environment=word(known, "environment"),
        attempts=int(body.get("attempts", 0)),
        wish=word(known, "wish"),
        reason=word(known, "reason"),
        waits=word(known, "waits"),
        undone_by=word(known, "undone_by"),
        not_before=time_of(body.get("not_before")),
        sent_at=time_of(body.get("sent_at")),
        ended_at=time_of(body.get("ended_at")),
        version=int(row["version"]),
    )


def finding_out(finding: Finding) -> dict[str, Any]:
    """As much of a finding as its plan, and who reads of the change, need; its tags are in its row."""
    said = codec.finding_out(finding)
    if said["name"] == said["resource"]:
        del said["name"]
    return {name: value for name, value in said.items() if (value or value == 0) and name != "tags"}


NAMES = ("on", "what", "do", "undo", "before", "makes", "identity", "settles", "keep")
"""A step is stored as a list of these, then what became of it and whether that is proven."""


def step_out(step: WrittenStep, finding: Finding) -> list[Any]:
    """A step as a short list; the finding's own resource is not named again."""
    _, *said = [codec.plain(getattr(step, name)) for name in NAMES]
    on = "" if step.on == finding.resource else step.on
    return [on, *said, step.became.value, int(step.proven)]


def step_in(said: list[Any], finding: Finding) -> WrittenStep:
    """The inverse of `step_out`."""
    *values, became, proven = said
    known = dict(zip(NAMES, map(codec.rich, values), strict=True))
    known["on"] = known["on"] or finding.resource
    return WrittenStep(**known, became=Became(became), proven=bool(proven))


def why_held(row: Row, change: Change) -> Held:
    """Why a part is not ours to touch."""
    machine = change.by == STEADYHAND
    until = str(row.get("exempt_until", ""))
    if machine and until >= change.at.isoformat():
        return Held("exempt", f"{row.get('exempt_by')} exempted it")
    if row.get("open"):
        return Held("busy", f"{row['open']} is at work on it")
    if machine and row.get("undone_by"):
        return Held("undone", f"{row['undone_by']} undid our change of it, so we ask")
    if machine and str(row.get("fixed_2", NEVER)) >= (change.at - MONTH).isoformat():
        return Held("contested", "we fixed it twice in thirty days and it is back, so we ask")
    return Held("touched", "something became of it since it was looked at")
