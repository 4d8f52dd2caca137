"""Puts the pages into the bucket of reports, and gets them from there. Only what changed is written."""

from __future__ import annotations

import hashlib
import json
import mimetypes
import re
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from steadyhand.model import Answer, Call, Note, ReadFailed
from steadyhand.settings import private

FOLDER = "portal"
MANIFEST = f"{FOLDER}/manifest.json"
FIRST = "index.html"
STAMP = re.compile(rb"<!--stamp-->.*?<!--/stamp-->", re.DOTALL)
"""When a page was written, on the page."""

AT_ONCE = 8
KNOWN = re.compile(r"^(portal|reviews)(/[\w-][\w.-]*)*/[\w-]+\.(html|css|js|ics|json|png|svg)$")
"""What a key may look like that becomes a file on a person's disk: our folders, our types."""

WRITTEN = "written"
"""The kind of note that says what we wrote under a key."""

TRIES = 5
"""How often a note is written again where somebody else writes it at the same time."""

ALTERED = (
    "{key} in {bucket} is not what Steadyhand wrote, so nothing is opened; who may write there?"
)

NOT_THERE = frozenset({"NoSuchKey", "404", "NoSuchBucket", "AccessDenied"})


class Client(Protocol):
    """The client of the region the bucket lies in."""

    def ask(self, call: Call) -> Answer:
        """One call, one answer."""


class Missing(Exception):
    """Nobody has written the pages yet, or this person may not see them."""


class Altered(Exception):
    """A page is not what we wrote: somebody else did."""


class Store(Protocol):
    """What of the ledger is needed: it says what we wrote, in a place that a bucket's writers do not reach."""

    def note(self, new: Note, over: Note | None = None) -> bool:
        """Write it down, in place of `over`."""

    def noted(self, kind: str, name: str) -> Note | None:
        """What was said last under a name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One file in the list of all. `said` is what it says without its time, `whole` every byte (SHA-256)."""

    said: str
    whole: str


def publish(
    files: Mapping[str, bytes],
    *,
    bucket: str,
    aws: Client,
    ledger: Store,
    now: datetime,
    reviews: Iterable[str],
) -> int:
    """Write what is new or changed; how many files that were. The list of all is written last.

    `reviews` are the names of the reviews whose mails lie beside the pages. What was written is told
    to the ledger, by which `fetch` knows our pages from others.
    """
    there = before(bucket, aws, ledger)
    listed: dict[str, Listed] = {}
    new = []
    for name, data in files.items():
        key, said = f"{FOLDER}/{name}", digest(name, data)
        is_there = key in there and there[key].said == said and there[key].whole
        listed[key] = there[key] if is_there else Listed(said=said, whole=sha256(data))
        new += [] if is_there else [key]
    mails = [f"reviews/{name}/mail.html" for name in reviews]
    listed |= {key: Listed(said="", whole="") for key in mails}
    if not new and listed.keys() == there.keys():
        return 0

    def write(key: str) -> None:
        put(bucket, key, files[key.removeprefix(f"{FOLDER}/")], aws)

    each(write, new)
    as_plain = {key: asdict(one) for key, one in listed.items()}
    text = (json.dumps(as_plain, indent=1, sort_keys=True) + "\n").encode()
    put(bucket, MANIFEST, text, aws)
    written(MANIFEST, text, ledger, now)
    return len(new)


def written(key: str, data: bytes, ledger: Store, now: datetime) -> None:
    """Tell the ledger what we wrote under a key, so that what lies there later can be held against it."""
    new = Note(kind=WRITTEN, name=key, at=now, said={"sha256": sha256(data)})
    for _ in range(TRIES):
        if ledger.note(new, ledger.noted(WRITTEN, key)):
            return


def digest(name: str, data: bytes) -> str:
    """What a page says, in short. Only the first page is news because time went by."""
    return sha256(data if name == FIRST else STAMP.sub(b"", data))


def sha256(data: bytes) -> str:
    """All its bytes, in short."""
    return hashlib.sha256(data).hexdigest()


def before(bucket: str, aws: Client, ledger: Store) -> dict[str, Listed]:
    """What we wrote last, by its key; nothing where nobody wrote yet, or where the list is not ours."""
    try:
        text = verified(MANIFEST, bucket, aws, ledger)
    except Altered:
        return {}  # then everything is written anew
    return {} if text is None else listing(text)


def listing(text: bytes) -> dict[str, Listed]:
    """The list of all, out of its JSON. What has not our shape is written anew."""
    try:
        return {str(key): Listed(**one) for key, one in json.loads(text).items()}
    except (ValueError, TypeError, AttributeError):
        return {}


def fetch(folder: Path, *, bucket: str, aws: Client, ledger: Store) -> Path:
    """All pages and the mails they lead to, as files nobody else may read; the page to open first.

    Nothing is written to disk but what the ledger says we wrote, under names and of types we use:
    whoever may write to the bucket may not thereby write to a person's disk. `Altered` where a page
    is another one; a mail that is not ours is left out.
    """
    text = verified(MANIFEST, bucket, aws, ledger)
    listed = {} if text is None else listing(text)
    keys = [key for key in listed if KNOWN.match(key) and ".." not in key]
    if not keys:
        raise Missing(f"there are no pages in {bucket} yet, or you may not read them")
    private.folder(folder)

    def get(key: str) -> None:
        if key.startswith(FOLDER):
            found = read(bucket, key, aws)
            data: bytes | None = found
            if sha256(found) != listed[key].whole:
                data = verified(key, bucket, aws, ledger)  # reviews write the calendar too
                if data is None:
                    raise Altered(ALTERED.format(key=key, bucket=bucket))
        else:
            data = verified(key, bucket, aws, ledger)
        if data is None:
            return  # a mail whose objects have expired
        file = folder / key
        private.folder(folder, *Path(key).parent.parts)
        private.write(file, data)

    each(get, keys)
    return folder / FOLDER / FIRST


def verified(key: str, bucket: str, aws: Client, ledger: Store) -> bytes | None:
    """One object, if it is there and the one that we wrote; `Altered` where it is another one."""
    told = ledger.noted(WRITTEN, key)
    if told is None:
        return None
    try:
        data = read(bucket, key, aws)
    except ReadFailed as failed:
        if failed.code in NOT_THERE:
            return None
        raise
    if sha256(data) != told.said.get("sha256"):
        raise Altered(ALTERED.format(key=key, bucket=bucket))
    return data


def put(bucket: str, key: str, data: bytes, aws: Client) -> None:
    """One object, of the type that its name says."""
    kind = mimetypes.guess_type(key)[0] or "application/octet-stream"
    said = f"{kind}; charset=utf-8" if kind.startswith("text/") else kind
    params = {"Bucket": bucket, "Key": key, "Body": data, "ContentType": said}
    aws.ask(Call("s3:PutObject", params))


def read(bucket: str, key: str, aws: Client) -> bytes:
    """One object."""
    body = aws.ask(Call("s3:GetObject", {"Bucket": bucket, "Key": key}))["Body"]
    data: bytes = body if isinstance(body, bytes) else body.read()
    return data


def each(do: Callable[[str], None], keys: Iterable[str]) -> None:
    """Some at the same time. The first that fails is told."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for done in [pool.submit(do, key) for key in keys]:
            done.result()
