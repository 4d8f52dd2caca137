"""Puts the pages into the bucket of reports, and gets them from there. Only what changed is written."""

from __future__ import annotations

import hashlib
import json
import mimetypes
import re
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Protocol

from steadyhand.model import Answer, Call, ReadFailed

FOLDER = "portal"
MANIFEST = f"{FOLDER}/manifest.json"
FIRST = "index.html"
STAMP = re.compile(rb"<!--stamp-->.*?<!--/stamp-->", re.DOTALL)
"""When a page was written, on the page."""

AT_ONCE = 8
KNOWN = re.compile(r"^(portal|reviews)(/[\w-][\w.-]*)+$")
"""What a key may look like that becomes a file on a person's disk."""

NOT_THERE = frozenset({"NoSuchKey", "404", "NoSuchBucket", "AccessDenied"})


class Client(Protocol):
    """The road to the region the bucket lies in."""

    def ask(self, call: Call) -> Answer:
        """One call, one answer."""


class Missing(Exception):
    """Nobody has written the pages yet, or this person may not see them."""


def publish(files: Mapping[str, bytes], *, bucket: str, aws: Client, reviews: Iterable[str]) -> int:
    """Write what is new or changed; how many files that were. The list of all is written last.

    `reviews` are the names of the reviews whose mails lie beside the pages.
    """
    before = manifest(bucket, aws)
    now = {f"{FOLDER}/{name}": digest(name, data) for name, data in files.items()}
    new = [key for key, digest in now.items() if before.get(key) != digest]
    listed = now | {f"reviews/{name}/mail.html": "" for name in reviews}
    if not new and listed.keys() == before.keys():
        return 0

    def write(key: str) -> None:
        put(bucket, key, files[key.removeprefix(f"{FOLDER}/")], aws)

    each(write, new)
    put(bucket, MANIFEST, (json.dumps(listed, indent=1, sort_keys=True) + "\n").encode(), aws)
    return len(new)


def digest(name: str, data: bytes) -> str:
    """What a page says, in short. Only the first page is news because time went by."""
    said = data if name == FIRST else STAMP.sub(b"", data)
    return hashlib.sha256(said).hexdigest()


def manifest(bucket: str, aws: Client) -> dict[str, str]:
    """Every file there is, by its key, with a digest of ours; nothing where nobody wrote yet."""
    try:
        listed: dict[str, str] = json.loads(read(bucket, MANIFEST, aws))
    except ReadFailed as failed:
        if failed.code in NOT_THERE:
            return {}
        raise
    return listed


def fetch(folder: Path, *, bucket: str, aws: Client) -> Path:
    """All pages and the mails they lead to, as files; the page to open first."""
    keys = [key for key in manifest(bucket, aws) if KNOWN.match(key) and ".." not in key]
    if not keys:
        raise Missing(f"there are no pages in {bucket} yet, or you may not read them")

    def get(key: str) -> None:
        try:
            data = read(bucket, key, aws)
        except ReadFailed as failed:
            if key.startswith(FOLDER) or failed.code not in NOT_THERE:
                raise
            return  # a mail whose objects have expired
        file = folder / key
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)

    each(get, keys)
    return folder / FOLDER / FIRST


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
