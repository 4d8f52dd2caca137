"""Functions in production that are not as their twin in staging."""

from __future__ import annotations

from typing import Any

import pytest

from steadyhand.checks.deploys.environment_drift import EnvironmentDrift
from steadyhand.sources.lambda_ import Functions
from steadyhand.sources.twins import PRODUCTION, STAGING, FunctionTwins, family
from tests.canonical import ACCOUNT, REGION
from tests.checks.recorded import spot
from tests.verbs import found, silent

CHECK = EnvironmentDrift()
STATELESS = (
    "how a function is configured is compared in whatever state it is, and we change nothing"
)
RARE = "a made-up function would have to be called as another one, but for its environment"


def function(name: str, *variables: str, **more: Any) -> dict[str, Any]:
    return {
        "FunctionName": name,
        "FunctionArn": f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}",
        "Runtime": "python3.13",
        "Timeout": 30,
        "Environment": {"Variables": dict.fromkeys(variables, "s3cr3t-value")},
    } | more


def facts(*functions: dict[str, Any]) -> dict[Any, Any]:
    return {Functions: list(functions), FunctionTwins: list(functions)}


BAD = facts(
    function("shop-orders-prod", "TABLE", "QUEUE"),
    function("shop-orders-staging", "TABLE", "TOPIC", Runtime="python3.14"),
    function("ShopMailProduction", Timeout=1, TracingConfig={"Mode": "Active"}),
    function("ShopMailStage", Timeout=2, Architectures=["arm64"]),
)
GOOD = facts(
    function("alone-prod"),
    function("alike-prod", "TABLE", MemorySize=1024),
    function("alike-stg", "TABLE", MemorySize=256),
    function("two-prod"),
    function("two-stage", Timeout=9),
    function("two-staging", Timeout=9),
    function("other-dev", Timeout=9),
    function("other-prod"),
    function("prod-staging-copy", Timeout=9),
    function("producer", Timeout=9),
    function("stager"),
)


def test_says_what_differs_and_no_value_of_a_variable() -> None:
    orders, mail = found(CHECK, BAD)
    assert orders.summary == (
        "shop-orders-prod is not as shop-orders-staging: "
        "runtime python3.13 here, python3.14 in staging; "
        "production lacks variables TOPIC; staging lacks variables QUEUE"
    )
    assert mail.evidence["differences"] == [
        "architecture x86_64 here, arm64 in staging",
        "timeout 1 here, 2 in staging",
        "tracing Active here, PassThrough in staging",
    ]
    assert "s3cr3t" not in repr((orders, mail))


def test_the_owner_says_what_may_differ() -> None:
    silent(
        EnvironmentDrift(but=("runtime", "architecture", "timeout", "tracing", "variables")), BAD
    )
    assert len(found(EnvironmentDrift(but=()), GOOD)) == 1, "memory differs, if it is asked for"


@pytest.mark.parametrize(
    ("name", "staging"),
    [
        ("shop-prod-api", "shop-staging-api"),
        ("SHOP_LIVE", "shop_stg"),
        ("ShopApiProd", "ShopApiPreprod"),
        ("/prod/db/1", "/stage/db/1"),
    ],
)
def test_names_that_are_alike_but_for_one_word(name: str, staging: str) -> None:
    assert family(name, PRODUCTION) == family(staging, STAGING) != ""
    assert family(name, STAGING) == "" == family(staging, PRODUCTION)


def test_sweep_and_event_find_the_same() -> None:
    every = [*BAD[Functions], *GOOD[Functions]]
    said = {"lambda:ListFunctions": lambda _: {"Functions": every}}
    spot(CHECK, said, ["shop-orders-prod", "ShopMailProduction"])
