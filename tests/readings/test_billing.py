"""The bill of a month, read from an account that answers as AWS does: what moved, why, and what next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from botocore.session import Session
from botocore.validate import ParamValidator

from steadyhand.model import (
    Call,
    Change,
    ChangeState,
    FindingStatus,
    Note,
    ReadFailed,
    Record,
    Risk,
)
from steadyhand.readings.billing import with_bill
from steadyhand.rhythm.core.facts import Facts, as_of
from steadyhand.rhythm.core.figures import Line, spoken
from steadyhand.rhythm.core.period import Cadence, period_of
from steadyhand.rhythm.cost.comparison import Cost, cost_of
from steadyhand.rhythm.cost.movers import Mover
from steadyhand.rhythm.cost.remembered import bill_out
from steadyhand.rhythm.savings.proven import notes_of
from steadyhand.rhythm.savings.statement import Savings, Stage, savings_of
from tests.reports.accounts import stories
from tests.reports.accounts.explorer import Done
from tests.reports.accounts.stories import NOW, SETTINGS, at, change, record
from tests.reports.reading.page import Page
from tests.reports.test_poison import POISON

GP3 = "EUW1-EBS:VolumeUsage.gp3"
OTHER = "EC2 - Other"
WERE_FIXED = at(5, 10)


def days(first: date, until: date) -> Iterator[date]:
    return (first + timedelta(days=n) for n in range((until - first).days))


def steady(usd: float = 20.0) -> dict[date, dict[str, float]]:
    """Three months of $20 a day for two services each, on every day."""
    return {on: {OTHER: usd, "AWS Lambda": usd} for on in days(date(2026, 4, 1), date(2026, 7, 1))}


class Store:
    """A ledger of notes."""

    def __init__(self) -> None:
        self.said: dict[str, Note] = {}

    def noted(self, kind: str, name: str) -> Note | None:
        return self.said.get(f"{kind}#{name}")

    def note(self, new: Note) -> bool:
        return self.said.setdefault(new.id, new) is new


class House:
    """An account, its ledger and its findings; `read` is a review of a month, `keep` remembers it."""

    def __init__(self, **client: Any) -> None:
        self.client = stories.Client(**({"bill": steady()} | client))
        self.store = Store()
        self.records: Sequence[Record] = ()
        self.changes: Sequence[Change] = ()

    def read(self, now: datetime = NOW, cadence: Cadence = Cadence.MONTHLY) -> Facts:
        period = period_of(cadence, now, "UTC")
        facts = Facts(
            account="1",
            period=period,
            settings=SETTINGS,
            records=self.records,
            changes=self.changes,
            notes={
                "saving": [
                    one
                    for one in self.store.said.values()
                    if one.kind == "saving" and one.at < period.until
                ]
            },
            kinds=stories.KINDS,
        )
        return as_of(with_bill(facts, self.store, self.client))

    def keep(self, facts: Facts, now: datetime = NOW) -> list[Note]:
        """As the review function does: what was new to the ledger."""
        assert facts.bill
        name = facts.bill.id.removeprefix("review#")
        new = [Note(kind="review", name=name, at=now, said=bill_out(facts.bill))]
        new += notes_of(facts, now)
        return [one for one in new if self.store.note(one)]


def cost(house: House, now: datetime = NOW) -> Cost:
    found = cost_of(house.read(now))
    assert found
    return found


def mover(house: House, service: str = OTHER) -> Mover:
    return next(one for one in cost(house).movers if one.service == service)


def said(line: Line) -> str:
    return spoken(line)


# What is asked.


def test_what_is_asked_is_what_aws_takes() -> None:
    house = House(deeds=[Done(at(5, 14), "ec2.amazonaws.com", "CreateNatGateway", "deploy")])
    house.client.bill = risen(date(2026, 5, 14))
    house.records, house.changes = fixed()
    house.read()
    models = {name: Session().get_service_model(name) for name in ("ce", "cloudtrail")}
    asked = [call for call in house.client.calls if call.service in models]
    for call in asked:
        shape = models[call.service].operation_model(call.operation).input_shape
        wrong = ParamValidator().validate(dict(call.params), shape)
        assert not wrong.has_errors(), wrong.generate_report()
        assert len(call.params.get("GroupBy", ())) <= 2
    cents = [call for call in asked if call.service == "ce"]
    assert len(cents) == 6, "six cents: days, usage twice, forecast, our own, meters"


def test_a_week_asks_once() -> None:
    house = House()
    facts = house.read(datetime(2026, 6, 15, 8, tzinfo=UTC), Cadence.WEEKLY)
    assert [call.action for call in house.client.calls] == ["ce:GetCostAndUsage"]
    assert facts.bill
    assert facts.bill.first == date(2026, 5, 4), "five of each weekday before the week"
    found = cost_of(facts)
    assert found
    assert found.a_day.words == "$40"
    assert found.forecast is None


def test_a_week_tells_of_days_that_ran_high() -> None:
    story = stories.usual().on(stories.MONDAY)
    bill = dict(story.ledger.aws.bill)
    for day in (20, 21):
        bill[date(2026, 5, day)] = bill[date(2026, 5, day)] | {"AWS Lambda": 60.0}
    said = "ran high: +$105 over what such weekdays usually cost."
    assert "ran high" not in story.mail("weekly").text
    story.ledger.aws.bill = bill
    mail = story.mail("weekly")
    assert f"20–21 May {said}" in " ".join(mail.text.split())
    assert f"20–21 May {said}" in Page(mail.html).words
    quiet = stories.quiet()
    quiet.ledger.aws.bill = bill
    assert f"20–21 May {said}" in " ".join(quiet.mail("weekly").text.split())


def test_an_older_bill_of_a_week_is_found_by_its_name() -> None:
    house = House()
    body = {"first": "2026-06-01", "services": {"S3": [1.0] * 14}, "credits": [0.0] * 14}
    name = "bill#2026-06-01#2026-06-15"
    house.store.note(Note(kind="review", name=name, at=NOW, said=body | {"estimated": False}))
    facts = house.read(datetime(2026, 6, 15, 8, tzinfo=UTC), Cadence.WEEKLY)
    assert house.client.calls == []
    assert facts.bill
    assert facts.bill.id == f"review#{name}"
    assert cost_of(facts)


def test_the_second_time_nothing_is_asked_and_the_same_is_said() -> None:
    house = House(deeds=[Done(at(5, 14), "ec2.amazonaws.com", "CreateNatGateway", "deploy")])
    house.client.bill = risen(date(2026, 5, 14))
    first = house.read()
    house.keep(first)
    asked = len(house.client.calls)
    house.client.bill, house.client.deeds = steady(99), ()
    again = house.read()
    assert len(house.client.calls) == asked
    assert (cost_of(again), savings_of(again)) == (cost_of(first), savings_of(first))


# The parts of a change.


def test_the_difference_is_split_and_adds_up() -> None:
    found = cost_of(stories.usual().facts())
    assert found
    line = said(found.split)
    assert line == "price +$22, usage −$493, new +$170, gone ±$0, unexplained +$17"
    told = [
        float(part.split()[-1].translate(str.maketrans("−±", "- ", "$+")))
        for part in line.split(", ")
    ]
    assert found.change is not None
    assert abs(sum(told) - found.change) < 3


def test_what_cannot_be_read_says_why() -> None:
    class Narrow(stories.Client):
        def ask(self, call: Call) -> Any:
            if call.params.get("Metrics") == ["UnblendedCost", "UsageQuantity"]:
                raise ReadFailed("AccessDeniedException", "no")
            if "LookupAttributes" in call.params:
                raise ReadFailed("ThrottlingException", "no")
            return super().ask(call)

    house = House()
    house.client = Narrow(bill=risen(date(2026, 5, 14)))
    found = cost(house)
    assert (found.split, found.split_unread) == ((), "AccessDeniedException")
    assert said(found.movers[0].cause) == "cause not read (ThrottlingException)"
    assert found.own is None
    assert "steadyhand:part" in found.own_unread


# The cause.


def risen(day: date, more: float = 30) -> dict[date, dict[str, float]]:
    """One service costs more from a day on."""
    return {
        on: usd | ({OTHER: usd[OTHER] + more} if on >= day else {}) for on, usd in steady().items()
    }


EC2 = "ec2.amazonaws.com"


@pytest.mark.parametrize(
    ("deeds", "cause"),
    [
        (
            [Done(at(5, 14), EC2, "CreateNatGateway", "deploy-role", "nat-1")],
            "likely: deploy-role ran CreateNatGateway on 14 May (nat-1)",
        ),
        (
            [Done(at(5, 13, n), EC2, "RunInstances", "maya", f"i-{n}") for n in range(3)],
            "likely: maya ran RunInstances 3 times, first on 13 May",
        ),
        (
            [
                Done(at(5, 14), EC2, "ModifyVolume", "maya"),
                Done(at(5, 15), EC2, "CreateNatGateway", "ci"),
            ],
            "likely: ci ran CreateNatGateway on 15 May",
        ),
        (
            [Done(at(5, 14), "cloudformation.amazonaws.com", "ExecuteChangeSet", "ci", "shop")],
            "unknown: it rose on 14 May, and ci ran ExecuteChangeSet on 14 May (shop)",
        ),
    ],
)
def test_who_changed_it(deeds: list[Done], cause: str) -> None:
    house = House(bill=risen(date(2026, 5, 14)), deeds=deeds)
    assert said(mover(house).cause) == cause


@pytest.mark.parametrize(
    "deed",
    [
        Done(at(5, 11, 23), EC2, "CreateNatGateway", "maya"),
        Done(at(5, 17), EC2, "CreateNatGateway", "maya"),
        Done(at(5, 14), EC2, "DeleteNatGateway", "maya"),
        Done(at(5, 14), EC2, "CreateTags", "maya"),
        Done(at(5, 14), EC2, "CreateNatGateway", "maya", failed=True),
        Done(at(5, 14), EC2, "CreateNatGateway", "maya", read_only=True),
        Done(at(5, 14), "rds.amazonaws.com", "CreateDBInstance", "maya"),
    ],
)
def test_who_did_not_change_it(deed: Done) -> None:
    """Too early, too late, the other way, for nothing, refused, only looked, elsewhere."""
    house = House(bill=risen(date(2026, 5, 14)), deeds=[deed])
    line = said(mover(house).cause)
    assert line == "unknown: it rose on 14 May; CloudTrail in eu-west-1 shows no change of it"


def test_more_than_we_read_is_said() -> None:
    many = [Done(at(5, 15, 23), EC2, "DescribeInstances", "x", read_only=True)] * 400
    house = House(bill=risen(date(2026, 5, 14)), deeds=many)
    assert said(mover(house).cause).endswith("CloudTrail knows more than we read")
    asked = [one for one in house.client.calls if one.action == "cloudtrail:LookupEvents"]
    assert len(asked) <= 8


def test_what_creeps_is_unknown() -> None:
    bill = {
        on: {OTHER: 20 + n * 0.05} for n, on in enumerate(days(date(2026, 4, 1), date(2026, 6, 1)))
    }
    house = House(bill=bill)
    assert said(mover(house).cause).startswith("unknown: ")


def test_a_finding_is_a_cause_where_cloudtrail_knows_none() -> None:
    house = House(bill=risen(date(2026, 5, 14)))
    volume = record(
        "unattached_volume", "vol-1", "vol-1 is attached to nothing", usd=8, seen=at(5, 20)
    )
    house.records = [volume]
    line = mover(house).cause
    assert said(line) == "likely: what we found there, 1 finding"
    assert [part.ids for part in line if not isinstance(part, str)] == [(volume.finding.id,)]


# Savings.


def fixed(day: datetime = WERE_FIXED, count: int = 3) -> tuple[list[Record], list[Change]]:
    """Volumes of gp3 that were deleted with a yes."""
    records = [
        record(
            "unattached_volume",
            f"vol-{n}",
            f"vol-{n} is attached to nothing",
            usd=8,
            risk=Risk.APPROVAL,
            status=FindingStatus.FIXED,
            changed=day + timedelta(hours=n),
            like_it={"VolumeType": "gp3"},
        )
        for n in range(count)
    ]
    made = [
        change(f"ch-{n}", one, day + timedelta(hours=n), by=stories.MAYA, action="ec2:DeleteVolume")
        for n, one in enumerate(records)
    ]
    return records, made


def metered(
    before: float, after: float, since: date = date(2026, 5, 10)
) -> dict[tuple[str, date], float]:
    """GB-months a day of gp3."""
    return {
        (GP3, on): before if on <= since else after
        for on in days(date(2026, 4, 1), date(2026, 7, 1))
    }


def saved(house: House, now: datetime = NOW) -> Savings:
    return savings_of(house.read(now))


def test_what_the_meter_shows_is_verified() -> None:
    house = House(quantities=metered(90, 81))
    house.records, house.changes = fixed()
    found = saved(house)
    (row,) = found.rows
    assert (row.stage, row.count.words, row.when) == (Stage.VERIFIED, "3 fixed", "10 May")
    assert said(row.usage) == "2,790 to 2,511 GB"
    assert row.estimate.words == "$24"
    assert row.verified
    assert row.verified.words == "$24", "at most what was estimated"
    assert found.verified.words == "$24 a month"
    assert found.applied.words == "nothing"
    assert set(row.verified.ids) == {"ch-0", "ch-1", "ch-2", "review#bill#2026-04-01#2026-06-01"}


def test_less_than_estimated_is_what_is_claimed() -> None:
    """A day costs $8 for 85.5 GB-months, about: 2 fewer are $5.69 a month."""
    house = House(quantities=metered(90, 88))
    house.records, house.changes = fixed()
    (row,) = saved(house).rows
    assert row.verified
    assert 4 < float(row.verified.words.removeprefix("$")) < 7


@pytest.mark.parametrize("after", [90.0, 95.0])
def test_what_the_meter_does_not_show_is_not_claimed(after: float) -> None:
    house = House(quantities=metered(90, after))
    house.records, house.changes = fixed()
    found = saved(house)
    assert found.rows[0].stage is Stage.UNSEEN
    assert found.rows[0].verified
    assert found.rows[0].verified.words == "$0"
    assert found.verified.words == "nothing"


def test_two_weeks_after_it_must_be_over() -> None:
    house = House(quantities=metered(90, 81))
    house.records, house.changes = fixed(at(5, 25))
    found = saved(house)
    (row,) = found.rows
    assert (row.stage, row.verified) == (Stage.APPLIED, None)
    assert row.why == "14 days of use after it are on the bill from 9 June on"
    assert (found.verified.words, found.applied.words) == ("nothing", "$24 a month")
    assert notes_of(house.read(), NOW) == []


def test_what_has_no_meter_says_so() -> None:
    house = House()
    house.records = [
        record("endless_logs", "g", "g", usd=3, status=FindingStatus.FIXED, changed=at(5, 2)),
        record("cost_anomaly", "s", "s", usd=900, status=FindingStatus.GONE, changed=at(5, 2)),
        record("endless_logs", "open", "g", usd=5),
    ]
    found = saved(house)
    assert [row.why for row in found.rows] == ["logs are deleted only as they come of age"]
    assert found.waiting.words == "$5.00 a month"


def test_a_saving_is_written_down_once_and_told_from_there() -> None:
    house = House(quantities=metered(90, 81))
    house.records, house.changes = fixed()
    new = house.keep(house.read())
    assert [one.id for one in new] == ["review#bill#2026-04-01#2026-06-01", "saving#ch-0"]
    assert new[1].said["fixes"] == ["ch-0", "ch-1", "ch-2"]
    july = datetime(2026, 7, 1, 7, tzinfo=UTC)
    house.changes = house.changes[1:]
    found = house.read(july)
    (row,) = savings_of(found).rows
    assert (row.stage, row.count.words) == (Stage.VERIFIED, "3 fixed")
    assert "saving#ch-0" in row.estimate.ids
    assert [one.kind for one in house.keep(found, july)] == ["review"], "never twice"
    may = house.read()
    assert savings_of(may).rows[0].verified, "May is still what it was"
    assert "saving#ch-0" not in savings_of(may).rows[0].estimate.ids


def test_what_is_used_again_lapsed() -> None:
    house = House(quantities=metered(90, 81))
    house.records, house.changes = fixed()
    house.keep(house.read())
    house.client.quantities = metered(90, 81) | {
        (GP3, on): 95.0 for on in days(date(2026, 6, 10), date(2026, 7, 1))
    }
    july = datetime(2026, 7, 1, 7, tzinfo=UTC)
    facts = house.read(july)
    found = savings_of(facts)
    assert found.rows[0].stage is Stage.LAPSED
    assert (found.verified.words, found.lapsed.words) == ("nothing", "$24 a month")
    assert [one.id for one in house.keep(facts, july)][1:] == ["saving#ch-0#lapsed"]


def test_what_was_taken_back_or_found_again_lapsed() -> None:
    house = House(quantities=metered(90, 81))
    records, changes = fixed()
    undone = replace(changes[0], state=ChangeState.UNDONE, ended_at=at(5, 20))
    again = replace(records[1], status=FindingStatus.OPEN, changed_at=at(5, 22))
    house.records, house.changes = [records[0], again, records[2]], [undone, *changes[1:]]
    found = saved(house)
    assert sorted((row.stage, row.count.words) for row in found.rows) == [
        (Stage.LAPSED, "2 fixed"),
        (Stage.VERIFIED, "1 fixed"),
    ]
    assert [one.name for one in notes_of(house.read(), NOW)] == ["ch-2"]


def test_ours_is_certain_where_the_meter_fell_too() -> None:
    bill = {
        on: usd | ({OTHER: 5.0} if on >= date(2026, 5, 10) else {}) for on, usd in steady().items()
    }
    house = House(bill=bill)
    house.records, house.changes = fixed()
    line = mover(house).cause
    assert said(line) == "certain: 3 changes of ours from 10 May"
    assert [part.ids for part in line if not isinstance(part, str)] == [("ch-0", "ch-1", "ch-2")]


# Names out of the account.


def hostile(text: str) -> stories.Story:
    """Somebody else chose the names of a service that moved, of usage types, and of who did what."""
    story = stories.usual()
    client = story.ledger.aws
    client.bill = {
        on: {
            (text if name == "Amazon OpenSearch Service" else name): usd
            for name, usd in day.items()
        }
        for on, day in stories.bill(credited=False).items()
    }
    client.deeds = [Done(at(5, 1), EC2, f"Delete{text}", text, text)]
    return story


@pytest.mark.parametrize("text", POISON, ids=[ascii(one)[:24] for one in POISON])
def test_names_stay_words(text: str) -> None:
    plain, mail = Page(hostile("harmless").mail().html), hostile(text).mail()
    page = Page(mail.html)
    assert "harmless" in plain.words
    assert page.skeleton == plain.skeleton
    assert page.comments == plain.comments
    assert (
        max(map(len, mail.text[mail.text.index("COST\n") :].split("WHAT WE GOT")[0].splitlines()))
        <= 72
    )
    assert len(mail.html.encode()) <= 60_000
