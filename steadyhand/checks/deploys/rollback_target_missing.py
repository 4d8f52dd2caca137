"""A container service runs an image that its registry no longer has.

What runs goes on, until a task is replaced: by a deployment that fails and is rolled back, by scaling, by AWS's
maintenance. Then nothing can be started, for the image cannot be pulled. Usually a lifecycle policy of the
repository counted images and not those in use. Judged are services that want tasks, by the images of their
own account and region; what ECR fetches anew from elsewhere (a pull through cache) is not gone.

Fix: by a person: what is gone from a registry can only be built or pushed again.

Steered by: who may deploy services or delete images; they gain a finding that somebody reads.

Runbook:

1. `steadyhand show FINDING` names the images. Do not stop a task: what runs has them still.
2. Push it again under the same tag, from a machine that has it, or build that commit once more. A digest that is
   gone comes back only with the same bytes: then deploy the new image instead.
3. Until then avoid whatever replaces tasks: deployments, scaling in, restarts.
4. Let the lifecycle policy of the repository keep what is deployed: count by a tag prefix of releases, and keep
   more of them than you would ever go back.
5. If the service is to go: `steadyhand exempt FINDING --until DATE --because REASON`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from steadyhand.account import Account
from steadyhand.check import Check
from steadyhand.model import Finding, Risk, Severity
from steadyhand.sources.ecs import EcsServices, ServiceDefinitions, place_of
from steadyhand.sources.service_images import PullThrough, ServiceImages, own_images, repository
from steadyhand.triggers import ApiCalled, days

if TYPE_CHECKING:
    from steadyhand.model.planting import Ground, Things

EVERY_PREFIX = "ROOT"
"""The prefix of a rule for all repositories that no other rule is for. Source:
docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache-creating-rule.html"""


class RollbackTargetMissing(Check):
    severity = Severity.HIGH
    risk = Risk.ADVICE
    reads = (EcsServices, ServiceDefinitions, ServiceImages, PullThrough)
    wakes = (
        days(1),
        ApiCalled("ecs:CreateService", "responseElements.service.serviceArn"),
        ApiCalled("ecs:UpdateService", "responseElements.service.serviceArn"),
        ApiCalled("ecs:DeleteService", "responseElements.service.serviceArn"),
    )
    resource_type = "AWS::ECS::Service"
    consequence = "The next task that is replaced does not start, and no rollback helps."
    short = "its image is gone"
    hours_lost = (1, 4)

    def find(self, account: Account, now: datetime) -> Iterator[Finding]:
        del now
        there = {image: bool(said.get("imageDetails")) for image, said in account[ServiceImages]}
        images = {pair[0]: list(own_images(pair)) for pair in account[ServiceDefinitions]}
        prefixes = {PullThrough.key(rule) for rule in account[PullThrough]}
        for service in account[EcsServices]:
            if service.get("status") != "ACTIVE" or not service.get("desiredCount"):
                continue
            gone = [
                one
                for one in images.get(service.get("taskDefinition", ""), ())
                if not there.get(one, True) and not is_fetched(one, prefixes)
            ]
            if not gone:
                continue
            arn = service["serviceArn"]
            cluster, name = place_of(arn, service.get("clusterArn", ""))
            more = f" and {len(gone) - 1} more" if len(gone) > 1 else ""
            yield self.finding(
                account,
                resource=arn,
                key=arn,
                summary=(
                    f"{name} in {cluster} runs {gone[0].rpartition('/')[2]}{more},"
                    " which its registry no longer has"
                )[:200],
                images=gone,
            )

    def demo(self, ground: Ground) -> Things:
        yield ground.unshown(self, "this team runs no containers")


def is_fetched(image: str, prefixes: set[str]) -> bool:
    """Does ECR fetch it again from where it comes from?"""
    name = repository(image)
    return EVERY_PREFIX in prefixes or any(name.startswith(f"{one}/") for one in prefixes)
