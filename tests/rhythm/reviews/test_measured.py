"""What is said of a measured month: edges, deploys, patches and jobs; and of one that was not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from steadyhand.model import ReadFailed
from steadyhand.rhythm.core.figures import spoken
from steadyhand.rhythm.core.measured import (
    Aged,
    DeadLetterQueue,
    Deploy,
    Edge,
    Host,
    Measured,
    Restore,
    Unread,
)
from steadyhand.rhythm.reviews.coverage import coverage_of
from steadyhand.rhythm.reviews.jobs import jobs_of
from steadyhand.rhythm.reviews.reliability import Reliability, answered, percent, reliability_of
from steadyhand.rhythm.reviews.security import security_of
from tests.reports.accounts import ledger_rows, stories
from tests.reports.accounts import measured as made_up
from tests.reports.accounts.ledger_rows import at, incident
from tests.rhythm.reviews.measured import EMPTY, of


def told(measured: Measured = EMPTY, **more: Any) -> Reliability:
    found = reliability_of(of(measured, **more))
    assert found is not None
    return found


def edge(every: int, bad: int, name: str = "api", weeks: int = 13) -> Edge:
    return Edge(
        name=name,
        kind="API",
        region="eu-west-1",
        months=((0, 0), (0, 0), (every, bad)),
        weeks=((0, 0),) * (13 - weeks) + ((every // 4, bad // 4),) * weeks,
    )


@pytest.mark.parametrize(
    ("every", "bad", "actual", "budget"),
    [
        (1_000_000, 500, "99.95%", "500 of 1,000,000 failed, 50% of the budget left"),
        (1_000_000, 1_500, "99.85%", "1,500 of 1,000,000 failed, 500 over budget"),
        (1_000_000, 0, "100%", "0 of 1,000,000 failed, 100% of the budget left"),
        (1_000_000, 1, "99.99%", "1 of 1,000,000 failed, 99% of the budget left"),
        (300, 2, "99.33%", "2 of 300 failed; too few came for a budget"),
    ],
)
def test_an_edge_and_its_budget(every: int, bad: int, actual: str, budget: str) -> None:
    (row,) = told(replace(EMPTY, edges=(edge(every, bad),))).edges
    assert row.actual is not None
    assert row.actual.words == actual
    assert spoken(row.budget) == budget
    assert row.missed == (every == 300 or bad > 1000)


def test_no_traffic_is_no_availability() -> None:
    found = told(replace(EMPTY, edges=(edge(0, 0),)))
    assert found.edges == ()
    assert str(found.silent) == "1 edge"
    assert answered((0, 0)) is None


def test_what_is_not_all_is_never_a_hundred_per_cent() -> None:
    assert percent(99.99999) == "99.99%"
    assert percent(100) == "100%"


def test_a_missed_edge_is_never_folded_behind_a_busy_one() -> None:
    busy = [edge(1_000_000 + n, 0, f"busy-{n}") for n in range(6)]
    found = told(replace(EMPTY, edges=(*busy, edge(10_000, 900, "small"))))
    assert found.edges[0].name == "small"
    assert len(found.edges) == 4
    assert str(found.folded) == "3 more edges, none below target"


def test_few_weeks_make_no_line() -> None:
    (row,) = told(replace(EMPTY, edges=(edge(10_000, 0, weeks=2),))).edges
    assert (row.spark, row.alt, row.weeks) == ("", (), ())
    (row,) = told(replace(EMPTY, edges=(edge(10_000, 0, weeks=3),))).edges
    assert spoken(row.alt) == "By week: at worst 100%, last 100%"


def test_the_target_is_the_one_that_was_asked_then() -> None:
    assert str(told(replace(EMPTY, target=99.95)).target) == "99.95%"


def ship(when: datetime) -> Deploy:
    return Deploy(began=when, ended=when + timedelta(minutes=5))


def test_a_deploy_failed_where_an_alarm_followed_within_the_hour() -> None:
    fired = [incident("in-1", "api-5xx", at(5, 19, 10), 20), incident("in-2", "b", at(5, 20), 5)]
    deploys = tuple(ship(when) for when in (at(5, 1), at(5, 19, 9, 20), at(5, 19, 7), at(5, 21)))
    found = told(replace(EMPTY, deploys=deploys), incidents=fired)
    assert spoken(found.failed) == "25.0%, 1 of 4"
    assert "in-1" in found.failed[0].ids  # type: ignore[union-attr]
    assert str(found.recovery) == "12 minutes"


def test_no_deploys_have_no_share_of_failures() -> None:
    found = told(replace(EMPTY, deploys=()))
    assert str(found.deploys) == "0"
    assert found.failed == ()
    assert told(EMPTY).deploys is None, "not read"


def test_what_was_cut_short_says_so_and_has_no_share() -> None:
    found = told(replace(EMPTY, deploys=(ship(at(5, 2)),), deploys_cut=True))
    assert str(found.deploys) == "1 or more"
    assert found.failed == ()


def test_a_restore_tells_rto_and_rpo() -> None:
    made = Restore(name="billing-db", at=at(5, 17), seconds=2280, lost_seconds=300)
    found = told(replace(EMPTY, restores=(made,))).drill
    assert found is not None
    assert (found.what, str(found.time), str(found.lost)) == (
        "billing-db, 17 May",
        "38 minutes",
        "5 minutes",
    )
    assert told(replace(EMPTY, restores=())).drill_unread is False
    assert told(EMPTY).drill_unread is True


def test_ages_are_of_the_month_s_end() -> None:
    keys = (Aged(name="ci", region="", since=datetime(2025, 7, 9, tzinfo=UTC)),)
    found = security_of(of(replace(EMPTY, keys=keys, secrets=(), managed=0)))
    assert found is not None
    assert found.key is not None
    assert str(found.key.age) == "326 days"
    assert found.none == (
        "No secret is kept in Secrets Manager.",
        "Systems Manager manages no host, so we see no patches.",
    )


def test_hosts() -> None:
    never = Host(name="new", region="r", missing=0, at=None, was_patched=False)
    scanned = Host(name="web", region="r", missing=3, at=at(5, 30, 22), was_patched=False)
    found = security_of(of(replace(EMPTY, managed=4, lacking=1, hosts=(scanned,))))
    assert found is not None
    assert found.host is not None
    assert (str(found.host.age), found.host.note) == ("1 day", "since it was last scanned")
    assert str(found.unpatched) == "1 of 4"
    found = security_of(of(replace(EMPTY, managed=4, lacking=2, hosts=(never, scanned))))
    assert found is not None
    assert found.host is not None
    assert str(found.host.age) == "never scanned"


def test_nothing_to_tell_of_jobs_is_not_nothing_read() -> None:
    found = jobs_of(of(replace(EMPTY, lost=(), dead_letters=(), runs=())))
    assert found is not None
    assert found.is_still
    assert found.rows == ()
    gap = Unread(section="jobs", what="queues", region="eu-west-1", why="AccessDeniedException")
    found = jobs_of(of(replace(EMPTY, unread=(gap,))))
    assert found is not None
    assert not found.is_still
    assert str(found.gaps) == "Not read: queues in eu-west-1 (AccessDeniedException)."


def test_dead_letters() -> None:
    lying = DeadLetterQueue(name="b", region="r", came=2, went=0, left=2, oldest=518_400.0)
    emptied = DeadLetterQueue(name="a", region="r", came=41, went=41, left=0, oldest=None)
    found = jobs_of(of(replace(EMPTY, dead_letters=(lying, emptied), redrives=1)))
    assert found is not None
    rows = {row.name: (str(row.value), str(row.note)) for row in found.rows}
    assert rows == {
        "Dead-lettered, at least": ("43", "a, b"),
        "Taken out, at least": (
            "41",
            "redriven, deleted or expired; CloudTrail knows of 1 redrive",
        ),
        "Oldest dead letter": ("6 days", "b; 2 in all lie there"),
    }


def test_gaps_are_one_sentence_a_section_and_one_line_at_the_foot() -> None:
    gaps = tuple(
        Unread(section="reliability", what=what, region=region, why="AccessDeniedException")
        for what in ("load balancers", "REST APIs")
        for region in ("eu-west-1", "us-east-1")
    )
    facts = of(replace(EMPTY, unread=gaps))
    found = reliability_of(facts)
    assert found is not None
    assert str(found.gaps) == "Not read: load balancers and REST APIs (AccessDeniedException)."
    assert str(coverage_of(facts).measures) == "2 measures"
    assert coverage_of(of()).measures is None


def test_a_week_has_none_of_it() -> None:
    facts = of(None)
    assert reliability_of(facts) is None
    assert security_of(facts) is None
    assert jobs_of(facts) is None


def test_what_was_not_read_is_never_said_to_be_nothing() -> None:
    mail = stories.blank()
    mail.ledger.swept = [ledger_rows.sweep(at(5, 31, 21))]
    client = mail.ledger.aws

    def refuse(call: Any) -> Any:
        raise ReadFailed("AccessDeniedException", "no")

    client.ask = refuse  # type: ignore[method-assign]
    client.elsewhere = lambda region: client  # type: ignore[method-assign,assignment]
    said = " ".join(mail.mail().text.split())
    for claim in ("No restore", "We saw no load balancer", "no queue", "No user", "No secret"):
        assert claim not in said
    assert "named in their sections" in said
    assert "Everything that we asked for was read" not in said


def test_the_whole_month_is_told() -> None:
    text = " ".join(stories.usual().mail().text.split())
    assert "checkout 99.97% 99.85% 577 of 412,077 failed, 165 over budget. MISSED." in text
    assert "Deploys (April: 54) 61" in text
    assert "1.6%, 1 of 61" in text
    assert "billing-db, 17 May; the backup was 5 minutes old (RPO)." in text
    assert "Oldest access key: 326 days, deploy-ci." in text
    assert "Scheduled runs missed: 1 (of 2,790; default)." in text
    assert made_up.may().id == "review#measures#2026-05"
