"""A throttled account: nothing is lost at a pace AWS allows, and what is lost is said."""

from __future__ import annotations

from datetime import UTC, datetime

import botocore.session
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.retries.standard import ThrottledRetryableChecker

from steadyhand.aws import client as aws
from steadyhand.catalogue import discovery as catalogue
from steadyhand.engine.survey import Survey
from steadyhand.model import Finding, Unknown

pytestmark = [pytest.mark.moto]

REFUSED = 0.001
CALLS = {
    "s3": "list_buckets",
    "ec2": "describe_volumes",
    "sts": "get_caller_identity",
    "iam": "list_users",
    "rds": "describe_db_instances",
    "dynamodb": "list_tables",
    "acm": "list_certificates",
    "lambda": "list_functions",
    "cloudwatch": "describe_alarms",
    "route53": "list_hosted_zones",
}
KEYS = {
    "aws_access_key_id": "bench",
    "aws_secret_access_key": "bench",
    "aws_session_token": None,
}
CHECKS = ("public_bucket", "bucket_versioning_off", "dynamodb_pitr_off", "unattached_volume")
KNOBS = {"unattached_volume": {"days": 0}}
SHARED = {
    "public_bucket": "bucket_public",
    "bucket_versioning_off": "bucket_unversioned",
    "dynamodb_pitr_off": "table_without_recovery",
    "unattached_volume": "volume_unattached",
}


@pytest.mark.parametrize("service", CALLS)
def test_the_front_refuses_as_aws_does(account, service):
    account.ask(f"rate?rps={REFUSED}")
    client = botocore.session.Session().create_client(
        service,
        "us-east-1",
        endpoint_url=account.endpoint,
        config=Config(retries={"total_max_attempts": 1}),
        **KEYS,
    )
    with pytest.raises(ClientError) as refused:
        getattr(client, CALLS[service])()
    known = ThrottledRetryableChecker._THROTTLED_ERROR_CODES
    assert refused.value.response["Error"]["Code"] in known


def survey(account, attempts=aws.RETRIES):
    aws_client = aws.Botocore(
        "us-east-1",
        session=aws.session(),
        identity="arn:aws:iam::123456789012:user/bench",
        endpoint=account.endpoint,
        credentials=KEYS,
        attempts=attempts,
    )
    outcomes = list(Survey(catalogue.load(CHECKS, KNOBS), aws_client, datetime.now(UTC)))
    found = [one for one in outcomes if isinstance(one, Finding)]
    return aws_client, found, [one for one in outcomes if isinstance(one, Unknown)]


def test_a_throttled_scan_loses_nothing(account):
    account.ask("rate?rps=4")
    aws_client, found, unknown = survey(account)
    stats = account.ask("stats")
    assert stats["refused"]
    assert unknown == []
    for check, kind in SHARED.items():
        assert sum(one.check == check for one in found) == account.planted[kind]
    assert aws_client.counts.total() == sum(stats["calls"].values())


def test_what_throttling_hides_is_unknown(account):
    account.ask(f"rate?rps={REFUSED}")
    _, found, unknown = survey(account, attempts=1)
    assert found == []
    assert {one.check for one in unknown} == set(CHECKS)
    reasons = ("reduce your request rate", "Rate exceeded", "limit exceeded")
    assert all(any(said in one.reason for said in reasons) for one in unknown)
