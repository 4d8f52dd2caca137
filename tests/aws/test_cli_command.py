"""A command line does what the call does, whatever the names in it are.

Every plan of the catalogue was once parsed by awscli 1.46 itself, and gave back the same call.
"""

from __future__ import annotations

import json
import shlex
from datetime import UTC, datetime
from typing import Any

import pytest

from steadyhand.aws.cli_command import command, dashed, folded
from steadyhand.model import GLOBAL, Call, Ref


@pytest.mark.parametrize(
    ("call", "line"),
    [
        (
            Call("ec2:ReleaseAddress", {"AllocationId": "eipalloc-1"}),
            "aws ec2 release-address --allocation-id eipalloc-1",
        ),
        (
            Call("s3:PutBucketVersioning", {"Bucket": "b"}),
            "aws s3api put-bucket-versioning --bucket b",
        ),
        (
            Call("config:PutConfigRule", {"Force": True, "Other": False}),
            "aws configservice put-config-rule --force --no-other",
        ),
        (
            Call("rds:ModifyDBInstance", {"DBInstanceIdentifier": "a b", "AllocatedStorage": 5}),
            "aws rds modify-db-instance --db-instance-identifier 'a b' --allocated-storage 5",
        ),
        (
            Call("ec2:CreateTags", {"Resources": ["i-1", "i 2"], "Tags": [{"Key": "k"}]}),
            "aws ec2 create-tags --resources i-1 'i 2' --tags '[{\"Key\": \"k\"}]'",
        ),
        (
            Call("ec2:DeleteVolume", {"VolumeId": Ref(0, "VolumeId")}),
            "aws ec2 delete-volume --volume-id '<VolumeId of step 1>'",
        ),
        (
            Call("x:Y", {"At": datetime(2026, 1, 2, tzinfo=UTC), "Empty": "", "None": []}),
            "aws x y --at 2026-01-02T00:00:00+00:00 --empty '' --none '[]'",
        ),
        (
            Call("eks:UpdateClusterVersion", {"name": "c", "version": "1.33"}),
            "aws eks update-cluster-version --name c --kubernetes-version 1.33",
        ),
    ],
)
def test_command(call: Call, line: str) -> None:
    assert command(call) == line
    assert command(call, "eu-west-1") == f"{line} --region eu-west-1"
    assert command(call, GLOBAL) == line


@pytest.mark.parametrize(
    "said",
    [
        "$(rm -rf ~)",
        "`id`",
        "a'b\"c",
        "a;b|c&d",
        "!x",
        "ünï ☃",
        "*?",
        "a\\b",
        "~",
        "#x",
        "a\u00a0b",
    ],
)
def test_a_name_stays_a_name_in_a_shell(said: str) -> None:
    *_, plain = shlex.split(command(Call("x:Y", {"Name": said})))
    *_, nested = shlex.split(command(Call("x:Y", {"Name": {"Inner": said}})))
    assert plain == said or json.loads(plain) == {"Name": said}
    assert json.loads(nested) == {"Inner": said}


@pytest.mark.parametrize(
    "said", ["file:///etc/passwd", "fileb://x", "-rf", "[1]", "{}", "a\nb", "\x1b[1m"]
)
def test_what_the_command_line_would_take_for_something_else_goes_in_as_json(said: str) -> None:
    for value in (said, ["x", said]):
        line = command(Call("x:Y", {"Name": value, "Other": 1}))
        *_, option, whole = shlex.split(line)
        assert option == "--cli-input-json"
        assert json.loads(whole) == {"Name": value, "Other": 1}
        assert line.isprintable()


def test_a_long_line_is_folded_where_it_can_be_copied() -> None:
    params: dict[str, Any] = {"GroupId": "sg-0123456789abcdef0", "Description": "x" * 60}
    call = Call("ec2:CreateSecurityGroup", params)
    text = folded(call, "eu-west-1", "  ")
    assert len(text.splitlines()) == 4
    assert text.startswith("  aws ec2 create-security-group \\\n      --group-id")
    assert shlex.split(text.replace("\\\n", " ")) == shlex.split(command(call, "eu-west-1"))
    short = Call("ec2:ReleaseAddress", {"AllocationId": "e"})
    assert folded(short) == command(short)


def test_names_are_spelled_as_the_command_line_does() -> None:
    assert dashed("DescribeDBInstances") == "describe-db-instances"
    assert dashed("VPCSecurityGroupIds") == "vpc-security-group-ids"
