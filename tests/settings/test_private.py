"""A folder that somebody else may write to is as good as none."""

from __future__ import annotations

import ast
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from steadyhand.aws import service_models
from steadyhand.settings import private


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_it_is_made_for_nobody_else_whatever_the_umask(tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        made = private.folder(tmp_path / "ours", "portal", "111122223333")
        private.write(made / "a.html", b"a")
    finally:
        os.umask(old)
    assert [mode(one) for one in (made, made.parent, made.parent.parent)] == [0o700] * 3
    assert mode(made / "a.html") == 0o600


@pytest.mark.parametrize("bits", [0o777, 0o770, 0o772])
def test_one_that_others_may_write_to_is_refused(tmp_path: Path, bits: int) -> None:
    (tmp_path / "ours").mkdir()
    (tmp_path / "ours").chmod(bits)
    with pytest.raises(private.NotPrivate, match="others may write to"):
        private.folder(tmp_path / "ours", "x")
    assert not (tmp_path / "ours" / "x").exists()


def test_a_link_is_refused(tmp_path: Path) -> None:
    (tmp_path / "theirs").mkdir()
    (tmp_path / "ours").symlink_to(tmp_path / "theirs")
    with pytest.raises(private.NotPrivate, match="is a link"):
        private.folder(tmp_path / "ours")


def test_one_of_somebody_else_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "ours").mkdir()
    monkeypatch.setattr(os, "getuid", lambda: (tmp_path / "ours").stat().st_uid + 1)
    with pytest.raises(private.NotPrivate, match="belongs to somebody else"):
        private.folder(tmp_path / "ours")


WRITERS = (private.write, private.named, lambda file, data: private.append(file, data.decode()))


@pytest.mark.parametrize("write", WRITERS)
def test_nothing_is_written_through_a_link(tmp_path: Path, write: Any) -> None:
    theirs = tmp_path / "theirs"
    theirs.write_text("theirs")
    (tmp_path / "a").symlink_to(theirs)
    with pytest.raises((private.NotPrivate, OSError), match=r"is a link|symbolic link"):
        write(tmp_path / "a", b"ours")
    assert (theirs.read_text(), (tmp_path / "a").is_symlink()) == ("theirs", True)


@pytest.mark.parametrize("write", WRITERS)
def test_a_new_file_is_for_nobody_else(tmp_path: Path, write: Any) -> None:
    old = os.umask(0)
    try:
        write(tmp_path / "a", b"ours")
    finally:
        os.umask(old)
    assert (mode(tmp_path / "a"), (tmp_path / "a").read_bytes()) == (0o600, b"ours")


def test_what_others_could_read_is_not_what_is_written_into(tmp_path: Path) -> None:
    """A hard link or an open file of before keeps what was in it, and gets nothing new."""
    (tmp_path / "a").write_text("before")
    (tmp_path / "a").chmod(0o666)
    (tmp_path / "held").hardlink_to(tmp_path / "a")
    private.named(tmp_path / "a", iter([b"ou", b"rs"]))
    assert (tmp_path / "held").read_text() == "before"
    assert (mode(tmp_path / "a"), (tmp_path / "a").read_bytes()) == (0o600, b"ours")


def test_a_writer_that_fails_leaves_what_was_there_and_nothing_else(tmp_path: Path) -> None:
    def broken() -> Iterator[bytes]:
        yield b"half"
        raise ValueError

    (tmp_path / "a").write_text("before")
    with pytest.raises(ValueError):  # noqa: PT011 - raised as it is
        private.named(tmp_path / "a", broken())
    assert [(one.name, one.read_text()) for one in tmp_path.iterdir()] == [("a", "before")]


def test_a_device_or_a_pipe_is_not_replaced(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a")
    for file in (tmp_path / "a", tmp_path):
        with pytest.raises(private.NotPrivate, match="is no file"):
            private.named(file, b"ours")


def test_a_folder_that_anybody_writes_to_is_refused_unless_it_is_sticky(tmp_path: Path) -> None:
    there = tmp_path / "there"
    private.named(there / "deep" / "a", b"ours")
    assert {mode(there), mode(there / "deep")} == {0o700}
    (there / "deep").chmod(0o777)
    with pytest.raises(private.NotPrivate, match="chmod o-w"):
        private.named(there / "deep" / "b", b"ours")
    (there / "deep").chmod(0o1777)
    private.named(there / "deep" / "b", b"ours")


def test_a_link_of_somebody_else_on_the_way_and_their_folder_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "ours").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "ours")
    private.named(tmp_path / "link" / "a", b"ours")
    monkeypatch.setattr(os, "getuid", lambda: 4242)
    monkeypatch.setattr(private, "ROOT", 4343)
    with pytest.raises(private.NotPrivate, match="is a link of somebody else"):
        private.named(tmp_path / "link" / "b", b"ours")
    with pytest.raises(private.NotPrivate, match="belongs to somebody else"):
        private.named(tmp_path / "ours" / "b", b"ours")


ELSEWHERE = {
    "settings/private.py": "it is the one place",
    "catalogue/docs.py": "pages of the checkout that developers commit",
    "aws/service_models.py": "in a new folder of our cache, which is private",
    "cli/project/setup.py": "in a new folder of our cache, which is private",
}


def test_files_are_written_in_one_place() -> None:
    top = Path(private.__file__).parents[1]
    found = {
        str(file.relative_to(top))
        for file in top.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Call) and writes(node)
    }
    assert found == set(ELSEWHERE)


def writes(call: ast.Call) -> bool:
    """Would it write to a file: by its name, or since it opens one for more than reading?"""
    name = getattr(call.func, "attr", getattr(call.func, "id", ""))
    if name in ("write_text", "write_bytes", "fdopen", "mkstemp", "copytree"):
        return True
    said = [*call.args, *(one.value for one in call.keywords)]
    texts = {str(one.value) for one in said if isinstance(one, ast.Constant)}
    return name == "open" and any(
        set(one) <= set("rwaxbt+") and set(one) & set("wax+") for one in texts
    )


def test_models_in_a_shared_cache_are_not_believed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An edited endpoints.json would send a scan, signed with our credentials, elsewhere."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    found = service_models.kept()
    assert found is not None
    (tmp_path / "steadyhand").chmod(0o777)
    assert service_models.kept() is None
    (tmp_path / "steadyhand").chmod(0o700)
    Path(found).chmod(0o777)
    assert service_models.kept() is None
