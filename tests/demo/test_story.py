"""The whole demo, as `steadyhand demo` plays it: what it did is read from what it leaves."""

from __future__ import annotations

import json
import re
import signal
from collections import Counter
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from steadyhand.demo import story
from steadyhand.demo.commands import SETTINGS
from steadyhand.demo.terminal import Terminal
from steadyhand.engine.changes.guardrails import FEW
from steadyhand.settings import file as settings_file
from tests.demo.played import await_words, nobody_left, playing

LONGEST = 1500
"""Seconds. The story itself gives up where nothing moves any more; this is for when it does not."""
STEADYHAND = "steadyhand"


class Played(NamedTuple):
    code: int
    out: str
    err: str
    folder: Path

    def rows(self, kind: str) -> list[dict[str, Any]]:
        lines = (self.folder / "ledger.jsonl").read_text().splitlines()
        return [row for line in lines if (row := json.loads(line))["kind"] == kind]


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Played:
    folder = tmp_path_factory.mktemp("demo") / "demo-output"
    with nobody_left(), playing(folder) as process:
        out, err = process.communicate(timeout=LONGEST)
        return Played(process.returncode, out, err, folder)


emulator = [pytest.mark.emulator]


class TestWhole:
    pytestmark = emulator

    def test_it_ends_well(self, played: Played) -> None:
        assert played.code == 0, played.out + played.err

    def test_it_is_plain_where_nobody_looks(self, played: Played) -> None:
        assert "\x1b" not in played.out + played.err
        assert max(map(len, played.out.splitlines())) <= 80
        assert [line for line in played.out.splitlines() if line != line.rstrip()] == []
        assert re.findall(r"^(\d+)\. ", played.out, re.MULTILINE) == [str(n) for n in range(1, 12)]
        assert "planting time bombs" in played.err

    def test_it_says_what_it_is(self, played: Played) -> None:
        assert "ministack 1.5.33 plays AWS" in played.out
        assert "What this does not prove" in played.out
        assert "4 checks begin at day 0" in played.out

    def test_exactly_the_planted_is_found(self, played: Played) -> None:
        assert "Exactly what was planted; not a word about what is healthy." in played.out
        assert "Not read" not in played.out

    def test_the_scan_is_the_public_contract(self, played: Played) -> None:
        scan = json.loads((played.folder / "findings.json").read_text())
        assert scan["schema_version"] == "1"
        assert scan["unknown"] == []
        assert len(scan["findings"]) >= 25
        assert len({finding["check"] for finding in scan["findings"]}) >= 20
        page = (played.folder / "scan.html").read_text()
        assert all(f'id="{finding["id"]}"' in page for finding in scan["findings"])

    def test_only_what_is_safe_and_trusted_was_fixed(self, played: Played) -> None:
        decided = settings_file.read(SETTINGS)
        findings = {row["id"]: row for row in played.rows("finding")}
        automatic = [row for row in played.rows("change") if row["by"] == STEADYHAND]
        assert len(automatic) >= 7, "three of a check in an hour, whatever woke us"
        for change in automatic:
            finding = findings[change["finding"]]
            assert finding["risk"] == "safe"
            assert decided.mode(finding["finding"]["check"], change["environment"]) == "auto"
            assert all(step["undo"] for step in change["steps"])
            assert change["state"] in {"verified", "undone"}

    def test_the_cap_held(self, played: Played) -> None:
        """Seen are at most 60 of anything here, so never more than three at once."""
        at_once = Counter(
            row["finding"] for row in played.rows("change") if row["by"] == STEADYHAND
        )
        assert max(at_once.values()) == 1
        checks = {row["id"]: row["finding"]["check"] for row in played.rows("finding")}
        first = Counter(checks[name] for name in at_once)
        opened_later = 1
        assert max(first.values()) <= FEW + opened_later

    def test_a_port_was_closed_within_seconds(self, played: Played) -> None:
        closed = re.search(r"Closed after ([\d.]+) s\.", played.out)
        assert closed
        assert float(closed[1]) < 20

    def test_two_changes_were_undone_by_a_person(self, played: Played) -> None:
        """A port, and what the same person had changed by hand in a stack."""
        undone = [row for row in played.rows("change") if row["state"] == "undone"]
        who = "assumed-role/leaflab-operators/tomas"
        assert [row["undone_by"].rpartition(":")[2] for row in undone] == [who] * 2
        assert [row["reason"] for row in undone] == ["", ""]

    def test_what_was_changed_by_hand_is_set_back_undone_and_adopted(self, played: Played) -> None:
        """The sweep that follows finds it no more: the template says what is there."""
        assert "It was leaflab-operators, through the console." in played.out
        assert '- "RetentionInDays": 90' in played.out
        assert '+ "RetentionInDays": 7' in played.out
        assert "CloudFormation calls it IN_SYNC." in played.out
        assert "Nothing new, nothing done." in played.out
        drifted = [
            row for row in played.rows("finding") if row["finding"]["check"] == "resource_drift"
        ]
        assert sorted(row["status"] for row in drifted) == ["gone", "open"]

    def test_one_was_approved_by_a_person(self, played: Played) -> None:
        approved = [row for row in played.rows("change") if row["by"] != STEADYHAND]
        assert [row["state"] for row in approved] == ["verified"]

    def test_guardrails_held(self, played: Played) -> None:
        held = [row["held"][0] for row in played.rows("finding") if row["held"]]
        assert {"hands_off", "crowded", "risky", "undone"} <= set(held), "the first reason is told"
        (exemption,) = played.rows("exemption")
        assert exemption["because"]

    def test_the_quarter_has_its_story(self, played: Played) -> None:
        """An outage that was predicted, a cost spike that is explained, an exemption that ends."""
        (file,) = (played.folder / "mail").glob("*monthly.eml")
        mail = message_from_bytes(file.read_bytes(), policy=default)
        body = mail.get_body(("plain",))
        assert body
        said = " ".join(body.get_content().split())
        assert "checkout.leaflab.example-5xx" in said
        assert "A finding on it was known since 3 " in said
        assert re.search(r"Likely: deploy-role ran \w+ on 1\d ", said)
        assert "the exemption of fi-" in said
        assert "These months are made up" in played.out

    def test_the_first_report_says_where_incidents_come_from(self, played: Played) -> None:
        """Three sources, each with what it is, how often, the hours it takes, and what ends it."""
        (file,) = (played.folder / "reviews").glob("first-48-hours-*/mail.html")
        section = file.read_text().partition("6. Where your incidents")[2].partition("7. Quick")[0]
        said = " ".join(re.sub(r"<[^>]+>", " ", section).split())
        for what in ("Lambda errors", "Lambda throttles", "dead letters"):
            assert what in said
        assert len(re.findall(r"\d+ days, .+? lost .+? of work\.", said)) == 3

    def test_there_is_something_to_open(self, played: Played) -> None:
        mails = played.folder / "mail"
        assert list(mails.glob("*.eml"))
        names = {file.name.partition("-")[2] for file in mails.glob("*.html")}
        assert names == {"first.html", "weekly.html", "monthly.html"}
        pages = played.folder / "portal"
        assert {"index.html", "findings.html", "backlog.html"} <= {p.name for p in pages.iterdir()}
        assert (played.folder / "calendar.ics").read_text().startswith("BEGIN:VCALENDAR")
        assert list((played.folder / "charts").glob("*.png"))
        for line in re.findall(r"^   (\S+\.(?:html|ics|json|jsonl)) ", played.out, re.MULTILINE):
            assert Path(line).exists()


@pytest.mark.emulator
@pytest.mark.parametrize(
    "at",
    [
        "deploying",
        pytest.param("planting", marks=pytest.mark.deep),
        pytest.param("the first sweep", marks=pytest.mark.deep),
    ],
)
def test_ctrl_c_leaves_nobody(at: str, tmp_path: Path) -> None:
    with nobody_left(), playing(tmp_path / "out") as process:
        await_words(process, at)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=LONGEST)
    assert process.returncode == story.INTERRUPTED
    assert err.strip().endswith("Stopped. Nothing is left running.")


@pytest.mark.emulator
def test_a_polite_signal_is_enough(tmp_path: Path) -> None:
    with nobody_left(), playing(tmp_path / "out") as process:
        await_words(process, "a first scan")
        process.terminate()
        process.communicate(timeout=LONGEST)
    assert process.returncode == story.TERMINATED


@pytest.mark.emulator
def test_what_goes_wrong_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("steadyhand.demo.deployment.CLI", tmp_path / "no-such-file")
    with nobody_left():
        assert story.run(tmp_path / "out", Terminal.of_terminal()) == story.FAILED
    said = capsys.readouterr().err
    assert "The demo stopped: The CDK CLI is not installed: run `make setup`." in said
    assert f"The logs are in {tmp_path / 'out' / 'logs'}." in said


def test_an_earlier_run_makes_room(tmp_path: Path) -> None:
    (tmp_path / "mail").mkdir()
    (tmp_path / "mail" / "old.eml").touch()
    (tmp_path / "calendar.ics").touch()
    (tmp_path / "mine.txt").touch()
    story.make_room(tmp_path)
    assert [one.name for one in tmp_path.iterdir()] == ["mine.txt"]
