"""The demo's small parts: waiting, subprocesses, words, the terminal, what is left to look at."""

from __future__ import annotations

import io
import json
import os
import sys
import time
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from emulator.child_process import ChildFailed, sent, tail
from emulator.launcher import Mail
from emulator.waiting import TooLate, until
from steadyhand.catalogue import discovery as catalogue
from steadyhand.demo import artifacts, narration
from steadyhand.demo.terminal import MARKS, THEME, Row, Terminal, console, here
from steadyhand.model import (
    Call,
    Change,
    ChangeState,
    Exemption,
    Finding,
    FindingStatus,
    Held,
    Lane,
    Record,
    Risk,
    Severity,
    WrittenStep,
)
from steadyhand.rhythm.core.handling import Handled
from steadyhand.settings.values import Settings

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


CERTIFICATE = "arn:aws:acm:eu-central-1:1:certificate/4d62e404-672d-40b8-bb45-1b11f4e231dc"


def finding(check: str = "endless_logs", **more: object) -> Finding:
    said = {
        "check": check,
        "account": "111122223333",
        "region": "eu-central-1",
        "resource": "arn:aws:logs:eu-central-1:111122223333:log-group:/leaflab/staging/api",
        "key": "/leaflab/staging/api",
        "name": "n",
        "summary": "/leaflab/staging/api keeps its logs for ever",
        "severity": Severity.LOW,
    }
    return Finding(**(said | more))


def record(one: Finding, **more: object) -> Record:
    said = {
        "finding": one,
        "status": FindingStatus.OPEN,
        "first_seen": NOW,
        "changed_at": NOW,
        "environment": "staging",
        "plan": "abc",
    }
    return Record(**(said | more))


# Waiting.


def test_until_answers_what_came_of_it() -> None:
    answers = iter([None, None, "there"])
    assert until(lambda: next(answers), "it", 5) == "there"


def test_until_says_what_did_not_happen() -> None:
    with pytest.raises(TooLate, match="the sweep did not happen within 0 s"):
        until(lambda: None, "the sweep", 0)


# Child processes.


def test_a_child_process_that_fails_says_its_last_words(tmp_path: Path) -> None:
    log = tmp_path / "logs" / "x.log"
    command = [sys.executable, "-c", "print('why'); raise SystemExit(3)"]
    wrong = pytest.raises(ChildFailed, match="it ended with 3:\nwhy")
    with sent("it", command, os.environ, log) as child_process, wrong:
        child_process.wait(30)


def test_a_child_process_ends_with_its_children(tmp_path: Path) -> None:
    child = "import subprocess, sys; subprocess.run(['sleep', '600'])"
    with sent("it", [sys.executable, "-c", child], os.environ, tmp_path / "x.log") as child_process:
        with pytest.raises(ChildFailed, match="did not end within 0 s"):
            child_process.wait(0.3)
        began = time.monotonic()
    assert time.monotonic() - began < 5
    with pytest.raises(ProcessLookupError):
        os.killpg(child_process.process.pid, 0)


def test_a_child_process_that_will_not_end_is_made_to(tmp_path: Path) -> None:
    stubborn = "import signal, time; signal.signal(15, signal.SIG_IGN); print(1, flush=True); time.sleep(600)"
    log = tmp_path / "x.log"
    with sent("it", [sys.executable, "-c", stubborn], os.environ, log) as child_process:
        until(lambda: log.read_text() or None, "its start", 30)
    assert child_process.process.returncode == -9


def test_tail_of_nothing(tmp_path: Path) -> None:
    assert tail(tmp_path / "none") == ""


# Words.


@pytest.mark.parametrize(
    ("summary", "said"),
    [
        ("bastion: SSH open to the world (0.0.0.0/0, sg-1)", "SSH open to all"),
        ("erp: everything open to the world (0.0.0.0/0, sg-1)", "every port open"),
        ("erp: RDP, SSH and WinRM open to the world (0.0.0.0/0, sg-1)", "much open to all"),
    ],
)
def test_open_ports_in_words(summary: str, said: str) -> None:
    assert narration.what(finding("open_admin_ports", summary=summary)) == said
    assert len(said) <= 25


def test_every_check_has_few_words() -> None:
    for check in catalogue.names():
        assert len(narration.what(finding(check))) <= 25, check
    assert narration.what(finding("brand_new")) == "brand new"


def test_names() -> None:
    assert narration.name(finding()) == "staging/api"
    assert narration.name(finding(tags={"Name": "bastion-staging"})) == "bastion-staging"
    expiring = "the imported certificate of shop.leaflab.example expires on 2026-12-12"
    assert (
        narration.name(finding("acm_expiring", summary=expiring, resource=CERTIFICATE))
        == "shop.leaflab.example"
    )
    blocked = "ACM cannot renew the certificate of api.leaflab.example: _x is missing in zone"
    assert (
        narration.name(finding("acm_renewal_blocked", summary=blocked, resource=CERTIFICATE))
        == "api.leaflab.example"
    )
    assert narration.name(finding(tags={"Name": "a\x1b[31mb"})) == "a[31mb"


def test_fates() -> None:
    def fate(**said: Any) -> str:
        return narration.fate(record(finding("root_account"), **said), Settings(), NOW)

    assert fate() == Handled.HAND
    assert fate(status=FindingStatus.FIXED) == narration.DONE
    assert fate(held=Held("hands_off", "its tag")) == Handled.LEFT
    assert set(MARKS) == set(narration.FATES) == {*Handled, narration.DONE}


def test_dates_and_dollars() -> None:
    assert narration.when(NOW + timedelta(days=19), NOW) == "12 Dec"
    assert narration.when(NOW + timedelta(days=300), NOW) == "Sep 2027"
    assert narration.when(None, NOW) == ""
    assert narration.dollars(1228.46) == "$1,228.46"
    assert narration.dollars(None) == ""


def test_ports_of_one_group_are_one_row() -> None:
    def open_port(name: str, what: str) -> Record:
        said = f"erp: {what} open to the world (0.0.0.0/0, sg-1)"
        return record(finding("open_all_ports", key="sg-1", name=name, summary=said))

    rows = narration.lanes([open_port("a", "SSH"), open_port("b", "SSH")], Settings(), NOW)
    assert [row.what for row in rows[Lane.LATER]] == ["SSH open to all, 2 checks"]


# The terminal.


@pytest.fixture
def terminal() -> Terminal:
    plain = Console(file=io.StringIO(), width=80, theme=THEME, highlight=False)
    return Terminal(plain, Console(file=io.StringIO(), width=80, theme=THEME, highlight=False))


def said(made: Console) -> str:
    assert isinstance(made.file, io.StringIO)
    return made.file.getvalue()


def test_a_lane_fits(terminal: Terminal) -> None:
    long = Row(when="Sep 2027", name="n" * 60, what="w" * 60, usd="$1,228.46", mark=Handled.LEFT)
    terminal.lane(
        "Now", "stability", [long, Row(when="", name="[b]x", what="", usd="", mark=Handled.YOU)]
    )
    lines = said(terminal.out).splitlines()
    assert max(map(len, lines)) <= 80
    assert "[b]x" in lines[-1]
    assert lines[-1].endswith("● approve")


def test_a_paragraph_is_wrapped_and_kept_in(terminal: Terminal) -> None:
    terminal.say(("word " * 40, "h"), "end", indent=3)
    lines = said(terminal.out).splitlines()
    assert len(lines) == 3
    assert all(line == line.rstrip() and line.startswith("   word") for line in lines)
    assert max(map(len, lines)) <= 80


def test_progress_without_a_terminal_is_a_line(terminal: Terminal) -> None:
    with terminal.working("deploying") as progress:
        progress.tell("  one\n two ")
    assert said(terminal.err) == "deploying\n"
    assert "one two" in progress.__rich__().plain


def test_progress_in_a_terminal_leaves_nothing() -> None:
    tty = Console(file=io.StringIO(), width=80, theme=THEME, force_terminal=True, color_system=None)
    with Terminal(tty, tty).working("deploying"):
        pass
    assert said(tty).endswith("\x1b[?25h\r\x1b[1A\x1b[2K")


def test_a_pipe_is_80_wide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    assert console(stderr=False).width == 80


def test_paths_as_one_types_them(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    assert here(tmp_path / "a" / "b") == "a/b"
    assert here(Path("/elsewhere/b")) == "/elsewhere/b"


# What is left to look at.


def mail() -> Mail:
    message = EmailMessage()
    message["Subject"] = "November: stable"
    message.set_content("plain")
    message.add_alternative("<p><img src='cid:c'></p>", subtype="html")
    html = message.get_payload()[-1]
    html.add_related(b"PNG", "image", "png", cid="<c>", filename="../../cost.png")
    message.add_attachment("BEGIN:VCALENDAR\r\n", subtype="calendar", filename="bombs.ics")
    return Mail("1", 0.0, "a@b.example", ("c@d.example",), "eu-central-1", message.as_bytes())


def test_a_mail_and_what_it_carries(tmp_path: Path) -> None:
    kept = artifacts.mails([mail()], tmp_path, "monthly")
    assert artifacts.subject(mail()) == "November: stable"
    assert [one.file.relative_to(tmp_path).as_posix() for one in kept] == [
        "mail/01-monthly.html",
        "mail/01-monthly.eml",
        "charts/cost.png",
        "calendar.ics",
    ]
    assert (tmp_path / "calendar.ics").read_text().startswith("BEGIN:VCALENDAR")


def test_the_ledger_a_line_each(tmp_path: Path) -> None:
    step = WrittenStep(Call("logs:PutRetentionPolicy"), Call("logs:DeleteRetentionPolicy"))
    change = Change(
        id="ch-1",
        finding=finding(),
        steps=[step],
        state=ChangeState.VERIFIED,
        by="steadyhand",
        at=NOW,
    )
    exemption = Exemption(scope="fi-1", until=NOW, because="b", by="me", at=NOW)
    seen = record(finding(), risk=Risk.SAFE, held=Held("risky", "why"))
    kept = artifacts.ledger([seen], [change], [exemption], tmp_path)
    rows = [json.loads(line) for line in kept.file.read_text().splitlines()]
    assert [row["kind"] for row in rows] == ["finding", "change", "exemption"]
    assert rows[0]["held"] == ["risky", "why"]
    assert rows[1]["finding"] == finding().id
