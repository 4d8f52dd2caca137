"""Keys that live too long."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from steadyhand.checks.access.old_access_key import OldAccessKey
from steadyhand.model import Severity
from steadyhand.sources.iam import ROOT, Credentials, Key
from tests.checks.access.users import key, user
from tests.verbs import found, spot

CHECK = OldAccessKey()
BAD = {
    Credentials: [
        user("ann", key(1, 90, 1), key(2, 400, 0)),
        user("bob", key(1, 91)),
        user(ROOT, key(1, 900, 1)),
    ]
}
GOOD = {
    Credentials: [
        user("cleo", key(1, 89, 1), key(2, -1)),
        user("dan", key(1, 900, active=False)),
        user(ROOT, key(1, -1), key(2, -1)),
    ]
}


def test_says_whose_key_is_how_old() -> None:
    findings = found(CHECK, BAD)
    assert findings[0].summary == "ann has an access key from 2026-08-25"
    assert [finding.severity for finding in findings][-2:] == [Severity.MEDIUM, Severity.CRITICAL]


@pytest.mark.parametrize("days", [0, 90])
def test_a_key_whose_age_nobody_knows_is_said_to_be_so(days: int) -> None:
    nothing = Key(1, True, None, None, timedelta(0), timedelta(0))
    (finding,) = found(OldAccessKey(days=days), {Credentials: [user("eve", nothing)]})
    assert finding.summary == "eve has an access key whose age IAM does not tell"


@pytest.mark.moto
def test_on_moto() -> None:
    def make(client: Any, *names: str) -> list[str]:
        for name in names:
            client("iam").create_user(UserName=name)
            client("iam").create_access_key(UserName=name)
        return [*names]

    def good(client: Any) -> None:
        client("iam").create_user(UserName="keyless")

    spot(OldAccessKey(days=0), lambda client: make(client, "ann", "bob"), good)
    later = datetime.now(UTC) + timedelta(days=91)
    spot(CHECK, lambda client: make(client, "ann"), good, now=later)
    spot(CHECK, lambda client: [], lambda client: make(client, "ann"))
