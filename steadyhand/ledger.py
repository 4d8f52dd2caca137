"""The ledger: one DynamoDB table that remembers findings, changes, exemptions and incidents.

Every row has `pk` (account and region), `sk`, `id`, `kind` and `at`. Two indexes: `by_id`, and
`by_kind` (account and kind, by time). It writes only what changed. The rows of one subject lie
side by side, so a doorbell reads them with one query.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Protocol

from steadyhand import codec
from steadyhand.model import (
    GLOBAL,
    STEADYHAND,
    Answer,
    Call,
    Change,
    Exemption,
    Held,
    Incident,
    ReadFailed,
    Record,
    Risk,
    State,
    Status,
)

Row = Mapping[str, Any]
REFUSED = ("ConditionalCheckFailedException", "TransactionCanceledException")
SMALLEST = "0000"
"""Sorts before every time; stands for "never"."""

HOLDS = {State.FAILED: "failed", State.UNDONE: "taken_back"}
"""How a change ended that keeps us from trying again at once."""

FREE = "(attribute_not_exists(open_change) OR open_change = :none)"
UNDISPUTED = (
    " AND (attribute_not_exists(undone_at) OR undone_at = :none)"
    " AND (attribute_not_exists(fixed_2) OR fixed_2 < :day_ago)"
    " AND (attribute_not_exists(exempt_until) OR exempt_until < :now)"
)


class Road(Protocol):
    """What the ledger needs of AWS."""

    account: str

    def ask(self, call: Call) -> Answer:
        """One call, one answer."""

    def pages(self, call: Call) -> Iterator[Answer]:
        """One call and what follows it."""


class Ledger:
    """One account's memory. `aws` is the road to the region the table lies in."""

    def __init__(self, aws: Road, table: str) -> None:
        self.aws, self.table = aws, table

    # Findings.

    def known(self, region: str, key: str | None = None) -> dict[str, Record]:
        """What is remembered of a region, or of one subject in it: records by finding id."""
        start = "finding#" if key is None else f"finding#{key}#"
        rows = self._query("pk = :pk AND begins_with(sk, :sk)", pk=self._pk(region), sk=start)
        return {record.finding.id: record for record in map(_record, rows)}

    def record(self, finding_id: str) -> Record | None:
        """One finding, by its id."""
        row = self._by_id(finding_id, "finding")
        return _record(row) if row else None

    def records(self) -> Iterator[Record]:
        """Every finding of the account, open or not, in all regions."""
        return map(_record, self._of_kind("finding"))

    def observe(self, new: Record, old: Record | None) -> bool:
        """Write a finding down as it is seen now, if anything changed since `old`.

        False where there was nothing to write, or where somebody else wrote meanwhile.
        """
        if old and _said(old) == _said(new):
            return False
        row = _finding_row(self._pk(new.finding.region), new)
        return self._write("dynamodb:UpdateItem", _seen(row, FREE, {"none": ""}))

    # Changes.

    def intend(self, change: Change, record: Record, *, day_ago: datetime) -> Record | None:
        """Write the undo down before the do. None: it is ours to do.

        One conditional transaction: no other change is open, nobody took one back or exempted it
        (unless a person asks), and it was not put back twice since `day_ago`. Where it is
        refused, what stood in its way is answered.
        """
        row = _finding_row(self._pk(change.finding.region), record)
        row |= {"open_change": change.id, "open_since": change.at.isoformat()}
        free, values = FREE, {"none": ""}
        if change.by == STEADYHAND:
            free += UNDISPUTED
            values |= {"day_ago": day_ago.isoformat(), "now": change.at.isoformat()}
        update = {
            "TableName": self.table,
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        } | _seen(row, free, values)
        put = {
            "TableName": self.table,
            "Item": _wrap(_change_row(self._pk(change.finding.region), change)),
            "ConditionExpression": "attribute_not_exists(pk)",
        }
        params = {"TransactItems": [{"Update": update}, {"Put": put}]}
        try:
            self.aws.ask(Call("dynamodb:TransactWriteItems", params))
        except ReadFailed as refused:
            return _record(_old_row(refused))
        return None

    def acted(self, change: Change) -> None:
        """Keep what AWS answered: a later step, or the undo, needs it."""
        self._put(_change_row(self._pk(change.finding.region), change))

    def conclude(self, change: Change, status: Status, *, tried: bool = True) -> bool:
        """How it ended, on the change and on its finding. False: somebody else already did.

        `tried` counts towards the two attempts a day.
        """
        ended = change.ended_at or change.at
        record = _finding_row(self._pk(change.finding.region), _as_record(change, status, ended))
        sets = {"status": status.value, "changed_at": ended.isoformat(), "open_change": ""}
        expression = "SET #status = :status, changed_at = :changed_at, open_change = :open_change"
        if tried:
            expression += ", fixed_2 = if_not_exists(fixed_1, :never), fixed_1 = :changed_at"
            sets["never"] = SMALLEST
        if change.state is State.UNDONE:
            expression += ", undone_at = :changed_at"
        if held := HOLDS.get(change.state):
            expression += ", held = :held"
            sets["held"] = codec.text([held, change.reason or "our change here was taken back"])
        update = {
            "TableName": self.table,
            "Key": _key(record["pk"], record["sk"]),
            "UpdateExpression": expression,
            "ConditionExpression": "open_change = :mine",
            "ExpressionAttributeNames": {"#status": "status"},
            "ExpressionAttributeValues": _values(sets | {"mine": change.id}),
        }
        put = {
            "TableName": self.table,
            "Item": _wrap(_change_row(self._pk(change.finding.region), change)),
        }
        params = {"TransactItems": [{"Update": update}, {"Put": put}]}
        return self._write("dynamodb:TransactWriteItems", params)

    def reopen(self, change: Change, now: datetime) -> bool:
        """Take a finished change up again, to undo it. False: somebody else already did."""
        row = _finding_row(self._pk(change.finding.region), _as_record(change, Status.FIXED, now))
        update = {
            "TableName": self.table,
            "Key": _key(row["pk"], row["sk"]),
            "UpdateExpression": "SET open_change = :mine, open_since = :now",
            "ConditionExpression": FREE,
            "ExpressionAttributeValues": _values(
                {"mine": change.id, "none": "", "now": now.isoformat()}
            ),
        }
        put = {
            "TableName": self.table,
            "Item": _wrap(_change_row(self._pk(change.finding.region), change)),
        }
        params = {"TransactItems": [{"Update": update}, {"Put": put}]}
        return self._write("dynamodb:TransactWriteItems", params)

    def change(self, change_id: str) -> Change | None:
        """One change, by its id."""
        row = self._by_id(change_id, "change")
        return _change(row) if row else None

    def changes(self, since: datetime | None = None, until: datetime | None = None) -> list[Change]:
        """The changes that began in a time, oldest first."""
        return [_change(row) for row in self._of_kind("change", since, until)]

    # Exemptions, incidents, reviews.

    def exemptions(self) -> list[Exemption]:
        """All exemptions, ended ones too."""
        rows = self._query(
            "pk = :pk AND begins_with(sk, :sk)", pk=self._pk(GLOBAL), sk="exemption#"
        )
        return [_exemption(row) for row in rows]

    def exempt(self, exemption: Exemption, concerned: Sequence[Record]) -> None:
        """A person's word: for what is known now it counts at once, for what comes soon after."""
        body = {"because": exemption.because, "by": exemption.by, "scope": exemption.scope}
        self._put(
            {
                "pk": self._pk(GLOBAL),
                "sk": f"exemption#{exemption.scope}",
                "id": exemption.scope,
                "kind": self._kind("exemption"),
                "at": exemption.at.isoformat(),
                "until": exemption.until.isoformat(),
                "body": codec.text(body),
            }
        )
        for record in concerned:
            row = _finding_row(self._pk(record.finding.region), record)
            params = {
                "Key": _key(row["pk"], row["sk"]),
                "UpdateExpression": "SET exempt_until = :until",
                "ExpressionAttributeValues": _values({"until": exemption.until.isoformat()}),
            }
            self._write("dynamodb:UpdateItem", params)

    def incident(self, incident: Incident) -> bool:
        """Write an incident down: once for each time it began. False: nothing new."""
        row: dict[str, Any] = {
            "pk": self._pk(incident.region),
            "sk": f"incident#{incident.id}",
            "id": incident.id,
            "kind": self._kind("incident"),
            "at": incident.began_at.isoformat(),
            "ended_at": incident.ended_at.isoformat() if incident.ended_at else "",
            "body": codec.text({"signature": incident.signature, "summary": incident.summary}),
        }
        params = {
            "Item": _wrap(row),
            "ConditionExpression": "attribute_not_exists(pk) OR ended_at = :none",
            "ExpressionAttributeValues": _values({"none": ""}),
        }
        return self._write("dynamodb:PutItem", params)

    def incidents(
        self, since: datetime | None = None, until: datetime | None = None
    ) -> list[Incident]:
        """The incidents that began in a time, oldest first."""
        return [_incident(row, self.aws.account) for row in self._of_kind("incident", since, until)]

    def swept(self, region: str, name: str, at: datetime, said: Mapping[str, Any]) -> None:
        """What the last sweep of this name covered: its checks, and what it could not read."""
        row = {"pk": self._pk(region), "sk": f"sweep#{name}", "id": f"sweep#{region}#{name}"}
        body = {"body": codec.text(said), "kind": self._kind("sweep"), "at": at.isoformat()}
        self._put(row | body)

    def sweeps(self) -> list[tuple[str, datetime, Mapping[str, Any]]]:
        """The last sweep of each region and rhythm: region, time, what it covered."""
        return [
            (
                str(row["pk"]).partition("#")[2],
                datetime.fromisoformat(row["at"]),
                codec.value(row["body"]),
            )
            for row in self._of_kind("sweep")
        ]

    def once(self, name: str, at: datetime, said: Mapping[str, Any]) -> bool:
        """True for the first who says this name: what makes sending exactly once."""
        row = {
            "pk": self._pk(GLOBAL),
            "sk": f"review#{name}",
            "id": f"review#{name}",
            "kind": self._kind("review"),
            "at": at.isoformat(),
            "body": codec.text(said),
        }
        params = {"Item": _wrap(row), "ConditionExpression": "attribute_not_exists(pk)"}
        return self._write("dynamodb:PutItem", params)

    # How rows are asked for.

    def _pk(self, region: str) -> str:
        return f"{self.aws.account}#{region}"

    def _kind(self, kind: str) -> str:
        return f"{self.aws.account}#{kind}"

    def _write(self, action: str, params: Mapping[str, Any]) -> bool:
        table = {} if "TransactItems" in params else {"TableName": self.table}
        try:
            self.aws.ask(Call(action, table | dict(params)))
        except ReadFailed as refused:
            if refused.code in REFUSED:
                return False
            raise
        return True

    def _put(self, row: Row) -> None:
        self._write("dynamodb:PutItem", {"Item": _wrap(row)})

    def _query(self, condition: str, index: str = "", **values: str) -> Iterator[Row]:
        params: dict[str, Any] = {
            "TableName": self.table,
            "KeyConditionExpression": condition,
            "ExpressionAttributeValues": _values(values),
        }
        if index:
            params["IndexName"] = index
        names = {f"#{name}": name for name in ("kind", "at") if f"#{name} " in condition}
        if names:
            params["ExpressionAttributeNames"] = names
        else:
            params["ConsistentRead"] = not index
        for answer in self.aws.pages(Call("dynamodb:Query", params)):
            yield from map(_unwrap, answer.get("Items", ()))

    def _by_id(self, name: str, kind: str) -> Row | None:
        rows = [row for row in self._query("id = :id", "by_id", id=name) if _kind_of(row) == kind]
        return rows[0] if rows else None

    def _of_kind(
        self, kind: str, since: datetime | None = None, until: datetime | None = None
    ) -> Iterator[Row]:
        low, high = since.isoformat() if since else "0", until.isoformat() if until else "9"
        said = "#kind = :kind AND #at BETWEEN :low AND :high "
        return self._query(said, "by_kind", kind=self._kind(kind), low=low, high=high)


# Rows: strings at the top for conditions, one JSON body for the rest.


def _seen(row: dict[str, Any], condition: str, values: Row) -> dict[str, Any]:
    """An update that writes a finding's row, but keeps when it was first seen."""
    key = _key(row.pop("pk"), row.pop("sk"))
    sets = [f"#{name} = :{name}" for name in row if name != "first_seen"]
    sets.append("#first_seen = if_not_exists(#first_seen, :first_seen)")
    return {
        "Key": key,
        "UpdateExpression": f"SET {', '.join(sets)}",
        "ConditionExpression": condition,
        "ExpressionAttributeNames": {f"#{name}": name for name in row},
        "ExpressionAttributeValues": _values(row | dict(values)),
    }


def _key(pk: str, sk: str) -> dict[str, Any]:
    return _wrap({"pk": pk, "sk": sk})


def _wrap(row: Row) -> dict[str, Any]:
    return {name: {"S": str(value)} for name, value in row.items()}


def _values(said: Row) -> dict[str, Any]:
    return _wrap({f":{name}": value for name, value in said.items()})


def _unwrap(item: Mapping[str, Any]) -> Row:
    return {name: next(iter(value.values())) for name, value in item.items()}


def _old_row(refused: ReadFailed) -> Row:
    """The row that stood in a transaction's way. Anything else that went wrong is raised."""
    if refused.code == "TransactionCanceledException":
        for reason in refused.answer.get("CancellationReasons", ()):
            if reason.get("Code") == "ConditionalCheckFailed" and "Item" in reason:
                return _unwrap(reason["Item"])
    raise refused


def _kind_of(row: Row) -> str:
    return str(row["kind"]).partition("#")[2]


def _time(text: Any) -> datetime | None:
    return datetime.fromisoformat(text) if text and text != SMALLEST else None


def _said(record: Record) -> Any:
    """What makes an observation worth a write. When it was looked at does not."""
    return (
        codec.finding_out(record.finding),
        record.status,
        record.environment,
        record.risk,
        record.plan,
        record.held,
    )


def _as_record(change: Change, status: Status, when: datetime) -> Record:
    return Record(finding=change.finding, status=status, first_seen=when, changed_at=when)


def _finding_row(pk: str, record: Record) -> dict[str, Any]:
    finding = record.finding
    held = [record.held.guardrail, record.held.reason] if record.held else []
    return {
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
        "body": codec.text(codec.finding_out(finding)),
    }


def _record(row: Row) -> Record:
    held = codec.value(row.get("held") or "[]")
    fixed = [_time(row.get(name)) for name in ("fixed_1", "fixed_2")]
    first = _time(row["first_seen"]) or datetime.fromisoformat(row["at"])
    return Record(
        finding=codec.finding_in(codec.value(row["body"])),
        status=Status(row["status"]),
        first_seen=first,
        changed_at=_time(row["changed_at"]) or first,
        environment=row.get("environment", ""),
        risk=Risk(row.get("risk", Risk.ADVICE)),
        plan=row.get("plan", ""),
        held=Held(*held) if held else None,
        open_change=row.get("open_change", ""),
        open_since=_time(row.get("open_since")),
        fixed_at=tuple(when for when in fixed if when),
        undone_at=_time(row.get("undone_at")),
        exempt_until=_time(row.get("exempt_until")),
    )


def _change_row(pk: str, change: Change) -> dict[str, Any]:
    body = {
        "finding": codec.finding_out(change.finding),
        "steps": codec.steps_out(change.steps),
        "before": change.before,
        "after": change.after,
        "answers": change.answers,
        "environment": change.environment,
        "reason": change.reason,
        "undone_by": change.undone_by,
        "ended_at": change.ended_at,
    }
    return {
        "pk": pk,
        "sk": f"change#{change.id}",
        "id": change.id,
        "kind": f"{change.finding.account}#change",
        "at": change.at.isoformat(),
        "state": change.state.value,
        "by": change.by,
        "body": codec.text(body),
    }


def _change(row: Row) -> Change:
    body = codec.value(row["body"])
    return Change(
        id=row["id"],
        finding=codec.finding_in(body["finding"]),
        steps=codec.steps_in(body["steps"]),
        state=State(row["state"]),
        by=row["by"],
        at=datetime.fromisoformat(row["at"]),
        environment=body["environment"],
        before=body["before"],
        after=body["after"],
        answers=body["answers"],
        ended_at=body["ended_at"],
        reason=body["reason"],
        undone_by=body["undone_by"],
    )


def _exemption(row: Row) -> Exemption:
    body = codec.value(row["body"])
    return Exemption(
        scope=body["scope"],
        until=datetime.fromisoformat(row["until"]),
        because=body["because"],
        by=body["by"],
        at=datetime.fromisoformat(row["at"]),
    )


def _incident(row: Row, account: str) -> Incident:
    body = codec.value(row["body"])
    return Incident(
        id=row["id"],
        account=account,
        region=str(row["pk"]).partition("#")[2],
        signature=body["signature"],
        summary=body["summary"],
        began_at=datetime.fromisoformat(row["at"]),
        ended_at=_time(row.get("ended_at")),
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
    )
