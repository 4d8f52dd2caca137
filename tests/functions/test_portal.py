"""The function that writes the private pages: what the ledger knows, in the bucket."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import boto3
import pytest

from functions import context, portal
from steadyhand.model import Incident, Risk, Severity
from steadyhand.settings.deployed import reports
from tests.functions.conftest import Context, batch
from tests.reconcilers import ACCOUNT, REGION
from tests.reports.accounts import ledger_rows

pytestmark = pytest.mark.moto
BUCKET = reports(ACCOUNT, REGION)


def objects() -> list[str]:
    listed = boto3.client("s3", REGION).list_objects_v2(Bucket=BUCKET)
    return [one["Key"] for one in listed.get("Contents", ())]


def page(name: str) -> str:
    got = boto3.client("s3", REGION).get_object(Bucket=BUCKET, Key=f"portal/{name}.html")
    return got["Body"].read().decode()


def test_pages_are_written_and_written_again_only_where_they_changed(deploy, monkeypatch):
    deploy(bucket=BUCKET)
    where = {"LocationConstraint": REGION}
    boto3.client("s3", REGION).create_bucket(Bucket=BUCKET, CreateBucketConfiguration=where)
    now = datetime(2026, 11, 20, 9, tzinfo=UTC)
    monkeypatch.setattr(portal, "now", lambda: now)
    swept = batch(json.dumps({"swept": REGION}), json.dumps({"swept": "us-east-1"}))
    first = portal.handler(swept, Context())
    assert first["written"] > 20
    assert "portal/manifest.json" in objects()
    assert "No alarm fired" in page("incidents")
    assert portal.handler(swept, Context()) == {"written": 0}
    began = datetime(2026, 11, 19, 9, tzinfo=UTC)
    fired = Incident(
        id="in-1",
        account=ACCOUNT,
        region=REGION,
        signature="checkout-5xx",
        summary="5 % fail",
        began_at=began,
    )
    context.ledger().incident(fired)
    again = portal.handler(swept, Context())
    assert 0 < again["written"] < first["written"]
    assert "checkout-5xx" in page("incidents")


def test_what_pages_ask_is_remembered_once(deploy, monkeypatch):
    deploy(bucket=BUCKET)
    where = {"LocationConstraint": REGION}
    boto3.client("s3", REGION).create_bucket(Bucket=BUCKET, CreateBucketConfiguration=where)
    said = {"severity": Severity.HIGH, "risk": Risk.APPROVAL, "bucket": "b", "was": {}}
    one = ledger_rows.record("public_bucket", "b", "b is open", **said)
    one = replace(one, finding=replace(one.finding, account=ACCOUNT))
    assert context.ledger().observe(one, None)
    for day in (1, 3):
        monkeypatch.setattr(portal, "now", lambda day=day: datetime(2026, 6, day, 9, tzinfo=UTC))
        portal.handler(batch(json.dumps({"swept": REGION})), Context())
        (note,) = context.ledger().notes("question")
        by = datetime.fromisoformat(note.said["by"])
        assert f"Answer by {by:%a} {by.day} {by:%b}" in page("index")
