"""This version reads every row that an earlier one wrote, loses nothing of it, and believes its seals."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import boto3
import pytest
from moto import mock_aws

from steadyhand.aws.client import Botocore
from steadyhand.engine.changes.refused import Refused
from steadyhand.ledger import rows
from steadyhand.ledger.change_rows import Forged, change_in, change_row
from steadyhand.ledger.seal import PARAMETER
from steadyhand.ledger.table import Ledger
from steadyhand.model import ChangeState, FindingStatus
from steadyhand.readings.gather import facts_of
from steadyhand.reports.compose import compose
from steadyhand.rhythm.core.period import Cadence, period_of
from steadyhand.settings.deployed import TABLE
from steadyhand.settings.values import Settings
from tests.cli.acting import engine
from tests.cli.deployed import INES, install
from tests.cli.terminal import key
from tests.reconcilers import check_named, models
from tests.upgrade.before import ACCOUNT, REGION, ROWS, SEAL, of_kind

pytestmark = pytest.mark.moto
NAMES = ("pk", "sk", "id", "kind", "at")
LATER = datetime(2030, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def ledger() -> Iterator[Ledger]:
    """The table as it was left."""
    with mock_aws():
        dynamodb = boto3.client("dynamodb", region_name=REGION)
        everything = {"Projection": {"ProjectionType": "ALL"}}
        dynamodb.create_table(
            TableName=TABLE,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": n, "AttributeType": "S"} for n in NAMES],
            KeySchema=key("pk", "sk"),
            GlobalSecondaryIndexes=[
                {"IndexName": "by_id", "KeySchema": key("id"), **everything},
                {"IndexName": "by_kind", "KeySchema": key("kind", "at"), **everything},
            ],
        )
        for row in ROWS:
            dynamodb.put_item(TableName=TABLE, Item=row)
        root = f"arn:aws:iam::{ACCOUNT}:root"
        aws = Botocore(REGION, session=models(), identity=root, workers=False)
        yield Ledger(aws, TABLE, SEAL.encode)


def ids(*kinds: str) -> list[str]:
    return sorted(row["id"]["S"] for row in of_kind(*kinds))


def test_the_rows_are_of_every_kind_that_matters() -> None:
    kinds = {row["kind"]["S"].partition("#")[2] for row in ROWS if "kind" in row}
    assert {"finding", "change", "moving", "exemption", "incident", "sweep", "move"} <= kinds
    states = {row["state"]["S"] for row in of_kind("change", "moving")}
    assert states == {ChangeState.VERIFIED, ChangeState.UNDONE, ChangeState.DOING}
    statuses = {row["status"]["S"] for row in of_kind("finding")}
    assert statuses == set(FindingStatus)


def test_nothing_is_lost(ledger: Ledger) -> None:
    ledger.unreadable.clear()
    assert sorted(one.finding.id for one in ledger.records()) == ids("finding")
    changes = {row["pk"]["S"] for row in of_kind("change", "moving")}
    assert {one.id for one in ledger.changes()} == changes
    assert len(ledger.exemptions()) == len(of_kind("exemption"))
    assert sorted(f"incident#{one.id}" for one in ledger.incidents()) == sorted(
        row["sk"]["S"] for row in of_kind("incident")
    )
    assert len(ledger.sweeps()) == len(of_kind("sweep"))
    for kind in ("move", "interrupt"):
        assert sorted(one.id for one in ledger.notes(kind)) == ids(kind)
    assert ledger.unreadable == []


def test_what_was_settling_is_still_looked_after(ledger: Ledger) -> None:
    (moving,) = of_kind("moving")
    assert ledger.due(LATER) == [moving["pk"]["S"]]
    change = ledger.change(moving["pk"]["S"])
    assert change is not None
    assert change.state.moves
    assert change.current is not None
    assert change.steps[change.current].undo is not None


def switched_on() -> None:
    """The key of the rows, and the switch, as they lie in the account."""
    ssm = boto3.client("ssm", region_name=REGION)
    ssm.put_parameter(Name=PARAMETER, Type="SecureString", Value=SEAL, Overwrite=True)
    ssm.put_parameter(Name=Settings().stop_parameter, Type="String", Value="go", Overwrite=True)


def test_what_was_settling_comes_to_its_end_under_this_version(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its group is gone by now: the change is not ours any more, and is looked after no more."""
    switched_on()
    (moving,) = of_kind("moving")
    install(monkeypatch)
    later = replace(engine(), now=lambda: datetime.now(UTC) + timedelta(hours=50))
    later.settle(moving["pk"]["S"])
    change = ledger.change(moving["pk"]["S"])
    assert change is not None
    assert change.state is ChangeState.THEIRS
    assert ledger.due(LATER) == []


def test_what_waits_for_a_person_still_waits_for_one(ledger: Ledger) -> None:
    """A plan that may affect users, found and not approved: its risk and its plan are known."""
    waiting = [one for one in ledger.records() if one.status is FindingStatus.OPEN and one.plan]
    asked = {one.finding.check: one.risk.value for one in waiting}
    assert asked["public_rds_instance"] == "approval"


@pytest.mark.parametrize("cadence", Cadence)
def test_a_review_tells_of_what_the_earlier_version_wrote(ledger: Ledger, cadence: Cadence) -> None:
    """Every row is in it, beside those of what came to its end here, and none of them is unreadable."""
    settings = Settings(home=REGION, regions=(REGION,))
    last = max(datetime.fromisoformat(row["at"]["S"]) for row in ROWS if "at" in row)
    period = period_of(cadence, last + timedelta(days=40), settings.time_zone, "")
    facts = facts_of(period, ledger=ledger, settings=settings, aws=ledger.aws)
    assert not facts.ledger_unread
    ended = {one.finding.id for one in ledger.changes()}
    found = {one.finding.id for one in facts.records}
    assert set(ids("finding")) <= found <= set(ids("finding")) | ended
    assert "billing-db" in compose(facts).text


def test_a_change_written_again_is_the_same_row() -> None:
    """Its seal too: were any sealed byte read otherwise, nothing could be undone after an upgrade."""
    for item in of_kind("change", "moving"):
        row = rows.unwrap(item)
        change = change_in(row, SEAL.encode())
        again = change_row(change, ACCOUNT, change.at, SEAL.encode())
        assert {name: str(value) for name, value in again.items()} == {
            name: row[name] for name in again
        }
        with pytest.raises(Forged):
            change_in(row, b"another key")


def test_a_finding_written_again_says_the_same() -> None:
    for item in of_kind("finding"):
        row = rows.unwrap(item)
        again = rows.finding_row(row["pk"], rows.record_in(row))
        shared = again.keys() & row.keys()
        assert {name: again[name] for name in shared} == {name: row[name] for name in shared}
        assert {"status", "first_seen", "body", "plan", "risk", "held"} <= shared


def test_an_exemption_is_still_in_force(ledger: Ledger) -> None:
    for one in ledger.exemptions():
        assert one.because
        assert one.until > one.at
        assert one.until - one.at < timedelta(days=400)


def test_what_waits_for_a_yes_is_done_once_it_is_given_under_this_version(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Refused in a sentence while its database is gone, done when it is there, and undone."""
    switched_on()
    install(monkeypatch)
    check, here = check_named("public_rds_instance"), engine()
    (asked,) = [one for one in ledger.records() if one.finding.check == check.id]
    with pytest.raises(Refused, match=r"gone|no longer|not there"):
        here.fix(check, asked, INES)
    rds, name = boto3.client("rds", region_name=REGION), asked.finding.key
    rds.create_db_instance(
        DBInstanceIdentifier=name,
        DBInstanceClass="db.t3.micro",
        Engine="mysql",
        PubliclyAccessible=True,
        MasterUsername="x",
        MasterUserPassword="made-up-for-a-test",
        AllocatedStorage=20,
    )

    def is_public() -> bool:
        (found,) = rds.describe_db_instances(DBInstanceIdentifier=name)["DBInstances"]
        return found["PubliclyAccessible"]

    here.fix(check, asked, INES)
    (done,) = [one for one in ledger.changes() if one.finding.id == asked.finding.id]
    assert (done.by, is_public()) == (INES, False)
    here.undo(done.id, INES)
    assert is_public()
