"""What is exempt is left alone, until a day and for a reason."""

from __future__ import annotations

import re

import pytest

from steadyhand.catalogue import discovery as catalogue
from tests.cli.acting import engine, refused, sweep
from tests.cli.terminal import REGION, deploy, open_ssh, ports, say

pytestmark = pytest.mark.moto


@pytest.mark.parametrize("scope", ["finding", "check", "arn", "key"])
def test_what_is_exempt_is_left_alone(aws: None, scope: str) -> None:
    deploy()
    group = open_ssh()
    finding = sweep()["open_admin_ports"]
    named = {
        "finding": finding,
        "check": "open_admin_ports",
        "arn": f"arn:aws:ec2:{REGION}:123456789012:security-group/{group}",
        "key": group,
    }[scope]
    said = say("exempt", named, "--until", "2999-01-31", "--because", "we move in spring")
    assert said.code == 0, said.err
    assert "1 open finding concerned" in said.out
    assert "31 January 2999" in said.out
    refused(say("fix", finding), "we move in spring", "(exempt)")
    assert ports(group) == [22]
    assert "exempt until" in say("show", finding).out


def test_what_is_found_after_its_check_was_exempted_is_exempt(aws: None) -> None:
    deploy()
    open_ssh()
    sweep()
    words = ("--until", "2999-01-31", "--because", "we move in spring")
    assert say("exempt", "open_admin_ports", *words).code == 0
    open_ssh("later")
    found = engine().sweep(catalogue.load(["open_admin_ports"])).findings
    assert len(found) == 2
    for one in found:
        assert re.search(r"(?m)^ *exempt until +31 January 2999 *$", say("show", one.id).out)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["fi-0", "--until", "2001-01-01", "--because", "x"], "is over"),
        (["fi-0", "--until", "soon", "--because", "x"], "is no date"),
        (["fi-0", "--until", "2999-01-01", "--because", " "], "needs a reason"),
    ],
)
def test_an_exemption_has_an_end_and_a_reason(words: list[str], told: str) -> None:
    said = say("exempt", *words)
    assert (said.code, said.out) == (2, "")
    assert told in said.err


def test_an_exemption_of_nothing_is_no_exemption(aws: None) -> None:
    deploy()
    for scope in ("open_admin_prts", "arn:aws:s3:::nobody", "sg-1"):
        said = say("exempt", scope, "--until", "2999-01-01", "--because", "x")
        assert said.code == 2, said
    refused(say("exempt", "fi-0123456789", "--until", "2999-01-01", "--because", "x"), "no finding")
