"""Reviews tell drift: how often, whose hand, how long it stood, what became of it, where."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from steadyhand.model import Change, ChangeState, FindingStatus, Record
from steadyhand.rhythm.core.figures import Figure, spoken
from steadyhand.rhythm.results.drifted import NOBODY, Drifted, drifted_of
from steadyhand.rhythm.reviews.review import review_of
from tests.reports.accounts.ledger_rows import MAYA, at, change, record
from tests.rhythm.results.rows import facts

FIXED, GONE, OPEN = FindingStatus.FIXED, FindingStatus.GONE, FindingStatus.OPEN


SEEN = at(5, 12)


def drift(name: str = "jobs", seen: datetime = SEEN, who: str = MAYA, **more: Any) -> Record:
    by = {"changed_by": {"who": who}} if who else {}
    return record(
        "resource_drift", name, f"{name} differs from its template", seen=seen, **by, **more
    )


def told(*records: Record, changes: tuple[Change, ...] = ()) -> Drifted:
    found = drifted_of(facts(records=list(records), changes=list(changes)))
    assert found is not None
    return found


def words(figures: tuple[Figure, ...]) -> list[str]:
    return [str(one) for one in figures]


def test_nothing_drifted_is_no_section() -> None:
    assert drifted_of(facts()) is None
    before = drift(seen=at(3, 2), status=GONE, changed=at(3, 3))
    assert drifted_of(facts(records=[before])) is None


def test_what_we_set_back_is_told_with_how_long_it_stood() -> None:
    one = drift(status=FIXED, changed=at(5, 12, 9, 1))
    found = told(one, changes=(change("ch-1", one, at(5, 12), 60),))
    assert words(found.outcomes) == ["1 put back"]
    assert words(found.people) == ["1 by maya"]
    assert (str(found.longest), found.typical) == ("60 seconds", None)
    assert spoken(found.rows[0]) == "jobs differs from its template. Put back after 60 seconds."


def test_what_a_person_undid_is_one_drift_and_meant() -> None:
    one = replace(drift(), undone_at=at(5, 12, 10))
    undone = change(
        "ch-1", one, at(5, 12, 9, 1), state=ChangeState.UNDONE, ended=at(5, 12, 10), undone_by=MAYA
    )
    found = told(one, changes=(undone,))
    assert (str(found.count), words(found.outcomes)) == ("1 drift", ["1 undone"])
    assert "who meant it" in spoken(found.rows[0])


def test_what_ended_without_us_was_people_in_whichever_way() -> None:
    found = told(drift(status=GONE, changed=at(5, 12, 11)))
    assert words(found.outcomes) == ["1 adopted or taken back by people"]
    assert str(found.longest) == "2 hours"


def test_what_stands_is_told_as_of_the_periods_end() -> None:
    found = told(drift(seen=at(5, 30), who=""))
    assert words(found.outcomes) == ["1 still there"]
    assert words(found.people) == [f"1 by {NOBODY}"]
    assert found.typical is None


def test_a_stack_is_told_where_none_of_its_resources_is() -> None:
    stack = record("stack_drift", "shop", "shop differs from its template", seen=at(5, 12))
    resource = drift(stack_id=stack.finding.resource)
    assert str(told(stack).count) == "1 drift"
    assert [spoken(one).partition(" ")[0] for one in told(stack, resource).rows] == ["jobs"]


def test_production_comes_first_and_the_rest_is_folded() -> None:
    staging = [drift(f"s{n}", at(5, n + 1), environment="staging") for n in range(9)]
    found = told(*staging, drift("p", at(5, 30)))
    assert spoken(found.rows[0]).startswith("p differs")
    assert words(found.environments) == ["9 in staging", "1 in production"]
    assert str(found.folded) == "6 more"


def test_a_week_tells_production_alone_and_a_month_all() -> None:
    monthly = review_of(facts(records=[drift(environment="staging"), drift("p")]))
    assert monthly.drifted
    assert (str(monthly.drifted.count), monthly.week.drifted) == ("2 drifts", None)


MOMENTS = st.integers(0, 75).map(lambda hours: at(4, 20) + timedelta(hours=17 * hours))
ROWS = st.builds(
    lambda n, seen, hours, status, environment, who, made: (n, seen, hours, status, environment, who, made),
    st.integers(0, 30), MOMENTS, st.integers(1, 400), st.sampled_from([FIXED, GONE, OPEN]),
    st.sampled_from(["production", "staging", "development"]),
    st.sampled_from(["", MAYA, "ann", "ben", "cleo", "dan"]),
    st.sampled_from([None, ChangeState.VERIFIED, ChangeState.UNDONE, ChangeState.FAILED]),
)  # fmt: skip


@given(st.lists(ROWS, unique_by=lambda row: row[0], max_size=12))
def test_environments_people_and_outcomes_each_add_up_to_the_count(rows: list[Any]) -> None:
    records, changes = [], []
    for n, seen, hours, status, environment, who, made in rows:
        ended = seen + timedelta(hours=hours)
        one = drift(
            f"q{n}", seen, who, status=status, environment=environment,
            changed=ended if status is not OPEN else None,
        )  # fmt: skip
        records.append(one)
        if made:
            changes.append(change(f"ch-{n}", one, seen, state=made, ended=ended))
    known = facts(records=records, changes=changes)
    found = drifted_of(known)
    if found is None:
        return
    count = int(str(found.count).partition(" ")[0])
    for split in (found.environments, found.people, found.outcomes):
        assert sum(int(str(one).partition(" ")[0]) for one in split) == count
    shown = len(found.rows) + (int(str(found.folded).partition(" ")[0]) if found.folded else 0)
    assert shown == count
    ids = {one.finding.id for one in records}
    every = (found.count, *found.environments, *found.people, *found.outcomes, found.longest)
    assert all(one.ids and set(one.ids) <= ids for one in every)
    assert drifted_of(known) == found
