"""What is said of a cause is no more than a clue, and only of the very thing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from steadyhand.model import Severity
from steadyhand.rhythm.first.clues import NONE, Clue, Clues
from steadyhand.rhythm.first.facts import Failing, Firing, FirstFacts, Path, Seen
from tests.reports.accounts.ledger_rows import at, record
from tests.rhythm.reviews.measured import of

INTAKE = record("deprecated_runtime", "intake", "intake runs on Python 3.8.")
ARN, REGION = INTAKE.finding.resource, INTAKE.finding.region
DAY = at(5, 12)
FAILING = Failing(
    arn=ARN,
    name="intake",
    region=REGION,
    what="Lambda errors",
    days=((DAY.date(), 3.0), ((DAY + timedelta(days=2)).date(), 1.0)),
)
DEPLOY = Path(
    by="jonas", kind="IAMUser", action="x", what="code", count=3, last=DAY, on=("intake", "pdf")
)


def clues(*records: Any, paths: Any = (), firing: Any = ()) -> Clues:
    seen = Seen(
        identity="me", regions=(REGION,), has_ledger=True, at=DAY, seconds=1, calls=1, lists=1,
        paths=paths, firing=firing,
    )  # fmt: skip
    return Clues(FirstFacts(seen=seen, facts=of(records=records)))


def elsewhere(**said: Any) -> Any:
    return replace(INTAKE, finding=replace(INTAKE.finding, **said))


def test_the_worst_that_was_found_on_it_is_named() -> None:
    worse = elsewhere(
        check="plain_secret", severity=Severity.CRITICAL, summary="intake shows a key"
    )
    clue = clues(INTAKE, worse).of_metric(FAILING)
    assert clue == Clue(
        "Not known for sure; found on it: intake shows a key.",
        f"steadyhand show {worse.finding.id}",
    )


def test_what_is_on_another_thing_is_no_clue() -> None:
    assert clues(elsewhere(resource=f"{ARN}-2")).of_metric(FAILING) == Clue(NONE)


@pytest.mark.parametrize(
    ("path", "is_told"),
    [
        (DEPLOY, True),
        (replace(DEPLOY, on=("pdf",)), False),
        (replace(DEPLOY, last=DAY + timedelta(days=2)), False),
        (replace(DEPLOY, last=DAY - timedelta(days=1)), False),
    ],
)
def test_a_deploy_is_a_clue_on_the_first_day_alone(path: Path, is_told: bool) -> None:
    said = clues(paths=(path,)).of_metric(FAILING).said
    assert said == (
        "Perhaps a deploy: the first of these days, 12 May, is that of the last deploy by jonas, who deploys it."
        if is_told
        else NONE
    )


@pytest.mark.parametrize("name", ["intake-errors", "Errors of INTAKE"])
def test_an_alarm_names_what_it_watches(name: str) -> None:
    one = Firing(arn="a", name=name, region=REGION, times=(DAY,))
    assert "intake runs on" in clues(INTAKE, firing=(one,)).of_alarm(one, one.times).said
    far = replace(one, region="us-east-1")
    assert clues(INTAKE, firing=(far,)).of_alarm(far, far.times) == Clue(NONE)


def test_an_hour_that_stays_the_same_is_a_clue() -> None:
    times = tuple(DAY.replace(hour=5, minute=12) + timedelta(days=day) for day in range(4))
    one = Firing(arn="a", name="api-5xx", region=REGION, times=times)
    said = clues(firing=(one,)).of_alarm(one, times).said
    assert said == "Not known, but it is always at 05:12: look at what is scheduled then."
