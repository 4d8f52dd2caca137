"""Functions on runtimes that end."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, date, datetime
from typing import Any

import pytest

from steadyhand.checks.lifecycle.deprecated_runtime import DeprecatedRuntime
from steadyhand.model import Severity
from steadyhand.reference.dated import dated
from steadyhand.sources.lambda_ import Aliases, EventSourceMappings, FunctionVersions
from tests.verbs import NOW, found, silent, spot

CHECK = DeprecatedRuntime()


def function(name: str, runtime: str | None) -> dict[str, Any]:
    arn = f"arn:aws:lambda:eu-central-1:123456789012:function:{name}"
    known = {"FunctionName": name, "FunctionArn": arn}
    return known | ({"Runtime": runtime} if runtime else {"PackageType": "Image"})


BAD = {FunctionVersions: [function("thumbnails", "python3.8"), function("mails", "nodejs12.x")]}
GOOD = {
    FunctionVersions: [
        function("new", "python3.13"),
        function("image", None),
        function("newer", "python3.99"),
        function("far", "nodejs22.x"),
    ]
}
PINNED = function("pay", "python3.8") | {"Version": "1"}


@pytest.mark.parametrize(
    ("context", "who"),
    [
        ({Aliases: [("pay", {"Name": "prod", "FunctionVersion": "1"})]}, "alias prod"),
        (
            {
                Aliases: [
                    (
                        "pay",
                        {
                            "Name": "canary",
                            "FunctionVersion": "2",
                            "RoutingConfig": {"AdditionalVersionWeights": {"1": 0.1}},
                        },
                    )
                ]
            },
            "alias canary",
        ),
        (
            {EventSourceMappings: [{"FunctionArn": "arn:aws:lambda:r:1:function:pay:1"}]},
            "an event source",
        ),
    ],
)
def test_a_version_counts_that_somebody_uses(context: Any, who: str) -> None:
    facts = {FunctionVersions: [function("pay", "python3.13"), PINNED]}
    silent(CHECK, facts)
    (finding,) = found(CHECK, facts | context)
    assert finding.summary.startswith(f"pay version 1 ({who}) runs on python3.8")


PEERS = "python2.7 python3.6 python3.7 python3.8 nodejs12.x nodejs14.x nodejs16.x go1.x dotnet6 ruby2.7 java8"


def test_says_what_ends_when() -> None:
    ahead, behind = found(CHECK, BAD)
    assert ahead.summary == (
        "thumbnails runs on python3.8: no patches since 14 October 2024,"
        " no changes from 31 August 2027"
    )
    assert ahead.detonates_at == datetime(2027, 8, 31, tzinfo=UTC)
    assert ahead.severity is Severity.MEDIUM
    assert behind.severity is Severity.HIGH
    assert "no changes since 30 April 2023" in behind.summary


@pytest.mark.parametrize("runtime", PEERS.split())
def test_agrees_with_the_peers(runtime: str) -> None:
    assert found(CHECK, {FunctionVersions: [function("f", runtime)]})


def test_speaks_half_a_year_before() -> None:
    facts = {FunctionVersions: [function("far", "nodejs22.x")]}
    silent(CHECK, facts, datetime(2027, 1, 1, tzinfo=UTC))
    assert found(CHECK, facts, datetime(2027, 1, 3, tzinfo=UTC))


def test_the_table_is_whole_and_dated() -> None:
    table = dated("lambda_runtimes")
    assert date.fromisoformat(table["as_of"]) < NOW.date()
    assert all(source.startswith("https://docs.aws.amazon.com/") for source in table["source"])
    for name, days in table["runtimes"].items():
        assert set(days) == {"deprecated", "block_create", "block_update"}, name
        last = [date.fromisoformat(days[key]) for key in ("block_create", "block_update")]
        assert last == sorted(last), name


@pytest.mark.moto
def test_on_moto() -> None:
    def make(client: Any, name: str, runtime: str) -> str:
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as file:
            file.writestr("app.py", "def handler(event, context): pass\n")
        trust = '{"Version": "2012-10-17", "Statement": []}'
        role = client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=trust)
        client("lambda").create_function(
            FunctionName=name,
            Runtime=runtime,
            Role=role["Role"]["Arn"],
            Handler="app.handler",
            Code={"ZipFile": packed.getvalue()},
        )
        return name

    spot(
        CHECK,
        lambda client: [make(client, "thumbnails", "python3.7")],
        lambda client: [make(client, "new", "python3.13")],
        now=NOW,
    )
