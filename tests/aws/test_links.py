"""Links to objects in S3 are signed as every bucket takes them.

Buckets made after June 2020 refuse SigV2 (S3 User Guide, "AWS Signature Version 2 turned off"), which
botocore alone still uses for links in the regions that once took it.
"""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from botocore.session import Session

from steadyhand.aws.client import Botocore

REGIONS = (
    "us-east-1",
    "us-west-1",
    "us-west-2",
    "eu-west-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "ap-northeast-1",
    "sa-east-1",
    "us-gov-west-1",
    "us-gov-east-1",
    "cn-north-1",
    "eu-central-1",
)


@pytest.mark.parametrize("region", REGIONS)
def test_a_link_is_signed_with_version_4_for_the_endpoint_of_its_region(region: str) -> None:
    session = Session()
    session.set_credentials("AKIAIOSFODNN7EXAMPLE", "secret", "token")
    aws = Botocore(region, session=session, identity="arn:aws:iam::111122223333:role/x")
    where = {"Bucket": "reports", "Key": "portal/alone.html"}
    link = urlsplit(aws.client("s3").generate_presigned_url("get_object", where, ExpiresIn=60))
    china = ".cn" if region.startswith("cn-") else ""
    assert link.hostname == f"reports.s3.{region}.amazonaws.com{china}"
    said = parse_qs(link.query)
    assert said["X-Amz-Algorithm"] == ["AWS4-HMAC-SHA256"]
    assert f"/{region}/s3/" in said["X-Amz-Credential"][0]
