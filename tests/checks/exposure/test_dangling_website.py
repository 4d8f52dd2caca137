"""Names that lead to a bucket nobody has."""

from __future__ import annotations

from typing import Any

import pytest

from steadyhand.checks.exposure.dangling_website import DanglingWebsite
from steadyhand.model import ReadFailed, Unknown
from steadyhand.sources.dns import Websites
from tests.checks.exposure.test_dangling_dns import alias, cname
from tests.checks.recorded import outcomes, spot
from tests.verbs import found

CHECK = DanglingWebsite()

RARE = "No made-up record leads to a name that AWS gives."
BAD = {Websites: [("shop.example.com", {"Status": 404})]}
GOOD = {Websites: [(f"{n}.example.com", {"Status": n}) for n in (200, 301, 307, 400, 403, 503)]}


def test_says_who_may_take_it() -> None:
    (one,) = found(CHECK, BAD)
    assert one.summary == "shop.example.com leads to a bucket of S3 that nobody has"


def asked(record: dict[str, Any]) -> bool:
    return Websites.when(("/hostedzone/Z1", record))


@pytest.mark.parametrize(
    "target",
    [
        "s3-website-us-east-1.amazonaws.com",
        "s3-website.eu-central-1.amazonaws.com.",
        "a.example.com.s3-website-us-east-1.amazonaws.com",
        "a.example.com.s3-website.ap-northeast-1.amazonaws.com.",
        "a.example.com.s3.amazonaws.com",
        "other.s3.us-gov-west-1.amazonaws.com",
        "a.example.com.s3-eu-west-1.amazonaws.com",
    ],
)
def test_whatever_leads_to_s3_is_asked_for(target: str) -> None:
    assert asked(cname("a.example.com.", target))
    assert not asked(cname("\\052.example.com.", target)), "no bucket has a star in its name"
    assert not asked(cname("_a.example.com.", target))


@pytest.mark.parametrize(
    "target",
    [
        "s3.example.com",
        "d1.cloudfront.net",
        "x.s3-accesspoint.eu-central-1.amazonaws.com",
        "amazonaws.com",
    ],
)
def test_what_leads_elsewhere_is_not(target: str) -> None:
    assert not asked(cname("a.example.com.", target))


def account(**said: Any) -> dict[str, Any]:
    def head(params: Any) -> Any:
        answer = said[params["Url"].rpartition("/")[2].partition(".")[0]]
        return answer if isinstance(answer, ReadFailed) else {"Status": answer}

    zone = {"Id": "/hostedzone/Z1", "Name": "example.com.", "CallerReference": "x"}
    records = [
        alias("Shop.example.com.", "s3-website-us-east-1.amazonaws.com."),
        # prowler-cloud/prowler pull request 10920: a CNAME as well; but S3 looks at the name that was asked for
        cname("other.example.com.", "shop.example.com.s3-website-us-east-1.amazonaws.com"),
    ]
    return {
        "route53:ListHostedZones": lambda _: {
            "HostedZones": [zone], "Marker": "", "IsTruncated": False, "MaxItems": "100"
        },
        "route53:ListResourceRecordSets": lambda _: {
            "ResourceRecordSets": records, "IsTruncated": False, "MaxItems": "300"
        },
        "https:Head": head,
    }  # fmt: skip


def test_a_bucket_of_another_account_or_region_is_there() -> None:
    spot(CHECK, account(shop=404, other=403), ["shop.example.com"])
    spot(CHECK, account(shop=301, other=404), ["other.example.com"])


def test_who_cannot_be_asked_is_unknown() -> None:
    late = ReadFailed("TimedOut", "s3.amazonaws.com did not answer in time")
    (told,) = outcomes(CHECK, account(shop=200, other=late))
    assert isinstance(told, Unknown)
    assert told.concerns == "other.example.com"
