"""The ledger: one DynamoDB table that remembers findings, changes, exemptions and incidents.

Every row has `pk` (account and region), `sk`, `id`, `kind` and `at`. Two indexes: `by_id`, and
`by_kind` (account and kind, by time). It writes only what changed. The rows of one subject lie
side by side, so an event reads them with one query.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from steadyhand.ledger import codec, rows
from steadyhand.ledger.changes import TRIES, Changes
from steadyhand.ledger.compact_rows import Reader, both_ends, shortly_before, unseen
from steadyhand.ledger.queries import status
from steadyhand.model import (
    GLOBAL,
    Exemption,
    Incident,
    MalformedAnswer,
    Note,
    ReadFailed,
    Record,
)

EXEMPTION = "exemption#"
RENEWED = "ticket"
"""The kind of notes of which the next run writes its own in place of one that cannot be read."""

KEPT = timedelta(days=90)
"""How long it is known who asked what; a proof is good for a minute."""

FREE = "(attribute_not_exists(open_change) OR open_change = :none)"
UNTOUCHED = " AND (attribute_not_exists(changed_at) OR changed_at <= :looked_at)"


class Ledger(Changes):
    """One account's storage. `aws` is the client of the region the table lies in."""

    # Findings.

    def known(self, region: str, key: str | None = None) -> dict[str, Record]:
        """What is remembered of a region, or of one subject in it: records by finding id."""
        start = "finding#" if key is None else f"finding#{key}#"
        found = self._query("pk = :pk AND begins_with(sk, :sk)", pk=self._pk(region), sk=start)
        records = self._readable(found, rows.record_in)
        whole = (one for one in records if key is None or one.finding.key == key)
        return {record.finding.id: record for record in whole}

    def record(self, finding_id: str) -> Record | None:
        """One finding, by its id."""
        if not (row := self._by_id(finding_id, "finding")):
            return None
        for record in self._readable([row], rows.record_in):
            return record
        raise MalformedAnswer(self.unreadable[-1])

    def records(self) -> Iterator[Record]:
        """Every finding of the account, open or not, in all regions, each once.

        What changes while they are read moves to the list's end, where we may have been already:
        so we look there once more.
        """
        read, seen, newest, pages = Reader().record, set[str](), "", 0
        ends = (self._pages_of_kind("finding", forwards=way) for way in (True, False))
        for items in both_ends(*ends):
            newest = max(newest, items[0]["at"]["S"], items[-1]["at"]["S"])
            pages += 1
            yield from self._readable(unseen(items, seen), read)
        if pages > 1:
            for items in self._pages_of_kind("finding", shortly_before(newest)):
                yield from self._readable(unseen(items, seen), read)

    def observe(self, new: Record, old: Record | None) -> bool:
        """Write a finding down as it is seen now, if anything changed since `old`.

        `new.changed_at` is when it was looked at. False where there was nothing to write, where a
        change is being made of it, or where something became of it after that look.
        """
        if old and rows.noteworthy(old) == rows.noteworthy(new):
            return False
        row = rows.finding_row(self._pk(new.finding.region), rows.grown(old, new))
        values = {"none": "", "looked_at": new.changed_at.isoformat()}
        return self._write("dynamodb:UpdateItem", rows.seen(row, FREE + UNTOUCHED, values))

    # What people ask.

    def asked(self, nonce: str, at: datetime, said: Mapping[str, Any]) -> bool:
        """Write down that somebody asked, once: False where this nonce was there. Kept for 90 days."""
        row = {
            "pk": self._pk(GLOBAL),
            "sk": f"asked#{nonce}",
            "id": f"asked#{nonce}",
            "kind": self._kind("asked"),
            "at": at.isoformat(),
            "body": codec.text(said),
        }
        expires = {"expires": {"N": str(int((at + KEPT).timestamp()))}}
        params = {
            "Item": rows.wrap(row) | expires,
            "ConditionExpression": "attribute_not_exists(pk)",
        }
        return self._write("dynamodb:PutItem", params)

    # Exemptions, incidents, reviews.

    def exemptions(self) -> list[Exemption]:
        """All exemptions, ended ones too."""
        return list(self._readable(self._exemption_rows(), rows.exemption_in))

    def exemptions_to_obey(self) -> list[Exemption]:
        """The same; and where a row cannot be read, one of nobody, without an end, of what its key names.

        What a person left alone is not touched because nobody can read until when they meant it.
        """
        found = list(self._exemption_rows())
        read = list(self._readable(found, rows.exemption_in))
        named = {str(row["sk"]).removeprefix(EXEMPTION) for row in found}
        return read + [rows.unread_exemption(one) for one in named - {one.scope for one in read}]

    def _exemption_rows(self) -> Iterator[rows.Row]:
        where = "pk = :pk AND begins_with(sk, :sk)"
        return self._query(where, pk=self._pk(GLOBAL), sk=EXEMPTION)

    def exempt(self, exemption: Exemption, concerned: Sequence[Record]) -> None:
        """A person's word: for what is known now it counts at once, for what comes soon after."""
        body = {"because": exemption.because, "by": exemption.by, "scope": exemption.scope}
        self._put(
            {
                "pk": self._pk(GLOBAL),
                "sk": f"{EXEMPTION}{exemption.scope}",
                "id": exemption.scope,
                "kind": self._kind("exemption"),
                "at": exemption.at.isoformat(),
                "until": exemption.until.isoformat(),
                "body": codec.text(body),
            }
        )
        for record in concerned:
            self.exempt_parts(record, exemption.until, exemption.by)
            row = rows.finding_row(self._pk(record.finding.region), record)
            params = {
                "Key": rows.key_of(row["pk"], row["sk"]),
                "UpdateExpression": "SET exempt_until = :until",
                "ConditionExpression": "attribute_exists(pk)",
                "ExpressionAttributeValues": rows.attributes(
                    {"until": exemption.until.isoformat()}
                ),
            }
            self._write("dynamodb:UpdateItem", params)

    def incident(self, incident: Incident, over: Incident | None = None) -> bool:
        """Write an incident down: once for each time it began. False: nothing new.

        `over` is a row that is corrected; if somebody wrote meanwhile, it stays.
        """
        row: dict[str, Any] = {
            "pk": self._pk(incident.region),
            "sk": f"incident#{incident.id}",
            "id": incident.id,
            "kind": self._kind("incident"),
            "at": incident.began_at.isoformat(),
            "ended_at": rows.ended_at(incident),
            "body": codec.text({"signature": incident.signature, "summary": incident.summary}),
        }
        params = {
            "Item": rows.wrap(row),
            "ConditionExpression": "attribute_not_exists(pk) OR ended_at = :ended",
            "ExpressionAttributeValues": rows.attributes({"ended": rows.ended_at(over)}),
        }
        return self._write("dynamodb:PutItem", params)

    def incidents(
        self, since: datetime | None = None, until: datetime | None = None
    ) -> list[Incident]:
        """The incidents that began in a time, oldest first."""
        found = self._of_kind("incident", since, until)
        every = self._readable(found, lambda row: rows.incident_in(row, self.aws.account))
        return [one for one in every if not one.never_was]

    def incidents_like(self, one: Incident) -> list[Incident]:
        """What is known of the same alarm, oldest first: their ids differ in the time alone."""
        alike = f"incident#{one.id.rpartition('-')[0]}-"
        found = self._query("pk = :pk AND begins_with(sk, :sk)", pk=self._pk(one.region), sk=alike)
        every = self._readable(found, lambda row: rows.incident_in(row, self.aws.account))
        return [row for row in every if not row.never_was]

    def swept(self, region: str, name: str, at: datetime, said: Mapping[str, Any]) -> None:
        """What the last sweep of this name covered: its checks, and what it could not read."""
        row = {"pk": self._pk(region), "sk": f"sweep#{name}", "id": f"sweep#{region}#{name}"}
        body = {"body": codec.text(said), "kind": self._kind("sweep"), "at": at.isoformat()}
        self._put(row | body)

    def sweeps(self) -> list[tuple[str, datetime, Mapping[str, Any]]]:
        """The last sweep of each region and rhythm: region, time, what it covered."""
        return list(self._readable(self._of_kind("sweep"), rows.sweep_in))

    # Notes.

    def note(self, new: Note, over: Note | None = None) -> bool:
        """Write it down, in place of `over`. False: somebody else wrote meanwhile.

        Without `over` only the first to say this name is heard: what makes sending exactly once.
        Where AWS's answer is lost and the call is repeated, the row bears this write's own mark.
        """
        row = {
            "pk": self._pk(GLOBAL),
            "sk": new.id,
            "id": new.id,
            "kind": self._kind(new.kind),
            "at": new.at.isoformat(),
            "body": codec.text(new.said),
            "mark": secrets.token_hex(4),
        }
        params: dict[str, Any] = {"Item": rows.wrap(row)}
        if over is None:
            params["ConditionExpression"] = "attribute_not_exists(pk)"
        else:
            params["ConditionExpression"] = "#body = :was"
            params["ExpressionAttributeNames"] = {"#body": "body"}
            params["ExpressionAttributeValues"] = rows.attributes(
                {"was": over.body or codec.text(over.said)}
            )
        wrote = self._wrote(row, params)
        return wrote or (over is None and self._in_place_of_rubbish(new.kind, row))

    def _in_place_of_rubbish(self, kind: str, row: rows.Row) -> bool:
        """Write it where what lies there cannot be read, and is of the kind that the next run writes anew."""
        if kind != RENEWED:
            return False
        keys = {"pk": row["pk"], "sk": row["sk"]}
        for lies in (one for page in self._pages("pk = :pk AND sk = :sk", keys) for one in page):
            if not any(self._readable([lies], lambda item: rows.note_in(rows.unwrap(item)))):
                return self._wrote(row, {"Item": rows.wrap(row), **rows.still(lies)})
        return False

    def _wrote(self, row: rows.Row, params: Mapping[str, Any]) -> bool:
        """One marked row, where its condition holds. What answer was lost is looked up."""
        for attempt in range(TRIES):
            try:
                if self._write("dynamodb:PutItem", params):
                    return True
            except ReadFailed as failed:
                if status(failed) in range(400, 500) or attempt + 1 == TRIES:
                    raise
                if self._is_ours(row):
                    return True
            else:
                return self._is_ours(row)
        raise AssertionError("the last attempt returns or raises")

    def _is_ours(self, row: rows.Row) -> bool:
        """Does the row that lies there bear this write's own mark?"""
        stands = self._query("pk = :pk AND sk = :sk", pk=row["pk"], sk=row["sk"])
        return any(one.get("mark") == row["mark"] for one in stands)

    def noted(self, kind: str, name: str) -> Note | None:
        """What was said last under a name; None where nobody said it yet."""
        said = "pk = :pk AND sk = :sk"
        found = self._query(said, pk=self._pk(GLOBAL), sk=f"{kind}#{name}")
        return next(self._readable(found, rows.note_in), None)

    def notes(
        self, kind: str, since: datetime | None = None, until: datetime | None = None
    ) -> list[Note]:
        """The notes of a kind that were written in a time, oldest first."""
        return list(self._readable(self._of_kind(kind, since, until), rows.note_in))
