"""Whatever a read comes back as: never clean, never a crash, unknown for exactly what needed it.

A sample of the walk; `python -m tests.hostile.walk` goes all of it.
"""

from __future__ import annotations

import json

import pytest

from steadyhand.cli.commands.look.scan import Output
from steadyhand.formats import parts
from tests.hostile.failures import ALL
from tests.hostile.spoiled import crashes
from tests.hostile.walk import Walk, run
from tests.hostile.wire import Attack
from tests.hostile.world import ANSWERS

SHARDS = 4


@pytest.mark.parametrize("shard", range(SHARDS))
def test_a_read_that_fails_is_never_a_pass(shard: int) -> None:
    assert run(every=298, first=shard * 74) == []


def test_an_answer_that_is_not_as_aws_describes_it_ends_no_scan() -> None:
    assert [*crashes(40)] == []


@pytest.fixture(scope="module")
def walk() -> Walk:
    return Walk()


def test_the_account_answers_every_read_and_every_check_finds_something(walk: Walk) -> None:
    assert walk.wire.unnamed == set(), (
        "a new read: say in ANSWERS of the check's test what AWS answers"
    )
    assert walk.readers.keys() <= ANSWERS.keys()
    assert set(walk.found.values()) == {check.id for check in walk.checks}
    assert walk.whole.unknown == ()


@pytest.mark.parametrize("name", ["page-403", "AccessDenied", "cut"])
def test_all_formats_agree_on_what_is_unknown(walk: Walk, name: str) -> None:
    failure = next(one for one in ALL if one.name == name)
    result = walk.scan(walk.checks, Attack("ec2:DescribeSecurityGroups", failure, page=1))
    assert len(result.unknown) == 3
    for output in set(Output) - {Output.TABLE}:
        said = "".join(parts(result, output))
        if output not in (Output.OCSF, Output.ASFF):  # they hold findings alone
            assert all(one.check in said for one in result.unknown), output
        assert "Policy 7" not in said, "a stranger's page is not handed on"
    told = json.loads("".join(parts(result, Output.JSON)))
    assert [one["check"] for one in told["unknown"]] == [one.check for one in result.unknown]
    assert len(told["findings"]) == len(result.found)
