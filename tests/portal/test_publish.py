"""Pages go to a bucket and come from there; only what changed is written."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from steadyhand.model import Call, ReadFailed
from steadyhand.portal.publish import MANIFEST, Missing, fetch, publish

PAGES = {"index.html": b"<h1>One</h1>", "checks/a.html": b"a", "steadyhand.css": b"a{}"}


class Bucket:
    """S3, as far as it is asked."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.kinds: dict[str, str] = {}
        self.calls: list[str] = []

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


def test_what_is_written_comes_back(tmp_path: Path) -> None:
    bucket = Bucket()
    assert publish(PAGES, bucket="b", aws=bucket, reviews=["monthly-2026-05"]) == 3
    bucket.objects["reviews/monthly-2026-05/mail.html"] = b"mail"
    first = fetch(tmp_path, bucket="b", aws=bucket)
    assert first == tmp_path / "portal" / "index.html"
    assert first.read_bytes() == PAGES["index.html"]
    assert (tmp_path / "portal/checks/a.html").read_bytes() == b"a"
    assert (tmp_path / "reviews/monthly-2026-05/mail.html").read_bytes() == b"mail"
    assert bucket.kinds["portal/index.html"] == "text/html; charset=utf-8"
    assert bucket.kinds["portal/steadyhand.css"] == "text/css; charset=utf-8"


def test_only_what_changed_is_written() -> None:
    bucket = Bucket()
    publish(PAGES, bucket="b", aws=bucket, reviews=[])
    bucket.calls.clear()
    assert publish(PAGES, bucket="b", aws=bucket, reviews=[]) == 0
    assert bucket.calls == ["s3:GetObject"]
    assert publish(PAGES | {"index.html": b"new"}, bucket="b", aws=bucket, reviews=[]) == 1
    assert bucket.calls.count("s3:PutObject") == 2, "the page, and the list of all"


def test_time_alone_is_news_on_the_first_page_only() -> None:
    def stamped(time: str) -> dict[str, bytes]:
        page = f"<p>x</p><!--stamp-->As of {time}.<!--/stamp-->".encode()
        return {"index.html": page, "changes.html": page}

    bucket = Bucket()
    publish(stamped("9"), bucket="b", aws=bucket, reviews=[])
    assert publish(stamped("10"), bucket="b", aws=bucket, reviews=[]) == 1
    assert b"As of 10" in bucket.objects["portal/index.html"]
    assert b"As of 9" in bucket.objects["portal/changes.html"]


def test_a_page_that_is_no_more_is_not_fetched(tmp_path: Path) -> None:
    bucket = Bucket()
    publish(PAGES | {"findings-2.html": b"2"}, bucket="b", aws=bucket, reviews=[])
    publish(PAGES, bucket="b", aws=bucket, reviews=[])
    fetch(tmp_path, bucket="b", aws=bucket)
    assert not (tmp_path / "portal/findings-2.html").exists()


def test_no_key_leads_out_of_the_folder(tmp_path: Path) -> None:
    bucket = Bucket()
    listed = ["portal/../../out", "/etc/passwd", "portal/index.html", "portal/..", "other/x"]
    bucket.objects = dict.fromkeys(listed, b"x")
    bucket.objects[MANIFEST] = json.dumps(dict.fromkeys(listed, "")).encode()
    fetch(tmp_path / "in", bucket="b", aws=bucket)
    assert [one.name for one in tmp_path.rglob("*") if one.is_file()] == ["index.html"]


def test_a_mail_that_has_expired_is_left_out(tmp_path: Path) -> None:
    bucket = Bucket()
    publish(PAGES, bucket="b", aws=bucket, reviews=["monthly-2020-01"])
    assert fetch(tmp_path, bucket="b", aws=bucket).exists()


def test_nothing_written_yet(tmp_path: Path) -> None:
    with pytest.raises(Missing, match="no pages in b yet"):
        fetch(tmp_path, bucket="b", aws=Bucket())


def test_a_refused_write_is_not_hidden() -> None:
    class Refusing(Bucket):
        def ask(self, call: Call):
            if call.action == "s3:PutObject":
                raise ReadFailed("SlowDown", "slower")
            return super().ask(call)

    bucket = Refusing()
    with pytest.raises(ReadFailed, match="slower"):
        publish(PAGES, bucket="b", aws=bucket, reviews=[])
    assert MANIFEST not in bucket.objects
