"""What the demo leaves to look at: mails with their charts and calendar, findings, the ledger."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from emulator import inbox
from emulator.launcher import Mail
from steadyhand.ledger import codec
from steadyhand.model import Change, Exemption, Record
from steadyhand.settings import private

CALENDAR = "text/calendar"
SCAN = "scan.html"
"""The scan as a page, beside its JSON."""

CALLED = {
    "first": "the report of day one",
    "weekly": "the weekly review",
    "monthly": "the monthly digest",
}
"""What the mails are, in a few words."""


@dataclass(frozen=True, slots=True)
class Artifact:
    """One file, and what it is. `shown`: worth naming at the end."""

    file: Path
    what: str
    shown: bool = True


def mails(sent: Iterable[Mail], folder: Path, called: str) -> list[Artifact]:
    """Every mail as .eml and .html, its pictures, and the calendar it carries."""
    kept = list(sent)
    found: list[Artifact] = []
    for copy, mail in zip(inbox.write(kept, folder / "mail"), kept, strict=True):
        if copy.page_file:
            what = CALLED.get(called, "a mail")
            found.append(Artifact(_renamed(copy.page_file, called), what))
        found.append(Artifact(_renamed(copy.mail_file, called), "as it was sent", shown=False))
        found += _enclosed(inbox.parse(mail.mime), folder)
    return found


def _renamed(file: Path, called: str) -> Path:
    """A name one can type: "01-monthly.html"."""
    number = file.name.partition("-")[0]
    return file.rename(file.with_name(f"{number}-{called}{file.suffix}"))


def subject(mail: Mail) -> str:
    """What its subject says."""
    return str(inbox.parse(mail.mime).get("Subject", ""))


def findings(scanned: Mapping[str, Any], folder: Path) -> Artifact:
    """What a scan found, as `steadyhand scan --output json` prints it."""
    return _written(
        folder / "findings.json", [json.dumps(scanned, indent=2)], "what the scan found"
    )


def ledger(
    records: Iterable[Record],
    changes: Iterable[Change],
    exemptions: Iterable[Exemption],
    folder: Path,
) -> Artifact:
    """What is remembered: a JSON object a line, findings first, then changes, then exemptions."""
    lines = [*map(_record, records), *map(_change, changes), *map(_exemption, exemptions)]
    return _written(
        folder / "ledger.jsonl", map(codec.text, lines), "everything that was written down"
    )


def _enclosed(message: EmailMessage, folder: Path) -> Iterator[Artifact]:
    for part in message.walk():
        kind, data = part.get_content_type(), part.get_payload(decode=True)
        name = Path(part.get_filename() or "").name
        if not isinstance(data, bytes) or not data:
            continue
        if kind == CALENDAR:
            file = folder / "calendar.ics"
            private.write(file, data)
            yield Artifact(file, "every date, for a calendar")
        elif kind.startswith("image/") and name:
            file = folder / "charts" / name
            file.parent.mkdir(exist_ok=True)
            private.write(file, data)
            yield Artifact(file, "a chart of the mail", shown=False)
        elif name:
            file = folder / "mail" / name
            private.write(file, data)
            yield Artifact(file, "an attachment", shown=False)


def _record(record: Record) -> dict[str, Any]:
    return {
        "kind": "finding",
        "id": record.finding.id,
        "status": record.status.value,
        "environment": record.environment,
        "risk": record.risk.value,
        "first_seen": record.first_seen,
        "changed_at": record.changed_at,
        "held": [record.held.guardrail, record.held.reason] if record.held else None,
        "finding": codec.finding_out(record.finding),
    }


def _change(change: Change) -> dict[str, Any]:
    return {
        "kind": "change",
        "id": change.id,
        "state": change.state.value,
        "by": change.by,
        "at": change.at,
        "ended_at": change.ended_at,
        "environment": change.environment,
        "undone_by": change.undone_by,
        "reason": change.reason,
        "finding": change.finding.id,
        "steps": codec.steps_out(change.steps),
        "before": [step.before for step in change.steps],
        "after": [step.makes for step in change.steps],
    }


def _exemption(exemption: Exemption) -> dict[str, Any]:
    return {
        "kind": "exemption",
        "scope": exemption.scope,
        "until": exemption.until,
        "because": exemption.because,
        "by": exemption.by,
        "at": exemption.at,
    }


def _written(file: Path, lines: Iterable[str], what: str) -> Artifact:
    private.write(file, (f"{line}\n".encode() for line in lines))
    return Artifact(file, what)
