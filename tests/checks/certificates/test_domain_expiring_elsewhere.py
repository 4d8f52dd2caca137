"""Domains that end where AWS is not their registrar. RDAP itself is proven over real sockets, in tests/clients."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from steadyhand.checks.certificates.domain_expiring_elsewhere import DomainExpiringElsewhere
from steadyhand.model import ReadFailed, Severity, Unknown
from steadyhand.sources.rdap import Registrations, is_registered_somewhere, registered_name
from steadyhand.sources.route53domains import RegisteredDomains
from tests.canonical import REGION
from tests.checks.recorded import outcomes, spot
from tests.verbs import NOW, found, silent

CHECK = DomainExpiringElsewhere()


def domain(name: str, days: float = 200, *status: str) -> tuple[str, dict[str, Any]]:
    end = NOW + timedelta(days=days)
    return name, {"Name": name, "Expires": end, "Status": list(status or ("active",))}


BAD = {
    Registrations: [
        domain("gone.com", -1),
        domain("week.com", 6),
        domain("month.com", 29),
        domain("held.com", 200, "client hold"),
        domain("lost.com", -40, "pending delete", "redemption period"),
        ("dateless.com", {"Name": "dateless.com", "Expires": None, "Status": ["server hold"]}),
    ]
}
GOOD = {
    Registrations: [
        domain("shop.com"),
        domain("locked.com", 31, "client transfer prohibited"),
        domain("here.com", 3),
    ],
    RegisteredDomains: [{"DomainName": "here.com"}],
}


def test_says_when_and_what_its_registry_did() -> None:
    told = found(CHECK, BAD)
    assert [one.summary for one in told] == [
        "gone.com ended on 22 November 2026, says its registry",
        "week.com ends on 29 November 2026, says its registry",
        "month.com ends on 22 December 2026, says its registry",
        "held.com was taken out of the DNS by its registrar",
        "lost.com is deleted, and can be restored for some weeks",
        "dateless.com was taken out of the DNS by its registry",
    ]
    assert [one.severity for one in told if one.severity is not Severity.CRITICAL] == [
        Severity.HIGH
    ]
    silent(CHECK, GOOD)


@pytest.mark.parametrize(
    ("zone", "name"),
    [
        ("example.com.", "example.com"),
        ("Eu.Shop.Example.com.", "example.com"),
        ("shop.example.co.uk.", "example.co.uk"),
        ("example.co.uk.", "example.co.uk"),
        ("co.uk.", "co.uk"),
        ("t.co.", "t.co"),
        ("eu.co.com.", "co.com"),
    ],
)
def test_a_zone_within_a_domain_is_of_that_domain(zone: str, name: str) -> None:
    assert registered_name({"Name": zone}) == name


@pytest.mark.parametrize(
    "zone", ["shop.example.", "shop.internal.", "1.10.in-addr.arpa.", "com.", "."]
)
def test_what_nobody_registers_is_not_asked(zone: str) -> None:
    assert not is_registered_somewhere({"Name": zone})


def account(zones: list[str], **said: Any) -> dict[str, Any]:
    def registry(params: Any) -> Any:
        answer = said[params["Name"].partition(".")[0]]
        return ReadFailed(answer, f"{params['Name']} failed") if isinstance(answer, str) else answer

    listed = [{"Id": f"Z{n}", "Name": name, "CallerReference": "x"} for n, name in enumerate(zones)]
    private = {"Id": "ZP", "Name": "private.com.", "CallerReference": "x"}
    listed.append(private | {"Config": {"PrivateZone": True}})
    return {
        "route53:ListHostedZones": lambda _: {
            "HostedZones": listed, "Marker": "", "IsTruncated": False, "MaxItems": "100"
        },
        "route53domains:ListDomains": lambda _: {"Domains": [{"DomainName": "ours.com"}]},
        "rdap:Domain": registry,
    }  # fmt: skip


def test_a_domain_of_many_zones_is_asked_about_and_told_once() -> None:
    zones = ["shop.com.", "eu.shop.com.", "us.shop.com.", "fine.com.", "ours.com.", "shop.example."]
    said = account(
        zones,
        shop=domain("shop.com", 3)[1],
        fine=domain("fine.com")[1],
        ours=domain("ours.com", 1)[1],
    )
    spot(CHECK, said, ["shop.com"])


@pytest.mark.parametrize(
    "code", ["NoRegistry", "NotRegistered", "Throttled", "TimedOut", "NoAnswer"]
)
def test_whose_registry_says_nothing_is_unknown_and_never_clean(code: str) -> None:
    dateless = {"Name": "quiet.com", "Expires": None, "Status": []}
    said = account(["shop.com.", "quiet.com."], shop=code, quiet=dateless)
    told = outcomes(CHECK, said)
    assert set(told) == {
        Unknown(CHECK.id, "global", "shop.com failed", "shop.com"),
        Unknown(CHECK.id, "global", "the registry of quiet.com tells no date", "quiet.com"),
    }, REGION
