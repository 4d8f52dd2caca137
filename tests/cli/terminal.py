"""What a command said: exit code, stdout, stderr. Run in this process, as `steadyhand` would."""

from __future__ import annotations

import contextlib
import io
import json
from collections.abc import Iterator
from typing import Any, NamedTuple

import boto3

from steadyhand.aws.client import Botocore
from steadyhand.cli import main
from steadyhand.settings.deployed import ACTOR, TABLE
from steadyhand.settings.values import Settings
from tests.cli.deployed import DEPLOYED, OPERATED

REGION = "eu-central-1"
INDEXED = ("pk", "sk", "id", "kind", "at")


class Output(NamedTuple):
    """One run."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Stdout as JSON: nothing else may be on it."""
        return json.loads(self.out)


def say(*words: str) -> Output:
    """Run a command line."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main(list(words))
    assert "Traceback" not in err.getvalue()
    return Output(code, out.getvalue(), err.getvalue())


def open_ssh(name: str = "bastion", port: int = 22) -> str:
    """A security group that lets the world in."""
    ec2 = boto3.client("ec2", region_name=REGION)
    group = str(ec2.create_security_group(GroupName=name, Description="x")["GroupId"])
    open_port(group, port)
    return group


def open_port(group: str, port: int, description: str = "quick test") -> None:
    """One more port of it."""
    ranges = [{"CidrIp": "0.0.0.0/0", "Description": description}]
    permission = {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "IpRanges": ranges}
    ec2 = boto3.client("ec2", region_name=REGION)
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[permission])


def ports(group: str) -> list[int]:
    """What is open."""
    ec2 = boto3.client("ec2", region_name=REGION)
    (found,) = ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"]
    return sorted(one["FromPort"] for one in found["IpPermissions"])


def deploy(
    *,
    role: bool = True,
    stop: str = Settings().stop_parameter,
    says: str = "go",
    settings: Settings = OPERATED,
) -> None:
    """What the stack makes, as far as the command line needs it."""
    DEPLOYED.settings = settings
    boto3.client("dynamodb", region_name=REGION).create_table(
        TableName=TABLE,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": n, "AttributeType": "S"} for n in INDEXED],
        KeySchema=key("pk", "sk"),
        GlobalSecondaryIndexes=[
            {"IndexName": "by_id", "KeySchema": key("id"), "Projection": {"ProjectionType": "ALL"}},
            {
                "IndexName": "by_kind",
                "KeySchema": key("kind", "at"),
                "Projection": {"ProjectionType": "ALL"},
            },
        ],
    )
    if role:
        boto3.client("iam").create_role(RoleName=ACTOR, AssumeRolePolicyDocument="{}")
    ssm = boto3.client("ssm", region_name=REGION)
    ssm.put_parameter(Name=stop, Value=says, Type="String")


def key(*names: str) -> list[Any]:
    """A table's or an index's key."""
    kinds = ("HASH", "RANGE")
    return [{"AttributeName": n, "KeyType": k} for n, k in zip(names, kinds, strict=False)]


@contextlib.contextmanager
def recording(monkeypatch: Any) -> Iterator[list[str]]:
    """Every call that leaves for AWS, as "service:Operation"."""
    calls: list[str] = []
    paced = Botocore.paced

    def noted(self: Botocore, call: Any, send: Any) -> Any:
        calls.append(call.action)
        return paced(self, call, send)

    monkeypatch.setattr(Botocore, "paced", noted)
    yield calls
