"""What must not be lost cannot be lost by mistake."""

from __future__ import annotations

import re
from pathlib import Path

from steadyhand.cli.commands.setup.deploy import DEPLOY
from tests.stacks.conftest import Installation

STATEFUL = ("AWS::DynamoDB::", "AWS::S3::", "AWS::SSM::Parameter")
KEPT = ("AWS::DynamoDB::GlobalTable", "AWS::S3::Bucket")
STORAGE = "steadyhand-memory"


def test_storage_is_apart_from_service(widest: Installation) -> None:
    for stack, template in widest.templates.items():
        kinds = {resource["Type"] for resource in template["Resources"].values()}
        remembers = {kind for kind in kinds if kind.startswith(STATEFUL)}
        assert remembers == (kinds if stack == STORAGE else set())


def test_storage_stays(widest: Installation) -> None:
    resources = widest.templates[STORAGE]["Resources"].values()
    kept = [one for one in resources if one["Type"] in KEPT]
    assert len(kept) == 3
    for one in kept:
        policies = (one["DeletionPolicy"], one["UpdateReplacePolicy"])
        assert policies == ("RetainExceptOnCreate", "Retain")


def test_a_first_create_that_fails_leaves_nothing_that_blocks_the_second(
    widest: Installation, plainest: Installation
) -> None:
    """A rollback deletes what it created, but for a table that is protected from deletion.

    So the table is created last, when nothing of this stack can fail any more. ("DeletionPolicy
    attribute": RetainExceptOnCreate; "Using deletion protection" of DynamoDB.)
    """
    for of in (widest, plainest):
        resources = of.templates[STORAGE]["Resources"]
        (table,) = (one for one in resources.values() if one["Type"] in KEPT[:1])
        others = {name for name, one in resources.items() if one is not table}
        assert set(table["DependsOn"]) == others


def test_nothing_else_stays_to_block_a_deploy(widest: Installation) -> None:
    """Not in a further region either: what a rollback or a removal leaves lies in one stack."""
    stays = {
        (stack, one["Type"])
        for stack, template in widest.templates.items()
        for one in template["Resources"].values()
        if one.get("DeletionPolicy", "Delete") != "Delete"
    }
    assert len(widest.templates) > 2
    assert {stack for stack, _ in stays} == {STORAGE}, stays


def test_what_stayed_can_be_adopted(widest: Installation) -> None:
    """CloudFormation imports on deploy what has a name of its own and a policy that retains it.

    The name must be a text, nothing that is put together when it is deployed: the account is known to
    `steadyhand deploy`. ("Import AWS resources into a CloudFormation stack with automatic import".)
    """
    names = {"AWS::DynamoDB::GlobalTable": "TableName", "AWS::S3::Bucket": "BucketName"}
    for one in widest.templates[STORAGE]["Resources"].values():
        if one["Type"] in KEPT:
            assert isinstance(one["Properties"][names[one["Type"]]], str)
    assert "--import-existing-resources" in DEPLOY
    makefile = (Path(__file__).parents[2] / "Makefile").read_text()
    assert re.search(r"^deploy: .*\n\t@\$\(STEADYHAND\) deploy$", makefile, re.MULTILINE)


def test_nothing_is_exported_so_no_stack_holds_up_another(widest: Installation) -> None:
    assert not any("Outputs" in template for template in widest.templates.values())


def test_the_ledger(widest: Installation) -> None:
    (table,) = widest.of_type("AWS::DynamoDB::GlobalTable").values()
    (replica,) = table["Replicas"]
    assert table["TableName"] == "steadyhand"
    assert table["BillingMode"] == "PAY_PER_REQUEST"
    assert table["TimeToLiveSpecification"] == {"AttributeName": "expires", "Enabled": True}
    assert replica["DeletionProtectionEnabled"] is True
    assert replica["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    keys = {
        index["IndexName"]: [key["AttributeName"] for key in index["KeySchema"]]
        for index in table["GlobalSecondaryIndexes"]
    }
    assert keys == {"by_id": ["id"], "by_kind": ["kind", "at"]}


def test_buckets_are_private(widest: Installation) -> None:
    buckets = widest.of_type("AWS::S3::Bucket").values()
    assert len(buckets) == 2
    for bucket in buckets:
        assert all(bucket["PublicAccessBlockConfiguration"].values())
        assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
        assert bucket["BucketEncryption"]
        assert bucket["LifecycleConfiguration"]["Rules"]


def test_no_redeploy_ever_writes_the_kill_switch_again(
    widest: Installation, plainest: Installation
) -> None:
    """CloudFormation writes the value whenever anything of this resource changes.

    So this is pinned exactly. If you must change it, every installation that is stopped
    goes on with the next deploy: do not.
    """
    switch = {
        "Type": "AWS::SSM::Parameter",
        "Properties": {
            "Description": "Anything but go stops Steadyhand within 30 seconds.",
            "Name": "/steadyhand/stop",
            "Tags": {"steadyhand:part": "kill-switch"},
            "Type": "String",
            "Value": "go",
        },
        "UpdateReplacePolicy": "Delete",
        "DeletionPolicy": "Delete",
    }
    assert widest.templates[STORAGE]["Resources"]["Stop"] == switch
    assert plainest.templates[STORAGE]["Resources"]["Stop"] == switch


def test_no_tag_of_a_stack_can_reach_it(widest: Installation) -> None:
    manifest = (widest.folder / "manifest.json").read_text()
    assert '"tags"' not in manifest
