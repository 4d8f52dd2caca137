"""What a fix saved, as the meter shows it; what lapsed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from steadyhand.model import (
    ChangeState,
    FindingStatus,
)
from steadyhand.rhythm.savings.proven import notes_of
from steadyhand.rhythm.savings.statement import Savings, Stage, savings_of
from tests.readings.billed_account import OTHER, BilledAccount, days, fixed, mover, said, steady
from tests.reports.accounts.ledger_rows import NOW, at, record

GP3 = "EUW1-EBS:VolumeUsage.gp3"


def metered(
    before: float, after: float, since: date = date(2026, 5, 10)
) -> dict[tuple[str, date], float]:
    """GB-months a day of gp3."""
    return {
        (GP3, on): before if on <= since else after
        for on in days(date(2026, 4, 1), date(2026, 7, 1))
    }


def saved(billed: BilledAccount, now: datetime = NOW) -> Savings:
    return savings_of(billed.read(now))


def test_what_the_meter_shows_is_verified() -> None:
    billed = BilledAccount(quantities=metered(90, 81))
    billed.records, billed.changes = fixed()
    found = saved(billed)
    (row,) = found.rows
    assert (row.stage, row.count.words, row.when) == (Stage.VERIFIED, "3 fixed", "10 May")
    assert said(row.usage) == "2,790 to 2,511 GB"
    assert row.estimate.words == "$24.00"
    assert row.verified
    assert row.verified.words == "$24", "at most what was estimated"
    assert found.verified.words == "$24 a month"
    assert found.applied.words == "nothing"
    assert set(row.verified.ids) == {"ch-0", "ch-1", "ch-2", "review#bill#2026-04-01#2026-06-01"}


def test_less_than_estimated_is_what_is_claimed() -> None:
    """A day costs $8 for 85.5 GB-months, about: 2 fewer are $5.69 a month."""
    billed = BilledAccount(quantities=metered(90, 88))
    billed.records, billed.changes = fixed()
    (row,) = saved(billed).rows
    assert row.verified
    assert 4 < float(row.verified.words.removeprefix("$")) < 7


@pytest.mark.parametrize("after", [90.0, 95.0])
def test_what_the_meter_does_not_show_is_not_claimed(after: float) -> None:
    billed = BilledAccount(quantities=metered(90, after))
    billed.records, billed.changes = fixed()
    found = saved(billed)
    assert found.rows[0].stage is Stage.UNSEEN
    assert found.rows[0].verified
    assert found.rows[0].verified.words == "$0"
    assert found.verified.words == "nothing"


def test_two_weeks_after_it_must_be_over() -> None:
    billed = BilledAccount(quantities=metered(90, 81))
    billed.records, billed.changes = fixed(at(5, 25))
    found = saved(billed)
    (row,) = found.rows
    assert (row.stage, row.verified) == (Stage.APPLIED, None)
    assert row.why == "14 days of use after it are on the bill from 9 June on"
    assert (found.verified.words, found.applied.words) == ("nothing", "$24.00 a month")
    assert notes_of(billed.read(), NOW) == []


def test_what_has_no_meter_says_so() -> None:
    billed = BilledAccount()
    billed.records = [
        record("endless_logs", "g", "g", usd=3, status=FindingStatus.FIXED, changed=at(5, 2)),
        record("cost_anomaly", "s", "s", usd=900, status=FindingStatus.GONE, changed=at(5, 2)),
        record("endless_logs", "open", "g", usd=5),
    ]
    found = saved(billed)
    assert [row.why for row in found.rows] == ["logs are deleted only as they come of age"]
    assert found.waiting.words == "$5.00 a month"


def test_a_saving_is_written_down_once_and_told_from_there() -> None:
    billed = BilledAccount(quantities=metered(90, 81))
    billed.records, billed.changes = fixed()
    new = billed.keep(billed.read())
    assert [one.id for one in new] == ["review#bill#2026-04-01#2026-06-01", "saving#ch-0"]
    assert new[1].said["fixes"] == ["ch-0", "ch-1", "ch-2"]
    july = datetime(2026, 7, 1, 7, tzinfo=UTC)
    billed.changes = billed.changes[1:]
    found = billed.read(july)
    (row,) = savings_of(found).rows
    assert (row.stage, row.count.words) == (Stage.VERIFIED, "3 fixed")
    assert "saving#ch-0" in row.estimate.ids
    assert [one.kind for one in billed.keep(found, july)] == ["review"], "never twice"
    may = billed.read()
    assert savings_of(may).rows[0].verified, "May is still what it was"
    assert "saving#ch-0" not in savings_of(may).rows[0].estimate.ids


def test_what_is_used_again_lapsed() -> None:
    billed = BilledAccount(quantities=metered(90, 81))
    billed.records, billed.changes = fixed()
    billed.keep(billed.read())
    billed.client.quantities = metered(90, 81) | {
        (GP3, on): 95.0 for on in days(date(2026, 6, 10), date(2026, 7, 1))
    }
    july = datetime(2026, 7, 1, 7, tzinfo=UTC)
    facts = billed.read(july)
    found = savings_of(facts)
    assert found.rows[0].stage is Stage.LAPSED
    assert (found.verified.words, found.lapsed.words) == ("nothing", "$24.00 a month")
    assert [one.id for one in billed.keep(facts, july)][1:] == ["saving#ch-0#lapsed"]


def test_what_was_undone_or_found_again_lapsed() -> None:
    billed = BilledAccount(quantities=metered(90, 81))
    records, changes = fixed()
    undone = replace(changes[0], state=ChangeState.UNDONE, ended_at=at(5, 20))
    again = replace(records[1], status=FindingStatus.OPEN, changed_at=at(5, 22))
    billed.records, billed.changes = [records[0], again, records[2]], [undone, *changes[1:]]
    found = saved(billed)
    assert sorted((row.stage, row.count.words) for row in found.rows) == [
        (Stage.LAPSED, "2 fixed"),
        (Stage.VERIFIED, "1 fixed"),
    ]
    assert [one.name for one in notes_of(billed.read(), NOW)] == ["ch-2"]


def test_ours_is_certain_where_the_meter_fell_too() -> None:
    bill = {
        on: usd | ({OTHER: 5.0} if on >= date(2026, 5, 10) else {}) for on, usd in steady().items()
    }
    billed = BilledAccount(bill=bill)
    billed.records, billed.changes = fixed()
    line = mover(billed).cause
    assert said(line) == "certain: 3 changes of ours from 10 May"
    assert [part.ids for part in line if not isinstance(part, str)] == [("ch-0", "ch-1", "ch-2")]
