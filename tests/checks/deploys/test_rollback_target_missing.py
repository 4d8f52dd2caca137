"""Container services whose image is gone."""

from __future__ import annotations

from typing import Any

import pytest

from steadyhand.checks.deploys.rollback_target_missing import RollbackTargetMissing
from steadyhand.model import ReadFailed
from steadyhand.sources.ecs import EcsServices, ServiceDefinitions
from steadyhand.sources.service_images import PullThrough, ServiceImages, asked, own_images
from tests.canonical import ACCOUNT, REGION
from tests.checks.recorded import spot
from tests.verbs import Facts, found

CHECK = RollbackTargetMissing()
RARE = "a made-up service would have to run a made-up image of its own registry"
HOST = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com"
SHOP, SIDE = f"{HOST}/shop/api:v41", f"{HOST}/side@sha256:{'ab' * 32}"
GONE: dict[str, Any] = {}
THERE = {"imageDetails": [{"repositoryName": "shop/api", "imageTags": ["v41"]}]}


def arn(name: str) -> str:
    return f"arn:aws:ecs:{REGION}:{ACCOUNT}:service/prod/{name}"


EVENT = (
    "ecs:UpdateService",
    {"cluster": "prod", "service": "shop"},
    {"service": {"serviceArn": arn("shop")}},
)


def definition(name: str) -> str:
    return f"arn:aws:ecs:{REGION}:{ACCOUNT}:task-definition/{name}:41"


def service(name: str, **more: Any) -> dict[str, Any]:
    return {
        "serviceArn": arn(name),
        "status": "ACTIVE",
        "desiredCount": 2,
        "taskDefinition": definition(name),
    } | more


def runs(name: str, *images: str) -> tuple[str, dict[str, Any]]:
    return definition(name), {"containerDefinitions": [{"name": "c", "image": i} for i in images]}


OTHERS = (
    "nginx:1.27",
    "public.ecr.aws/nginx/nginx:1",
    f"999988887777.dkr.ecr.{REGION}.amazonaws.com/base:1",
    f"{ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com/shop:1",
)
"""What another registry answers for: nobody asks ours."""

BAD: Facts = {
    EcsServices: [service("shop"), service("both"), service("side")],
    # containers-roadmap #1078: a lifecycle policy counts images, and not those that are in use.
    ServiceDefinitions: [
        runs("shop", SHOP, "nginx:1.27"),
        runs("both", SHOP, SIDE),
        runs("side", SIDE),
    ],
    ServiceImages: [(SHOP, GONE), (SIDE, GONE)],
    PullThrough: [{"ecrRepositoryPrefix": "docker-hub"}],
}
ANSWERS = {
    "ecs:ListServices": [{"serviceArns": [arn("shop")]}],
    "ecs:DescribeServices": [{"services": [service("shop")]}],
}
"""In the cluster that another check's test has."""
CACHED = f"{HOST}/docker-hub/library/nginx:1.27"
FINE = f"{HOST}/fine:1"
GOOD: Facts = {
    EcsServices: [
        service("fine"),
        service("cached"),
        service("others"),
        service("paused", desiredCount=0),
        service("leaving", status="DRAINING"),
        service("by-task-sets", taskDefinition=""),
        {"serviceArn": arn("bare")},
    ],
    ServiceDefinitions: [
        runs("fine", FINE), runs("cached", CACHED), runs("others", *OTHERS),
        runs("paused", SHOP), runs("leaving", SHOP),
    ],
    ServiceImages: [(FINE, THERE), (CACHED, GONE), (SHOP, GONE)],
    PullThrough: [{"ecrRepositoryPrefix": "docker-hub"}],
}  # fmt: skip


def test_says_which_image_and_how_many() -> None:
    assert [one.summary for one in found(CHECK, BAD)] == [
        "shop in prod runs api:v41, which its registry no longer has",
        "both in prod runs api:v41 and 1 more, which its registry no longer has",
        f"side in prod runs side@sha256:{'ab' * 32}, which its registry no longer has",
    ]


def test_a_rule_for_every_repository_fetches_every_image() -> None:
    assert found(CHECK, {**BAD, PullThrough: [{"ecrRepositoryPrefix": "ROOT"}]}) == []


@pytest.mark.parametrize(
    ("image", "asks"),
    [
        (SHOP, ("shop/api", {"imageTag": "v41"})),
        (SIDE, ("side", {"imageDigest": f"sha256:{'ab' * 32}"})),
        (f"{HOST}/a/b:v1@sha256:{'0' * 64}", ("a/b", {"imageDigest": f"sha256:{'0' * 64}"})),
        (f"{HOST}/plain", ("plain", {"imageTag": "latest"})),
        (f"{ACCOUNT}.dkr-ecr.{REGION}.on.aws/shop:1", ("shop", {"imageTag": "1"})),
    ],
)
def test_asks_for_an_image_as_a_task_would_pull_it(image: str, asks: tuple[str, Any]) -> None:
    assert asked(image) == {"repositoryName": asks[0], "imageIds": [asks[1]]}
    assert list(own_images(runs("x", image))) == [image]


def test_nobody_asks_for_what_lies_elsewhere() -> None:
    assert list(own_images(runs("x", *OTHERS))) == []


def test_sweep_and_event_find_the_same() -> None:
    services = {one["serviceArn"]: one for one in [*BAD[EcsServices], service("fine")]}
    definitions = dict([*BAD[ServiceDefinitions], runs("fine", FINE)])

    def images(params: Any) -> Any:
        is_there = params["repositoryName"] == "fine"
        return THERE if is_there else ReadFailed("ImageNotFoundException", "it is not there")

    spot(
        CHECK,
        {
            "ecs:ListClusters": lambda _: {"clusterArns": ["prod"]},
            "ecs:ListServices": lambda _: {"serviceArns": list(services)},
            "ecs:DescribeServices": lambda params: {
                "services": [services[one] for one in params["services"]]
            },
            "ecs:DescribeTaskDefinition": lambda params: {
                "taskDefinition": definitions[params["taskDefinition"]]
            },
            "ecr:DescribeImages": images,
            "ecr:DescribePullThroughCacheRules": lambda _: {"pullThroughCacheRules": []},
        },
        [arn("shop"), arn("both"), arn("side")],
    )
