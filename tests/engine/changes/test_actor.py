"""What the actor may do, and that it does exactly that."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steadyhand.engine.changes.actor import Actor, NotSent, Overreach, permitted, resources
from steadyhand.engine.changes.shape import misfit
from steadyhand.ledger.codec import value
from steadyhand.model import GLOBAL, Call, Permit, ReadFailed

NOW = datetime(2026, 11, 23, tzinfo=UTC)
GROUP = Permit("ec2:Revoke", ("security-group/{GroupId}",), shape={"GroupId": object})
PLACE = ("aws", "eu-central-1", "123456789012")


class RoleClient:
    """AWS on paper: what it was asked, and under which policy."""

    account, partition, region = "123456789012", "aws", "eu-central-1"

    def __init__(self, **answers: Any) -> None:
        self.answers, self.asked, self.policies = answers, list[Call](), list[Any]()

    def narrowed(self, role: str, policy: str, name: str, region: str) -> RoleClient:
        self.policies.append((role, value(policy), name, region))
        return self

    def ask(self, call: Call) -> Mapping[str, Any]:
        self.asked.append(call)
        answer = self.answers.get(call.operation, {})
        answer = answer() if callable(answer) else answer
        if isinstance(answer, Exception):
            raise answer
        return dict(answer)

    def wait(self, seconds: float) -> None: ...


def actor(role_client: RoleClient) -> Actor:
    return Actor(aws=role_client, role="role", clock=lambda: NOW)


def act(
    role_client: RoleClient,
    call: Call,
    permits: tuple[Permit, ...] = (GROUP,),
    region: str = "eu-central-1",
) -> Any:
    return actor(role_client).send(call, permits, name="ch-1", region=region)


def test_the_session_can_do_this_on_that_and_nothing_else() -> None:
    role_client = RoleClient()
    act(role_client, Call("ec2:Revoke", {"GroupId": "sg-1"}))
    ((role, policy, name, region),) = role_client.policies
    assert (role, name, region) == ("role", "ch-1", "eu-central-1")
    assert policy["Statement"] == [
        {
            "Effect": "Allow",
            "Action": "ec2:Revoke",
            "Resource": ["arn:aws:ec2:eu-central-1:123456789012:security-group/sg-1"],
        }
    ]


def test_what_has_no_region_is_done_from_home() -> None:
    role_client = RoleClient()
    permit = Permit(
        "iam:UpdateAccessKey", ("user/{UserName}", "user/*/{UserName}"), shape={"UserName": str}
    )
    act(
        role_client,
        Call("iam:UpdateAccessKey", {"UserName": "ann"}),
        permits=(permit,),
        region=GLOBAL,
    )
    ((_, policy, _, region),) = role_client.policies
    assert region == "eu-central-1"
    assert policy["Statement"][0]["Resource"] == [
        "arn:aws:iam::123456789012:user/ann",
        "arn:aws:iam::123456789012:user/*/ann",
    ]


@given(name=st.sampled_from([None, "", "*", "sg-*", "sg-?", 7, [], ["*"], ["sg-1", "sg-2"]]))
def test_a_missing_or_wild_name_never_means_all(name: Any) -> None:
    with pytest.raises(Overreach):
        permitted(Call("ec2:Revoke", {"GroupId": name}), [GROUP], *PLACE)


def test_an_undeclared_call_is_not_made() -> None:
    role_client = RoleClient()
    with pytest.raises(Overreach):
        act(role_client, Call("ec2:TerminateInstances", {"InstanceIds": ["i-1"]}))
    assert role_client.asked == []


def test_what_a_call_needs_besides_is_permitted_with_it() -> None:
    condition = {"StringEquals": {"iam:PassedToService": "backup.amazonaws.com"}}
    passing = Permit("iam:PassRole", ("role/{IamRoleArn:last}",), condition=condition)
    backup = Permit(
        "backup:StartBackupJob",
        ("backup-vault:{BackupVaultName}",),
        implies=(passing,),
        shape={"BackupVaultName": str, "IamRoleArn": str},
    )
    params = {"BackupVaultName": "main", "IamRoleArn": "arn:aws:iam::123456789012:role/x/backup"}
    first, second = permitted(Call("backup:StartBackupJob", params), [backup], *PLACE)
    assert first["Resource"] == ["arn:aws:backup:eu-central-1:123456789012:backup-vault:main"]
    assert second["Resource"] == ["arn:aws:iam::123456789012:role/backup"]
    assert second["Condition"] == condition


def test_the_deployed_role_has_a_star_for_every_brace_and_no_other() -> None:
    assert resources(GROUP, *PLACE) == ["arn:aws:ec2:eu-central-1:123456789012:security-group/*"]
    bucket = Permit("s3:PutBucketPublicAccessBlock", ("arn:{partition}:s3:::{Bucket}",))
    assert resources(bucket, *PLACE) == ["arn:aws:s3:::*"]
    queue = Permit("sqs:SetQueueAttributes", ("{QueueUrl:last}",))
    url = {"QueueUrl": "https://sqs.eu-central-1.amazonaws.com/123456789012/jobs"}
    assert resources(queue, *PLACE, url) == ["arn:aws:sqs:eu-central-1:123456789012:jobs"]


def test_credentials_that_cannot_be_had_mean_that_nothing_was_sent() -> None:
    class NoRole(RoleClient):
        def narrowed(self, role: str, policy: str, name: str, region: str) -> RoleClient:
            raise ReadFailed("AccessDenied", "no")

    role_client = NoRole()
    with pytest.raises(NotSent):
        act(role_client, Call("ec2:Revoke", {"GroupId": "sg-1"}))
    assert role_client.asked == []


def test_a_path_is_a_path_below_its_arn() -> None:
    permit = Permit("events:DisableRule", ("rule{Name:path}", "rule/{Name:path}"))
    for said in ("/bus/nightly", "bus/nightly"):
        *_, found = resources(permit, *PLACE, {"Name": said})
        assert found == "arn:aws:events:eu-central-1:123456789012:rule/bus/nightly"


def test_what_aws_answered_is_given_back() -> None:
    answer = act(RoleClient(Revoke={"Return": True}), Call("ec2:Revoke", {"GroupId": "sg-1"}))
    assert answer == {"Return": True}


ON = frozenset({True, "gp3"})
SHAPES: list[tuple[Any, Any, Any, str]] = [
    (str, "a", 1, "the call is no str"),
    ({"Id": str}, {"Id": "a"}, {"Id": 1}, "Id is no str"),
    (
        {"Id": r"sg-\d+"},
        {"Id": "sg-1"},
        {"Id": "sg-1\nx"},
        "Id is 'sg-1\\nx', which this fix never",
    ),
    ({"N": int}, {"N": 1}, {"N": True}, "N is no int"),
    ({"On": bool}, {"On": True}, {"On": 1}, "On is no bool"),
    ({"On": ON}, {"On": True}, {"On": False}, "On is False, which this fix never sends"),
    ({"On": ON}, {"On": "".join(["gp", "3"])}, {"On": 1}, "On is 1, which this fix never sends"),
    ({"L": [{"A": str}]}, {"L": [{"A": "x"}]}, {"L": [{"A": "x"}, {"B": "y"}]}, "L[].B is a param"),
    ({"L": [str]}, {"L": []}, {"L": "x"}, "L is no list"),
    ({"M": {"A": str}}, {"M": {}}, {"M": {"B": "x"}}, "M.B is a parameter this fix never sends"),
    ({"M": {"A": str}}, {"M": {}}, {"M": "x"}, "M is no mapping"),
    ({"M": str}, {}, "x", "the call is no mapping"),
    ({"M": {"*": str}}, {"M": {"anything": "x"}}, {"M": {"anything": 1}}, "M.anything is no str"),
    ({}, {}, {"MasterUserPassword": "x"}, "MasterUserPassword is a parameter this fix never sends"),
]


@pytest.mark.parametrize(("shape", "fits", "not_so", "why"), SHAPES)
def test_shapes(shape: Any, fits: Any, not_so: Any, why: str) -> None:
    assert misfit(shape, fits) == ""
    assert misfit(shape, not_so).startswith(why)


def test_a_call_of_another_shape_is_refused_before_anybody_is_asked() -> None:
    role_client = RoleClient()
    with pytest.raises(Overreach, match="MasterUserPassword"):
        act(role_client, Call("ec2:Revoke", {"GroupId": "sg-1", "MasterUserPassword": "x"}))
    assert (role_client.asked, role_client.policies) == ([], [])
