"""A folder that somebody else may write to is as good as none."""

from __future__ import annotations

import os
import stat
from pathlib import Path

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


def test_a_file_is_written_anew_and_never_through_a_link(tmp_path: Path) -> None:
    theirs = tmp_path / "theirs"
    theirs.write_text("theirs")
    (tmp_path / "a").symlink_to(theirs)
    private.write(tmp_path / "a", b"ours")
    assert theirs.read_text() == "theirs"
    assert (tmp_path / "a").read_bytes() == b"ours"


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
