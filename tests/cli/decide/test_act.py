"""A person's word: fix, approve, undo and exempt go through the ledger and the guardrails."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

import boto3
import pytest

from steadyhand.cli.options import Here
from steadyhand.cli.session import open_session
from tests.cli.acting import refused, sweep
from tests.cli.deployed import INES
from tests.cli.terminal import REGION, deploy, open_port, open_ssh, ports, say

pytestmark = pytest.mark.moto


def database(name: str = "billing-db") -> str:
    boto3.client("rds", region_name=REGION).create_db_instance(
        DBInstanceIdentifier=name,
        Engine="mysql",
        DBInstanceClass="db.t3.micro",
        AllocatedStorage=20,
        MasterUsername="a",
        MasterUserPassword="abcdefgh1",
        PubliclyAccessible=True,
    )
    return name


def is_public(name: str) -> bool:
    rds = boto3.client("rds", region_name=REGION)
    (found,) = rds.describe_db_instances(DBInstanceIdentifier=name)["DBInstances"]
    return bool(found["PubliclyAccessible"])


def fixed(finding: str) -> str:
    """Fix it; the change's id."""
    said = say("fix", finding, "-o", "json")
    assert said.code == 0, said.err
    return str(said.json["id"])


@pytest.mark.parametrize(
    "words",
    [
        ["fix", "fi-0123456789"],
        ["approve", "fi-0123456789", "--yes"],
        ["undo", "ch-0123456789"],
        ["exempt", "fi-0123456789", "--until", "2999-01-01", "--because", "x"],
    ],
)
def test_without_a_ledger_nothing_is_done(aws: None, words: list[str]) -> None:
    refused(say(*words), "Nothing is deployed in eu-central-1", "Next: steadyhand deploy")


def test_a_safe_fix_is_done_written_down_and_undone(aws: None) -> None:
    deploy()
    group = open_ssh()
    finding = sweep()["open_admin_ports"]
    said = say("fix", finding[:8])
    assert said.code == 0, said.err
    assert "✓ Fixed." in said.out
    assert ports(group) == []
    change = said.out.split("steadyhand undo ")[1].split()[0]
    assert re.search(r"status +fixed", say("show", finding).out)
    back = say("undo", change)
    assert back.code == 0, back.err
    assert "✓ Undone." in back.out
    assert ports(group) == [22]
    refused(say("undo", change), "nothing of ours is in force")


def test_the_ledger_knows_who_it_was(aws: None) -> None:
    deploy()
    open_ssh()
    change = fixed(sweep()["open_admin_ports"])
    found = open_session(Here()).ledger.change(change)
    assert found is not None
    assert found.by == INES


def test_what_somebody_changed_since_is_not_undone_and_the_difference_is_shown(
    aws: None,
) -> None:
    deploy()
    group = open_ssh()
    change = fixed(sweep()["open_admin_ports"])
    open_port(group, 22, "theirs")
    said = say("undo", change)
    refused(said, "somebody changed tcp/22-22/0.0.0.0/0", "before our fix", "as we left it")
    assert ports(group) == [22]


def test_what_may_affect_users_is_approved_not_fixed(aws: None) -> None:
    deploy()
    name = database()
    finding = sweep()["public_rds_instance"]
    refused(say("fix", finding), f"Next: steadyhand approve {finding}")
    assert is_public(name)
    silent = say("approve", finding)
    assert (silent.code, silent.out) == (2, "")
    assert "aws rds modify-db-instance" in silent.err
    assert "--yes" in silent.err
    assert is_public(name)
    said = say("approve", finding, "--yes")
    assert said.code == 0, said.err
    assert not is_public(name)


def test_a_person_at_the_terminal_is_asked(aws: None, monkeypatch: pytest.MonkeyPatch) -> None:
    deploy()
    name = database()
    finding = sweep()["public_rds_instance"]
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    answers = iter([False, True])
    monkeypatch.setattr("typer.confirm", lambda *_, **__: next(answers))
    no = say("approve", finding)
    assert (no.code, is_public(name)) == (0, True)
    assert "Nothing was changed." in no.err
    assert say("approve", finding).code == 0
    assert not is_public(name)


def test_a_yes_is_bound_to_the_plan(aws: None) -> None:
    deploy()
    name = database()
    finding = sweep()["public_rds_instance"]
    plan = json.loads(say("plan", finding, "-o", "json").out)["plan_hash"]
    refused(say("approve", finding, "--plan", "0" * 16, "--yes"), plan, "0" * 16)
    assert is_public(name)
    assert say("approve", finding, "--plan", plan, "--yes").code == 0
    assert not is_public(name)


def test_what_is_gone_is_not_fixed(aws: None) -> None:
    deploy()
    group = open_ssh()
    finding = sweep()["open_admin_ports"]
    boto3.client("ec2", region_name=REGION).delete_security_group(GroupId=group)
    refused(say("fix", finding), "not there any more", "Next: steadyhand scan")


def test_the_kill_switch_stops_people_too(aws: None) -> None:
    deploy(says="stop")
    group = open_ssh()
    refused(say("fix", sweep()["open_admin_ports"]), "/steadyhand/stop", "(stopped)")
    assert ports(group) == [22]


def test_hands_off_is_hands_off(aws: None) -> None:
    deploy()
    group = open_ssh()
    tag = {"Key": "steadyhand:hands-off", "Value": "true"}
    boto3.client("ec2", region_name=REGION).create_tags(Resources=[group], Tags=[tag])
    refused(say("fix", sweep()["open_admin_ports"]), "hands-off", "(hands_off)")
    assert ports(group) == [22]


@pytest.mark.parametrize("words", [["fix", "sg-1"], ["undo", "fi-1"], ["show", "x"], ["plan", "x"]])
def test_what_is_no_id_is_usage(aws: None, words: list[str]) -> None:
    said = say(*words)
    assert (said.code, said.out) == (2, "")


def test_show_and_plan_need_nothing_deployed(aws: None, few: None) -> None:
    group = open_ssh()
    (found,) = say("scan", "-o", "json").json["findings"]
    shown = say("show", found["id"])
    assert shown.code == 0
    for word in (group, "Plan", "Undo", "Runbook", f"steadyhand fix {found['id']}"):
        assert word in shown.out
    planned = say("plan", found["id"][:9])
    assert planned.code == 0
    assert "aws ec2 revoke-security-group-ingress" in planned.out
    assert "# aws ec2 authorize-security-group-ingress" in planned.out
    assert say("show", found["id"], "-o", "json").json == found
    assert ports(group) == [22]
    missing = say("show", "fi-0123456789")
    assert (missing.code, missing.out) == (1, "")
    assert "no finding fi-0123456789" in missing.err


def test_show_tells_what_the_ledger_remembers(aws: None) -> None:
    deploy()
    open_ssh()
    text = say("show", sweep()["open_admin_ports"]).out
    assert "waits because" in text
    assert "the mode is observe" in text
    assert "seen since" in text


def test_home_is_where_the_owner_says(aws: None, monkeypatch: pytest.MonkeyPatch) -> None:
    deploy()
    open_ssh()
    finding = sweep()["open_admin_ports"]
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    refused(say("fix", finding), "us-east-1")
    Path("steadyhand.toml").write_text(f'[deploy]\nregions = ["{REGION}"]\n')
    assert say("fix", finding).code == 0


def test_a_beginning_that_several_ids_have_is_asked_back(aws: None) -> None:
    deploy()
    for number in range(20):
        open_ssh(f"group{number}")
    sweep()
    said = say("fix", "fi-")
    assert said.code == 2
    assert "could be fi-" in said.err


def test_a_change_that_failed_is_an_error(aws: None, monkeypatch: pytest.MonkeyPatch) -> None:
    deploy()
    group = open_ssh()
    finding = sweep()["open_admin_ports"]

    def no(*_: Any, **__: Any) -> Any:
        from steadyhand.engine.changes.actor import Overreach

        raise Overreach("ec2:X is not declared")

    monkeypatch.setattr("steadyhand.engine.changes.actor.Actor.send", no)
    said = say("fix", finding)
    assert said.code == 1
    assert "Not fixed." in said.out
    assert ports(group) == [22]


def test_a_review_is_built_and_not_sent(aws: None, unread: None) -> None:
    deploy()
    open_ssh()
    sweep()
    said = say("review", "weekly", "--explain")
    assert said.code == 0, said.err
    assert said.out.strip()
    monthly = say("review", "monthly", "--out", "mail")
    assert monthly.code == 0, monthly.err
    files = sorted(Path(line).name for line in monthly.out.split())
    assert {"explain.json", "mail.html", "mail.txt"} <= set(files)
    assert sorted(file.name for file in Path("mail").iterdir()) == files
    assert "cid:" not in Path("mail/mail.html").read_text()


def test_a_review_without_a_ledger_is_refused(aws: None) -> None:
    refused(say("review", "monthly"), "Nothing is deployed")
