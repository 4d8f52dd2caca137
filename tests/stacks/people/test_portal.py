"""The writer of the private pages: one folder of one bucket, woken by finished sweeps."""

from __future__ import annotations

from typing import Any

from tests.stacks.conftest import Installation

NAME = "steadyhand-portal"


def granted(of: Installation, role: str) -> dict[str, Any]:
    """What a role may do: the resources of each action."""
    (logical,) = (
        name for name, said in of.of_type("AWS::IAM::Role").items() if said.get("RoleName") == role
    )
    return {
        action: statement["Resource"]
        for said in of.of_type("AWS::IAM::Policy").values()
        if {"Ref": logical} in said["Roles"]
        for statement in said["PolicyDocument"]["Statement"]
        for action in (
            statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
        )
    }


def test_it_writes_below_one_folder_alone(widest: Installation) -> None:
    may = granted(widest, NAME)
    assert "steadyhand-reports-" in str(may["s3:PutObject"])
    assert str(may["s3:PutObject"]).rstrip("'}]").endswith("/portal/*")
    assert {one for one in may if one.startswith("s3:")} == {"s3:GetObject", "s3:PutObject"}
    assert not any(one.startswith(("ce:", "ses:", "sts:")) for one in may)


def test_sweeps_wake_it_and_their_words_gather(widest: Installation) -> None:
    (queue,) = (
        name
        for name, said in widest.of_type("AWS::SQS::Queue").items()
        if said.get("QueueName") == NAME
    )
    assert queue in str(granted(widest, "steadyhand-sweep")["sqs:SendMessage"])
    assert "sqs:SendMessage" not in granted(widest, NAME)
    (source,) = (
        said
        for said in widest.of_type("AWS::Lambda::EventSourceMapping").values()
        if queue in str(said["EventSourceArn"])
    )
    assert source["MaximumBatchingWindowInSeconds"] == 30
    assert "ScalingConfig" not in source, "two connections poll it, and not five"


def test_nothing_of_it_is_public(widest: Installation) -> None:
    buckets = widest.named("AWS::S3::Bucket", "BucketName")
    (reports,) = (said for name, said in buckets.items() if "reports" in str(name))
    assert set(reports["PublicAccessBlockConfiguration"].values()) == {True}
    assert "WebsiteConfiguration" not in reports
