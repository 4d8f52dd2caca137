"""Somebody else's rule of AWS Config wakes the check that looks for the same.

The names are those of "List of AWS Config Managed Rules"; Security Hub's rules and those of conformance
packs have more before or behind, as their guides say. The shape is "Example Compliance Change
Notification" of Config's guide.
"""

from __future__ import annotations

from typing import Any

import botocore.session
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stacks.events.patterns import patterns
from steadyhand.catalogue import discovery as catalogue
from steadyhand.engine.event_index import woken_by
from steadyhand.engine.wakes import index
from steadyhand.reference.drift import types
from steadyhand.sources.peers import config_rules
from steadyhand.triggers import EVERY
from tests.stacks.events.test_patterns import hearing

ACCOUNT, REGION = "123456789012", "eu-central-1"
CONFIG = botocore.session.Session()
CHECKS = catalogue.load()
EVENT_INDEX = index(CHECKS)
PATTERNS = patterns(EVENT_INDEX)


def change(rule: str, of: str, named: str, verdict: str = "NON_COMPLIANT") -> dict[str, Any]:
    return {
        "version": "0",
        "source": "aws.config",
        "detail-type": "Config Rules Compliance Change",
        "account": ACCOUNT,
        "region": REGION,
        "detail": {
            "awsAccountId": ACCOUNT,
            "awsRegion": REGION,
            "configRuleName": rule,
            "resourceType": of,
            "resourceId": named,
            "newEvaluationResult": {"complianceType": verdict},
            "messageType": "ComplianceChangeNotification",
        },
    }


def woken(*said: str) -> dict[str, tuple[str, ...]]:
    found = woken_by(change(*said), EVENT_INDEX, ACCOUNT)
    return {key: tuple(checks) for key, checks in found.woken.items()}


@pytest.mark.parametrize(
    "rule",
    [
        "restricted-ssh",
        "securityhub-restricted-ssh-4c1f3b0e",
        "restricted-ssh-conformance-pack-yzxv0xq1t",
    ],
)
@pytest.mark.parametrize("verdict", ["NON_COMPLIANT", "COMPLIANT"])
def test_a_managed_rule_rings_by_whichever_name_it_was_made(rule: str, verdict: str) -> None:
    """A verdict that became good is a reason to look as well: what was found may be gone."""
    said = (rule, "AWS::EC2::SecurityGroup", "sg-1", verdict)
    assert woken(*said) == {"sg-1": ("open_admin_ports", "open_all_ports")}
    assert len(hearing(change(*said), PATTERNS)) == 1


def test_a_rule_that_judges_the_account_wakes_for_all_of_it() -> None:
    said = ("cloudtrail-enabled", "AWS::::Account", ACCOUNT)
    assert woken(*said) == {EVERY: ("audit_trail_off",)}


@pytest.mark.parametrize(
    ("rule", "of", "named"),
    [
        ("rds-instance-public-access-check", "AWS::RDS::DBInstance", "db-7XUAT7ZKMDDSY"),
        ("access-keys-rotated", "AWS::IAM::User", "AIDACKCEVSQ6C2EXAMPLE"),
    ],
)
def test_what_config_calls_by_an_id_of_its_own_wakes_for_all_of_its_kind(
    rule: str, of: str, named: str
) -> None:
    assert list(woken(rule, of, named)) == [EVERY]


OURS = "steadyhand-resource_drift"
QUEUE = f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/orders"
KEY = "1f3d8a52-7f0c-4a6e-9d52-0a7d8b1c2e3f"
NAMED = {
    "AWS::SQS::Queue": (QUEUE, QUEUE),
    "AWS::SNS::Topic": (topic := f"arn:aws:sns:{REGION}:{ACCOUNT}:orders", topic),
    "AWS::Lambda::Function": ("orders", "orders"),
    "AWS::S3::Bucket": ("orders", "orders"),
    "AWS::DynamoDB::Table": ("orders", "orders"),
    "AWS::KMS::Key": (f"arn:aws:kms:{REGION}:{ACCOUNT}:key/{KEY}", KEY),
    "AWS::EC2::Subnet": ("subnet-1", "subnet-1"),
    "AWS::EC2::VPC": ("vpc-1", "vpc-1"),
    "AWS::EC2::Instance": ("i-1", "i-1"),
}
"""As Config names one of each, and as CloudFormation does: its physical id."""


def test_one_rule_of_ours_judges_resources_of_many_types() -> None:
    asked = {name for name, one in types().items() if one.recorded}
    assert asked == set(NAMED)
    known = set(CONFIG.get_service_model("config").shape_for("ResourceType").enum)
    assert asked <= known
    for of, (named, physical) in NAMED.items():
        assert woken(OURS, of, named) == {f"{of} {physical}": ("resource_drift",)}
    assert not woken(OURS, "AWS::RDS::DBInstance", "db-7XUAT7ZKMDDSY")


def test_a_rule_about_another_kind_of_resource_wakes_nobody() -> None:
    found = woken_by(change("restricted-ssh", "AWS::S3::Bucket", "shop"), EVENT_INDEX, ACCOUNT)
    assert not found.woken
    assert "wakes no check" in str(found.ignored)


KNOWN = {rule[:-1]: check.id for check in CHECKS for rule in config_rules(check.peers)}


@given(
    rule=st.sampled_from(sorted(KNOWN)), behind=st.text(alphabet="abcdef0123456789-", max_size=20)
)
def test_every_rule_of_every_peer_wakes_its_check_and_is_matched_once(
    rule: str, behind: str
) -> None:
    event = change(f"{rule}{behind}", "AWS::::Account", ACCOUNT)
    assert KNOWN[rule] in woken_by(event, EVENT_INDEX, ACCOUNT).woken[EVERY]
    assert len(hearing(event, PATTERNS)) == 1


@given(rule=st.text(max_size=40), of=st.text(max_size=40), named=st.text(max_size=40))
def test_what_wakes_is_what_the_deployed_rules_match(rule: str, of: str, named: str) -> None:
    event = change(rule, of, named)
    if woken_by(event, EVENT_INDEX, ACCOUNT).woken:
        assert hearing(event, PATTERNS)
