"""What is not done: stopped, hands-off, pending, owned by code, of another environment."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from steadyhand.catalogue import discovery
from steadyhand.model import Answer, Call, ChangeState, Risk
from steadyhand.settings.values import Settings
from tests.canonical import ACCOUNT
from tests.checks.certificates.test_acm_renewal_blocked import requested
from tests.reconcilers import REGION
from tests.trust.cases.said import HANDS_OFF, changes, fixed, mutated
from tests.trust.lab import PERSON, World, account, no, tried
from tests.trust.scenes import Scene, scene
from tests.trust.slow import Slow

pytestmark = pytest.mark.moto


@pytest.mark.parametrize("who", ["switch", "tag"])
def test_a_stop_or_a_tag_while_a_step_waits_is_obeyed(who: str) -> None:
    """The volume's snapshot takes a while; its deletion comes after."""
    with account(Slow()) as world:
        here = scene("unattached_volume", world)
        here.fix()
        assert mutated(world) == ["ec2:CreateSnapshot"]
        if who == "switch":
            world.stop = "stop"
        else:
            world.client("ec2").create_tags(
                Resources=[here.key], Tags=[{"Key": HANDS_OFF, "Value": "yes"}]
            )
        here.settle(20)
        assert "ec2:DeleteVolume" not in mutated(world)
        assert world.client("ec2").describe_volumes(VolumeIds=[here.key])["Volumes"]
        if who == "switch":
            assert changes(here) == [ChangeState.DOING], (
                "it waits, for the switch may be thrown back"
            )
            world.stop = ""
            here.settle(20)
            assert changes(here) == [ChangeState.VERIFIED]
        else:
            assert not any(state.moves for state in changes(here))


def test_what_is_used_again_meanwhile_is_not_deleted() -> None:
    with account(Slow()) as world:
        here = scene("unattached_volume", world)
        here.fix()
        ec2 = world.client("ec2")
        subnet = ec2.describe_subnets()["Subnets"][0]["SubnetId"]
        made = ec2.run_instances(ImageId="ami-12c6146b", MinCount=1, MaxCount=1, SubnetId=subnet)[
            "Instances"
        ][0]["InstanceId"]
        ec2.attach_volume(VolumeId=here.key, InstanceId=made, Device="/dev/sdh")
        here.settle(20)
        assert "ec2:DeleteVolume" not in mutated(world)
        (change,) = world.changes()
        assert change.state in {ChangeState.THEIRS, ChangeState.FAILED}


def pending(answer: Answer) -> None:
    for one in answer["DBInstances"]:
        one["PendingModifiedValues"] = {"EngineVersion": "17.2"}


@pytest.mark.parametrize("check", ["public_rds_instance", "rds_backups_off"])
def test_nothing_is_applied_at_once_while_something_of_another_is_pending(check: str) -> None:
    """ApplyImmediately applies all that is pending, and an upgrade restarts the database:
    docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBInstance.html."""
    with account() as world:
        here = scene(check, world)
        world.touch["rds:DescribeDBInstances"] = pending
        tried(here.fix)
        here.settle()
        assert mutated(world) == []
        world.touch.clear()
        change = fixed(here)
        sent = len(world.mutations)
        world.touch["rds:DescribeDBInstances"] = pending
        tried(lambda: here.undo(change))
        here.settle()
        assert len(world.mutations) == sent, "the undo waits as well"
        world.touch.clear()
        here.settle(20)
        tried(lambda: here.undo(change))
        here.settle(20)
        assert changes(here) == [ChangeState.UNDONE]


def test_what_code_made_is_proposed_and_an_open_door_is_closed() -> None:
    with account() as world:
        here = scene("endless_logs", world)
        arn = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{here.key}"
        world.client("logs").tag_resource(resourceArn=arn, tags={"ManagedBy": "Terraform"})
        outcome = here.event()
        assert {one.guardrail for one in outcome.held.values()} == {"owned_by_code"}
        assert mutated(world) == []
    with account() as world:
        here = scene("open_admin_ports", world)
        world.client("ec2").create_tags(
            Resources=[here.key], Tags=[{"Key": "ManagedBy", "Value": "Terraform"}]
        )
        here.event()
        assert mutated(world) == ["ec2:RevokeSecurityGroupIngress"]


def zone_of(world: World) -> str:
    (zone,) = world.client("route53").list_hosted_zones()["HostedZones"]
    return str(zone["Id"].rpartition("/")[2])


def tag_it(here: Scene) -> None:
    """The tag lies not on the finding's own resource, but on what its plan writes to."""
    world, said = here.world, [{"Key": HANDS_OFF, "Value": "true"}]
    if here.check.id == "acm_renewal_blocked":
        world.client("route53").change_tags_for_resource(
            ResourceType="hostedzone", ResourceId=zone_of(world), AddTags=said
        )
    elif here.check.id == "open_admin_ports":
        rules = world.client("ec2").describe_security_group_rules()["SecurityGroupRules"]
        names = [one["SecurityGroupRuleId"] for one in rules if one.get("FromPort") == 22]
        world.client("ec2").create_tags(Resources=names, Tags=said)
    elif here.check.id == "public_bucket":
        world.client("s3").put_bucket_tagging(Bucket=here.key, Tagging={"TagSet": said})
    else:
        arn = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{here.key}"
        world.client("dynamodb").tag_resource(ResourceArn=arn, Tags=said)


def asked_for(here: Scene) -> str:
    """The guardrail that holds it, however it is begun."""
    if not here.safe:
        return tried(here.fix).removeprefix("refused ").partition(":")[0]
    (held,) = here.event().held.values()
    return held.guardrail


@pytest.mark.parametrize(
    "check", ["acm_renewal_blocked", "open_admin_ports", "public_bucket", "dynamodb_pitr_off"]
)
def test_hands_off_counts_on_whatever_is_written_to(check: str) -> None:
    """The zone, the rule, the bucket wherever it lies, the table."""
    with account() as world:
        here = scene(check, world)
        tag_it(here)
        assert asked_for(here) == "hands_off"
        assert mutated(world) == []


@pytest.mark.parametrize(
    ("check", "read", "held"),
    [
        ("acm_renewal_blocked", "route53:ListTagsForResource", "unseen"),
        ("public_bucket", "s3:GetBucketTagging", "unseen"),
        ("dynamodb_pitr_off", "resourcegroupstaggingapi:GetResources", "hands_off"),
    ],
)
def test_tags_that_cannot_be_read_forbid(check: str, read: str, held: str) -> None:
    with account() as world:
        here = scene(check, world)

        def denied(call: Call, go: Callable[[], Answer]) -> Answer:
            if call.action == read:
                raise no("AccessDenied", 403)
            return go()

        world.hook = denied
        assert asked_for(here) == held
        assert mutated(world) == []


def test_an_environment_nobody_knows_is_the_default_whatever_the_name_says() -> None:
    with account() as world:
        here = scene("endless_logs", world)
        (finding,) = here.findings()
        tags = {"Environment": "prodeu", "Name": "demo-shop"}
        settings = Settings(default_environment="production")
        assert settings.environment(finding, tags) == "production"
        assert "prodeu" in settings.unknown_environment(tags)


def test_a_developer_s_request_for_a_name_of_ours_is_asked_about_and_names_them() -> None:
    """cases/security 3: they may request certificates, and have no right in Route 53."""
    with account() as world:
        world.client("route53").create_hosted_zone(Name="bank.example.", CallerReference="1")
        arn = world.client("acm").request_certificate(
            DomainName="login.bank.example", ValidationMethod="DNS"
        )["CertificateArn"]
        world.answers["cloudtrail:LookupEvents"] = lambda _: {"Events": [requested(arn, "dev-ann")]}
        (check,) = discovery.load(["acm_renewal_blocked"])
        here = world.worker(check)
        for outcome in (here.on_event([check], arn), here.sweep([check])):
            (found,) = outcome.findings
            assert found.summary.endswith("; requested by dev-ann")
            assert check.risk_of(found) is Risk.APPROVAL
        assert (mutated(world), world.changes()) == ([], [])
        (record,) = here.ledger.records()
        here.fix(check, record, PERSON)
        assert mutated(world) == ["route53:ChangeResourceRecordSets"], "a person may"
