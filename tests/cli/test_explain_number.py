"""`steadyhand review … --explain NUMBER`, and reviews of other periods."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from tests.cli.acting import refused, sweep
from tests.cli.terminal import deploy, open_ssh, say

pytestmark = pytest.mark.moto

THIS_WEEK = f"{datetime.now(UTC):%G-W%V}"


def test_the_rows_behind_a_number(aws: None) -> None:
    deploy()
    open_ssh()
    finding = sweep()["open_admin_ports"]
    said = say("review", "weekly", "--period", THIS_WEEK, "--explain", "backlog")
    assert said.code == 0, said.err
    first, *rest = said.out.splitlines()
    assert first.split() == ["1", "finding", "backlog"]
    assert finding in said.out
    assert any("finding · " in line and line.endswith(" · open") for line in rest)
    assert "Subject" not in said.out
    assert max(map(len, said.out.splitlines())) <= 80


def test_several_numbers_that_read_the_same_are_listed_with_their_names(aws: None) -> None:
    deploy()
    open_ssh()
    sweep()
    said = say("review", "weekly", "--period", THIS_WEEK, "--explain", "1")
    assert said.code == 0, said.err
    assert "numbers read so" in said.out
    assert "table.new" in said.out
    assert f"steadyhand review weekly --period {THIS_WEEK} --explain " in said.out


def test_as_json(aws: None) -> None:
    deploy()
    open_ssh()
    finding = sweep()["open_admin_ports"]
    said = say(
        "review", "weekly", "--period", THIS_WEEK, "--explain", "1", "finding", "--output", "json"
    )
    assert said.code == 0, said.err
    named = {one["name"]: one for one in said.json}
    row = named["backlog"]["rows"][0]
    assert (row["id"], row["kind"], row["state"]) == (finding, "finding", "open")
    assert row["at"]
    assert json.dumps(said.json).isascii()


def test_a_number_that_is_not_there(aws: None) -> None:
    deploy()
    open_ssh()
    sweep()
    said = say("review", "weekly", "--explain", "backlgo")
    assert (said.code, said.out) == (2, "")
    assert "backlog" in said.err
    assert "Next: steadyhand review weekly --explain" in said.err


def test_a_number_wants_explain(aws: None) -> None:
    said = say("review", "weekly", "$318")
    assert (said.code, said.out) == (2, "")
    assert '"$318" is one word too many' in said.err


def test_another_period(aws: None) -> None:
    deploy()
    said = say("review", "weekly", "--period", "2026-W07")
    assert said.code == 0, said.err
    assert said.out.startswith("Week 7: ")


def test_a_period_that_is_none(aws: None) -> None:
    deploy()
    for cadence, name in (("monthly", "2026-W07"), ("weekly", "2026-02"), ("monthly", "2999-01")):
        said = say("review", cadence, "--period", name)
        assert (said.code, said.out) == (2, ""), said.err
        assert name in said.err


def test_an_explanation_without_a_ledger_is_refused(aws: None) -> None:
    refused(say("review", "monthly", "--explain", "cost.total"), "Nothing is deployed")


def test_a_review_for_programs(aws: None) -> None:
    deploy()
    open_ssh()
    finding = sweep()["open_admin_ports"]
    said = say("review", "weekly", "--period", THIS_WEEK, "--output", "json")
    assert said.code == 0, said.err
    assert said.json["backlog"]["findings"] == "1 finding"
    said = say("review", "weekly", "--period", THIS_WEEK, "--explain", "--output", "json")
    assert said.json["backlog: 1 finding"] == [finding]
