"""How the ledger's values look as rows: strings on top for conditions, one JSON body for the rest."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from steadyhand.ledger import codec
from steadyhand.model import (
    Exemption,
    Finding,
    FindingStatus,
    Held,
    Incident,
    Note,
    Record,
    Risk,
)

Row = Mapping[str, Any]
REMEMBERED = 100
"""So many changes of a finding's status are kept."""
ENDLESS = datetime.max.replace(tzinfo=UTC)
NEVER = "0000"
"""Sorts before every time."""


def seen(row: dict[str, Any], condition: str, values: Row) -> dict[str, Any]:
    """An update that writes a finding's row, but keeps when it was first seen."""
    key = key_of(row.pop("pk"), row.pop("sk"))
    sets = [f"#{name} = :{name}" for name in row if name != "first_seen"]
    sets.append("#first_seen = if_not_exists(#first_seen, :first_seen)")
    return {
        "Key": key,
        "UpdateExpression": f"SET {', '.join(sets)}",
        "ConditionExpression": condition,
        "ExpressionAttributeNames": {f"#{name}": name for name in row},
        "ExpressionAttributeValues": attributes(row | dict(values)),
    }


def key_of(pk: str, sk: str) -> dict[str, Any]:
    """The key of a row, as DynamoDB takes it."""
    return wrap({"pk": pk, "sk": sk})


def wrap(row: Row) -> dict[str, Any]:
    """A row as DynamoDB takes it: everything is a string."""
    return {name: {"S": str(value)} for name, value in row.items()}


def attributes(said: Row) -> dict[str, Any]:
    """The values of an expression: {"none": ""} → {":none": {"S": ""}}."""
    return wrap({f":{name}": value for name, value in said.items()})


def unwrap(item: Mapping[str, Any]) -> Row:
    """The inverse of `wrap`; `TypeError` where a value is no text and no number, as none of ours is."""
    return {name: text_of(value) for name, value in item.items()}


def text_of(value: Mapping[str, str]) -> str:
    """What one attribute says: {"S": "x"} → "x"."""
    said = value.get("S", value.get("N")) if isinstance(value, dict) else None
    if not isinstance(said, str):
        raise TypeError(f"{value!r:.100} is no text and no number")
    return said


def kind_of(row: Row) -> str:
    """What a row is: a finding, a change, a sweep."""
    return str(row.get("kind")).partition("#")[2]


def still(lies: Mapping[str, Any]) -> dict[str, Any]:
    """The condition that a row's body is what lies there now, whatever that is."""
    names = {"ExpressionAttributeNames": {"#body": "body"}}
    if "body" not in lies:
        return {**names, "ConditionExpression": "attribute_not_exists(#body)"}
    was = {"ExpressionAttributeValues": {":was": lies["body"]}}
    return {**names, **was, "ConditionExpression": "#body = :was"}


def moment(text: str) -> datetime:
    """A time that can be compared with ours and told in any zone; else `ValueError`."""
    found = datetime.fromisoformat(text)
    if found.tzinfo is None or not 1 < found.year < 9999:
        raise ValueError("a time of the ledger has a zone, and is of our days")
    return found


def time_of(text: Any) -> datetime | None:
    """A time, or None for never."""
    return moment(text) if text and text != NEVER else None


def table_of(body: str) -> Mapping[str, Any]:
    """What a row's body says; `TypeError` where that is no table."""
    said = codec.value(body)
    if not isinstance(said, Mapping):
        raise TypeError("the row's body is no table")
    return said


def word(said: Mapping[str, Any], name: str) -> str:
    """A text of a row's body."""
    found = said[name]
    if not isinstance(found, str):
        raise TypeError(f"the row's {name} is no text")
    return found


def noteworthy(record: Record) -> Any:
    """What makes an observation worth a write. When it was looked at does not."""
    return (
        codec.finding_out(record.finding),
        record.status,
        record.environment,
        record.risk,
        record.plan,
        record.held,
    )


def finding_row(pk: str, record: Record) -> dict[str, Any]:
    """A finding's record as a row."""
    finding = record.finding
    held = [record.held.guardrail, record.held.reason] if record.held else []
    kept = {"history": history_out(record.history)} if record.history else {}
    return kept | {
        "pk": pk,
        "sk": f"finding#{finding.key}#{finding.id}",
        "id": finding.id,
        "kind": f"{finding.account}#finding",
        "at": record.changed_at.isoformat(),
        "status": record.status.value,
        "first_seen": record.first_seen.isoformat(),
        "changed_at": record.changed_at.isoformat(),
        "environment": record.environment,
        "risk": record.risk.value,
        "plan": record.plan,
        "held": codec.text(held),
        "parts": codec.text(record.parts) if record.parts else "",
        "body": codec.written(codec.finding_out(finding)),
    }


def least(finding: Finding, at: datetime, environment: str) -> Row:
    """What a finding's row must have beside its key to be read and found again; seen first at that time."""
    status = FindingStatus.OPEN
    known = Record(
        finding=finding, status=status, first_seen=at, changed_at=at, environment=environment
    )
    row = finding_row("", known)
    unneeded = ("pk", "sk", "plan", "held", "parts")
    return {name: value for name, value in row.items() if name not in unneeded}


def history_out(history: Sequence[tuple[datetime, FindingStatus]]) -> str:
    """Each change of a status as text, the latest `REMEMBERED`: "2026-05-01T…=open 2026-…=fixed"."""
    return " ".join(f"{at.isoformat()}={status.value}" for at, status in history[-REMEMBERED:])


def history_in(text: str | None) -> tuple[tuple[datetime, FindingStatus], ...]:
    """The inverse of `history_out`."""
    pairs = (one.partition("=") for one in (text or "").split())
    return tuple((moment(at), FindingStatus(status)) for at, _, status in pairs)


def grown(old: Record | None, new: Record) -> Record:
    """What is newly seen, with every change of its status up to now.

    What became of it in between without anybody looking, as a fix does, is in the old row.
    """
    if old is None:
        return replace(new, history=((new.changed_at, new.status),))
    known = list(old.history) or [(old.first_seen, FindingStatus.OPEN)]
    if known[-1][1] is not old.status:
        known.append((old.changed_at, old.status))
    if new.status is not old.status:
        known.append((new.changed_at, new.status))
    return replace(new, history=tuple(known))


def record_in(row: Row) -> Record:
    """The inverse of `finding_row`, with what only updates write."""
    held = codec.value(row.get("held") or "[]")
    fixed = [time_of(row.get(name)) for name in ("fixed_1", "fixed_2")]
    first = time_of(row["first_seen"]) or moment(row["at"])
    return Record(
        finding=codec.finding_in(json.loads(row["body"])),
        status=FindingStatus(row["status"]),
        first_seen=first,
        changed_at=time_of(row["changed_at"]) or first,
        environment=row.get("environment", ""),
        risk=Risk(row.get("risk", Risk.ADVICE)),
        plan=row.get("plan", ""),
        held=Held(*held) if held else None,
        open_change=row.get("open_change", ""),
        open_since=time_of(row.get("open_since")),
        fixed_at=tuple(when for when in fixed if when),
        undone_at=time_of(row.get("undone_at")),
        exempt_until=time_of(row.get("exempt_until")),
        parts=parts_in(row.get("parts")),
        history=history_in(row.get("history")),
    )


def parts_in(text: Any) -> tuple[tuple[str, str], ...]:
    """The parts that a finding's plan would write to."""
    return tuple((str(on), str(what)) for on, what in codec.value(text)) if text else ()


def exemption_in(row: Row) -> Exemption:
    """An exemption out of its row."""
    body = table_of(row["body"])
    return Exemption(
        scope=word(body, "scope"),
        until=moment(row["until"]),
        because=word(body, "because"),
        by=word(body, "by"),
        at=moment(row["at"]),
    )


def unread_exemption(scope: str) -> Exemption:
    """What is obeyed where an exemption's row makes no sense: it has no author and never ends."""
    because = "what a person said of it cannot be read, so nobody knows until when"
    return Exemption(scope=scope, until=ENDLESS, because=because, by="", at=ENDLESS)


def incident_in(row: Row, account: str) -> Incident:
    """An incident out of its row."""
    body = table_of(row["body"])
    return Incident(
        id=row["id"],
        account=account,
        region=str(row["pk"]).partition("#")[2],
        signature=word(body, "signature"),
        summary=word(body, "summary"),
        began_at=moment(row["at"]),
        ended_at=time_of(row.get("ended_at")),
    )


def ended_at(incident: Incident | None) -> str:
    """When an incident ended, as its row says; empty while it goes on."""
    return incident.ended_at.isoformat() if incident and incident.ended_at else ""


def sweep_in(row: Row) -> tuple[str, datetime, Mapping[str, Any]]:
    """A sweep out of its row: region, time, what it covered."""
    body = table_of(row["body"])
    for name, size in (("checks", 1), ("unknown", 3)):
        said = body.get(name, [])
        if not (isinstance(said, list) and all(_is_of(one, size) for one in said)):
            raise TypeError(f"the sweep's {name} are no list of ours")
    return str(row["pk"]).partition("#")[2], moment(row["at"]), body


def _is_of(said: Any, size: int) -> bool:
    texts = [said] if size == 1 else said
    return (
        isinstance(texts, list)
        and len(texts) == size
        and all(isinstance(one, str) for one in texts)
    )


def note_in(row: Row) -> Note:
    """A note out of its row."""
    from steadyhand.ledger.note_shapes import fit  # noqa: PLC0415 - most events read no note

    kind, _, name = str(row["id"]).partition("#")
    return Note(
        kind=kind,
        name=name,
        at=moment(row["at"]),
        said=fit(kind, name, table_of(row["body"])),
        body=row["body"],
    )


def merged(old: Record | None, new: Record) -> Record:
    """What is newly seen, with what only time could tell."""
    if old is None:
        return new
    return replace(
        new,
        first_seen=old.first_seen,
        fixed_at=old.fixed_at,
        undone_at=old.undone_at,
        exempt_until=old.exempt_until,
        open_change=old.open_change,
        open_since=old.open_since,
        history=old.history,
    )
