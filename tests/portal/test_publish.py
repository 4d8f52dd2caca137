"""Pages go to a bucket and come from there; only what changed is written."""

from __future__ import annotations

import hashlib
import io
import json
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from steadyhand.model import Call, Note, ReadFailed
from steadyhand.portal.publish import MANIFEST, Altered, Missing, fetch, publish, written
from steadyhand.settings.private import NotPrivate

NOW = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)
PAGES = {"index.html": b"<h1>One</h1>", "checks/a.html": b"a", "steadyhand.css": b"a{}"}


class Bucket:
    """S3, as far as it is asked."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.kinds: dict[str, str] = {}
        self.calls: list[str] = []
        self.notes = Notes()

    def ask(self, call: Call):
        key = call.params["Key"]
        self.calls.append(call.action)
        if call.action == "s3:PutObject":
            self.objects[key] = call.params["Body"]
            self.kinds[key] = call.params["ContentType"]
            return {}
        if key not in self.objects:
            raise ReadFailed("NoSuchKey", "no such key")
        return {"Body": io.BytesIO(self.objects[key])}


class Notes:
    """The ledger's notes, as far as they are asked: a conditional write, a consistent read."""

    def __init__(self) -> None:
        self.kept: dict[str, Note] = {}

    def note(self, new: Note, over: Note | None = None) -> bool:
        if self.kept.get(new.id) != over:
            return False
        self.kept[new.id] = new
        return True

    def noted(self, kind: str, name: str) -> Note | None:
        return self.kept.get(f"{kind}#{name}")


def wrote(files: dict[str, bytes], *, aws: Bucket, reviews: list[str]) -> int:
    return publish(files, bucket="b", aws=aws, ledger=aws.notes, now=NOW, reviews=reviews)


def fetched(folder: Path, aws: Bucket) -> Path:
    return fetch(folder, bucket="b", aws=aws, ledger=aws.notes)


def test_what_is_written_comes_back(tmp_path: Path) -> None:
    bucket = Bucket()
    assert wrote(PAGES, aws=bucket, reviews=["monthly-2026-05"]) == 3
    bucket.objects["reviews/monthly-2026-05/mail.html"] = b"mail"
    written("reviews/monthly-2026-05/mail.html", b"mail", bucket.notes, NOW)
    first = fetched(tmp_path, bucket)
    assert first == tmp_path / "portal" / "index.html"
    assert first.read_bytes() == PAGES["index.html"]
    assert (tmp_path / "portal/checks/a.html").read_bytes() == b"a"
    assert (tmp_path / "reviews/monthly-2026-05/mail.html").read_bytes() == b"mail"
    for one in (tmp_path, *tmp_path.rglob("*")):
        assert stat.S_IMODE(one.stat().st_mode) == (0o700 if one.is_dir() else 0o600), one
    assert bucket.kinds["portal/index.html"] == "text/html; charset=utf-8"
    assert bucket.kinds["portal/steadyhand.css"] == "text/css; charset=utf-8"


def test_only_what_changed_is_written() -> None:
    bucket = Bucket()
    wrote(PAGES, aws=bucket, reviews=[])
    bucket.calls.clear()
    assert wrote(PAGES, aws=bucket, reviews=[]) == 0
    assert bucket.calls == ["s3:GetObject"]
    assert wrote(PAGES | {"index.html": b"new"}, aws=bucket, reviews=[]) == 1
    assert bucket.calls.count("s3:PutObject") == 2, "the page, and the list of all"


def test_time_alone_is_news_on_the_first_page_only() -> None:
    def stamped(time: str) -> dict[str, bytes]:
        page = f"<p>x</p><!--stamp-->As of {time}.<!--/stamp-->".encode()
        return {"index.html": page, "changes.html": page}

    bucket = Bucket()
    wrote(stamped("9"), aws=bucket, reviews=[])
    assert wrote(stamped("10"), aws=bucket, reviews=[]) == 1
    assert b"As of 10" in bucket.objects["portal/index.html"]
    assert b"As of 9" in bucket.objects["portal/changes.html"]


def test_a_page_that_is_no_more_is_not_fetched(tmp_path: Path) -> None:
    bucket = Bucket()
    wrote(PAGES | {"findings-2.html": b"2"}, aws=bucket, reviews=[])
    wrote(PAGES, aws=bucket, reviews=[])
    fetched(tmp_path, bucket)
    assert not (tmp_path / "portal/findings-2.html").exists()


def test_no_key_leads_out_of_the_folder(tmp_path: Path) -> None:
    bucket = Bucket()
    listed = ["portal/../../out.html", "/etc/passwd", "portal/index.html", "portal/..", "other/x"]
    listed += ["portal/run.desktop", "portal/a.html.exe", "portal/.htaccess", "portal/x/../y.html"]
    bucket.objects = dict.fromkeys(listed, b"x")
    one = {"said": "", "whole": hashlib.sha256(b"x").hexdigest()}
    bucket.objects[MANIFEST] = json.dumps(dict.fromkeys(listed, one)).encode()
    written(MANIFEST, bucket.objects[MANIFEST], bucket.notes, NOW)
    fetched(tmp_path / "in", bucket)
    assert [one.name for one in tmp_path.rglob("*") if one.is_file()] == ["index.html"]


@pytest.mark.parametrize("key", ["portal/index.html", "portal/steadyhand.css", MANIFEST])
def test_who_writes_to_the_bucket_writes_to_nobodys_disk(tmp_path: Path, key: str) -> None:
    """S3 lets whoever has PutObject replace any object; the ledger says what we wrote."""
    bucket = Bucket()
    wrote(PAGES, aws=bucket, reviews=[])
    theirs = bucket.objects[key].replace(b"portal/", b"portal/x/") + b" <script>"
    bucket.objects[key] = theirs
    with pytest.raises(Altered, match="is not what Steadyhand wrote"):
        fetched(tmp_path, bucket)
    assert theirs not in [one.read_bytes() for one in tmp_path.rglob("*") if one.is_file()]


def test_a_forged_list_is_not_carried_into_the_next_one(tmp_path: Path) -> None:
    """Who may write to the bucket edits a page and its digest in the list, and waits for the next sweep."""
    bucket = Bucket()
    wrote(PAGES, aws=bucket, reviews=[])
    theirs = b"<script>theirs</script>"
    listed = json.loads(bucket.objects[MANIFEST])
    listed["portal/checks/a.html"]["whole"] = hashlib.sha256(theirs).hexdigest()
    bucket.objects |= {"portal/checks/a.html": theirs, MANIFEST: json.dumps(listed).encode()}
    wrote(PAGES | {"index.html": b"news"}, aws=bucket, reviews=[])
    fetched(tmp_path, bucket)
    assert (tmp_path / "portal/checks/a.html").read_bytes() == PAGES["checks/a.html"]


def test_a_list_that_nobody_told_the_ledger_of_is_none(tmp_path: Path) -> None:
    bucket, theirs = Bucket(), Bucket()
    wrote(PAGES, aws=theirs, reviews=[])
    bucket.objects = theirs.objects
    with pytest.raises(Missing):
        fetched(tmp_path, bucket)
    assert not list(tmp_path.rglob("*.html"))


def test_a_mail_of_somebody_else_is_not_brought(tmp_path: Path) -> None:
    bucket = Bucket()
    wrote(PAGES, aws=bucket, reviews=["monthly-2026-05"])
    bucket.objects["reviews/monthly-2026-05/mail.html"] = b"<form action=//evil.example>"
    fetched(tmp_path, bucket)
    assert not (tmp_path / "reviews").exists()


def test_a_calendar_that_a_review_wrote_is_ours_too(tmp_path: Path) -> None:
    bucket = Bucket()
    wrote(PAGES | {"calendar.ics": b"old"}, aws=bucket, reviews=[])
    bucket.objects["portal/calendar.ics"] = b"new"
    written("portal/calendar.ics", b"new", bucket.notes, NOW)
    fetched(tmp_path, bucket)
    assert (tmp_path / "portal/calendar.ics").read_bytes() == b"new"


def test_a_folder_that_others_may_write_to_is_not_used(tmp_path: Path) -> None:
    bucket = Bucket()
    wrote(PAGES, aws=bucket, reviews=[])
    tmp_path.chmod(0o777)
    with pytest.raises(NotPrivate, match="others may write"):
        fetched(tmp_path, bucket)


def test_a_mail_that_has_expired_is_left_out(tmp_path: Path) -> None:
    bucket = Bucket()
    wrote(PAGES, aws=bucket, reviews=["monthly-2020-01"])
    assert fetched(tmp_path, bucket).exists()


def test_nothing_written_yet(tmp_path: Path) -> None:
    with pytest.raises(Missing, match="no pages in b yet"):
        fetched(tmp_path, Bucket())


def test_a_refused_write_is_not_hidden() -> None:
    class Refusing(Bucket):
        def ask(self, call: Call):
            if call.action == "s3:PutObject":
                raise ReadFailed("SlowDown", "slower")
            return super().ask(call)

    bucket = Refusing()
    with pytest.raises(ReadFailed, match="slower"):
        wrote(PAGES, aws=bucket, reviews=[])
    assert MANIFEST not in bucket.objects
