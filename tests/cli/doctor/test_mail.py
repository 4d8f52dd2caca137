"""What the doctor says of SES: may it send, and to whom?"""

from __future__ import annotations

import re
from typing import Any

import botocore.session
import pytest

from steadyhand.cli.doctor.line import Line, Sign
from steadyhand.cli.doctor.mail import mail, sandbox
from steadyhand.model import Answer, Call, ReadFailed
from steadyhand.settings.values import Settings

MODEL = botocore.session.Session().get_service_model("sesv2")
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


# The next step, from wherever it got stuck. Shapes are held to botocore's model.

OPS = Settings(mail_from="Ops <ops@team.example>", mail_to=["ops@team.example"])
TOKENS = ["aaa", "bbb", "ccc"]


class Region:
    """A region that answers as SES's model says, from identities and an account that it was given."""

    account, partition, region = "123456789012", "aws", "eu-central-1"

    def __init__(self, account: dict[str, Any], **identities: dict[str, Any]) -> None:
        self.answers = {
            name.replace("_at_", "@").replace("_", "."): one for name, one in identities.items()
        }
        fits("GetAccount", account)
        for one in identities.values():
            fits("GetEmailIdentity", one)
        self.said = account

    def ask(self, call: Call) -> Answer:
        if call.operation == "GetAccount":
            return self.said
        if (found := self.answers.get(call.params["EmailIdentity"])) is None:
            raise ReadFailed("NotFoundException", "Email identity does not exist.")
        return found


def fits(operation: str, answer: dict[str, Any]) -> None:
    """No member that SES does not have, no word that it does not say."""
    shape = MODEL.operation_model(operation).output_shape
    held(shape, answer)


def held(shape: Any, value: Any) -> None:
    if shape.type_name == "structure":
        assert value.keys() <= shape.members.keys(), (shape, value)
        for name, inner in value.items():
            held(shape.members[name], inner)
    elif enum := getattr(shape, "enum", None):
        assert value in enum, (shape, value)


def steps(line: Line) -> list[str]:
    """What to do, a line each; each `aws` command is one that there is, with all that it must be told."""
    said = line.then.splitlines()
    for one in said:
        for words in re.findall(r"aws sesv2 ([a-z0-9-]+)((?: --?[^\n]*)?)", one):
            operation = "".join(part.capitalize() for part in words[0].split("-"))
            wanted = MODEL.operation_model(operation).input_shape.required_members
            given = words[1].replace("-", "").lower()
            assert all(f"{name.lower()}" in given for name in wanted), one
            assert "--region eu-central-1" in one
    return said


def test_an_address_nobody_has_told_ses_of() -> None:
    line = mail(Region({}), OPS)  # type: ignore[arg-type]
    made, click = steps(line)
    assert made.startswith("aws sesv2 create-email-identity --email-identity ops@team.example")
    assert "ops@team.example" in click
    assert "24 hours" in click


def test_an_address_whose_link_was_not_followed() -> None:
    waits = {"VerificationStatus": "PENDING", "VerifiedForSendingStatus": False}
    line = mail(Region({}, ops_at_team_example=waits), OPS)  # type: ignore[arg-type]
    assert "of ops@team.example: pending" in line.said
    click, *again = steps(line)
    assert "the link in the mail that SES sent to ops@team.example" in click
    assert [one.split()[2] for one in again] == ["delete-email-identity", "create-email-identity"]


def test_a_domain_whose_records_are_not_there_names_each() -> None:
    dkim = {
        "Status": "PENDING",
        "Tokens": TOKENS,
        "SigningHostedZone": "dkim.af-south-1.amazonses.com",
    }
    waits = {
        "VerificationStatus": "FAILED",
        "VerifiedForSendingStatus": False,
        "DkimAttributes": dkim,
    }
    line = mail(Region({}, team_example=waits), OPS)  # type: ignore[arg-type]
    assert "of team.example: failed" in line.said
    assert steps(line) == [
        f"DNS: {one}._domainkey.team.example CNAME {one}.dkim.af-south-1.amazonses.com"
        for one in TOKENS
    ]


def test_out_of_the_sandbox_step_by_step() -> None:
    line = sandbox(Region({"ProductionAccessEnabled": False}), TEAM)  # type: ignore[arg-type]
    said = steps(line)
    assert [one for one in said if "create-email-identity" in one and "maya@" in one]
    assert [one for one in said if "create-email-identity" in one and "ops@" in one]
    assert "put-account-details --mail-type TRANSACTIONAL" in said[-1]
    assert "--production-access-enabled" in said[-1]


@pytest.mark.parametrize(
    ("status", "said"),
    [("PENDING", "asked for already"), ("DENIED", "was denied"), ("FAILED", "was failed")],
)
def test_a_request_that_is_under_way_or_was_refused_is_not_made_again(
    status: str, said: str
) -> None:
    details = {"MailType": "TRANSACTIONAL", "ReviewDetails": {"Status": status, "CaseId": "1"}}
    line = sandbox(Region({"Details": details}), TEAM)  # type: ignore[arg-type]
    assert said in steps(line)[-1]
    assert "put-account-details" not in line.then


def test_the_ways_back_from_a_pause_name_the_region() -> None:
    paused = sandbox(Region({"SendingEnabled": False}), TEAM)  # type: ignore[arg-type]
    assert "put-account-sending-attributes --sending-enabled" in steps(paused)[0]
    shut = sandbox(Region({"EnforcementStatus": "SHUTDOWN"}), TEAM)  # type: ignore[arg-type]
    assert "the SES console of eu-central-1" in shut.then
