"""Domains that end."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steadyhand.checks.certificates.domain_expiring import CONTACT, DomainExpiring, has_lock
from steadyhand.model import Severity
from steadyhand.sources.route53domains import RegisteredDomains
from tests.verbs import NOW, found, silent, spot

CHECK = DomainExpiring()
EVENT = ("route53domains:DisableDomainAutoRenew", {"DomainName": "shop.com"})


def domain(name: str, days: float = 200, **said: Any) -> dict[str, Any]:
    end = NOW + timedelta(days=days)
    return {"DomainName": name, "AutoRenew": True, "TransferLock": True, "Expiry": end} | said


BAD = {
    RegisteredDomains: [
        domain("gone.com", -1),
        domain("late.com", 10),
        domain("week.com", 7, AutoRenew=False),
        domain("month.com", 31, AutoRenew=False),
        domain("shop.com", 300, AutoRenew=False),
        domain("open.com", TransferLock=False),
        domain("open.museum", TransferLock=False),
    ]
}
GOOD = {
    RegisteredDomains: [
        domain("shop.com"),
        domain("soon.com", 20),
        {"DomainName": "new.com"},
        # nccgroup/Scout2 issue 170 and ScoutSuite issue 914: some countries have no lock, and it changes which
        *(domain(f"shop.{one}", TransferLock=False) for one in ("io", "co.nz", "co.uk", "de")),
    ]
}


def test_says_when_and_why() -> None:
    told = found(CHECK, BAD)
    assert [one.summary for one in told] == [
        "gone.com ended on 22 November 2026",
        "late.com ends on 03 December 2026, and should have been renewed by itself",
        "week.com ends on 30 November 2026 and is not renewed by itself",
        "month.com ends on 24 December 2026 and is not renewed by itself",
        "shop.com ends on 19 September 2027 and is not renewed by itself",
        "open.com is not locked against a transfer to another registrar",
        "open.museum is not locked against a transfer to another registrar",
    ]
    worst = [Severity.CRITICAL] * 3
    assert [one.severity for one in told] == [
        *worst,
        *(Severity.HIGH, Severity.MEDIUM, Severity.MEDIUM, Severity.MEDIUM),
    ]


def test_what_is_wrong_with_one_domain_is_told_apart() -> None:
    both = domain("shop.com", 3, AutoRenew=False, TransferLock=False)
    told = found(CHECK, {RegisteredDomains: [both]})
    assert len({one.id for one in told}) == 2
    assert [bool(one.detonates_at) for one in told] == [True, False]


@given(days=st.floats(-400, 4000), earlier=st.floats(0.1, 400))
def test_it_never_grows_less_urgent_towards_its_end(days: float, earlier: float) -> None:
    def weight(days: float, *, renews: bool) -> int:
        said = CHECK.ends(NOW + timedelta(days=days), renews=renews, now=NOW)
        return [None, *sorted(Severity, key=rank)].index(said and said[0])

    for renews in (True, False):
        assert weight(days - earlier, renews=renews) >= weight(days, renews=renews)
    assert weight(days, renews=False) >= weight(days, renews=True)


def rank(severity: Severity) -> int:
    return ["low", "medium", "high", "critical"].index(severity.value)


def test_a_knob_says_when_it_is_urgent() -> None:
    (one,) = found(DomainExpiring(days=10), {RegisteredDomains: [BAD[RegisteredDomains][3]]})
    assert one.severity is Severity.MEDIUM
    silent(CHECK, {RegisteredDomains: [domain("soon.com", 15)]})
    assert has_lock("shop.garden")


@pytest.mark.moto
def test_on_moto() -> None:
    def registered(client: Any, name: str, *, renews: bool) -> str:
        who = CONTACT | {"Email": "owner@shop.com"}
        client("route53domains").register_domain(
            DomainName=name,
            DurationInYears=2,
            AutoRenew=renews,
            AdminContact=who,
            RegistrantContact=who,
            TechContact=who,
        )
        return name

    spot(
        CHECK,
        lambda client: [registered(client, "shop.com", renews=False)],
        lambda client: [registered(client, "market.com", renews=True)],
        now=datetime.now(NOW.tzinfo),
    )
