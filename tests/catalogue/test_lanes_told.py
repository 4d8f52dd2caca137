"""What docs/concepts.md says of lanes and clocks is what the code does."""

from __future__ import annotations

import re
from pathlib import Path

from steadyhand.catalogue import lanes
from steadyhand.model import Lane, Risk, Severity
from steadyhand.rhythm.backlog import clock

PAGE = (Path(__file__).parents[2] / "docs" / "concepts.md").read_text()


def test_the_clock_is_the_table_people_read() -> None:
    for lane in Lane:
        row = re.search(rf"^\| {lane.capitalize()} \|(.+)\|$", PAGE, re.MULTILINE)
        assert row
        told = [int(one) for one in row[1].split("|")]
        assert told == [clock.DAYS[lane][severity] for severity in Severity]


def test_the_sum_is_the_one_people_read() -> None:
    def row(name: str) -> str:
        found = re.search(rf"^\| {name} \|(.+)\|$", PAGE, re.MULTILINE)
        assert found
        return found[1]

    for severity, value in lanes.IMPACT.items():
        assert f"{severity} {value:g}" in row("impact")
    assert f"${lanes.USD:g} a month" in row("impact")
    assert f"at most {lanes.DEAREST:g}" in row("impact")
    for value, _ in lanes.PROBABILITY.values():
        assert f"{value:g}" in row("probability")
    for risk in Risk:
        assert f"{lanes.EFFORT[risk][0]:g}" in row("effort")
    for work, value in lanes.BONUS.items():
        assert f"{work} {value:g}" in row("bonus")
    assert f"From {lanes.NOW_FROM:g} on it waits in **Now**" in PAGE
    assert f"from {lanes.NEXT_FROM:g} on in **Next**" in PAGE
