"""Records that lead to what is gone. The client of the DNS is proven in tests/clients."""

from __future__ import annotations

from typing import Any

import pytest

from steadyhand.checks.exposure.dangling_dns import DanglingDns
from steadyhand.model import ReadFailed, Severity, Unknown
from steadyhand.sources.dns import Targets, leads_to_a_resource, target_of
from tests.checks.recorded import outcomes, spot
from tests.verbs import found

CHECK = DanglingDns()
BALANCER = "shop-1234567890.eu-central-1.elb.amazonaws.com"
BEANSTALK = "shop.eu-central-1.elasticbeanstalk.com"


def seen(host: str, target: str, *addresses: str) -> tuple[str, dict[str, Any]]:
    return f"{host} {target}", {"Host": target, "Addresses": list(addresses)}


RARE = "No made-up record leads to a name that AWS gives."
BAD = {
    Targets: [
        seen("shop.example.com", BALANCER),
        seen("app.example.com", BEANSTALK),
    ]
}
GOOD = {
    Targets: [
        seen("www.example.com", "d111111abcdef8.cloudfront.net", "198.51.100.1"),
        # internal balancers have private addresses in the public DNS
        seen("in.example.com", "internal-a-1.eu-central-1.elb.amazonaws.com", "10.0.0.1"),
        ("odd.example.com x", {"Host": "x"}),
    ]
}


def test_says_what_is_gone_and_who_may_take_it() -> None:
    told = found(CHECK, BAD)
    assert [one.summary for one in told] == [
        f"shop.example.com leads to {BALANCER}, which is gone",
        f"app.example.com leads to {BEANSTALK}, which is gone, a name that anybody may take",
    ]
    assert [one.severity for one in told] == [Severity.MEDIUM, Severity.CRITICAL]


def alias(name: str, target: str) -> dict[str, Any]:
    said = {"HostedZoneId": "Z215JYRZR1TBD5", "DNSName": target, "EvaluateTargetHealth": False}
    return {"Name": name, "Type": "A", "AliasTarget": said}


def cname(name: str, target: str) -> dict[str, Any]:
    return {"Name": name, "Type": "CNAME", "TTL": 60, "ResourceRecords": [{"Value": target}]}


LEADING = {
    "dualstack.Shop-1.eu-central-1.elb.amazonaws.com.": "shop-1.eu-central-1.elb.amazonaws.com",
    "net-1.elb.eu-central-1.amazonaws.com": "net-1.elb.eu-central-1.amazonaws.com",
    "d-ab12.execute-api.eu-central-1.amazonaws.com.": "d-ab12.execute-api.eu-central-1.amazonaws.com",
    "shop.elasticbeanstalk.com": "shop.elasticbeanstalk.com",
    "d1.cloudfront.net.": "d1.cloudfront.net",
    "a1.awsglobalaccelerator.com": "a1.awsglobalaccelerator.com",
}
OTHERS = [
    # prowler-cloud/prowler issue 2381: what is not AWS's is nobody's business here
    "shop.example.net", "cloudfront.net", "d1.cloudfront.net.example.net", "x.dkim.amazonses.com",
    "_a.b.acm-validations.aws.", "s3-website-eu-central-1.amazonaws.com.", "",
]  # fmt: skip


@pytest.mark.parametrize("make", [alias, cname])
@pytest.mark.parametrize("target", [*LEADING, *OTHERS])
def test_names_that_go_with_one_resource_are_asked_and_no_others(make: Any, target: str) -> None:
    pair = "/hostedzone/Z1", make("a.example.com.", target)
    assert leads_to_a_resource(pair) is (target in LEADING)
    assert target not in LEADING or target_of(pair) == LEADING[target]


def test_an_address_leads_to_no_name() -> None:
    """Elastic addresses of every region and account look alike: prowler-cloud/prowler issue 9541."""
    plain = {"Name": "a.example.com.", "Type": "A", "ResourceRecords": [{"Value": "198.51.100.1"}]}
    assert not leads_to_a_resource(("/hostedzone/Z1", plain))


def account(**found: Any) -> dict[str, Any]:
    def lookup(params: Any) -> Any:
        said = found[params["Host"].partition("-")[0]]
        if isinstance(said, str):
            return ReadFailed(said, f"{params['Host']} failed")
        return {"Host": params["Host"], "Addresses": said}

    zone = {"Id": "/hostedzone/Z1", "Name": "example.com.", "CallerReference": "x"}
    records = [
        alias("Shop.example.com.", f"dualstack.{BALANCER}."),
        alias("shop.example.com.", f"dualstack.{BALANCER}.") | {"Type": "AAAA"},
        cname("again.example.com.", BALANCER),
        cname("other.example.com.", "here-1.eu-central-1.elb.amazonaws.com"),
    ]
    return {
        "route53:ListHostedZones": lambda _: {
            "HostedZones": [zone], "Marker": "", "IsTruncated": False, "MaxItems": "100"
        },
        "route53:ListResourceRecordSets": lambda _: {
            "ResourceRecordSets": records, "IsTruncated": False, "MaxItems": "300"
        },
        "dns:Addresses": lookup,
    }  # fmt: skip


def test_each_name_that_leads_there_is_told_once() -> None:
    """prowler-cloud/prowler issue 3820: which record it is must be said."""
    keys = [f"shop.example.com {BALANCER}", f"again.example.com {BALANCER}"]
    spot(CHECK, account(shop=[], here=["198.51.100.1"]), keys)


def test_what_no_resolver_tells_is_unknown_and_never_gone() -> None:
    (told,) = outcomes(CHECK, account(shop=["198.51.100.1"], here="NoAddress"))
    assert isinstance(told, Unknown)
    assert told.reason == "here-1.eu-central-1.elb.amazonaws.com failed"
