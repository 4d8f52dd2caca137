"""What a person asks of a scan: filters, groups, widths, files, what is new, what may stay."""

from __future__ import annotations

import json
import stat
from dataclasses import replace
from pathlib import Path

import boto3
import pytest
from rich.cells import cell_len

from steadyhand.cli.errors import Exit
from steadyhand.cli.output.group_by import GroupBy
from steadyhand.cli.output.scan_table import View, show
from steadyhand.cli.progress import estimated
from steadyhand.cli.scans.out_files import formats_of
from steadyhand.engine.scan import ScanResult
from steadyhand.model import Severity
from steadyhand.settings.values import Settings
from tests.cli.terminal import REGION, open_ssh, recording, say
from tests.formats.made_up import BLIND, finding, result

pytestmark = pytest.mark.moto


def tagged(name: str) -> None:
    """One in staging, as its tag says."""
    ec2 = boto3.client("ec2", region_name=REGION)
    ec2.create_tags(Resources=[open_ssh(name)], Tags=[{"Key": "environment", "Value": "staging"}])


def kept(tmp_path: Path) -> Path:
    return tmp_path / "state" / "steadyhand" / "scans"


@pytest.mark.parametrize("columns", [80, 120])
def test_every_row_says_all_and_cuts_no_name(
    aws: None, few: None, monkeypatch: pytest.MonkeyPatch, columns: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    tagged("staging-bastion")
    names = ["a-rather-long-name-of-a-group-in-eu", "prod-db", "x"]
    for name in names:
        open_ssh(name)
    text = say("scan").out
    flat = "".join(text.split())
    assert all(name in flat for name in names)
    assert "…" not in text
    assert max(map(len, text.splitlines())) <= columns
    assert text.count("critical") == 4
    assert text.count(REGION) >= 5
    assert text.count("● approve") == 4
    assert "staging" in text
    assert "production" in text


WIDE = "\u6771\u4eac\u306e\u30c7\u30fc\u30bf\u30d9\u30fc\u30b9-\U0001f525-db"
RIGHT = "\u0642\u0627\u0639\u062f\u0629 \u0627\u0644\u0628\u064a\u0627\u0646\u0627\u062a"
REGIONS = ("ap-southeast-2", "me-central-1")


def made_up_scan() -> ScanResult:
    """Names wide, from the right and long, in regions whose names are, with dear money and dates."""
    names = [WIDE, RIGHT, "a-" + "rather-" * 14 + "long-name", *(f"n{one}" for one in range(6))]
    found = [
        finding(
            region=REGIONS[number % 2],
            resource=f"arn:aws:ec2:{REGIONS[number % 2]}:123456789012:security-group/sg-{number}",
            key=f"sg-0000000{number}",
            summary=f"{name}: SSH open to the world",
            tags={"Name": name, "environment": ("staged", "prod")[number % 2]},
            usd_per_month=12345.67 if number % 2 else None,
            severity=tuple(Severity)[number % 4],
        )
        for number, name in enumerate(names)
    ]
    decided = Settings(environments={"pre-production-eu": ["staged"], "production": ["prod"]})
    return replace(result(*found, unknown=(BLIND,)), regions=REGIONS, settings=decided)


@pytest.mark.parametrize("columns", [20, 40, 60, 80, 120])
@pytest.mark.parametrize("by", GroupBy)
@pytest.mark.parametrize("fold", [True, False], ids=["folded", "all"])
def test_no_line_is_wider_than_the_terminal(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    columns: int,
    by: GroupBy,
    fold: bool,
) -> None:
    """Wide glyphs take two columns (Unicode, UAX 11); what is read from the right takes its own."""
    monkeypatch.setenv("COLUMNS", str(columns))
    show(made_up_scan(), "a name", View(code=Exit.FINDINGS, fold=fold, by=by))
    text = capsys.readouterr().out
    lines = [line for line in text.splitlines() if "steadyhand " not in line]
    assert max(map(cell_len, lines)) <= columns, "but commands, which are copied"
    flat = "".join(text.split())
    assert fold or all(
        "".join(one.split()) in flat for one in (WIDE, RIGHT, "a-rather-rather-rather")
    )
    assert all(word in flat for word in (*REGIONS, "pre-production-eu", "●approve"))
    assert "…" not in text


def test_all_shows_each_one(aws: None, few: None) -> None:
    for number in range(6):
        open_ssh(f"group{number}")
    assert "6 findings" in say("scan").out.partition("\n\nNow")[2]
    assert say("scan", "--all").out.count("SSH open") == 6


def test_filters_cut_what_is_shown_and_counted(aws: None, few: None) -> None:
    tagged("staging-bastion")
    group = open_ssh("prod-bastion")
    ec2 = boto3.client("ec2", region_name=REGION)
    ec2.create_tags(Resources=[group], Tags=[{"Key": "team", "Value": "web"}])

    def found(*words: str) -> list[str]:
        return [one["name"] for one in say("scan", "-o", "json", *words).json["findings"]]

    assert len(found()) == 2
    assert found("--environment", "staging") == ["staging-bastion"]
    assert found("--tag", "team=web") == found("--tag", "team") == ["prod-bastion"]
    assert found("--tag", "team=data") == []
    assert len(found("--severity", "critical")) == 2
    assert say("scan", "--tag", "team=data").code == 0
    wrong = say("scan", "--environment", "stagin")
    assert (wrong.code, "staging" in wrong.err) == (2, True)


@pytest.mark.parametrize("by", ["check", "severity", "environment", "region"])
def test_groups(aws: None, few: None, by: str) -> None:
    tagged("staging-bastion")
    heading = {
        "check": "open_admin_ports",
        "severity": "Critical",
        "environment": "staging",
        "region": REGION,
    }[by]
    assert f"\n{heading} 1\n" in say("scan", "--group-by", by).out


def test_the_last_scan_is_kept_privately_and_read_again(
    aws: None, few: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, unread: None
) -> None:
    open_ssh()
    (one,) = say("scan", "-o", "json").json["findings"]
    files = list(kept(tmp_path).iterdir())
    assert files
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    with recording(monkeypatch) as calls:
        shown = say("show", one["id"][:7])
        planned = say("plan", one["id"])
        waiting = say("backlog", "-o", "json")
        dates = say("calendar", "-o", "json")
    assert one["id"] in shown.out
    assert "revoke-security-group-ingress" in planned.out
    assert [i["findings"][0]["id"] for i in waiting.json["items"]] == [one["id"]]
    assert dates.code == 0
    assert "ec2:DescribeSecurityGroups" not in calls


def test_what_others_may_write_is_not_believed(aws: None, few: None, tmp_path: Path) -> None:
    open_ssh()
    say("scan")
    for file in kept(tmp_path).iterdir():
        file.chmod(0o666)
    assert "new" not in say("scan").out.partition("\n\nNow")[0]


def test_what_is_new_and_what_is_gone(aws: None, few: None, tmp_path: Path) -> None:
    first = open_ssh("first")
    say("scan", "--out", "baseline.json")
    open_ssh("second")
    ec2 = boto3.client("ec2", region_name=REGION)
    ec2.delete_security_group(GroupId=first)
    said = say("scan", "--baseline", "baseline.json")
    assert "1 new, 1 gone." in said.out
    new = say("scan", "--new", "--baseline", "baseline.json", "-o", "json").json["findings"]
    assert [one["name"] for one in new] == ["second"]
    assert say("scan", "--new").code == 0
    wrong = tmp_path / "no.json"
    wrong.write_text("[]")
    assert say("scan", "--baseline", str(wrong)).code == 1


def test_what_was_not_read_is_not_called_gone(
    aws: None, few: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.cli.test_scan_command import denied

    open_ssh("first")
    say("scan")
    denied(monkeypatch, "ec2:DescribeSecurityGroups")
    assert "gone" not in say("scan").out


def test_exemptions_without_a_deployment(aws: None, few: None) -> None:
    open_ssh("first")
    file = Path("steadyhand-exemptions.toml")
    row = '[[exempt]]\nscope = "open_admin_ports"\nbecause = "lab"\nuntil = '
    file.write_text(f"{row}2999-01-01\n")
    said = say("scan")
    assert (said.code, "1 exempt." in said.out) == (0, True)
    file.write_text(f"{row}2001-01-01\n")
    assert say("scan").code == 3
    for broken in ('[[exempt]]\nscope = "x"\nbecause = "y"\n', "[[exempt", f'{row}"soon"\n'):
        file.write_text(broken)
        wrong = say("scan")
        assert (wrong.code, wrong.out) == (1, "")
        assert str(file) in wrong.err


def test_several_outputs_of_one_run(aws: None, few: None, monkeypatch: pytest.MonkeyPatch) -> None:
    open_ssh()
    with recording(monkeypatch) as calls:
        words = ["r.html", "r.sarif", "r.csv", "r.xml", "asff:hub.json", "sub/r.json"]
        said = say("scan", "--quiet", *(w for name in words for w in ("--out", name)))
    assert (said.code, said.out, said.err) == (3, "", "")
    assert calls.count("ec2:DescribeSecurityGroups") == 1
    assert json.loads(Path("sub/r.json").read_text())["findings"]
    assert json.loads(Path("r.sarif").read_text())["version"] == "2.1.0"
    assert json.loads(Path("hub.json").read_text())[0]["SchemaVersion"]
    assert say("scan", "--out", "r.txt").code == 2
    assert formats_of(["a.ocsf.json"])[0][1] == "ocsf"


def test_github_gets_a_summary_and_annotations(
    aws: None, few: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    summary = tmp_path / "summary.md"
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    open_ssh("a,b: 100%\n::error::x")
    said = say("scan", "--github", "--quiet")
    (line,) = said.out.splitlines()
    assert line.startswith("::error title=a%2Cb")
    assert "100%25 : :error::x" in line
    assert "open_admin_ports" in summary.read_text()


def test_an_estimate_comes_from_the_last_scan() -> None:
    assert estimated(None, 17, 23) == (469, 38)


def test_the_policy_holds_every_call_that_a_scan_makes(
    aws: None, few: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    (statement,) = say("policy").json["Statement"]
    with recording(monkeypatch) as calls:
        say("scan", "--region", "all")
    granted = set(statement["Action"])
    spelled = {"s3:ListBuckets": "s3:ListAllMyBuckets"}
    assert {spelled.get(one, one) for one in calls} <= granted
    assert all(
        one.split(":")[1].startswith(
            (
                "Describe",
                "Get",
                "List",
                "Lookup",
                "Filter",
                "Generate",
                "Simulate",
                "Query",
                "BatchGet",
                "Select",
                "Detect",
            )
        )
        for one in granted
    ), granted
    small = say("policy", "--check", "public_rds_instance").json["Statement"][0]["Action"]
    assert set(small) < granted


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_names_every_command(shell: str) -> None:
    from steadyhand.cli.app import names

    said = say("complete", shell)
    assert (said.code, said.err) == (0, "")
    assert all(name in said.out for name in names())
    assert "open_admin_ports" in said.out
