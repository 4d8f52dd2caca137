"""What the owner decided survives the way to a function, and tells where a resource belongs."""

from __future__ import annotations

import pytest

from steadyhand.model import Finding, Mode, Severity
from steadyhand.settings.values import Settings


def finding(name: str = "x", tags: dict[str, str] | None = None) -> Finding:
    return Finding(
        check="c",
        account="1",
        region="r",
        resource=f"arn:aws:rds:eu-central-1:1:db:{name}",
        key=name,
        name=name,
        summary="s",
        severity=Severity.LOW,
        tags=tags,
    )


def test_settings_survive_the_way_to_a_function() -> None:
    said = Settings(
        owner="Ann's team",
        modes={"open_admin_ports": {"*": Mode.AUTO}},
        knobs={"open_admin_ports": {"ports": {22: "SSH"}}, "endless_logs": {"days": 30}},
    )
    again = Settings.from_json(said.as_json())
    assert again.knobs == said.knobs
    assert again.mode("open_admin_ports", "production") is Mode.AUTO
    assert again.as_json() == said.as_json()


def test_silence_means_observe() -> None:
    assert Settings.from_json("").mode("open_admin_ports", "production") is Mode.OBSERVE


def test_one_environment_may_have_a_mode_of_its_own() -> None:
    said = Settings(modes={"c": {"*": "auto", "production": "approve"}})
    assert said.mode("c", "staging") is Mode.AUTO
    assert said.mode("c", "production") is Mode.APPROVE


@pytest.mark.parametrize(
    ("seen", "environment"),
    [
        (finding("orders-dev"), "development"),
        (finding("orders", {"Environment": "Staging"}), "staging"),
        (finding("orders-dev", {"env": "prod"}), "production"),
        (finding("orders", {"Name": "orders-stg-1"}), "staging"),
        (finding("orders"), "production"),
        (finding("devices"), "production"),
    ],
)
def test_tags_tell_first_then_names_then_the_default(seen: Finding, environment: str) -> None:
    assert Settings().environment(seen) == environment
