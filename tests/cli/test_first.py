"""`steadyhand review first-48-hours` with nothing deployed, and with a ledger."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from steadyhand.aws.client import Botocore
from steadyhand.cli import client
from steadyhand.model import Answer, Call
from tests.cli.terminal import REGION, say
from tests.reports.accounts import first as stories
from tests.reports.accounts import first_answers

pytestmark = pytest.mark.moto
FIRST = ("review", "first-48-hours", "--region", REGION)


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> stories.Client:
    """A made-up account, and a client of it."""
    made = stories.Client({**first_answers.USUAL, "dynamodb:Query": no_table}, region=REGION)

    def ask(self: Botocore, call: Call) -> Answer:
        return made.ask(call)

    def pages(self: Botocore, call: Call) -> Iterator[Answer]:
        return made.pages(call)

    monkeypatch.setattr(Botocore, "ask", ask)
    monkeypatch.setattr(Botocore, "pages", pages)
    monkeypatch.setattr(Botocore, "wait", lambda *_: None)
    monkeypatch.setattr(client, "who", lambda *_: stories.ME)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "x")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
    return made


def no_table(params: object) -> Answer:
    from steadyhand.model import ReadFailed

    raise ReadFailed("ResourceNotFoundException", "no table")


def test_nothing_needs_to_be_deployed(account: stories.Client) -> None:
    said = say(*FIRST)
    assert said.code == 0, said.err
    assert "Nothing is deployed here and there is no ledger." in " ".join(said.out.split())
    assert "billing-db" in said.out


def test_it_is_written_into_a_folder(account: stories.Client, tmp_path: Path) -> None:
    said = say(*FIRST, "--out", str(tmp_path / "report"))
    assert said.code == 0, said.err
    names = {file.name for file in (tmp_path / "report").iterdir()}
    wanted = {"mail.html", "mail.txt", "mail.json", "explain.json", "findings.csv"}
    assert names >= wanted | {"findings.json", "inventory.json", "map-0-light.png"}
    assert "cid:" not in (tmp_path / "report" / "mail.html").read_text()


def test_a_number_is_explained(account: stories.Client) -> None:
    said = say(*FIRST[:2], "run.owned", "--explain", *FIRST[2:])
    assert said.code == 0, said.err
    (rows,) = json.loads(said.out).values()
    assert {row["owner"] for row in rows.values()} == {"Terraform", "stack app"}


def test_what_is_not_read_ends_with_4(account: stories.Client) -> None:
    account.denied = frozenset({"ssm:DescribeParameters"})
    said = say(*FIRST)
    assert said.code == 4
    assert "ssm:DescribeParameters" in said.out


def test_a_ledger_that_may_not_be_read(account: stories.Client) -> None:
    account.denied = frozenset({"dynamodb:Query"})
    said = " ".join(say(*FIRST).out.split())
    assert "The ledger could not be read (AccessDenied)" in said


def test_it_has_no_period(account: stories.Client) -> None:
    assert say(*FIRST, "--period", "2026-05").code == 2
