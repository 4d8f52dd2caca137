"""Incidents are told with the finding that came first, and the change since."""

from __future__ import annotations

from dataclasses import replace

from steadyhand.model import ChangeState, FindingStatus
from steadyhand.rhythm.incidents.alarms import incidents_of
from steadyhand.rhythm.incidents.causes import concerning, fix, foretold, names_in
from tests.reports.accounts.ledger_rows import at, change, record
from tests.rhythm.reviews.measured import fired, of


def test_names_are_found_in_an_alarm() -> None:
    assert "billing-db" in set(names_in("billing-db-connections"))
    assert "api.larkfield.example" in set(names_in("5xx of api.larkfield.example are high"))
    assert "db" not in set(names_in("billing-db")), "too short to mean anything"
    assert len(list(names_in("a-very-long " * 500))) < 1_000


def test_a_finding_that_came_first_is_named() -> None:
    known = record("old_access_key", "billing-db", "billing-db has no room", seen=at(4, 20))
    later = record("old_access_key", "billing-db-2", "x", seen=at(5, 20))
    facts = of(records=(known, later))
    alarm = fired("billing-db-connections")
    found = concerning([alarm], facts.records)
    assert list(found["in-1"]) == [known]
    said = foretold(alarm, facts, found["in-1"])
    assert said == "A finding on it was known since 20 April: billing-db has no room."
    assert fix(alarm, facts, found["in-1"]) == "The fix waits in the backlog."


def test_a_finding_that_came_after_foretold_nothing() -> None:
    facts = of(records=(record("x", "billing-db", "s", seen=at(5, 20)),))
    alarm = fired("billing-db-connections")
    found = concerning([alarm], facts.records)
    assert foretold(alarm, facts, found["in-1"]) == "No finding of ours foretold it."


def test_a_change_since_is_the_fix() -> None:
    fixed = record("x", "billing-db", "billing-db has no room", seen=at(4, 2), status=FindingStatus.FIXED,
                    changed=at(5, 20))  # fmt: skip
    facts = of(
        records=(fixed,),
        changes=(change("ch-0", fixed, at(5, 1)), change("ch-1", fixed, at(5, 20))),
    )
    alarm = fired("billing-db-connections")
    said = fix(alarm, facts, concerning([alarm], facts.records)["in-1"])
    assert said == "Fixed on 20 May: billing-db has no room."
    undone = replace(facts, changes=(replace(facts.changes[1], state=ChangeState.UNDONE),))
    assert "Fixed" not in fix(alarm, undone, [fixed])


def test_another_region_is_another_thing() -> None:
    known = record("x", "billing-db", "s")
    elsewhere = replace(known, finding=replace(known.finding, region="us-east-1"))
    everywhere = replace(known, finding=replace(known.finding, region="global"))
    found = concerning([fired("billing-db")], [elsewhere, everywhere])
    assert list(found["in-1"]) == [everywhere]


def test_an_incident_without_a_finding_says_so() -> None:
    (row,) = incidents_of(of(incidents=(fired("api-5xx"),))).rows
    assert row.foretold == "No finding of ours foretold it."
    assert row.fix == "No permanent fix is known."
