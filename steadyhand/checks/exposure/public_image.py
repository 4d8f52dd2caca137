"""A machine image is shared with every AWS account.

Whoever has an AWS account can start a machine of it and read all that is on its disks: files, keys,
source code. Images are often made public to hand them to one other account.

Fix: take the permission for everybody away. Accounts and organizations it is shared with keep theirs.
Undo: share it with everybody again; not where the region blocks new public sharing, and then a person is asked.

Steered by: who may share an image with everybody.
At worst: an image is shared with everybody, or no more; with nobody else.

Runbook:

1. Ask who shared it, and with whom it should be: `steadyhand show FINDING`.
2. Share it with those accounts by number: `aws ec2 modify-image-attribute --image-id IMAGE
   --launch-permission "Add=[{UserId=ACCOUNT}]"`.
3. Whatever was on its disks has been public: change every password and key that was.
4. Block it for good, a region at a time:
   `aws ec2 enable-image-block-public-access --image-block-public-access-state block-new-sharing`.
5. If it is meant for everybody: `steadyhand exempt FINDING --until DATE --because REASON`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from steadyhand.account import Account
from steadyhand.check import Check, tags_of
from steadyhand.checks.sharing import EVERYBODY, again, is_final, risk_of_ending, with_everybody
from steadyhand.model import Call, Finding, Permit, Risk, Severity, Step
from steadyhand.sources.ec2 import Images
from steadyhand.sources.ec2_sharing import ImageBlock, ImageSharing
from steadyhand.triggers import ApiCalled, days


class PublicImage(Check):
    severity = Severity.CRITICAL
    risk = Risk.SAFE
    reads = (Images, ImageBlock)
    refines = (ImageBlock,)
    wakes = (
        days(1),
        ApiCalled("ec2:ModifyImageAttribute", "requestParameters.imageId"),
        ApiCalled("ec2:ResetImageAttribute", "requestParameters.imageId"),
        ApiCalled("ec2:DeregisterImage", "requestParameters.imageId"),
    )
    looks = (ImageSharing,)
    writes = (
        Permit(
            "ec2:ModifyImageAttribute",
            ("arn:{partition}:ec2:*::image/{ImageId}",),
            shape={
                "ImageId": r"ami-[\w-]+",
                "LaunchPermission": {
                    "Remove": [{"Group": EVERYBODY}],
                    "Add": [{"Group": EVERYBODY}],
                },
            },
        ),
    )
    resource_type = "AWS::EC2::Image"
    consequence = "Anybody with an AWS account can read the machine's disks."
    short = "shared with everybody"
    hours_lost = (8, 200)
    peers = (
        "P:ec2_ami_public",
        "C7N:ami/cross-account",
    )

    def find(self, account: Account, now: datetime) -> Iterator[Finding]:
        del now
        never = again(account, ImageBlock)
        for image in account[Images]:
            if image.get("Public"):
                name = image["ImageId"]
                called = image.get("Name") or name
                yield self.finding(
                    account,
                    resource=f"arn:{account.partition}:ec2:{account.region}::image/{name}",
                    key=name,
                    summary=f"image {called[:128]} is shared with everybody{never and '; '}{never}",
                    tags=tags_of(image.get("Tags")),
                    image=name,
                    again=never,
                )

    def risk_with_plan(self, finding: Finding) -> Risk:
        return risk_of_ending(finding)

    def plan(self, finding: Finding) -> Iterator[Step]:
        name = finding.evidence["image"]
        yield Step(
            owns=with_everybody(finding.resource, ImageSharing, name, "LaunchPermissions.Group"),
            makes=False,
            do=share(name, "Remove"),
            undo=None if is_final(finding) else share(name, "Add"),
        )


def share(image: str, operation: str) -> Call:
    """Share an image with everybody, or no longer."""
    params = {"ImageId": image, "LaunchPermission": {operation: [{"Group": EVERYBODY}]}}
    return Call("ec2:ModifyImageAttribute", params)
