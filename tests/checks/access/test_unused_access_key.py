"""Keys that nobody uses."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from steadyhand.checks.access.unused_access_key import UnusedAccessKey
from steadyhand.model import Risk, Severity
from steadyhand.sources.iam import ROOT, AccessKeys, Credentials, Key, credential_report
from tests.checks.access.users import NOW, key, listed, user
from tests.verbs import fix_and_undo, found, planned, silent, spot

CHECK = UnusedAccessKey()
COLUMNS = ("active", "last_rotated", "last_used_date")
BAD = {
    Credentials: [
        user("ann", key(1, 400, 60), key(2, 10, 1)),
        user("bob", key(1, 46)),
        user("twins", key(1, 50), key(2, 50)),
        user("changed", key(1, 50)),
        user(ROOT, key(1, 900)),
    ],
    AccessKeys: [
        listed("ann", "AKIA-ANN-2", 10),
        listed("ann", "AKIA-ANN-1", 400),
        listed("bob", "AKIA-BOB-1", 46),
        listed("twins", "AKIA-TWIN-1", 50),
        listed("twins", "AKIA-TWIN-2", 50),
        listed("changed", "AKIA-CHANGED", 300),
    ],
}
GOOD = {
    Credentials: [
        user("cleo", key(1, 400, 44), key(2, 44)),
        user("dan", key(1, 400, 200, active=False), key(2, -1)),
        user("off", key(1, 400, 200), key(2, 3, 1)),
        user("gone", key(1, 400, 200)),
        user("renewed", key(1, 400, 200)),
    ],
    AccessKeys: [
        listed("off", "AKIA-OFF", 400, "Inactive"),
        listed("off", "AKIA-ON", 3),
        listed("renewed", "AKIA-NEW", 0.1),
    ],
}


def test_says_who_and_since_when() -> None:
    ann, bob, *_, root = found(CHECK, BAD)
    assert ann.summary == "ann has an access key that nobody has used since 2026-09-24"
    assert bob.summary == "bob has an access key that nobody has ever used, made 2026-10-08"
    assert root.summary.startswith("the root user has an access key")
    assert root.severity is Severity.CRITICAL


def test_only_a_key_that_is_certain_is_deactivated() -> None:
    plans = {finding.name: planned(CHECK, finding) for finding in found(CHECK, BAD)}
    keys = {
        name.rpartition(":")[2]: [step.do.params["AccessKeyId"] for step in plan]
        for name, plan in plans.items()
    }
    assert keys == {
        "user/ann/access-key-1": ["AKIA-ANN-1"],
        "user/bob/access-key-1": ["AKIA-BOB-1"],
        "user/twins/access-key-1": [],
        "user/twins/access-key-2": [],
        "user/changed/access-key-1": ["AKIA-CHANGED"],
        "root/access-key-1": [],
    }


def test_a_key_made_after_the_report_is_never_taken_for_the_old_one() -> None:
    silent(CHECK, GOOD)


def test_ids_are_asked_only_of_users_with_an_idle_key() -> None:
    asked = {line.user for line in (*BAD[Credentials], *GOOD[Credentials]) if AccessKeys.when(line)}
    assert asked == {"ann", "bob", "twins", "changed", "cleo", "off", "gone", "renewed"}


def test_reads_the_report_of_aws() -> None:
    lines = [
        ["user", "arn", *(f"access_key_{n}_{what}" for n in (1, 2) for what in COLUMNS)],
        ["<root_account>", "r", "true", "2026-11-13T09:00:00+00:00", "N/A", "false", "N/A", "N/A"],
        [
            "ann",
            "a",
            "true",
            "2026-10-14T09:00:00+00:00",
            "2026-11-22T09:00:00Z",
            "false",
            "N/A",
            "no_information",
        ],
    ]
    talk = credential_report(NOW)
    assert next(talk).action == "iam:GenerateCredentialReport"
    talk.send({"State": "STARTED"})
    talk.send({})
    assert talk.send({"State": "COMPLETE"}).action == "iam:GetCredentialReport"
    with pytest.raises(StopIteration) as end:
        talk.send({"Content": "\n".join(",".join(line) for line in lines).encode()})
    root, ann = end.value.value
    assert root.is_root
    assert (root.keys[0].idle, root.keys[1].idle) == (timedelta(days=10), timedelta(0))
    assert (ann.keys[0].age, ann.keys[0].idle) == (timedelta(days=40), timedelta(days=1))
    assert [one.slot for one in ann.active] == [1]


def make(client: Any, name: str, path: str = "/") -> str:
    client("iam").create_user(UserName=name, Path=path)
    client("iam").create_access_key(UserName=name)
    return name


@pytest.mark.parametrize("days", [0, 45])
def test_a_key_of_which_nothing_is_known_is_a_persons(days: int) -> None:
    nothing = Key(1, True, None, None, timedelta(0), timedelta(0))
    facts = {Credentials: [user("eve", nothing)], AccessKeys: [listed("eve", "AKIA-EVE", 3)]}
    (finding,) = found(UnusedAccessKey(days=days), facts)
    assert finding.summary.endswith("nobody is known to have used, and whose age is unknown")
    assert planned(CHECK, finding) == []


def test_waiting_less_makes_nothing_safer() -> None:
    facts = {Credentials: [user("ann", key(1, 400, 1))], AccessKeys: [listed("ann", "A", 400)]}
    (finding,) = found(UnusedAccessKey(days=0), facts)
    assert planned(UnusedAccessKey(days=0), finding)
    assert UnusedAccessKey(days=0).risk_of(finding) is Risk.APPROVAL


@pytest.mark.moto
def test_on_moto() -> None:
    def good(client: Any) -> None:
        client("iam").create_user(UserName="keyless")
        made = client("iam").create_access_key(UserName=make(client, "off"))["AccessKey"]
        for one in client("iam").list_access_keys(UserName="off")["AccessKeyMetadata"]:
            client("iam").update_access_key(
                UserName="off", AccessKeyId=one["AccessKeyId"], Status="Inactive"
            )
        assert made

    def bad(client: Any) -> list[str]:
        return [make(client, "ann"), make(client, "bob", "/people/")]

    fix_and_undo(CHECK, bad, good, now=datetime.now(UTC) + timedelta(days=46))


@pytest.mark.moto
def test_on_moto_waiting_little_finds_without_asking_users() -> None:
    def bad(client: Any) -> list[str]:
        return [make(client, "ann")]

    hasty = UnusedAccessKey(days=0)
    assert spot(hasty, bad, now=datetime.now(UTC) + timedelta(days=1))
