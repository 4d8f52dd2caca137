"""Further regions, and where home is."""

from __future__ import annotations

import json

from stacks.regions import Regions
from steadyhand.settings.values import Settings
from tests.stacks.conftest import Installation

FORWARDER = "steadyhand-ears-us-east-1"
HOME = "arn:aws:events:eu-central-1:111122223333:event-bus/default"


def test_forwarders_match_what_home_matches_and_the_alarms(widest: Installation) -> None:
    def matched(stack: str) -> set[str]:
        rules = widest.of_type("AWS::Events::Rule", stack).values()
        return {json.dumps(rule["EventPattern"], sort_keys=True) for rule in rules}

    home = matched("steadyhand")
    words = ('"stack-id"', "Email Rendering Failed")
    only_home = {said for said in home for word in words if word in said}
    assert len(only_home) == len(("swept", "first 48 hours", "letters")), only_home
    assert matched(FORWARDER) == home - only_home


def test_forwarders_pass_on_to_the_bus_at_home_and_keep_what_they_cannot(
    widest: Installation,
) -> None:
    lost = widest.of_type("AWS::SQS::Queue", FORWARDER)
    for rule in widest.of_type("AWS::Events::Rule", FORWARDER).values():
        (target,) = rule["Targets"]
        assert target["Arn"] == HOME
        assert "Input" not in target
        assert target["DeadLetterConfig"]["Arn"]["Fn::GetAtt"][0] in lost


def test_one_region_needs_no_forwarder(plainest: Installation) -> None:
    assert set(plainest.templates) == {"steadyhand-memory", "steadyhand"}


def test_home_is_what_the_owner_says_then_the_first_region_then_the_profile() -> None:
    said = {"CDK_DEFAULT_ACCOUNT": "111122223333", "CDK_DEFAULT_REGION": "eu-west-1"}
    regions = ("eu-north-1", "us-east-1")
    assert Regions.of(Settings(), {}) == Regions()
    assert Regions.of(Settings(), {"CDK_DEFAULT_REGION": "us-east-1"}) == Regions()
    assert Regions.of(Settings(), said).home == "eu-west-1"
    assert Regions.of(Settings(home="eu-south-1", regions=regions), said) == Regions(
        account="111122223333", home="eu-south-1", others=regions
    )
    assert Regions.of(Settings(regions=regions), said) == Regions(
        account="111122223333", home="eu-north-1", others=("us-east-1",)
    )
