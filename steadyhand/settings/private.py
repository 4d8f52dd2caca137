"""Folders of ours on a person's disk: theirs alone, or not used at all.

Whoever may write into a cache that we read decides what we believe, so a folder that belongs to
somebody else, or that others may write to, is as good as none.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

ONLY_MINE, FILE_OF_MINE = 0o700, 0o600


class NotPrivate(Exception):
    """Somebody else may write there. The sentence says where and what to do."""


def cache(*below: str) -> Path:
    """A folder below our cache, made where it is missing. `NotPrivate` where it is not ours alone.

    XDG Base Directory Specification: `$XDG_CACHE_HOME`, else `~/.cache`.
    """
    top = os.environ.get("XDG_CACHE_HOME") or Path("~/.cache").expanduser()
    return folder(Path(top) / "steadyhand", *below)


def folder(top: Path, *below: str) -> Path:
    """`top` and what lies below it, each made for nobody else; each checked where it was there."""
    top.parent.mkdir(parents=True, exist_ok=True)
    here = top
    for name in ("", *below):
        here = here / name if name else here
        here.mkdir(mode=ONLY_MINE, exist_ok=True)
        check(here)
    return here


def check(path: Path) -> None:
    """Ours, no link, and writable by nobody else; `NotPrivate` says why not."""
    found = path.lstat()
    if stat.S_ISLNK(found.st_mode):
        raise NotPrivate(f"{path} is a link, so it is not used")
    if hasattr(os, "getuid") and found.st_uid != os.getuid():
        raise NotPrivate(f"{path} belongs to somebody else, so it is not used")
    if found.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise NotPrivate(f"others may write to {path}: chmod go-w {path}")


def write(file: Path, data: bytes) -> None:
    """A file that nobody else may read, whatever stood there before."""
    file.unlink(missing_ok=True)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_OF_MINE)
    with os.fdopen(descriptor, "wb") as out:
        out.write(data)
