"""A certificate for CloudFront lies in us-east-1, whatever regions the owner names: it is seen there.

"To use a certificate in ACM with CloudFront, request or import it in us-east-1"
(docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cnames-and-https-requirements.html).
"""

from __future__ import annotations

import json
from functools import partial

import boto3
import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions import context as deployed
from functions import sweep
from steadyhand.catalogue import discovery as catalogue
from steadyhand.engine.delivered import delivered
from steadyhand.model import ReadFailed
from steadyhand.settings.values import Settings
from tests.checks.certificates.test_acm_expiring import imported
from tests.functions.conftest import Context, batch
from tests.functions.opened import Deploy, failures
from tests.reconcilers import ACCOUNT, REGION

pytestmark = pytest.mark.moto
THERE = "us-east-1"
DAILY = json.dumps({"account": ACCOUNT, "region": REGION, "hours": 24})
AUTO = {"acm_expiring": {"*": "auto"}}


def plant() -> str:
    return imported(partial(boto3.client, region_name=THERE), "shop.example.com", 5)


def test_it_is_found_and_never_changed(deploy: Deploy, context: Context) -> None:
    deploy(Settings(regions=[REGION], home=REGION, modes=AUTO))
    certificate = plant()
    assert failures(sweep.handler(batch(DAILY), context)) == []
    (record,) = (one for one in deployed.ledger().records() if one.finding.key == certificate)
    assert record.finding.region == THERE
    assert deployed.ledger().changes() == []
    looked = {region: said for region, _, said in deployed.ledger().sweeps()}
    assert "acm_expiring" in looked[THERE]["checks"]
    assert not {"public_bucket", "open_admin_ports"} & {*looked[THERE]["checks"]}


def test_who_named_that_region_has_it_looked_at_once(deploy: Deploy, context: Context) -> None:
    deploy(Settings(regions=[REGION, THERE], home=REGION))
    plant()
    assert failures(sweep.handler(batch(DAILY), context)) == []
    assert {region for region, *_ in deployed.ledger().sweeps()} == {REGION}, "it has its own sweep"


def test_a_region_that_is_denied_is_said_to_be_unseen(
    deploy: Deploy, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    from steadyhand.aws.client import Botocore

    deploy()
    pages = Botocore.pages

    def denied(self: Botocore, call: object) -> object:
        if self.region == THERE:
            raise ReadFailed("AccessDenied", "a policy of the organization forbids us-east-1")
        return pages(self, call)  # type: ignore[arg-type]

    monkeypatch.setattr(Botocore, "pages", denied)
    assert failures(sweep.handler(batch(DAILY), context)) == []
    ((_, _, said),) = (one for one in deployed.ledger().sweeps() if one[0] == THERE)
    assert ["acm_expiring", THERE, "a policy of the organization forbids us-east-1"] in said[
        "unknown"
    ]


@given(regions=st.sets(st.sampled_from([REGION, "eu-west-1", THERE])))
def test_what_is_not_watched_is_looked_at_and_nothing_twice(regions: set[str]) -> None:
    checks = catalogue.load()
    there, few = delivered(checks, "aws", regions)
    serving = {one.id for one in checks if one.reads[0].root.serves_global}
    assert serving
    assert {one.id for one in few} == (set() if THERE in regions else serving)
    assert (there == THERE) == (THERE not in regions)
    assert delivered(checks, "aws-cn", regions) == ("", [])
