"""The hours that fixes returned are those of the table, and no guess."""

from __future__ import annotations

import pytest

from steadyhand.catalogue import discovery as catalogue
from steadyhand.model import ChangeState
from steadyhand.reference.dated import dated
from steadyhand.rhythm.core.effort import effort_in
from steadyhand.rhythm.results.hours_returned import told as hours
from steadyhand.rhythm.results.promised import results_of
from tests.reports.accounts.ledger_rows import MAYA, at, change, record
from tests.rhythm.results.rows import facts, port


def test_hours_are_those_of_the_table() -> None:
    bombs = [port(n) for n in range(2)]
    made = [change(f"ch-{n}", bomb, at(5, 4 + n)) for n, bomb in enumerate(bombs)]
    found = results_of(facts(records=bombs, changes=made)).returned
    assert found.hours.words == "1 to 4 hours"
    assert found.hours.ids == ("ch-0", "ch-1")
    assert found.table == "2026-01"
    assert found.uncounted is None


def test_alike_ones_of_one_day_are_done_in_one_go() -> None:
    """So the low end is that of one, the high end that of each."""
    bombs = [port(n) for n in range(4)]
    made = [change(f"ch-{n}", bomb, at(5, 4, 9, n)) for n, bomb in enumerate(bombs)]
    assert results_of(facts(records=bombs, changes=made)).returned.hours.words == "0.5 to 8 hours"


def test_an_approval_costs_time() -> None:
    made = [change("ch-1", port(1), at(5, 4), by=MAYA)]
    assert results_of(facts(changes=made)).returned.hours.words == "0 to 2 hours"
    made = [change("ch-1", port(1), at(5, 4))]
    assert results_of(facts(changes=made)).returned.hours.words == "0.5 to 2 hours"


@pytest.mark.parametrize(
    "state", [ChangeState.UNDONE, ChangeState.FAILED, ChangeState.DOING, ChangeState.THEIRS]
)
def test_only_what_was_verified_and_stayed_returns_hours(state: ChangeState) -> None:
    found = results_of(facts(changes=[change("ch-1", port(1), at(5, 4), state=state)])).returned
    assert (found.hours.words, found.hours.ids) == ("none", ())


def test_a_check_that_the_table_does_not_know_is_told_and_not_guessed() -> None:
    made = [change("ch-1", record("endless_logs", "l", "l keeps logs"), at(5, 4))]
    found = results_of(facts(changes=made)).returned
    assert found.hours.words == "none"
    assert found.uncounted is not None
    assert found.uncounted.ids == ("ch-1",)


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (0.25, 1, "15 to 60 minutes"),
        (0.3, 3.1, "0 to 3.5 hours"),
        (14.2, 21.3, "14 to 22 hours"),
        (123, 941, "120 to 950 hours"),
        (1234, 13001, "1,230 to 13,010 h"),
    ],
)
def test_a_range_is_rounded_outwards(low: float, high: float, said: str) -> None:
    assert hours(low, high) == said


def test_the_table_knows_every_category_and_only_real_checks() -> None:
    table = dated("hours")
    effort = effort_in(table)
    places = {name: place.partition(".")[0] for name, place in catalogue.places().items()}
    for category in set(places.values()):
        assert category in effort.categories, f"steadyhand/checks/{category}/__init__.py: HOURS = …"
    assert set(effort.categories) <= set(places.values())
    assert set(effort.checks) <= set(places)
    assert effort.version == table["as_of"][:7]
    entries = [table["approval"], *table["categories"].values(), *table["checks"].values()]
    for said in entries:
        low, high = said["hours"]
        assert 0 < low < high
        assert said["because"].endswith(".")
