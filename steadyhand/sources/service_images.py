"""The images that container services start, in the registry of their account: are they still there?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from steadyhand.model import pick
from steadyhand.source import Each, Source
from steadyhand.sources.ecs import ServiceDefinitions

IMAGE = re.compile(
    r"(?P<account>\d{12})\.dkr[.-]ecr(?:-fips)?\.(?P<region>[a-z0-9-]+)\.(?:amazonaws\.com(?:\.cn)?|on\.aws)"
    r"/(?P<repository>[a-z0-9._/-]+?)(?::(?P<tag>[\w.-]+))?(?:@(?P<digest>sha256:[0-9a-f]+))?"
)
"""An image of ECR, by tag or by digest. Source: docs.aws.amazon.com/AmazonECR/latest/userguide/image-pull.html"""


def own_images(pair: tuple[str, Mapping[str, Any]]) -> Iterator[str]:
    """The images of a task definition that lie in the registry of its own account and region."""
    arn, definition = pair
    _, _, _, region, account, *_ = [*arn.split(":"), "", "", "", "", ""]
    for name in sorted(set(map(str, pick(definition, "containerDefinitions.image")))):
        said = IMAGE.fullmatch(name)
        if said and (said["account"], said["region"]) == (account, region):
            yield name


def asked(image: str) -> dict[str, Any]:
    """What to ask of one: by its digest where it has one, which then decides; ECS takes "latest" for no tag."""
    said = IMAGE.fullmatch(image)
    if said is None:
        raise ValueError(f"{image} is no image of ECR")
    one = (
        {"imageDigest": said["digest"]} if said["digest"] else {"imageTag": said["tag"] or "latest"}
    )
    return {"repositoryName": said["repository"], "imageIds": [one]}


def repository(image: str) -> str:
    """The repository that it lies in."""
    return str(asked(image)["repositoryName"])


ServiceImages: Each[Mapping[str, Any]] = Each(
    operation="ecr:DescribeImages",
    items="",
    of=ServiceDefinitions,
    by=own_images,
    is_whole=True,
    ask=asked,
    absent={"ImageNotFoundException": {}, "RepositoryNotFoundException": {}},
)
"""Each image that a service of this account starts from its own registry; nothing in it where it is gone.

Source: docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DescribeImages.html
"""

PullThrough: Source[Mapping[str, Any]] = Source(
    operation="ecr:DescribePullThroughCacheRules",
    items="pullThroughCacheRules",
    key=lambda rule: str(rule["ecrRepositoryPrefix"]),
    params={"maxResults": 100},
    only_if=bool,
)
"""How the repositories begin whose images ECR fetches from elsewhere again; asked where there is a service."""
