"""Whatever reads words of strangers, and what it may answer: a value, or its own refusal in one line.

Each takes one value of the fuzzer: JSON as Python has it, or bytes where the thing read is a file or a wire.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from functions import batches
from functions.alarm import bounces, incident
from functions.evaluate import item_of
from steadyhand.aws import proof
from steadyhand.catalogue import discovery as catalogue
from steadyhand.cli.envelope import Foreign, events
from steadyhand.cli.errors import CliError
from steadyhand.cli.scans import exemption_file, scan_store, selection
from steadyhand.connect import kept_mail
from steadyhand.engine.ask import request
from steadyhand.engine.event_index import MalformedEvent, woken_by
from steadyhand.engine.wakes import index
from steadyhand.formats import change_set
from steadyhand.formats.terraform import report
from steadyhand.formats.words import cell, code, markdown, tame
from steadyhand.ledger import codec, rows
from steadyhand.ledger.change_rows import change_in
from steadyhand.ledger.compact_rows import Reader
from steadyhand.ledger.queries import Table
from steadyhand.reference.secrets import redacted, redacted_in
from steadyhand.rhythm.core.words import clean, person
from steadyhand.settings import file as settings_file
from steadyhand.settings.values import Settings
from steadyhand.sources.callers import caller_of
from tests.security import samples

EVENT_INDEX = index(catalogue.load())


def refused_or_read(call: Callable[[], Any], *allowed: type[Exception]) -> Any:
    """What it reads, or None where it says in one line why not."""
    try:
        return call()
    except allowed as refused:
        said = str(refused).strip()
    if "\n" in said:
        raise AssertionError(f"more than one line: {said[:200]!r}")
    return None


def of_event(value: Any) -> None:
    for one in events(value):
        if not isinstance(one, Foreign):
            refused_or_read(lambda one=one: woken_by(one, EVENT_INDEX), MalformedEvent)
            caller_of(one.get("detail") if isinstance(one, dict) else one)


def of_alarm(value: Any) -> None:
    refused_or_read(lambda: incident(value), MalformedEvent)


def of_bounce(value: Any) -> None:
    refused_or_read(lambda: bounces(value), MalformedEvent)


def of_config(value: Any) -> None:
    refused_or_read(lambda: item_of(value), MalformedEvent)


def of_message(value: Any) -> None:
    refused_or_read(lambda: batches.body({"body": text_of(value)}), MalformedEvent)


def of_request(value: Any) -> None:
    found = refused_or_read(
        lambda: request.read(value), request.MalformedRequest, request.OtherProtocol
    )
    if found:
        proof.digest("a function", found.body)


def of_codec(value: Any) -> None:
    text = codec.text(value)
    assert codec.text(codec.value(text)) == text


def of_row(value: Any) -> None:
    """A row of the ledger is a table of texts: DynamoDB sees to that, and to no more."""
    if not isinstance(value, Mapping):
        return
    row = {str(name): text_of(said) for name, said in value.items()}
    table: Any = Table.__new__(Table)
    table.unreadable = []
    for read in (
        rows.record_in,
        rows.exemption_in,
        rows.note_in,
        rows.sweep_in,
        change_in,
        of_incident,
    ):
        used(table._readable([row], read))
    used(table._readable([{name: {"S": said} for name, said in row.items()}], Reader().record))
    assert all("\n" not in one for one in table.unreadable)


def of_incident(row: rows.Row) -> Any:
    return rows.incident_in(row, samples.ACCOUNT)


def used(read: Iterator[Any]) -> None:
    """What came back is what everybody takes it for: times can be compared, texts shown, tables looked up."""
    for one in read:
        for name in ("at", "until", "began_at", "ended_at", "first_seen", "changed_at", "sent_at"):
            at = getattr(one, name, None)
            assert at is None or at.astimezone(samples.NOW.tzinfo) == at
            assert at is None or isinstance(at < samples.NOW, bool)
        for name in ("signature", "summary", "because", "by", "scope", "environment", "reason"):
            assert isinstance(getattr(one, name, ""), str), name
        assert isinstance(getattr(one, "said", {}), Mapping)
        found = getattr(one, "finding", None)
        if found is not None:
            codec.text((found.evidence, found.tags))
            assert isinstance(found.summary + found.resource + found.id, str)


def of_kept_mail(value: bytes) -> None:
    """A mail that the ledger keeps, if somebody who may write rows wrote it."""
    text = value.decode("utf-8", "replace")
    ledger = samples.Noted({"parts": 1, "digest": samples.MAIL.digest, "text": text})
    found = kept_mail.kept(ledger, "weekly")
    assert found is None or isinstance(found[0].subject, str)


def of_words(value: Any) -> None:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    for one in (tame, cell, code, markdown, clean, person, redacted):
        said = one(text)
        assert isinstance(said, str)
        assert "\n" not in said or one is redacted
        assert "\x1b" not in said or one is redacted
    redacted_in(value)


def of_settings(value: bytes) -> None:
    with written(value) as file:
        refused_or_read(lambda: settings_file.read(file), settings_file.SettingsInvalid)


def of_exemptions(value: bytes) -> None:
    with written(value) as file:
        for one in (
            refused_or_read(lambda: exemption_file.find(file, samples.NOW, "UTC"), CliError) or ()
        ):
            assert isinstance(one.until >= samples.NOW, bool)


def of_terraform(value: bytes) -> None:
    text = value.decode("utf-8", "replace")
    refused_or_read(lambda: report.read(text), report.NotAReport)


def of_change_set(value: bytes) -> None:
    text = value.decode("utf-8", "replace")
    found = refused_or_read(lambda: change_set.read(text), change_set.NotAChangeSet)
    assert found is None or len(shlex.split(change_set.executing(found))) == 5


def of_baseline(value: bytes) -> None:
    with written(value) as file:
        refused_or_read(lambda: selection.baseline(file), CliError)


def of_kept_scan(value: bytes) -> None:
    with written(value) as file:
        found = scan_store.read(file, Settings())
        if found is not None:
            assert isinstance(found.finished_at < samples.NOW, bool)
            used(iter(found.found))


@contextmanager
def written(value: bytes) -> Iterator[Path]:
    """A file of this content."""
    with TemporaryDirectory() as folder:
        file = Path(folder, "file")
        file.write_bytes(value)
        file.chmod(0o600)
        yield file


def text_of(value: Any) -> str:
    """A text as it is, anything else as JSON; half a character has no place in a message or a row."""
    text = value if isinstance(value, str) else json.dumps(value)
    return text.encode("utf-8", "replace").decode()
