"""Each thing the doctor looks at is there, is missing, or cannot be read; and it says what to do."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, Self

import pytest

from steadyhand.cli.doctor import account as doctor
from steadyhand.cli.doctor.line import Sign
from steadyhand.model import Answer, Call, ReadFailed
from steadyhand.settings.values import Settings

ALL = Settings(
    mail_from="a@b.example",
    mail_to=["c@d.example"],
    recorder="exists",
    regions=["eu-central-1", "us-east-1"],
)
NAMES = ["ledger", "actor role", "kill switch", "trail", "global events", "config recorder", "mail"]
NAMES += ["mail sandbox", "its own cost"]
SELECTORS = "cloudtrail:GetEventSelectors"
WELL: dict[str, Any] = {
    "dynamodb:DescribeTable": {"Table": {"TableStatus": "ACTIVE"}},
    "iam:GetRole": {"Role": {}},
    "ssm:GetParameter": {"Parameter": {"Value": "go"}},
    "cloudtrail:DescribeTrails": {"trailList": [{"Name": "t", "TrailARN": "arn:t"}]},
    "cloudtrail:GetTrailStatus": {"IsLogging": True},
    SELECTORS: {"EventSelectors": [{"ReadWriteType": "All", "IncludeManagementEvents": True}]},
    "config:DescribeConfigurationRecorderStatus": {
        "ConfigurationRecordersStatus": [{"name": "default", "recording": True}]
    },
    "sesv2:GetEmailIdentity": {"VerifiedForSendingStatus": True},
    "sesv2:GetAccount": {"ProductionAccessEnabled": True},
}


class Output:
    """An account that answers what it was told to."""

    account, region = "123456789012", "eu-central-1"
    partition = "aws"

    def __init__(self, **changed: Any) -> None:
        self.answers = WELL | {name.replace("__", ":"): one for name, one in changed.items()}

    def ask(self, call: Call) -> Answer:
        said = self.answers[call.action]
        if isinstance(said, str):
            raise ReadFailed(said, said)
        return dict(said)

    def pages(self, call: Call) -> Any:
        yield self.ask(call)

    def wait(self, seconds: float) -> None:
        raise AssertionError(seconds)

    def elsewhere(self, region: str) -> Self:
        del region
        return self

    def in_role(self, name: str) -> Self:
        return self

    def soon(self, *_: Any) -> None:
        raise AssertionError


def lines(settings: Settings = ALL, **changed: Any) -> dict[str, doctor.Line]:
    return {line.name: line for line in doctor.of_account(Output(**changed), settings)}


def test_all_is_well() -> None:
    found = lines()
    assert list(found) == NAMES
    assert {line.sign for line in found.values()} == {Sign.OK}
    assert not any(line.then for line in found.values())


@pytest.mark.parametrize(
    ("name", "changed", "then"),
    [
        ("ledger", {"dynamodb__DescribeTable": "ResourceNotFoundException"}, "steadyhand deploy"),
        ("actor role", {"iam__GetRole": "NoSuchEntity"}, "steadyhand deploy"),
        ("kill switch", {"ssm__GetParameter": "ParameterNotFound"}, "steadyhand deploy"),
        ("kill switch", {"ssm__GetParameter": {"Parameter": {"Value": "stop"}}}, "put-parameter"),
        ("trail", {"cloudtrail__DescribeTrails": {"trailList": []}}, "steadyhand.toml"),
        ("trail", {"cloudtrail__GetTrailStatus": {"IsLogging": False}}, "steadyhand.toml"),
        (
            "trail",
            {"cloudtrail__GetEventSelectors": {"EventSelectors": [{"ReadWriteType": "ReadOnly"}]}},
            "steadyhand.toml",
        ),
        (
            "trail",
            {
                "cloudtrail__GetEventSelectors": {
                    "EventSelectors": [{"IncludeManagementEvents": False}]
                }
            },
            "steadyhand.toml",
        ),
        (
            "config recorder",
            {"config__DescribeConfigurationRecorderStatus": {"ConfigurationRecordersStatus": []}},
            "steadyhand.toml",
        ),
        ("mail", {"sesv2__GetEmailIdentity": "NotFoundException"}, "create-email-identity"),
        ("mail sandbox", {"sesv2__GetAccount": {"SendingEnabled": False}}, "--sending-enabled"),
        ("mail sandbox", {"sesv2__GetAccount": {"EnforcementStatus": "PROBATION"}}, "SES console"),
    ],
)
def test_one_thing_is_missing(name: str, changed: dict[str, Any], then: str) -> None:
    found = lines(**changed)
    assert {one for one, line in found.items() if line.sign is not Sign.OK} == {name}
    assert found[name].sign is Sign.MISSING
    assert then in found[name].then


@pytest.mark.parametrize("action", list(WELL))
def test_what_may_not_be_read_is_no_pass(action: str) -> None:
    found = lines(**{action.replace(":", "__"): "AccessDeniedException"})
    (bad,) = [line for line in found.values() if line.sign is not Sign.OK]
    assert bad.sign is Sign.UNREAD
    assert "AccessDeniedException" in bad.said


def advanced(*fields: dict[str, Any]) -> dict[str, Any]:
    return {
        "cloudtrail__GetEventSelectors": {"AdvancedEventSelectors": [{"FieldSelectors": fields}]}
    }


def test_advanced_selectors() -> None:
    management = {"Field": "eventCategory", "Equals": ["Management"]}
    data = {"Field": "eventCategory", "Equals": ["Data"]}
    reads = {"Field": "readOnly", "Equals": ["true"]}
    assert lines(**advanced(management))["trail"].sign is Sign.OK
    assert lines(**advanced(data))["trail"].sign is Sign.MISSING
    assert lines(**advanced(management, reads))["trail"].sign is Sign.MISSING


def test_it_says_what_these_settings_cost() -> None:
    here, there = (
        lines(replace(ALL, regions=[one], home=one)) for one in ("us-east-1", "cn-north-1")
    )
    assert re.fullmatch(r"\$2\.\d\d a month .*: alarms \$1\.10, .*", here["its own cost"].said)
    assert there["its own cost"].said.startswith("cost unknown")
    dearer = lines(replace(ALL, regions=["us-east-1"], home="us-east-1", recorder="create"))
    assert "AWS Config" in dearer["its own cost"].said


def test_what_is_not_wanted_is_not_missed() -> None:
    found = lines(Settings(trail="none", recorder="none"))
    assert found["trail"].sign is found["config recorder"].sign is Sign.LATER
    assert found["mail"].sign is Sign.MISSING


def test_whoever_does_not_listen_where_iam_tells_is_told_so() -> None:
    for regions in (["eu-central-1"], []):
        line = lines(replace(ALL, regions=regions))["global events"]
        assert line.sign is Sign.LATER
        assert "IAM and Route 53 send events only in us-east-1" in line.said
        assert "steadyhand.toml" in line.then


@pytest.mark.parametrize(
    ("partition", "far"), [("aws-cn", "cn-north-1"), ("aws-us-gov", "us-gov-west-1")]
)
def test_where_that_is_hangs_on_the_partition(partition: str, far: str) -> None:
    """cases/aws 17."""
    for regions, sign in (([far, "us-east-1"], Sign.OK), (["us-east-1"], Sign.LATER)):
        aws = Output()
        aws.partition = partition
        found = {line.name: line for line in doctor.of_account(aws, replace(ALL, regions=regions))}
        assert found["global events"].sign is sign
        assert far in found["global events"].said


def test_the_domain_may_be_verified_instead_of_the_address() -> None:
    asked = []

    class Domain(Output):
        def ask(self, call: Call) -> Answer:
            if call.action == "sesv2:GetEmailIdentity":
                asked.append(call.params["EmailIdentity"])
                if "@" in call.params["EmailIdentity"]:
                    raise ReadFailed("NotFoundException", "no")
            return super().ask(call)

    assert doctor.mail(Domain(), ALL).sign is Sign.OK
    assert asked == ["a@b.example", "b.example"]


@pytest.mark.parametrize(
    ("said", "sign"),
    [
        ("2.1148.1 (build abc)", Sign.OK),
        ("3.0.0 (build abc)", Sign.MISSING),
        ("3.1.0", Sign.MISSING),
        ("1.204.0", Sign.MISSING),
        ("", Sign.MISSING),
        (None, Sign.MISSING),
    ],
)
def test_the_cdk_that_was_published_by_accident_is_known(said: str | None, sign: Sign) -> None:
    line = doctor.cdk(said)
    assert line.sign is sign
    assert bool(line.then) == (sign is Sign.MISSING)
    assert ("accident" in line.said) == bool(said and said.startswith("3.0.0"))
