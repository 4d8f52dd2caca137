"""The run itself: only a named and empty account is touched, and nothing of it stays, whatever happens."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from steadyhand.catalogue import discovery
from steadyhand.model import Risk
from steadyhand.settings.deployed import SERVICE, TABLE
from tests.verify.__main__ import tried
from tests.verify.drifts import HANDS
from tests.verify.plants import PLANTS, UNPLANTED
from tests.verify.rows import LAST, Row
from tests.verify.sandbox import NotSeen, NotTried, Refused, Sandbox, admitted, removed

NAMED = "111122223333"


class Fake:
    """Just what is asked before anything is touched. Any other call is an error."""

    def __init__(self, arn: str, stacks: list[str], tables: list[str]) -> None:
        self.arn, self.stacks, self.tables = arn, stacks, tables

    def __call__(self, service: str) -> Fake:
        assert service in {"sts", "cloudformation", "dynamodb"}
        return self

    def get_caller_identity(self) -> dict[str, str]:
        return {"Account": self.arn.split(":")[4], "Arn": self.arn}

    def get_paginator(self, name: str) -> Fake:
        assert name == "describe_stacks"
        return self

    def paginate(self) -> list[dict[str, Any]]:
        return [{"Stacks": [{"StackName": one} for one in self.stacks]}]

    def list_tables(self) -> dict[str, list[str]]:
        return {"TableNames": self.tables}


ROOT_ARN = f"arn:aws:iam::{NAMED}:root"
USER = f"arn:aws:iam::{NAMED}:user/ines"


@pytest.mark.parametrize(
    ("arn", "named", "stacks", "tables", "said"),
    [
        (USER, "", [], [], "no account was named"),
        (USER, "999988887777", [], [], "999988887777 was named"),
        (ROOT_ARN, NAMED, [], [], "root"),
        (USER, NAMED, [SERVICE], [], "already"),
        (USER, NAMED, [], [TABLE], "already"),
    ],
)
def test_an_account_that_is_not_named_or_not_empty_is_refused(
    arn: str, named: str, stacks: list[str], tables: list[str], said: str
) -> None:
    with pytest.raises(Refused, match=said):
        admitted(Fake(arn, stacks, tables), named)


def test_the_one_that_is_named_is_admitted() -> None:
    assert admitted(Fake(USER, ["other"], ["others"]), NAMED) == USER


def sandbox(folder: Path) -> Sandbox:
    return Sandbox(
        account=NAMED,
        region="eu-central-1",
        identity=USER,
        client=Fake(USER, [], []),
        environment={},
        scratch=folder,
        tell=lambda _: None,
    )


def raising(error: BaseException) -> Callable[[], None]:
    def remove() -> None:
        raise error

    return remove


@pytest.mark.parametrize("error", [RuntimeError("a bug"), KeyboardInterrupt()])
def test_whatever_happens_everything_is_removed_backwards(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    monkeypatch.setattr("time.sleep", lambda _: None)
    here, gone = sandbox(tmp_path), list[str]()
    denied = ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "DeleteVpc")
    absent = ClientError({"Error": {"Code": "ResourceNotFoundException"}}, "DeleteTable")

    def run() -> None:
        with removed(here):
            here.removing("first", lambda: gone.append("first"))
            here.removing("not there", raising(absent))
            here.removing("denied", raising(denied))
            here.removing("a bug", raising(ValueError("odd")))
            here.removing("last", lambda: gone.append("last"))
            raise error

    with pytest.raises(type(error)):
        run()
    assert gone == ["last", "first"]
    assert [one.partition(":")[0] for one in here.left] == ["a bug", "denied"]


def test_a_signal_that_ends_it_removes_everything_too(tmp_path: Path) -> None:
    here, gone = sandbox(tmp_path), list[str]()

    def run() -> None:
        with removed(here):
            here.removing("it", lambda: gone.append("it"))
            os.kill(os.getpid(), signal.SIGTERM)
            signal.pause()

    with pytest.raises(KeyboardInterrupt):
        run()
    assert gone == ["it"]


@pytest.mark.parametrize(
    ("error", "sign"),
    [(NotSeen("late"), "wrong"), (NotTried("no mail"), "not tried"), (KeyError("x"), "wrong")],
)
def test_a_row_that_fails_is_told_and_the_others_go_on(
    tmp_path: Path, error: Exception, sign: str
) -> None:
    def attempt(_: Sandbox) -> str:
        raise error

    name, said, words, seconds, usd = tried(Row("x", attempt, 0.5), sandbox(tmp_path))
    assert (name, said, usd) == ("x", sign, 0.5)
    assert words
    assert seconds >= 0


def test_every_safe_fix_is_planted_or_has_a_reason() -> None:
    safe = {one.id for one in discovery.load() if one.risk is Risk.SAFE}
    planted = [one.check for one in PLANTS]
    assert len(planted) == len(set(planted))
    assert set(planted) | set(UNPLANTED) == safe
    assert not set(planted) & set(UNPLANTED)
    for why in [*UNPLANTED.values(), *(one.lacking for one in PLANTS if one.lacking)]:
        assert len(why.split()) > 5


@pytest.mark.deep
@pytest.mark.emulator
def test_it_runs_whole_against_the_emulator() -> None:
    command = [sys.executable, "-m", "tests.verify", "--endpoint", "emulator"]
    run = subprocess.run(
        [*command, "--mail-from", "ops@verify.example"],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    table = run.stdout.rpartition("\n\n")[2]
    rows = re.findall(
        r"^(right|wrong|not tried)  +(.+?)(?:: |  ).* USD  (.*)$", table, re.MULTILINE
    )
    assert len(rows) == 1 + len(PLANTS) + 1 + len(HANDS) + len(LAST) + 1
    untried = {name: why for sign, name, why in rows if sign != "right"}
    lacking = {one.check: one.lacking for one in PLANTS if one.lacking}
    uncompared = {f"drift of {one.type}" for one in HANDS if not one.is_emulated}
    assert untried == lacking | dict.fromkeys(uncompared, "the emulator does not compare this type")
    assert "LEFT BEHIND" not in run.stdout
