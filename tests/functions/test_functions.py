"""Each function as AWS calls it: what it does, what it says, what it leaves for the dead-letter queue."""

from __future__ import annotations

import json
from datetime import UTC
from typing import Any

import boto3
import pytest

from functions import context as reconciler
from functions import evaluate, react, sweep
from steadyhand.catalogue import discovery as catalogue
from steadyhand.catalogue.tokens import services_of
from steadyhand.engine.event_index import MalformedEvent
from steadyhand.model import GLOBAL, ChangeState
from steadyhand.settings.values import Settings
from steadyhand.source import WITH_TOKEN
from tests.functions.conftest import Context, batch
from tests.functions.opened import Deploy, failures
from tests.reconcilers import ACCOUNT, REGION, TABLE

pytestmark = pytest.mark.moto


def open_ssh(name: str = "g") -> str:
    ec2 = boto3.client("ec2", REGION)
    vpc = ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
    group: str = ec2.create_security_group(GroupName=name, Description="g", VpcId=vpc)["GroupId"]
    world = {
        "IpProtocol": "tcp",
        "FromPort": 22,
        "ToPort": 22,
        "IpRanges": [{"CidrIp": "0.0.0.0/0"}],
    }
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[world])
    return group


def is_open(group: str) -> bool:
    said = boto3.client("ec2", REGION).describe_security_groups(GroupIds=[group])
    return bool(said["SecurityGroups"][0]["IpPermissions"])


def authorized(group: str) -> str:
    return json.dumps(
        {
            "source": "aws.ec2",
            "detail-type": "AWS API Call via CloudTrail",
            "account": ACCOUNT,
            "region": REGION,
            "detail": {
                "eventSource": "ec2.amazonaws.com",
                "eventName": "AuthorizeSecurityGroupIngress",
                "requestParameters": {"groupId": group},
            },
        }
    )


def test_an_event_closes_a_port(deploy: Deploy, context: Context) -> None:
    deploy()
    group = open_ssh()
    assert failures(react.handler(batch(authorized(group)), context)) == []
    assert not is_open(group)
    (change,) = reconciler.ledger().changes()
    assert change.state is ChangeState.DOING
    react.handler(batch(authorized(group)), context)
    (change,) = reconciler.ledger().changes()
    assert change.state is ChangeState.VERIFIED


def test_poison_comes_back_alone_and_the_rest_is_done(
    deploy: Deploy, context: Context, capsys: pytest.CaptureFixture[str]
) -> None:
    deploy()
    group = open_ssh()
    foreign = json.dumps({"source": "aws.emr", "detail-type": "EMR", "detail": {}})
    answer = react.handler(batch("{not json", authorized(group), "[]", foreign), context)
    assert failures(answer) == ["m-0", "m-2"]
    assert not is_open(group)
    assert '"Ignored"' in capsys.readouterr().out


def test_a_row_that_cannot_be_read_is_told_with_the_event_that_met_it(
    deploy: Deploy,
    context: Context,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A warm function keeps its ledger: what nobody takes grows until its memory is full."""
    deploy()
    group = open_ssh()
    row = {"pk": {"S": f"{ACCOUNT}#{REGION}"}, "sk": {"S": f"finding#{group}#x"}}
    boto3.client("dynamodb", REGION).put_item(TableName=TABLE, Item=row)
    boto3.client("ec2", REGION).delete_security_group(GroupId=group)
    for _ in range(2):
        assert failures(react.handler(batch(authorized(group)), context)) == []
        assert caplog.text.count(f"finding#{group}#x cannot be read") == 1
        assert '"UnreadableRows":[1.0]' in capsys.readouterr().out
        caplog.clear()
    assert reconciler.take_unreadable() == []


@pytest.mark.parametrize("elsewhere", ["us-west-2", "us-east-1"])
def test_a_message_that_names_another_region_than_the_owner_did_is_malformed(
    deploy: Deploy, context: Context, monkeypatch: pytest.MonkeyPatch, elsewhere: str
) -> None:
    """cases/security 10: whoever may write to the queue had us act there."""
    deploy()
    asked = list[str]()
    monkeypatch.setattr(react, "reconciler", asked.append)
    forged = json.dumps(json.loads(authorized("sg-1")) | {"region": elsewhere})
    settle = json.dumps({"settle": "ch-0123456789", "region": elsewhere})
    odd = json.dumps({"settle": "ch-0123456789", "region": {"a": 1}})
    answer = react.handler(batch(forged, settle, odd), context)
    assert failures(answer) == ["m-0", "m-1", "m-2"]
    assert asked == []


def test_what_cannot_be_read_comes_back(
    deploy: Deploy, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    from steadyhand.aws.client import Botocore
    from steadyhand.model import ReadFailed

    deploy()
    group = open_ssh()
    ask = Botocore.ask

    def denied(self: Botocore, call: Any) -> Any:
        if call.operation == "DescribeSecurityGroups":
            raise ReadFailed("UnauthorizedOperation", "you may not")
        return ask(self, call)

    def pages(self: Botocore, call: Any) -> Any:
        yield denied(self, call)

    monkeypatch.setattr(Botocore, "pages", pages)
    answer = react.handler(
        batch(authorized(group), json.dumps({"source": "a", "detail-type": "b", "detail": {}})),
        context,
    )
    assert failures(answer) == ["m-0"]


def test_a_sweep_does_what_no_event_said(deploy: Deploy, context: Context) -> None:
    deploy()
    group = open_ssh()
    message = json.dumps({"account": ACCOUNT, "region": REGION, "hours": 6})
    assert failures(sweep.handler(batch(message), context)) == []
    assert not is_open(group)
    ((region, at, said),) = reconciler.ledger().sweeps()
    assert (region, at.tzinfo) == (REGION, UTC)
    assert "open_admin_ports" in said["checks"]
    assert said["unknown"] == []


@pytest.mark.parametrize("tokens", [{}, {one: f"/steadyhand/{one}" for one in WITH_TOKEN}])
def test_every_check_is_swept_by_somebody(deploy: Deploy, tokens: dict[str, str]) -> None:
    """But those that ask with a token which the owner did not name: they would see nothing."""
    deploy(Settings(regions=[REGION], home=REGION, tokens=tokens))
    blind = {one.id for one in catalogue.load() if not services_of(one) <= tokens.keys()}
    assert bool(blind) == (not tokens)
    assert {one.id for one in sweep.due(REGION, None)} == set(catalogue.names()) - blind
    away = sweep.due("us-west-2", None)
    assert away
    assert not [one.id for one in away if one.is_global]
    assert GLOBAL not in reconciler.deployed().settings.regions


def asked(status: str = "OK", group: str = "sg-1") -> dict[str, Any]:
    item = {
        "resourceType": "AWS::EC2::SecurityGroup",
        "resourceId": group,
        "awsRegion": REGION,
        "configurationItemStatus": status,
        "configurationItemCaptureTime": "2026-11-23T09:10:11.000Z",
    }
    kind = "ConfigurationItemChangeNotification"
    return {
        "invokingEvent": json.dumps({"messageType": kind, "configurationItem": item}),
        "resultToken": "token",
        "configRuleName": "steadyhand-open_admin_ports",
        "eventLeftScope": False,
    }


def test_config_gets_what_is_seen_now(
    deploy: Deploy, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    from steadyhand.aws.client import Botocore

    deploy()
    said = list[Any]()
    ask = Botocore.ask

    def listen(self: Botocore, call: Any) -> Any:
        if call.operation != "PutEvaluations":
            return ask(self, call)
        said.append((call.params["Evaluations"][0]["ComplianceType"], call.params["ResultToken"]))
        return {}

    monkeypatch.setattr(Botocore, "ask", listen)
    group = open_ssh()
    evaluate.handler(asked(group=group), context)
    assert is_open(group)
    boto3.client("ec2", REGION).delete_security_group(GroupId=group)
    evaluate.handler(asked(group=group), context)
    evaluate.handler(asked("ResourceDeleted", group), context)
    evaluate.handler(
        {"invokingEvent": json.dumps({"messageType": "ScheduledNotification"})}, context
    )
    assert said == [("NON_COMPLIANT", "token"), *[("NOT_APPLICABLE", "token")] * 2]


@pytest.mark.parametrize(
    "invoking", ["[]", "5", "not json", "null", '"x"', "[" * 5000, '{"configurationItem": 5}']
)
def test_a_config_event_that_is_none_is_malformed(
    deploy: Deploy, context: Context, invoking: str
) -> None:
    deploy()
    event = {"invokingEvent": invoking, "configRuleName": "steadyhand-x", "resultToken": "t"}
    with pytest.raises(MalformedEvent):
        evaluate.handler(event, context)


def test_each_subject_of_an_event_is_served_and_then_it_fails(
    deploy: Deploy, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    deploy()
    group = open_ssh()
    event = json.loads(authorized(group))
    event["detail"]["requestParameters"]["groupId"] = ["sg-denied", group]
    served = react.serve

    def serve(region: str, key: str, names: Any, by: str) -> None:
        if key == "sg-denied":
            raise react.Unseen(key)
        served(region, key, names, by)

    monkeypatch.setattr(react, "serve", serve)
    assert failures(react.handler(batch(json.dumps(event)), context)) == ["m-0"]
    assert not is_open(group)


@pytest.mark.parametrize("body", ["[" * 6000, '{"a":' * 6000])
def test_an_event_that_is_nested_without_end_comes_back(
    deploy: Deploy, context: Context, body: str
) -> None:
    deploy()
    assert failures(react.handler(batch(body), context)) == ["m-0"]
