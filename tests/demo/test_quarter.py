"""The made-up quarter: whole, in its time, and of things that exist."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from botocore.session import Session
from botocore.validate import ParamValidator

from steadyhand.aws.cli_command import folded
from steadyhand.catalogue import discovery as catalogue
from steadyhand.demo.past import calls_of
from steadyhand.demo.quarter import OUTAGE, quarter
from steadyhand.model import ChangeState, FindingStatus, Note

DAYS = [
    datetime(2026, 11, 23, 13, tzinfo=UTC),
    datetime(2026, 1, 1, 0, 0, 1, tzinfo=UTC),
    datetime(2026, 3, 31, 23, tzinfo=UTC),
    datetime(2024, 2, 29, 12, tzinfo=UTC),
]


@pytest.mark.parametrize("now", DAYS, ids=lambda one: f"{one:%Y-%m-%d}")
def test_everything_lies_in_the_three_whole_months_before(now: datetime) -> None:
    made = quarter(now, "111122223333", "eu-central-1")
    begins = now.replace(day=1, hour=0, minute=0, second=0)
    times = [
        *(one.first_seen for one in made.records),
        *(one.changed_at for one in made.records),
        *(one.at for one in made.changes),
        *(one.ended_at for one in made.incidents),
        *(one.at for one in made.exemptions),
        *(one.at for one in made.notes),
    ]
    assert max(times) < begins
    assert (begins - min(times)).days <= 92
    assert made.last < f"{now:%Y-%m}"


def test_it_hangs_together() -> None:
    made = quarter(DAYS[0], "111122223333", "eu-central-1")
    records = {one.finding.id: one for one in made.records}
    assert len(records) == len(made.records)
    assert {one.finding.check for one in made.records} <= set(catalogue.names())
    assert len({one.id for one in made.changes}) == len(made.changes)
    for change in made.changes:
        record = records[change.finding.id]
        fixed = record.status is FindingStatus.FIXED
        assert fixed == (change.state is ChangeState.VERIFIED)
        assert change.at >= record.first_seen
    (exemption,) = made.exemptions
    assert records[exemption.scope].exempt_until == exemption.until
    outage = next(one for one in made.incidents if one.signature == OUTAGE)
    predicted = next(one for one in made.records if one.finding.key == "checkout.leaflab.example")
    assert predicted.first_seen < outage.began_at
    assert predicted.finding.detonates_at
    assert predicted.finding.detonates_at <= outage.began_at


def test_its_calls_are_calls() -> None:
    session = Session()
    made = quarter(DAYS[0], "111122223333", "eu-central-1")
    for change in made.changes:
        step = calls_of(change.finding)
        for call in (step.do, step.undo):
            assert call
            shape = session.get_service_model(call.service).operation_model(call.operation)
            report = ParamValidator().validate(call.params, shape.input_shape)
            assert not report.has_errors(), report.generate_report()
            assert folded(call).startswith("aws ")


def test_it_says_until_when_it_is_made_up() -> None:
    said: list[Note] = []

    class Listening:
        def __getattr__(self, name: str) -> object:
            return (lambda new, over=None: said.append(new)) if name == "note" else lambda *_: None

    made = quarter(DAYS[0], "111122223333", "eu-central-1")
    made.write(Listening())
    (one,) = (note for note in said if note.kind == "example")
    assert one.said["until"] == DAYS[0].isoformat()
    assert one.at <= min(record.first_seen for record in made.records)
