"""Folders of ours on a person's disk: theirs alone, or not used at all.

Whoever may write into a cache that we read decides what we believe, so a folder that belongs to
somebody else, or that others may write to, is as good as none.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from pathlib import Path

ONLY_MINE, FILE_OF_MINE, ROOT = 0o700, 0o600, 0


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


def write(file: Path, data: bytes | Iterable[bytes]) -> None:
    """The whole file or none of it; nobody else may read it, whatever stood there before.

    What stands there is replaced if it is a file: never a link, a device or a folder (`NotPrivate`).
    """
    from tempfile import mkstemp  # noqa: PLC0415 - deployed functions write no files

    _replaceable(file)
    descriptor, beside = mkstemp(dir=file.parent, prefix=f".{file.name[:99]}-", suffix=".new")
    try:
        with os.fdopen(descriptor, "wb") as out:
            out.writelines([data] if isinstance(data, bytes) else data)
        Path(beside).replace(file)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise


def append(file: Path, text: str) -> None:
    """More of a file that grows; through no link (ELOOP), and for nobody else where it is new."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_NOFOLLOW", 0)
    with os.fdopen(os.open(file, flags, FILE_OF_MINE), "a", encoding="utf-8", newline="") as out:
        out.write(text)


def named(file: Path, data: bytes | Iterable[bytes]) -> None:
    """A file where a person said, its folder made for nobody else; `NotPrivate` says why not.

    Their folders may be read by others. One that anybody may write to is refused, but for sticky ones
    as /tmp; so is a link of somebody else on the way, and a folder of theirs (root writes everywhere:
    its containers are lent the folders of people).
    """
    above = Path(os.path.abspath(file)).parent  # noqa: PTH100 - `resolve` follows the links
    for one in (*reversed(above.parents), above):
        if not one.is_symlink():
            one.mkdir(mode=ONLY_MINE, exist_ok=True)
        elif _foreign(one.lstat()):
            raise NotPrivate(f"{one} is a link of somebody else, so nothing is written there")
    found = above.stat()
    if found.st_mode & stat.S_IWOTH and not found.st_mode & stat.S_ISVTX:
        raise NotPrivate(f"anybody may write to {above}: chmod o-w {above}")
    if _foreign(found) and os.getuid() != ROOT:
        raise NotPrivate(f"{above} belongs to somebody else, so nothing is written there")
    write(file, data)


def _replaceable(file: Path) -> None:
    try:
        found = file.lstat()
    except FileNotFoundError:
        return
    if stat.S_ISLNK(found.st_mode):
        raise NotPrivate(f"{file} is a link, so nothing is written there")
    if not stat.S_ISREG(found.st_mode):
        raise NotPrivate(f"{file} is no file, so nothing is written there")


def _foreign(found: os.stat_result) -> bool:
    return hasattr(os, "getuid") and found.st_uid not in (ROOT, os.getuid())
