"""What the doctor says of SES: may it send, and to whom?"""

from __future__ import annotations

from typing import Any

import pytest

from steadyhand.cli.doctor import Sign, sandbox
from steadyhand.model import Answer, Call, ReadFailed
from steadyhand.settings.values import Settings

TEAM = Settings(mail_to=["maya@team.example", "ops@team.example"])


class Ses:
    """An account's SES, with the identities it knows."""

    account, partition, region = "123456789012", "aws", "eu-central-1"

    def __init__(self, account: dict[str, Any], *verified: str) -> None:
        self.said, self.verified = account, verified

    def ask(self, call: Call) -> Answer:
        if call.operation == "GetAccount":
            return self.said
        name = call.params["EmailIdentity"]
        if name not in self.verified:
            raise ReadFailed("NotFoundException", "no")
        return {"VerifiedForSendingStatus": name != "pending@team.example"}


@pytest.mark.parametrize(
    ("account", "verified", "sign", "said"),
    [
        ({"ProductionAccessEnabled": True}, (), Sign.OK, "anybody"),
        ({}, (), Sign.MISSING, "not to maya@team.example, ops@team.example"),
        ({}, ("maya@team.example",), Sign.MISSING, "not to ops@team.example"),
        ({}, ("maya@team.example", "ops@team.example"), Sign.OK, "everybody in mail_to"),
        ({}, ("team.example",), Sign.OK, "everybody in mail_to"),
        ({"ProductionAccessEnabled": True, "SendingEnabled": False}, (), Sign.MISSING, "paused"),
        (
            {"ProductionAccessEnabled": True, "EnforcementStatus": "SHUTDOWN"},
            (),
            Sign.MISSING,
            "SHUTDOWN",
        ),
        ({"ProductionAccessEnabled": True, "EnforcementStatus": "HEALTHY"}, (), Sign.OK, "anybody"),
    ],
)
def test_who_can_be_written_to(
    account: dict[str, Any], verified: tuple[str, ...], sign: Sign, said: str
) -> None:
    line = sandbox(Ses(account, *verified), TEAM)  # type: ignore[arg-type]
    assert (line.name, line.sign) == ("mail sandbox", sign)
    assert said in line.said
    assert bool(line.then) == (sign is Sign.MISSING)


def test_an_address_that_is_not_confirmed_yet_is_not_verified() -> None:
    waits = Settings(mail_to=["pending@team.example"])
    line = sandbox(Ses({}, "pending@team.example"), waits)  # type: ignore[arg-type]
    assert line.sign is Sign.MISSING


def test_nobody_named_yet() -> None:
    line = sandbox(Ses({}), Settings())  # type: ignore[arg-type]
    assert line.sign is Sign.MISSING
