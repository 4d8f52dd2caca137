"""What is taken along: the ledger, the backlog, the documents and the way back of every change, in files.

Only the person who runs it may read them: folders are 0700, files 0600.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from steadyhand.aws.cli_command import folded
from steadyhand.cli.leaving.remains import Remains
from steadyhand.cli.leaving.stacks import Region
from steadyhand.formats.words import tame
from steadyhand.model import Call, Change, filled
from steadyhand.settings import private
from steadyhand.settings.deployed import TABLE

LEDGER, DOCUMENTS, WAY_BACK, REMAINS = "ledger.jsonl", "documents", "undo.sh", "what-stays.txt"


class NotExported(Exception):
    """Something cannot be taken along; the message says what. Nothing was destroyed."""


@dataclass(frozen=True, slots=True)
class Folder:
    """Where it is put."""

    top: Path

    def write(self, name: str, text: str) -> None:
        """One file that nobody else may read."""
        private.write(private.folder(self.top) / name, text.encode())


def ledger(folder: Folder, aws: Region) -> int:
    """Every row of the ledger; how many.

    As DynamoDB itself exports and imports tables ("DynamoDB JSON": one `{"Item": …}` a line), so that
    nothing is lost and a new table can be made of it.
    """
    asked = Call("dynamodb:Scan", {"TableName": TABLE, "ConsistentRead": True})
    rows = [
        json.dumps({"Item": _jsonable(row)}, sort_keys=True, ensure_ascii=False)
        for page in aws.pages(asked)
        for row in page["Items"]
    ]
    folder.write(LEDGER, "".join(f"{row}\n" for row in sorted(rows)))
    return len(rows)


def _jsonable(value: Any) -> Any:
    """DynamoDB's values as its JSON spells them: bytes in base64."""
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, Mapping):
        return {name: _jsonable(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_jsonable(inner) for inner in value]
    return value


def documents(folder: Folder, aws: Region, bucket: str) -> int:
    """Every report and page of the bucket, as it is now; how many."""
    count = 0
    for page in aws.pages(Call("s3:ListObjectsV2", {"Bucket": bucket})):
        for one in page.get("Contents", ()):
            key = str(one["Key"])
            *above, name = _parts(key)
            got = aws.ask(Call("s3:GetObject", {"Bucket": bucket, "Key": key}))["Body"].read()
            private.write(private.folder(folder.top, DOCUMENTS, *above) / name, got)
            count += 1
    return count


def _parts(key: str) -> Sequence[str]:
    """A key as a path below our folder, or none: who may write there does not choose where we write."""
    parts = key.split("/")
    if any(part in {"", ".", ".."} or not part.isprintable() or "\\" in part for part in parts):
        raise NotExported(f"the object {key!r} cannot be a file here, so nothing was destroyed")
    return parts


def way_back(folder: Folder, changes: Sequence[Change]) -> int:
    """The undo of whatever is in force because of us, newest first, as `aws` commands; of how many changes."""
    standing = [one for one in changes if any(step.became.ours and step.undo for step in one.steps)]
    said = ["# How each change that Steadyhand made is undone by hand. Read before you run a line:"]
    said += ["# nobody looks any more whether somebody changed the resource since.", ""]
    for one in reversed(standing):
        said += _undo(one)
    folder.write(WAY_BACK, "\n".join(said) + "\n")
    return len(standing)


def _undo(change: Change) -> Iterator[str]:
    """One change: what it was, and its calls back, last step first."""
    said = tame(" ".join(change.finding.summary.split()))
    yield f"# {change.id}, {change.at:%Y-%m-%d}: {said}"
    for number, step in reversed(list(enumerate(change.steps))):
        if step.undo and step.became.ours:
            yield folded(filled(step.undo, change, number), change.finding.region)
    yield ""


def what_stays(folder: Folder, remains: Sequence[Remains]) -> None:
    """What stays in the account, and how to remove it."""
    folder.write(REMAINS, "\n".join(lines(remains)) + "\n")


def lines(remains: Sequence[Remains]) -> Iterator[str]:
    """What stays: a line each, its commands below."""
    for one in remains:
        yield tame(f"{one.what}: {one.why}")
        yield from (f"    {command}" for command in one.commands)
