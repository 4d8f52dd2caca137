"""The client asks who is not AWS by a client of its own: in turn, counted, without a word to AWS."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from steadyhand.account import Account
from steadyhand.aws import client as aws
from steadyhand.aws.pace import Pace
from steadyhand.check import Check
from steadyhand.clients import client_of
from steadyhand.engine.survey import Survey
from steadyhand.model import Call, Finding, ReadFailed, Risk, Severity, Unknown
from steadyhand.source import Each, Source

ME = "arn:aws:iam::123456789012:user/test"
NAMES: Source[Any] = Source(
    operation="route53:ListHostedZones", items="HostedZones", key=lambda it: it["Id"]
)
ASKED: Each[Any] = Each(
    operation="tls:Handshake",
    items="",
    of=NAMES,
    by=lambda item: str(item["Name"]),
    ask=lambda host: {"Host": host},
    gone=frozenset({"Refused"}),
)


class Asked(Check):
    """A check for tests."""

    severity, risk, reads = Severity.LOW, Risk.ADVICE, (ASKED,)

    def find(self, account: Account, now: datetime) -> Iterator[Finding]:
        for host, said in account[ASKED]:
            yield self.finding(account, resource=host, key=host, summary=said["Protocol"])


def client(answer: Any, **more: Any) -> aws.Botocore:
    return aws.Botocore(
        "eu-central-1",
        session=aws.session(),
        identity=ME,
        workers=False,
        others={"tls": answer},
        **more,
    )


def test_it_is_counted_and_the_other_regions_ask_the_same_way() -> None:
    here = client(lambda params: {"Protocol": params["Host"]})
    call = Call("tls:Handshake", {"Host": "a.example.com"})
    assert here.ask(call) == {"Protocol": "a.example.com"}
    assert list(here.elsewhere("us-east-1").pages(call)) == [{"Protocol": "a.example.com"}]
    assert here.counts == {"tls:Handshake": 2}
    assert "tls" not in here.clients


def test_each_waits_for_its_turn() -> None:
    here = client(lambda _: {}, paces={"tls": Pace(1, 20)})
    began = time.monotonic()
    for _ in range(24):
        here.ask(Call("tls:Handshake", {"Host": "a"}))
    assert time.monotonic() - began > 0.1, "a second's tokens, then one by one"


def test_iam_knows_nothing_of_it_and_there_is_no_other_client() -> None:
    assert ASKED.permissions == ()
    with pytest.raises(LookupError):
        client_of("smtp")


def test_a_host_of_several_names_is_asked_once_and_what_fails_is_unknown() -> None:
    zones = [{"Id": f"Z{n}", "Name": name} for n, name in enumerate(["up", "up", "down", "none"])]

    def answer(params: Any) -> Any:
        if params["Host"] == "down":
            raise ReadFailed("TimedOut", "down did not finish a handshake in time")
        if params["Host"] == "none":
            raise ReadFailed("Refused", "nothing listens")
        return {"Protocol": "TLSv1.3"}

    here = client(answer)
    here.clients["route53"] = Zones(zones)
    here.metronomes["route53"] = aws.Metronome(1000)
    found, unknown = Survey([Asked()], here, datetime.now(UTC))
    assert isinstance(found, Finding)
    assert found.key == "up"
    assert isinstance(unknown, Unknown)
    assert (unknown.concerns, unknown.reason) == ("down", "down did not finish a handshake in time")
    assert here.counts["tls:Handshake"] == 3
    (woken,) = Survey([Asked()], here, datetime.now(UTC), only="up")
    assert woken == found


class Zones:
    """A client of Route 53 with these zones."""

    def __init__(self, zones: list[Any]) -> None:
        self.zones = zones

    def can_paginate(self, _: str) -> bool:
        return False

    def list_hosted_zones(self) -> Any:
        return {"HostedZones": self.zones}
