"""`steadyhand scan` against moto: the contract of its output, its exit codes, its regions."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import boto3
import pytest

from steadyhand.aws.client import Botocore
from steadyhand.catalogue import discovery as catalogue
from steadyhand.formats.schema import ScanOut
from steadyhand.model import ReadFailed
from tests.cli.terminal import REGION, open_ssh, recording, say

pytestmark = pytest.mark.moto


def denied(monkeypatch: pytest.MonkeyPatch, *actions: str) -> None:
    """Nobody may ask for this."""
    pages = Botocore.pages

    def no(self: Botocore, call: Any) -> Any:
        if call.action in actions:
            raise ReadFailed(
                "AccessDenied",
                f"An error occurred (AccessDenied) when calling the {call.operation} operation: no.",
            )
        return pages(self, call)

    monkeypatch.setattr(Botocore, "pages", no)


def test_a_clean_account_ends_with_0(aws: None, few: None) -> None:
    said = say("scan")
    assert said.code == 0, said
    assert "No time bombs found." in said.out
    assert "4 checks passed." in said.out
    assert said.err == ""


def test_json_is_the_contract_and_alone_on_stdout(aws: None, few: None) -> None:
    group = open_ssh()
    said = say("scan", "--output", "json")
    assert (said.code, said.err) == (3, "")
    ScanOut.model_validate(said.json)
    (one,) = said.json["findings"]
    assert said.json["regions"] == [REGION]
    assert one["check"] == "open_admin_ports"
    assert one["resource"] == f"arn:aws:ec2:{REGION}:123456789012:security-group/{group}"
    assert one["plan"][0]["do"]["action"] == "ec2:RevokeSecurityGroupIngress"
    assert one["plan"][0]["undo"]["action"] == "ec2:AuthorizeSecurityGroupIngress"
    assert said.json["api_calls"]["ec2:DescribeSecurityGroups"] == 1
    assert said.json["api_calls"]["sts:GetCallerIdentity"] == 1


@pytest.mark.parametrize(
    ("threshold", "code"), [("critical", 3), ("low", 3), ("never", 0), ("high", 3)]
)
def test_fail_on(aws: None, few: None, threshold: str, code: int) -> None:
    open_ssh()
    assert say("scan", "--fail-on", threshold).code == code


def test_what_is_less_bad_than_asked_for_ends_with_0(aws: None, few: None) -> None:
    rds = boto3.client("rds", region_name=REGION)
    rds.create_db_instance(
        DBInstanceIdentifier="billing-db",
        Engine="mysql",
        DBInstanceClass="db.t3.micro",
        AllocatedStorage=20,
        MasterUsername="a",
        MasterUserPassword="abcdefgh1",
        PubliclyAccessible=True,
    )
    assert say("scan", "--fail-on", "critical").code == 0
    assert say("scan", "--fail-on", "high").code == 3


def test_incomplete_wins_over_findings(
    aws: None, few: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_ssh()
    denied(monkeypatch, "s3:ListBuckets")
    said = say("scan")
    assert said.code == 4
    assert "Not read" in said.out
    assert "ListBuckets: no (AccessDenied)" in said.out
    assert "public_bucket is unknown" in said.out
    assert "exit 4" in said.out
    assert "open" in said.out
    assert say("scan", "--fail-on", "never").code == 4
    assert say("scan", "--check", "open_admin_ports").code == 3
    (blind,) = say("scan", "-o", "json").json["unknown"]
    assert (blind["check"], blind["region"]) == ("public_bucket", "global")


def test_only_what_was_asked_for_is_read(
    aws: None, few: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    with recording(monkeypatch) as calls:
        said = say("scan", "--check", "public_rds_instance", "-o", "json")
    assert said.json["checks"] == ["public_rds_instance"]
    assert set(calls) == {"sts:GetCallerIdentity", "rds:DescribeDBInstances"}
    both = say(
        "scan", "--check", "public_rds_instance", "--category", "exposure", "-o", "json"
    ).json
    assert len(both["checks"]) == 4


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--check", "open_admin_port"], "perhaps open_admin_ports is meant"),
        (["--category", "expsure"], "perhaps exposure is meant"),
        (["--region", "all", "--region", "eu-west-1"], "stands alone"),
    ],
)
def test_what_there_is_not_is_usage(words: list[str], told: str) -> None:
    said = say("scan", *words)
    assert (said.code, said.out) == (2, "")
    assert told in said.err


def test_several_regions(aws: None, few: None) -> None:
    open_ssh()
    said = say("scan", "--region", "us-east-1", "--region", REGION, "-o", "json").json
    assert said["regions"] == ["us-east-1", REGION]
    assert [one["region"] for one in said["findings"]] == [REGION]
    assert said["api_calls"]["ec2:DescribeSecurityGroups"] == 2
    assert said["api_calls"]["s3:ListBuckets"] == 1
    assert say("--region", "us-east-1", "scan", "-o", "json").json["regions"] == ["us-east-1"]


def test_all_regions_are_those_the_account_uses(aws: None, few: None) -> None:
    open_ssh()
    said = say("scan", "--region", "all", "--check", "open_admin_ports", "-o", "json").json
    known = boto3.client("ec2", region_name=REGION).describe_regions()["Regions"]
    assert sorted(said["regions"]) == sorted(region["RegionName"] for region in known)
    assert said["regions"][0] == REGION
    assert said["api_calls"]["ec2:DescribeSecurityGroups"] == len(known)


def test_the_region_comes_from_the_command_the_settings_then_aws(
    aws: None, few: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def regions(*words: str) -> Any:
        return say("scan", "--check", "open_admin_ports", "-o", "json", *words).json["regions"]

    assert regions() == [REGION]
    monkeypatch.setenv("AWS_REGION", "eu-west-3")
    assert regions() == ["eu-west-3"]
    Path("steadyhand.toml").write_text('[deploy]\nregions = ["us-east-1", "us-west-2"]\n')
    assert regions() == ["us-east-1", "us-west-2"]
    assert regions("--region", "eu-west-1") == ["eu-west-1"]


def test_the_owners_knobs_are_heard(aws: None, few: None) -> None:
    open_ssh(port=2222)
    assert say("scan", "--check", "open_admin_ports").code == 0
    Path("mine.toml").write_text('[checks.open_admin_ports]\nports = { 2222 = "SSH" }\n')
    assert say("scan", "--check", "open_admin_ports", "--settings", "mine.toml").code == 3


@pytest.mark.parametrize("name", ["markdown", "csv", "sarif", "ocsf", "asff", "junit", "html"])
def test_every_format_is_alone_on_stdout(aws: None, few: None, name: str) -> None:
    open_ssh()
    said = say("scan", "--output", name)
    assert (said.code, said.err) == (3, "")
    assert "open_admin_ports" in said.out
    if name in {"sarif", "ocsf", "asff"}:
        json.loads(said.out)
    if name == "csv":
        assert len(list(csv.reader(io.StringIO(said.out)))) == 2


def test_the_table_is_calm(aws: None, few: None, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(3):
        open_ssh(f"group{number}")
    denied(monkeypatch, "s3:ListBuckets")
    text = say("scan").out
    assert all(len(line) <= 80 for line in text.splitlines())
    assert not any(line.endswith(" ") for line in text.splitlines())
    assert not set(text) & set("│┃─━┌┐└┘├┤╭╮╰╯")
    assert "\x1b" not in text
    assert text.count("● approve") == 3
    lines = text.splitlines()
    assert lines[-2].startswith("      steadyhand scan --out report.html")
    assert lines[-1].startswith("exit 4")


def test_many_of_one_check_are_one_line_unless_it_is_asked_for(aws: None, few: None) -> None:
    for number in range(6):
        open_ssh(f"group{number}")
    assert "6 findings SSH, RDP" in say("scan").out
    alone = say("scan", "--check", "open_admin_ports").out
    assert alone.count("SSH open") == 6


def test_the_marks_follow_the_owners_modes(aws: None, few: None) -> None:
    open_ssh()

    def marked(mode: str) -> str:
        Path("steadyhand.toml").write_text(f'[checks.open_admin_ports]\nmode = "{mode}"\n')
        (line,) = [line for line in say("scan").out.splitlines() if "SSH open" in line]
        return line.split()[-1]

    assert [marked(mode) for mode in ("observe", "propose", "approve", "auto")] == [
        "approve",
        "approve",
        "approve",
        "automatic",
    ]


def test_a_name_cannot_write_on_the_terminal(aws: None, few: None) -> None:
    open_ssh("evil\u202e[bold]x[/]")
    text = say("scan").out
    assert "\u202e" not in text
    assert "[bold]x[/]" in text


@pytest.mark.parametrize("check", catalogue.names())
def test_every_check_can_be_scanned_for_alone(aws: None, check: str) -> None:
    assert say("scan", "--check", check, "-o", "json").code in {0, 3, 4}
