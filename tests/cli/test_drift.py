"""`steadyhand drift terraform`: what CI made is read, nothing is asked of AWS."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from tests.cli.terminal import say
from tests.formats.terraform import (
    QUEUE,
    SUMMARY,
    VERSION,
    change,
    configured,
    drifted,
    plan,
    stream,
)
from tests.formats.test_change_set import ARN, SET

ADDRESS = "aws_sqs_queue.jobs"
REPORT = plan(
    change(
        before={"id": QUEUE, "visibility_timeout_seconds": 60},
        after={"id": QUEUE, "visibility_timeout_seconds": 5},
    ),
    root=configured(ADDRESS, visibility_timeout_seconds={"constant_value": 60}),
)


def written(folder: Path, text: str | bytes) -> str:
    file = folder / "report.json"
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return str(file)


@pytest.fixture(autouse=True)
def nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither credentials nor a network."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)


def test_it_shows_what_differs_and_the_lines_that_adopt_it(tmp_path: Path) -> None:
    said = say("drift", "terraform", written(tmp_path, REPORT))
    assert said.code == 3
    assert "visibility_timeout_seconds is 5, was 60" in " ".join(said.out.split())
    assert "- visibility_timeout_seconds = 60" in said.out
    assert "+ visibility_timeout_seconds = 5" in said.out
    assert "1 resource differs from Terraform's state." in said.out


@pytest.mark.parametrize(
    "output", ["json", "markdown", "csv", "sarif", "ocsf", "asff", "junit", "html"]
)
def test_it_is_written_in_every_format_of_a_scan(tmp_path: Path, output: str) -> None:
    said = say("drift", "terraform", written(tmp_path, REPORT), "-o", output)
    assert (said.code, said.err) == (3, "")
    assert "aws_sqs_queue" in said.out.replace("\\", "")


def test_exit_codes_are_those_of_a_scan(tmp_path: Path) -> None:
    file = written(tmp_path, plan())
    clean = say("drift", "terraform", file)
    assert (clean.code, clean.out) == (0, "0 resources differ from Terraform's state.\n")
    file = written(tmp_path, REPORT)
    assert say("drift", "terraform", file, "--fail-on", "never", "-q") == (0, "", "")
    assert say("drift", "terraform", file, "--fail-on", "critical", "-q").code == 0
    cut = say("drift", "terraform", written(tmp_path, stream(VERSION, drifted(ADDRESS, "aws_x"))))
    assert cut.code == 4
    assert "the report ends before Terraform did" in cut.err
    assert "1 resource that is known of differs" in cut.out


def test_it_reads_stdin_and_writes_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = stream(VERSION, drifted(ADDRESS, "aws_sqs_queue"), SUMMARY)
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    assert say("drift", "terraform", "-", "--out", "found.json", "-q").code == 3
    (found,) = json.loads(Path("found.json").read_text())["findings"]
    assert ADDRESS in found["summary"]


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"\xff\xfe{\x00",
        b"{}",
        b"[" * 99_999,
        b'{"version": 4, "lineage": "x", "resources": []}',
    ],
)
def test_what_is_no_report_is_one_sentence(tmp_path: Path, text: bytes) -> None:
    said = say("drift", "terraform", written(tmp_path, text))
    assert (said.code, said.out) == (1, "")
    assert said.err.startswith("steadyhand: ") or "report.json" in said.err
    assert len(said.err.strip().splitlines()) <= 3


def test_a_file_that_is_not_there_and_a_tool_that_is_none(tmp_path: Path) -> None:
    assert say("drift", "terraform", str(tmp_path / "none.json")).code == 1
    assert say("drift", "pulumi", written(tmp_path, REPORT)).code == 2


def test_whoever_names_a_resource_cannot_write_on_the_screen(tmp_path: Path) -> None:
    evil = plan(change(before={"a\x1b]0;x\x07": "1"}, after={"a\x1b]0;x\x07": "\u202e2"}))
    said = say("drift", "terraform", written(tmp_path, evil))
    assert said.code == 3
    assert "\x1b" not in said.out
    assert "\u202e" not in said.out


def test_a_change_set_that_only_sets_back_is_told_and_another_refused(tmp_path: Path) -> None:
    said = say("drift", "cloudformation", written(tmp_path, json.dumps(SET)))
    assert said.code == 0
    assert "Orders/Properties/VisibilityTimeout: 30 → 90" in said.out
    assert f"aws cloudformation execute-change-set --change-set-name {ARN}" in said.out
    said = say("drift", "cloudformation", written(tmp_path, json.dumps(SET | {"Changes": []})))
    assert said.code == 5
    assert "Refused: it changes nothing." in said.err
    assert "execute" not in said.out
    assert say("drift", "cloudformation", written(tmp_path, "{}")).code == 1
