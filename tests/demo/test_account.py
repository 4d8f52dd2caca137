"""What is planted is found, all of it and nothing else."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

import boto3
import pytest
from moto import mock_aws

from emulator.launcher import Emulator
from steadyhand.aws import client as aws
from steadyhand.catalogue import discovery as catalogue
from steadyhand.check import Check
from steadyhand.demo import account, commands
from steadyhand.demo.planted import bill
from steadyhand.engine.survey import Survey
from steadyhand.model import Finding, Unknown
from steadyhand.model.planting import Bomb, Ground, Healthy, Known, Things, Unshown
from steadyhand.settings import file as settings_file
from steadyhand.settings.values import Settings
from tests.checks import rules
from tests.checks.proofs import proof

NOW = datetime.now(UTC)
ALONE = {one.id: one for one in catalogue.load() if type(one).demo is not Check.demo}
NOT_ON_MOTO = {one.id for one in catalogue.load() if getattr(proof(one), "NOT_ON_MOTO", "")}
ON_MOTO = {one.__module__.rpartition(".")[2]: one for one in account.PLANTS} | {
    name: one.demo for name, one in ALONE.items() if name not in NOT_ON_MOTO
}


@pytest.fixture(scope="module")
def decided() -> Settings:
    return settings_file.read(commands.SETTINGS)


@pytest.fixture
def on_moto() -> Iterator[Ground]:
    with mock_aws():
        client = functools.partial(boto3.client, region_name="eu-central-1")
        yield Ground(client=client, account="123456789012", region="eu-central-1", now=NOW)


def looked(checks: set[str], decided: Settings, aws_client: aws.Botocore) -> list[Any]:
    now = datetime.now(UTC)  # nothing may be younger than the look at it
    return list(Survey(catalogue.load(sorted(checks), decided.knobs), aws_client, now))


@pytest.mark.moto
@pytest.mark.parametrize("plant", ON_MOTO.values(), ids=ON_MOTO)
def test_found_on_moto(
    plant: Callable[[Ground], Things], on_moto: Ground, decided: Settings
) -> None:
    things = list(plant(on_moto))
    bombs = [one for one in things if isinstance(one, Bomb)]
    shown = {one.check for one in bombs} - NOT_ON_MOTO
    aws_client = aws.Botocore("eu-central-1", session=aws.session(), workers=False)
    seen = looked(shown, decided, aws_client)
    assert Counter((one.check, one.key) for one in seen) == Counter(
        (one.check, one.key) for one in bombs if one.check in shown
    )
    assert_placed(seen, bombs, decided)


def assert_placed(seen: list[Finding], bombs: list[Bomb], decided: Settings) -> None:
    there = {(one.check, one.key): one.environment for one in bombs}
    assert {(one.check, one.key): decided.environment(one) for one in seen} == {
        named: there[named] for named in ((one.check, one.key) for one in seen)
    }


def test_the_bill_ran_away_last_week() -> None:
    rows = list(bill.days(NOW))
    by_day = Counter()
    for row in rows:
        if row["service"] == bill.RAN_AWAY:
            by_day[row["date"]] += row["usd"]
    *before, _, _, last = [by_day[day] for day in sorted(by_day)]
    assert last > 10 * median(before)
    assert max(row["date"] for row in rows) < NOW.date().isoformat()


def test_the_settings_name_only_what_there_is(decided: Settings) -> None:
    assert set(decided.modes) <= set(catalogue.names())
    assert decided.mail_to


@pytest.mark.parametrize("check", catalogue.load(), ids=lambda check: check.id)
def test_every_check_is_planted_or_says_why_not(check: Check) -> None:
    assert [*rules.unplanted(check)] == []


def test_planted_counts_things_once() -> None:
    bombs = (Bomb("a", "sg-1", "staging"), Bomb("b", "sg-1", "staging"), Bomb("a", "sg-2", "x"))
    planted = account.Planted(bombs=bombs, healthy=(Healthy("bucket", "b"),), known={})
    assert (planted.resources, planted.checks) == (3, 2)


@pytest.mark.emulator
def test_exactly_the_planted_is_found(
    decided: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with Emulator.start(log=tmp_path / "emulator.log") as running:
        for name, value in running.environment.items():
            monkeypatch.setenv(name, value)
        heard: list[int] = []
        planted = account.plant(
            Ground(
                client=functools.cache(running.client),
                account=running.account,
                region=running.region,
                now=NOW,
            ),
            heard.append,
        )
        running.bill(list(bill.days(NOW)))
        aws_client = aws.Botocore(running.region, session=aws.session())
        seen = looked(set(catalogue.names()), decided, aws_client)
    blind = {one.check for one in seen if isinstance(one, Unknown)}
    found = [one for one in seen if isinstance(one, Finding)]
    assert Counter((one.check, one.key) for one in found) == Counter(
        (one.check, one.key) for one in planted.bombs if one.check not in blind
    )
    assert_placed(found, list(planted.bombs), decided)
    assert heard == list(range(1, len(heard) + 1))
    enough(planted, blind)


def enough(planted: account.Planted, blind: set[str]) -> None:
    assert len(planted.bombs) >= 25
    assert len(planted.healthy) >= 25
    shown = {one.check for one in planted.bombs}
    unshown = {one.check for one in planted.unshown}
    assert shown | unshown | blind == set(catalogue.names())
    assert blind <= unshown, "what the emulator cannot be asked says so in `demo`"
    assert {one.environment for one in planted.bombs} == {"production", "staging", "development"}


def test_things_have_words() -> None:
    assert Known("a", "b").name == "a"
    assert Unshown("a", "b").because == "b"
