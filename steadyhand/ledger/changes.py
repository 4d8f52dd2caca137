"""The changes of the ledger: every write is conditional on the change's version, and all or nothing.

Rows: a change (`pk` its id); a part, under the resource it sits on, with who undid us and the last
two fixes; a person's word that a part may stay, apart from it, since a ticket's label may write
that and nothing more; a counter for each check and hour. A write that ends or begins a change also
tells its finding's row, in the same transaction.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from steadyhand.ledger import caps, codec, rows
from steadyhand.ledger.caps import FEW, TWO_DAYS
from steadyhand.ledger.change_rows import MONTH, change_in, change_row, why_held
from steadyhand.ledger.queries import Client, Table, item_of, status, stood_in_the_way, typed
from steadyhand.model import STEADYHAND, Call, FindingStatus, Held, ReadFailed, Record
from steadyhand.model.changes import Change, ChangeState

QUARTER = timedelta(days=90)
TRIES = 3
UNCLAIMED = "(attribute_not_exists(#open) OR #open = :none)"
UNTOUCHED = " AND (attribute_not_exists(touched_at) OR touched_at <= :looked)"
UNEXEMPT = "(attribute_not_exists(exempt_until) OR exempt_until < :now)"
UNDISPUTED = (
    " AND attribute_not_exists(undone_by) AND (attribute_not_exists(fixed_2) OR fixed_2 < :month)"
)
STATUSES = {
    ChangeState.VERIFIED: FindingStatus.FIXED,
    ChangeState.UNDONE: FindingStatus.OPEN,
    ChangeState.FAILED: FindingStatus.OPEN,
    ChangeState.THEIRS: FindingStatus.OPEN,
}
HOLDS = {ChangeState.FAILED: "failed", ChangeState.UNDONE: "undone"}
"""How a change ended that keeps us from trying again at once."""


class Changes(Table):
    """The changes of one account. `key` gives the MAC's key; without one, rows are only read."""

    def __init__(self, aws: Client, table: str, key: Callable[[], bytes] = lambda: b"") -> None:
        super().__init__(aws, table)
        self.key = key

    def begin(
        self,
        change: Change,
        record: Record,
        *,
        looked_at: datetime,
        limit: int = FEW,
        author: str = "",
    ) -> Held | None:
        """Write the undo down before the do, and claim its parts. None: it is ours to do.

        One transaction: nobody else has the parts, nothing became of them since the look, no person
        said otherwise, they were not fixed twice in a month, and the hour's caps are not reached.
        `author` is the ARN of who made what is fixed, where an event told.
        """
        now, machine = change.at, change.by == STEADYHAND
        free = f"{UNCLAIMED}{UNTOUCHED}"
        more = {"looked": looked_at.isoformat(), "never": rows.NEVER}
        if machine:
            free += UNDISPUTED
            more["month"] = (now - MONTH).isoformat()
        sets = "SET #open = :id, #last = :id, touched_at = :now, expires = :expires"
        sets += ", fixed_2 = if_not_exists(fixed_1, :never), fixed_1 = :now REMOVE undone_by"
        items = [self._part(part, change, now, sets, free=free, **more) for part in change.parts]
        if machine:
            where = f"cap#{self._pk(change.finding.region)}#{change.finding.check}"
            counted = caps.counted(self.table, where, now, limit, author)
            items = [*self._words(change, now), *items, *counted]
        items.append(self._finding(record, change))
        done, stood = self._transact(change, "attribute_not_exists(pk)", {}, items, now)
        if done:
            return None
        asked = len(change.parts) * (2 if machine else 1)
        held = [row for n, row in sorted(stood.items()) if 0 < n <= asked]
        if not held:
            return caps.crowded(stood, (asked + 1, asked + 2), limit, author)
        return why_held(held[0], change)

    def write(self, new: Change, now: datetime, parts: str = "", word: str = "") -> Change | None:
        """The next version of a change. None: somebody else was faster, and nothing was written.

        `parts`: "claim" them again (to undo), "free" them, "note" on them what needed no call,
        "tell" them a word while they are claimed, "ask" that they are still ours and that no person
        exempted them meanwhile. "prove": nothing became of it, only who did it is known now.
        """
        proves = parts == "prove"
        ended = new.ended_at if new.state.moves or proves else now
        next_ = replace(new, version=new.version + 1, ended_at=ended)
        items = self._about_parts(next_, now, parts, word)
        if not proves and (not next_.state.moves or parts == "claim"):
            items.append(self._told(next_, now))
        done, _ = self._transact(next_, "version = :old", {":old": new.version}, items, now)
        return next_ if done else None

    def change(self, change_id: str) -> Change | None:
        """A change as it is now: never from an index, which may lag. `Forged` where it is not ours."""
        row = self._row(change_id)
        return change_in(row, self.key()) if row else None

    def changes(self, since: datetime | None = None, until: datetime | None = None) -> list[Change]:
        """The changes that began in a time, oldest first."""
        found = [
            one
            for kind in ("change", "moving")
            for one in self._readable(self._of_kind(kind, since, until), change_in)
        ]
        newest = {one.id: one for one in sorted(found, key=lambda one: one.version)}
        return sorted(newest.values(), key=lambda one: (one.at, one.id))

    def due(self, now: datetime) -> list[str]:
        """The ids of what is on its way and should be looked at. A hint: each is read again."""
        return [
            str(row["pk"])
            for row in self._of_kind("moving")
            if str(row.get("due", "")) <= now.isoformat()
        ]

    def put(self, change: Change) -> None:
        """Write a change down as it is, with nothing asked: how a demonstration is planted."""
        row = change_row(change, self.aws.account, change.at, self.key())
        params = {"TableName": self.table, "Item": typed(row)}
        self.aws.ask(Call("dynamodb:PutItem", params))

    def exempt_parts(self, record: Record, until: datetime, by: str) -> None:
        """A person's word that the parts of a finding may stay as they are, until a day."""
        for on, what in record.parts:
            row = {
                **self._key("word", record.finding.region, on, what),
                "exempt_until": until.isoformat(),
                "exempt_by": by,
                "expires": int((until + TWO_DAYS).timestamp()),
            }
            self._send(Call("dynamodb:PutItem", {"TableName": self.table, "Item": typed(row)}))

    # How it is said.

    def _key(self, kind: str, region: str, on: str, what: str) -> dict[str, str]:
        return {"pk": f"{kind}#{self._pk(region)}#{on}", "sk": what}

    def _words(self, change: Change, now: datetime) -> list[dict[str, Any]]:
        """That no person said that its parts may stay."""
        region = change.finding.region
        return [
            {
                "ConditionCheck": {
                    "TableName": self.table,
                    "Key": typed(self._key("word", region, *part)),
                    "ConditionExpression": UNEXEMPT,
                    "ExpressionAttributeValues": typed({":now": now.isoformat()}),
                    "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
                }
            }
            for part in change.parts
        ]

    def _about_parts(
        self, change: Change, now: datetime, parts: str, word: str
    ) -> list[dict[str, Any]]:
        if parts in ("", "prove"):
            return []
        if parts == "ask":
            ours = [self._part(part, change, now, "", free="#open = :id") for part in change.parts]
            return ours + (self._words(change, now) if change.state is ChangeState.DOING else [])
        unclaimed = parts in ("claim", "note")
        free = "#open = :none AND #last = :id" if unclaimed else "#open = :id"
        sets = {"claim": "#open = :id, ", "free": "#open = :none, "}.get(parts, "")
        sets = f"SET {sets}touched_at = :now"
        sets += ", undone_by = :word REMOVE expires" if word else ""
        return [self._part(part, change, now, sets, free=free, word=word) for part in change.parts]

    def _part(
        self,
        part: tuple[str, str],
        change: Change,
        now: datetime,
        sets: str,
        *,
        free: str,
        **more: Any,
    ) -> dict[str, Any]:
        said = f"{sets} {free}"
        every: dict[str, Any] = {":id": change.id, ":none": "", ":now": now.isoformat()}
        every |= {f":{name}": value for name, value in more.items()}
        every[":expires"] = int((now + QUARTER).timestamp())
        names = {"#open": "open", "#last": "last"}
        item: dict[str, Any] = {
            "TableName": self.table,
            "Key": typed(self._key("part", change.finding.region, *part)),
            "ConditionExpression": free,
            "ExpressionAttributeValues": typed({k: v for k, v in every.items() if k in said}),
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }
        if used := {k: v for k, v in names.items() if k in said}:
            item["ExpressionAttributeNames"] = used
        return {"Update": item | {"UpdateExpression": sets}} if sets else {"ConditionCheck": item}

    def _finding(self, record: Record, change: Change) -> dict[str, Any]:
        """The finding's row, as it is seen now and with the change that is being made of it."""
        row = rows.finding_row(self._pk(change.finding.region), record)
        row |= {"open_change": change.id, "open_since": change.at.isoformat()}
        update = rows.seen(row, "", {})
        del update["ConditionExpression"]
        return {"Update": {"TableName": self.table} | update}

    def _told(self, change: Change, now: datetime) -> dict[str, Any]:
        """What a change's end, or its undo's beginning, means for its finding.

        A row that is gone by then is made anew as a whole: half of one nobody could read.
        """
        finding = change.finding
        key = rows.key_of(self._pk(finding.region), f"finding#{finding.key}#{finding.id}")
        sets: dict[str, str] = {"changed_at": now.isoformat()}
        if change.state.moves:
            sets |= {"open_change": change.id, "open_since": now.isoformat()}
        else:
            sets |= {"open_change": "", "status": STATUSES[change.state].value}
            if held := HOLDS.get(change.state):
                reason = change.reason or f"{change.undone_by} undid our change, so we ask"
                sets["held"] = codec.text([held, reason])
            if change.state is ChangeState.UNDONE:
                sets["undone_at"] = now.isoformat()
            if change.state is ChangeState.VERIFIED:
                sets["fixed_1"] = now.isoformat()
        row = rows.least(finding, change.at, change.environment)
        rest = {name: value for name, value in row.items() if name not in sets}
        said = [f"#{name} = :{name}" for name in sets]
        said += [f"#{name} = if_not_exists(#{name}, :{name})" for name in rest]
        expression = ", ".join(said)
        if "fixed_1" in sets:
            expression = f"fixed_2 = if_not_exists(fixed_1, :never), {expression}"
        values = sets | rest | ({"never": rows.NEVER} if "fixed_1" in sets else {})
        update = {
            "TableName": self.table,
            "Key": key,
            "UpdateExpression": f"SET {expression}",
            "ExpressionAttributeNames": {f"#{name}": name for name in (*sets, *rest)},
            "ExpressionAttributeValues": rows.attributes(values),
        }
        return {"Update": update}

    def _transact(
        self,
        change: Change,
        condition: str,
        values: Mapping[str, Any],
        items: Sequence[Mapping[str, Any]],
        now: datetime,
    ) -> tuple[bool, dict[int, rows.Row]]:
        """All or nothing. A lost answer is looked at: the row bears this write's own mark."""
        mark = secrets.token_hex(4)
        row = change_row(change, self.aws.account, now, self.key()) | {"mark": mark}
        put: dict[str, Any] = {
            "TableName": self.table,
            "Item": typed(row),
            "ConditionExpression": condition,
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }
        if values:
            put["ExpressionAttributeValues"] = typed(values)
        call = Call("dynamodb:TransactWriteItems", {"TransactItems": [{"Put": put}, *items]})
        for attempt in range(TRIES):
            try:
                self._send(call)
            except ReadFailed as failed:
                stood = stood_in_the_way(failed)
                if stood:  # our own first attempt may have landed late, and then this is no refusal
                    return attempt > 0 and self._bears(change.id, mark), stood
                if status(failed) in range(400, 500) or attempt + 1 == TRIES:
                    raise
                if self._bears(change.id, mark):
                    return True, {}
            else:
                return True, {}
        raise AssertionError("the last attempt returns or raises")

    def _bears(self, change_id: str, mark: str) -> bool:
        row = self._row(change_id)
        return bool(row and row.get("mark") == mark)

    def _row(self, change_id: str) -> rows.Row | None:
        params = {
            "TableName": self.table,
            "Key": typed({"pk": change_id, "sk": "change"}),
            "ConsistentRead": True,
        }
        return item_of(self.aws.ask(Call("dynamodb:GetItem", params)), change_id)
