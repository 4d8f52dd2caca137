"""People's commands change nothing themselves: they ask the deployed function, which says who may and what is true."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import boto3
import pytest

from steadyhand.settings.values import Settings
from tests.cli.acting import refused, sweep
from tests.cli.deployed import DEPLOYED, INES
from tests.cli.terminal import REGION, deploy, open_ssh, ports, recording, say

pytestmark = pytest.mark.moto


def test_without_the_function_nothing_is_done(aws: None) -> None:
    deploy()
    group = open_ssh()
    finding = sweep()["open_admin_ports"]
    DEPLOYED.settings = None
    refused(say("fix", finding), "steadyhand-ask", "not deployed", "Next: steadyhand deploy")
    refused(say("approve", finding, "--yes"), "not deployed")
    assert ports(group) == [22]


def test_a_person_s_shell_never_takes_the_actor_s_role(
    aws: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    deploy()
    open_ssh()
    finding = sweep()["open_admin_ports"]
    real, there = DEPLOYED.invoke, list[str]()
    with recording(monkeypatch) as calls:
        monkeypatch.setattr(DEPLOYED, "invoke", lambda params: within(real, params, calls, there))
        assert say("fix", finding).code == 0
    own = [call for call in calls if call not in there]
    assert "sts:AssumeRole" in there
    assert own.count("lambda:Invoke") == 1
    assert {
        call for call in own if not call.startswith(("dynamodb:Query", "dynamodb:GetItem"))
    } <= {
        "lambda:Invoke",
        "sts:GetCallerIdentity",
    }


def within(real: Any, params: Any, calls: list[str], there: list[str]) -> Any:
    """Run the function, and tell its calls from the command's."""
    before = len(calls)
    try:
        return real(params)
    finally:
        there += calls[before:]
        del calls[before:]


def test_who_is_no_operator_is_told_what_to_do(aws: None) -> None:
    deploy(settings=Settings(home=REGION))
    group = open_ssh()
    finding = sweep()["open_admin_ports"]
    refused(say("fix", finding), INES, "[owner] operators", "steadyhand deploy")
    until = ("--until", "2999-01-01", "--because", "x")
    refused(say("exempt", finding, *until), "operators")
    assert ports(group) == [22]


def test_what_is_deployed_decides_whatever_lies_in_the_folder(aws: None) -> None:
    deploy(says="stop")
    group = open_ssh()
    tag = {"Key": "steadyhand:hands-off", "Value": "true"}
    boto3.client("ec2", region_name=REGION).create_tags(Resources=[group], Tags=[tag])
    finding = sweep()["open_admin_ports"]
    mine = '[guardrails]\nstop_parameter = "/mine/go"\nhands_off_tag = "mine"\n'
    Path("steadyhand.toml").write_text(mine + f'[owner]\noperators = ["{INES}"]\n')
    ssm = boto3.client("ssm", region_name=REGION)
    ssm.put_parameter(Name="/mine/go", Value="go", Type="String")
    refused(say("fix", finding), "/steadyhand/stop", "(stopped)")
    ssm.put_parameter(Name="/steadyhand/stop", Value="go", Type="String", Overwrite=True)
    refused(say("fix", finding), "steadyhand:hands-off", "(hands_off)")
    assert ports(group) == [22]


@pytest.mark.parametrize(
    ("protocol", "then"), [(2, "update this command"), (0.5, "steadyhand deploy")]
)
def test_another_version_is_named_and_nothing_is_guessed(
    aws: None, protocol: Any, then: str
) -> None:
    deploy()
    open_ssh()
    finding = sweep()["open_admin_ports"]
    DEPLOYED.protocol, DEPLOYED.version = protocol, "9.9"
    said = say("fix", finding)
    assert (said.code, said.out) == (1, "")
    assert "9.9 is deployed" in said.err
    assert then in said.err


def test_a_function_that_breaks_is_an_error_and_not_a_yes(aws: None) -> None:
    deploy()
    open_ssh()
    finding = sweep()["open_admin_ports"]
    DEPLOYED.breaks = True
    said = say("fix", finding)
    assert (said.code, said.out) == (1, "")
    assert "/aws/lambda/steadyhand-ask" in said.err
