"""`backlog` and `calendar`: with and without a deployment, for people and for programs."""

from __future__ import annotations

from pathlib import Path

import boto3
import pytest
from icalendar import Calendar

from steadyhand.model import Lane
from steadyhand.settings.deployed import TABLE
from tests.cli.acting import sweep
from tests.cli.decide.test_act import database
from tests.cli.terminal import REGION, deploy, open_ssh, say

pytestmark = pytest.mark.moto


def notes() -> list[str]:
    rows = boto3.client("dynamodb", REGION).scan(TableName=TABLE)["Items"]
    return sorted(row["sk"]["S"] for row in rows if row["sk"]["S"].startswith("move#"))


def test_with_nothing_deployed_it_looks(aws: None, few: None) -> None:
    open_ssh()
    said = say("backlog")
    assert said.code == 0
    assert said.out.startswith("1 item. 1 in Now.")
    assert "this is what the last scan found" in " ".join(said.out.split())
    assert "● approve" in said.out or "○ planned" in said.out
    assert all(len(line) <= 80 for line in said.out.splitlines())


def test_what_could_not_be_read_ends_with_4(aws: None) -> None:
    open_ssh()
    said = say("backlog")
    assert said.code == 4
    assert "Not read" in said.out


def test_a_move_is_kept_and_named(aws: None, few: None) -> None:
    deploy()
    open_ssh()
    sweep()
    (item,) = say("backlog", "-o", "json").json["items"]
    assert item["lane"] == item["lane_by_rule"] == Lane.NOW
    assert item["id"].startswith("it-")
    moved = say("backlog", "move", item["id"][:8], "later", "--because", "we move house first")
    assert moved.code == 0, moved.err
    assert "Moved to Later" in moved.out
    (again,) = say("backlog", "-o", "json").json["items"]
    assert (again["lane"], again["lane_by_rule"]) == ("later", "now")
    assert again["moved"]["because"] == "we move house first"
    assert again["moved"]["by"]
    say("backlog", "move", item["id"], "now", "--because", "we changed our mind")
    assert say("backlog", "-o", "json").json["items"][0]["lane"] == "now"
    assert len(notes()) == 2, "each move is a row of its own"


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["move", "it-0123456789", "later"], 2, "reason"),
        (["move", "it-0123456789", "later", "--because", " "], 2, "reason"),
        (["move", "it-0123456789", "soon", "--because", "x"], 2, "lane"),
        (["move", "it-0123456789", "--because", "x"], 2, "a move needs an item and a lane"),
        (["move", "fi-0123456789", "now", "--because", "x"], 2, "no item"),
        (["move", "it-0123456789", "now", "--because", "x"], 2, "there is no item"),
        (["it-0123456789", "more"], 2, "too much"),
        (["--because", "x"], 2, "belongs to a move"),
    ],
)
def test_what_a_move_needs(aws: None, few: None, words: list[str], code: int, told: str) -> None:
    deploy()
    said = say("backlog", *words)
    assert (said.code, said.out) == (code, "")
    assert told in said.err.lower()
    assert notes() == []


def test_without_a_ledger_nobody_can_move(aws: None, few: None) -> None:
    said = say("backlog", "move", "it-0123456789", "now", "--because", "x")
    assert said.code == 5
    assert "Nothing is deployed" in said.err


def test_one_item_says_why_it_is_here(aws: None, few: None) -> None:
    deploy()
    open_ssh()
    finding = sweep()["open_admin_ports"]
    (item,) = say("backlog", "-o", "json").json["items"]
    said = say("backlog", item["id"])
    whole = " ".join(said.out.split())
    assert said.code == 0
    assert "critical severity (×8)" in whole
    assert "security (×16)" in whole
    assert finding in whole
    assert "It is new; it should be done by" in whole


def test_markdown_holds_names_in_check(aws: None, few: None) -> None:
    open_ssh("@team <b>#1</b> [x](http://x)")
    said = say("backlog", "--output", "markdown")
    assert said.out.startswith("# Backlog of 123456789012\n")
    assert "## Now: cannot wait" in said.out
    assert "<b>" not in said.out
    assert "](http" not in said.out


def test_the_calendar_with_nothing_deployed(aws: None, few: None) -> None:
    said = say("calendar")
    assert said.code == 0
    assert said.out.startswith("Nothing that we watch has a date in the next 180 days.")
    assert "The weekly review is sent" not in said.out, "nobody sends one yet"


def test_the_calendar_tells_dates(aws: None, few: None, tmp_path: Path) -> None:
    deploy()
    database()
    open_ssh()
    finding = sweep()["open_admin_ports"]
    assert say("exempt", finding, "--until", "2999-01-01", "--because", "far").code == 0
    near = say("calendar", "--output", "json").json
    assert [one["kind"] for one in near["dates"]] == ["review", "review"]
    assert near["from_ledger"] is True
    far = say("calendar", "--days", "3650", "--output", "json").json
    assert [one["kind"] for one in far["dates"]] == ["review", "review"]
    file = tmp_path / "dates.ics"
    assert say("calendar", "--out", str(file)).out == f"{file}\n"
    events = Calendar.from_ical(file.read_bytes()).walk("VEVENT")
    assert {str(one["UID"]).partition("-")[0] for one in events} == {"review"}


def test_a_file_that_cannot_be_written_is_one_sentence(aws: None, few: None) -> None:
    Path("no-folder").touch()
    said = say("calendar", "--out", "no-folder/dates.ics")
    assert (said.code, said.out) == (1, "")
    assert "cannot be written" in said.err


def test_looking_anew_is_a_word_away(aws: None, few: None) -> None:
    deploy()
    open_ssh()
    assert say("calendar", "--scan", "-o", "json").json["from_ledger"] is False
