"""First deploy to last: what was deployed leaves cleanly, and what stayed is adopted by the next deploy.

In an account of its own, since nothing is left of Steadyhand in it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from emulator.launcher import Emulator
from steadyhand.aws.client import Botocore
from steadyhand.demo import deployment
from steadyhand.model import ChangeState
from steadyhand.settings.deployed import SERVICE, STORAGE, TABLE, reports
from tests.cli.terminal import Output, say
from tests.emulator.living import WORLD, Living, eventually

pytestmark = [pytest.mark.emulator, pytest.mark.deep]
SETTINGS = Path(__file__).parent / "steadyhand.toml"
SHORT = 0.2


@pytest.fixture(scope="module")
def leaving(tmp_path_factory: pytest.TempPathFactory, assembly: Path) -> Iterator[Living]:
    log = tmp_path_factory.mktemp("leaving") / "emulator.log"
    with Emulator.start(log=log) as aws:
        deployment.bootstrap(aws)
        deployment.deploy(aws, assembly)
        yield Living(aws)


@pytest.fixture
def spoken(leaving: Living, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Output]:
    """A command line, as the owner of this account gives it. Waiting is short."""
    for name, value in leaving.aws.environment.items():
        if name.startswith("AWS_"):
            monkeypatch.setenv(name, value)
    wait = Botocore.wait
    monkeypatch.setattr(Botocore, "wait", lambda self, seconds: wait(self, min(seconds, SHORT)))
    return lambda *words: say(*words, "--settings", str(SETTINGS))


def stacks(aws: Emulator) -> set[str]:
    found = aws.client("cloudformation").describe_stacks()["Stacks"]
    return {one["StackName"] for one in found if one["StackName"].startswith("steadyhand")}


def rows(aws: Emulator) -> list[str]:
    pages = aws.client("dynamodb").get_paginator("scan").paginate(TableName=TABLE)
    return sorted(json.dumps(item, sort_keys=True) for page in pages for item in page["Items"])


LASTING = ("change", "finding#", "exemption#", "incident#")
"""What nobody writes anew by coming back. Notes they may."""


def name_of(row: str) -> tuple[str, str]:
    """The key of a row."""
    said = json.loads(row)
    return said["pk"]["S"], said["sk"]["S"]


def test_it_leaves_with_everything_and_comes_back_to_what_stayed(
    leaving: Living, assembly: Path, spoken: Callable[..., Output], tmp_path: Path
) -> None:
    aws, bucket = leaving.aws, reports(leaving.aws.account, leaving.aws.region)
    group = leaving.group("left-behind")
    leaving.open(group, 22, WORLD)
    eventually(lambda: [one.state for one in leaving.changes(group)] == [ChangeState.VERIFIED])
    aws.client("s3").put_object(Bucket=bucket, Key="portal/checks/a.html", Body=b"<p>a page</p>")

    looked = spoken("uninstall", "--dry-run")
    assert looked.code == 0, looked.err
    for name in (
        f"stack {SERVICE} in",
        f"stack {STORAGE} in",
        f"table {TABLE} in",
        f"bucket {bucket}",
    ):
        assert name in looked.out
    assert stacks(aws) == {SERVICE, STORAGE}

    folder = tmp_path / "taken"
    known = {(one["pk"]["S"], one["sk"]["S"]) for one in map(json.loads, rows(aws))}
    left = spoken("uninstall", "--yes", "--out", str(folder))
    assert left.code == 0, left.err
    assert stacks(aws) == set()
    assert not aws.client("lambda").list_functions()["Functions"]
    parameters = aws.client("ssm").describe_parameters()["Parameters"]
    names = {one["Name"] for one in parameters if one["Name"].startswith("/steadyhand")}
    assert names == {"/steadyhand/seal"}  # the key of what stayed, and no kill switch
    taken = [json.loads(one)["Item"] for one in (folder / "ledger.jsonl").read_text().splitlines()]
    stayed = set(rows(aws))
    told = {(one["pk"]["S"], one["sk"]["S"]) for one in taken}
    assert told >= known, "whatever was there when it was asked to leave"
    changed = {one["sk"]["S"] for one in taken if json.dumps(one, sort_keys=True) not in stayed}
    assert [one for one in changed if one.startswith(LASTING)] == [], (
        "notes may be written meanwhile"
    )
    assert (folder / "documents/portal/checks/a.html").read_bytes() == b"<p>a page</p>"
    assert "authorize-security-group-ingress" in (folder / "undo.sh").read_text()
    assert (folder / "what-stays.txt").read_text().strip() in "\n".join(
        line.removeprefix("  ") for line in left.out.splitlines()
    )
    modes = {one.stat().st_mode & 0o777 for one in folder.rglob("*") if one.is_file()}
    assert modes == {0o600}
    assert {one.stat().st_mode & 0o777 for one in (folder, *folder.rglob("*")) if one.is_dir()} == {
        0o700
    }

    again = spoken("uninstall")
    assert again.code == 0
    assert "No stack of Steadyhand" in again.out
    assert f"table {TABLE} in" in again.out
    assert f"bucket {bucket} in" in again.out

    deployment.deploy(aws, assembly, adopt=True)
    assert stacks(aws) == {SERVICE, STORAGE}
    there = set(rows(aws))
    assert {name_of(one) for one in stayed} <= {name_of(one) for one in there}
    assert {one for one in stayed if name_of(one)[1].startswith(LASTING)} <= there, (
        "notes may be written anew: the first report is made again"
    )
    page = aws.client("s3").get_object(Bucket=bucket, Key="portal/checks/a.html")
    assert page["Body"].read() == b"<p>a page</p>"
    other = leaving.group("come-back")
    leaving.open(other, 22, WORLD)
    eventually(lambda: [one.state for one in leaving.changes(other)] == [ChangeState.VERIFIED])
    assert [one.state for one in leaving.changes(group)] == [ChangeState.VERIFIED]
