"""The comparison with our peers: reasons name what exists, and a difference cannot hide."""

from __future__ import annotations

import pytest

from bench.peers import scanners
from bench.peers.planted import ACCOUNT
from bench.peers.verdicts import RIGHT, Reason, Verdict, reasons, table, unexplained
from steadyhand.catalogue import discovery as catalogue

PEERS = {peer.name: peer.rules() for peer in scanners.ALL}


@pytest.mark.parametrize("reason", reasons(), ids=lambda one: f"{one.check}, {one.peer}")
def test_a_reason_names_a_check_and_a_peer_with_a_rule_for_it(reason: Reason) -> None:
    assert reason.check in PEERS[reason.peer]
    assert reason.right in RIGHT
    assert len(reason.why) > len("because")


def test_a_reason_is_given_once() -> None:
    given = [(one.check, one.peer) for one in reasons()]
    assert len(given) == len(set(given))


def test_every_policy_is_named_after_a_check() -> None:
    assert set(scanners.policies()) <= set(catalogue.names())


ONLY_US = Verdict("a", "P", only_us=frozenset({"x"}))
ONLY_PEER = Verdict("a", "P", only_peer=frozenset({"x"}))
AGREE = Verdict("a", "P", same=frozenset({"x"}))
NO_RULE = Verdict("a", "P", missing="no such rule")
WHY = Reason("a", "P", "us", "it counts otherwise")


@pytest.mark.parametrize("one", [ONLY_US, ONLY_PEER])
def test_a_difference_needs_a_reason(one: Verdict) -> None:
    assert [*unexplained([one], [])] == ["a and P differ, and reasons.toml does not say why"]
    assert [*unexplained([one], [WHY])] == []
    assert WHY.why in [*table([one], [WHY])][-1]


@pytest.mark.parametrize("one", [AGREE, NO_RULE])
def test_a_reason_needs_a_difference(one: Verdict) -> None:
    assert [*unexplained([one], [WHY])] == ["a and P do not differ, but reasons.toml says why"]
    assert [*unexplained([one], [])] == []
    assert WHY.why not in [*table([one], [WHY])][-1]


@pytest.mark.parametrize(
    ("arn", "name"),
    [
        ("arn:aws:ec2:eu-central-1:1:eip-allocation/eipalloc-1", "eipalloc-1"),
        ("arn:aws:logs:eu-central-1:1:log-group:/team/api:*", "/team/api"),
        ("arn:aws:lambda:eu-central-1:1:function:mail:$LATEST", "mail"),
        ("arn:aws:s3:::bucket", "bucket"),
        ("arn:aws:iam::1:role/path/name", "path/name"),
        ("sg-1", "sg-1"),
    ],
)
def test_an_arn_is_known_by_its_resource(arn: str, name: str) -> None:
    assert scanners.short(arn) == name


def test_who_complains_of_the_account_means_what_is_amiss_in_it() -> None:
    assert scanners.alike({(ACCOUNT,)}, {"trail"}) == {"trail"}
    assert scanners.alike({(ACCOUNT,)}, set()) == {ACCOUNT}
    assert scanners.alike({("x", "y"), ("z", "q")}, {"y"}) == {"y", "z"}
