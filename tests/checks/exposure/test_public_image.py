"""Images that every AWS account may start."""

from __future__ import annotations

from typing import Any

import pytest

from steadyhand.checks.exposure.public_image import PublicImage
from steadyhand.model import ReadFailed, Risk
from steadyhand.sources.ec2 import Images
from steadyhand.sources.ec2_sharing import ImageBlock
from tests.checks.recorded import outcomes
from tests.trust.lab import World
from tests.trust.scenes import Planting, Touch
from tests.verbs import NOW, fix_and_undo, found, planned

CHECK = PublicImage()
STATELESS = "It is shared already, so the states that pass lie behind it."
PUBLIC = {"ImageId": "ami-1", "Name": "shop-2026", "Public": True}
BAD = {
    Images: [PUBLIC, {"ImageId": "ami-2", "Public": True, "State": "disabled"}],
    ImageBlock: ["unblocked"],
}
GOOD = {Images: [{"ImageId": "ami-3", "Name": "x", "Public": False}, {"ImageId": "ami-4"}]}


def plant(world: World) -> str:
    return image(world.client, "shop", public=True)


def shared_with(world: World) -> Any:
    ec2 = world.client("ec2")
    (made,) = [
        one for one in ec2.describe_images(Owners=["self"])["Images"] if one["Name"] == "shop"
    ]
    said = ec2.describe_image_attribute(ImageId=made["ImageId"], Attribute="launchPermission")
    return sorted(str(one) for one in said["LaunchPermissions"])


def partner(operation: str) -> Touch:
    """Somebody shares it with a partner, or no longer."""

    def touch(world: World) -> None:
        ec2 = world.client("ec2")
        (made,) = [
            one for one in ec2.describe_images(Owners=["self"])["Images"] if one["Name"] == "shop"
        ]
        said = {operation: [{"UserId": "888888888888"}]}
        ec2.modify_image_attribute(ImageId=made["ImageId"], LaunchPermission=said)

    return touch


PLANTING = Planting(
    plant=plant,
    truth=shared_with,
    fixed=lambda said: not any("all" in one for one in said),
    beside=[(partner("Add"), partner("Remove"))],
)


def image(client: Any, name: str, *, public: bool) -> str:
    made = client("ec2").register_image(Name=name, RootDeviceName="/dev/sda1")["ImageId"]
    if public:
        everybody = [{"Group": "all"}, {"UserId": "999999999999"}]
        client("ec2").modify_image_attribute(ImageId=made, LaunchPermission={"Add": everybody})
    return str(made)


def test_says_which() -> None:
    named, unnamed = found(CHECK, BAD)
    assert named.summary == "image shop-2026 is shared with everybody"
    assert unnamed.summary == "image ami-2 is shared with everybody"
    assert named.resource == "arn:aws:ec2:eu-central-1::image/ami-1"


BLOCKED = {"ImageBlockPublicAccessState": "block-new-sharing"}
DENIED = ReadFailed("UnauthorizedOperation", "you may not")


@pytest.mark.parametrize(("block", "blind"), [(BLOCKED, 0), (DENIED, 1)])
def test_what_could_not_be_shared_again_is_a_persons(block: Any, blind: int) -> None:
    """A region that blocks new public sharing would refuse the undo."""
    said = {
        "ec2:DescribeImages": lambda _: {"Images": [PUBLIC]},
        "ec2:GetImageBlockPublicAccessState": lambda _: block,
    }
    finding, *unknown = outcomes(CHECK, said, NOW)
    assert CHECK.risk_of(finding) is Risk.APPROVAL
    assert [step.undo for step in CHECK.plan(finding)] == [None]
    assert "again" in finding.summary
    assert len(unknown) == blind


def test_takes_nothing_but_everybody_away() -> None:
    (step,) = planned(CHECK, found(CHECK, BAD)[0])
    assert step.do.params["LaunchPermission"] == {"Remove": [{"Group": "all"}]}


@pytest.mark.moto
def test_on_moto(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOTO_EC2_LOAD_DEFAULT_AMIS", "false")
    fix_and_undo(
        CHECK,
        lambda client: [image(client, "shop", public=True)],
        lambda client: [image(client, "ours", public=False)],
    )
