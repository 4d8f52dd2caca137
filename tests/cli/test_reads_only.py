"""No command but fix, undo, approve, react --apply and demo makes a call that changes anything."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from steadyhand.cli.app import names
from steadyhand.rhythm.backlog.moves import item_id
from steadyhand.settings.deployed import TABLE
from steadyhand.settings.values import Settings
from tests.cli.acting import sweep
from tests.cli.decide.test_act import database
from tests.cli.terminal import REGION, deploy, open_ssh, recording, say
from tests.cli.test_react import opened
from tests.formats.terraform import plan

pytestmark = pytest.mark.moto

READS = (
    "Describe",
    "Get",
    "List",
    "Lookup",
    "Query",
    "BatchGet",
    "Head",
    "Detect",
    "Generate",
    "Filter",
)
CHANGING = {"demo", "deploy", "fix", "undo", "approve"}
"""Where no option makes it a mere look."""
ITEM = item_id("123456789012", "open_admin_ports", Settings().default_environment)
WORDS = {"backlog", "exempt"}
"""They write a person's word into the ledger, and nothing else; they come last."""
LEDGER = {"dynamodb:PutItem", "dynamodb:UpdateItem"}


def command_lines(finding: str) -> dict[str, list[list[str]]]:
    """Every command that promises to change nothing."""
    return {
        "scan": [
            ["scan"],
            ["scan", "-o", "json", "--region", REGION, "--region", "us-east-1"],
        ],
        "show": [["show", finding], ["show", "fi-ffffffffff", "--check", "open_admin_ports"]],
        "plan": [["plan", finding], ["plan", finding, "-o", "json"]],
        "react": [["react", "event.json"]],
        "drift": [["drift", "terraform", "report.json"]],
        "checks": [["checks"], ["checks", "open_admin_ports"], ["checks", "-o", "json"]],
        "review": [
            ["review", "weekly"],
            ["review", "monthly", "--out", "mail"],
            ["review", "first-48-hours"],
        ],
        "portal": [["portal", "--no-open"], ["portal", "--no-open", "--out", "pages"]],
        "doctor": [["doctor"]],
        "calendar": [["calendar"], ["calendar", "--scan"], ["calendar", "--out", "dates.ics"]],
        "backlog": [
            ["backlog"],
            ["backlog", "-o", "markdown"],
            ["backlog", "move", ITEM, "later", "--because", "x"],
        ],
        "init": [["init", "--defaults", "--out", "new.toml"]],
        "policy": [["policy"], ["policy", "--check", "open_admin_ports"]],
        "uninstall": [["uninstall", "--dry-run"]],
        "complete": [["complete", "bash"], ["complete", "zsh"], ["complete", "fish"]],
        "exempt": [["exempt", finding, "--until", "2999-01-01", "--because", "x"]],
    }


def test_the_list_is_complete() -> None:
    named = set(names())
    assert named == CHANGING | command_lines("").keys()


@pytest.mark.parametrize("is_deployed", [False, True])
def test_it_only_reads(aws: None, monkeypatch: pytest.MonkeyPatch, is_deployed: bool) -> None:
    group = open_ssh()
    database()
    finding = "fi-0123456789"
    Path("event.json").write_text(json.dumps(opened(group)))
    Path("report.json").write_text(plan())
    Path("steadyhand.toml").write_text('[checks.open_admin_ports]\nmode = "auto"\n')
    if is_deployed:
        Path("steadyhand.toml").rename("later.toml")
        deploy()
        finding = sweep()["open_admin_ports"]
        Path("later.toml").rename("steadyhand.toml")
    for name, lines in sorted(command_lines(finding).items(), key=lambda one: one[0] in WORDS):
        with recording(monkeypatch) as calls:
            for words in lines:
                say(*words)
        changing = {call for call in calls if not call.partition(":")[2].startswith(READS)}
        assert changing <= (LEDGER | {"lambda:Invoke"} if name in WORDS else set()), name


def test_an_exemption_is_written_into_the_ledger_and_nowhere_else(
    aws: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    from steadyhand.aws.client import Botocore

    deploy()
    open_ssh()
    finding = sweep()["open_admin_ports"]
    tables = []
    ask = Botocore.ask

    def noted(self: Botocore, call: object) -> object:
        params = getattr(call, "params", {})
        if getattr(call, "action", "") in LEDGER:
            tables.append(params["TableName"])
        return ask(self, call)  # type: ignore[arg-type]  # only looked at

    monkeypatch.setattr(Botocore, "ask", noted)
    assert say("exempt", finding, "--until", "2999-01-01", "--because", "x").code == 0
    assert set(tables) == {TABLE}
