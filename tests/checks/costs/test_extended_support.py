"""Engines out of support, by the calendar that AWS answers. moto has none: recorded."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from steadyhand.checks.costs.extended_support import ExtendedSupport
from steadyhand.model import Severity
from steadyhand.sources.rds import STANDARD, UPGRADED, DBInstances, MajorVersions
from tests.checks.recorded import spot
from tests.verbs import ACCOUNT, NOW, REGION, found

CHECK = ExtendedSupport()
RARE = "a made-up calendar would have to name the version of a made-up database"


def database(name: str, engine: str, version: str, **more: Any) -> dict[str, Any]:
    return {
        "DBInstanceIdentifier": name,
        "DBInstanceArn": f"arn:aws:rds:{REGION}:{ACCOUNT}:db:{name}",
        "Engine": engine,
        "EngineVersion": version,
        "DBInstanceClass": "db.m6g.large",
        "DBInstanceStatus": "available",
        "TagList": [],
    } | more


def major(engine: str, version: str, end: datetime | None) -> dict[str, Any]:
    began = {"LifecycleSupportStartDate": NOW - timedelta(days=3000)}
    standard = {"LifecycleSupportName": STANDARD, "LifecycleSupportEndDate": end} | began
    extended = {
        "LifecycleSupportName": "open-source-rds-extended-support",
        "LifecycleSupportEndDate": NOW + timedelta(days=2000),
    } | began
    return {
        "Engine": engine,
        "MajorEngineVersion": version,
        "SupportedEngineLifecycles": [extended, standard] if end else [],
    }


CALENDAR = [
    major("mysql", "5.7", NOW - timedelta(days=1000)),
    major("mysql", "8.0", NOW - timedelta(days=100)),
    major("mysql", "8.4", NOW + timedelta(days=900)),
    major("postgres", "13", NOW + timedelta(days=90)),
    major("postgres", "1", None),
    major("aurora-mysql", "5.7", NOW - timedelta(days=300)),
]
BAD = {
    DBInstances: [
        database("old", "mysql", "5.7.44"),
        database("orders", "mysql", "8.0.35", MultiAZ=True, DBInstanceClass="db.r5.2xlarge"),
        database("soon", "postgres", "13.9"),
        database("aurora", "aurora-mysql", "5.7.mysql_aurora.2.11.1"),
        database("opted-out", "mysql", "8.0.35", EngineLifecycleSupport=UPGRADED),
        database("tiny", "mysql", "8.0.35", DBInstanceClass="db.t2.micro"),
    ],
    MajorVersions: CALENDAR,
}
GOOD = {
    DBInstances: [
        database("new", "mysql", "8.4.3"),
        database("no-date", "postgres", "1.2"),
        database("not-listed", "postgres", "99.1"),
        database("oracle", "oracle-ee", "19.0"),
        database("leaving", "mysql", "5.7.44", DBInstanceStatus="deleting"),
        {"DBInstanceIdentifier": "bare"},
    ],
    MajorVersions: CALENDAR,
}


def test_says_when_and_what_follows() -> None:
    said = {one.key: one for one in found(CHECK, BAD)}
    assert said["old"].summary == (
        "old runs mysql 5.7.44, whose standard support ended on 27 February 2024: "
        "Extended Support is charged"
    )
    assert said["soon"].summary.endswith("ends on 21 February 2027: Extended Support is charged")
    assert said["opted-out"].summary.endswith("AWS upgrades it by itself")
    assert said["soon"].severity is said["opted-out"].severity is Severity.MEDIUM
    assert said["old"].severity is Severity.HIGH


@pytest.mark.parametrize(
    ("name", "cores"), [("orders", 8 * 2), ("aurora", 2), ("old", 2 * 2), ("tiny", 0), ("soon", 0)]
)
def test_what_it_costs_a_month(name: str, cores: int) -> None:
    """aws.amazon.com/rds/mysql/pricing: 0.10 USD a vCPU and hour, a standby counts, the third year double."""
    (one,) = (one for one in found(CHECK, BAD) if one.key == name)
    assert one.usd_per_month == (round(cores * 0.1 * 730, 2) if cores else None)


def test_sweep_and_event_find_the_same() -> None:
    every = [*BAD[DBInstances], *GOOD[DBInstances]]

    def described(params: Any) -> Any:
        wanted = params.get("DBInstanceIdentifier")
        chosen = [one for one in every if wanted in (None, one["DBInstanceIdentifier"])]
        return {"DBInstances": chosen}

    said = {
        "rds:DescribeDBInstances": described,
        "rds:DescribeDBMajorEngineVersions": lambda _: {"DBMajorEngineVersions": CALENDAR},
    }
    spot(CHECK, said, [one["DBInstanceIdentifier"] for one in BAD[DBInstances]])
