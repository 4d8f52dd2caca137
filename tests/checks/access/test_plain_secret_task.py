"""Containers with secrets in their environment, all of them made up and of a length that opens nothing."""

from __future__ import annotations

from typing import Any

import pytest

from steadyhand.checks.access.plain_secret_task import PlainSecretTask
from steadyhand.sources.ecs import TaskDefinitions
from tests.canonical import ACCOUNT, REGION
from tests.checks.access.test_plain_secret import HELD, LED
from tests.verbs import found, spot

CHECK = PlainSecretTask()
STATELESS = (
    "a task definition never changes; only its latest revision is read, and we change nothing"
)
RARE = "a made-up environment would have to hold a secret"
EVENT = (
    "ecs:RegisterTaskDefinition",
    {"family": "shaped", "containerDefinitions": [{"name": "web", "image": "shop/web"}]},
    {"taskDefinition": {"family": "shaped", "revision": 2}},
)


def task(family: str, *environments: dict[str, str]) -> tuple[str, dict[str, Any]]:
    containers = [
        {
            "name": f"c{number}",
            "environment": [{"name": name, "value": value} for name, value in said.items()],
        }
        for number, said in enumerate(environments)
    ]
    arn = f"arn:aws:ecs:{REGION}:{ACCOUNT}:task-definition/{family}:7"
    known = {"family": family, "revision": 7, "taskDefinitionArn": arn}
    return family, known | {"containerDefinitions": containers}


BAD = {TaskDefinitions: [task(name, {}, said) for name, said in HELD.items()]}
GOOD = {
    TaskDefinitions: [
        *(task(name, said) for name, said in LED.items()),
        ("bare", {"family": "bare"}),
        (
            "kept",
            {
                "containerDefinitions": [
                    {"secrets": [{"name": "DB_PASSWORD", "valueFrom": "arn:x"}]}
                ]
            },
        ),
    ]
}


@pytest.mark.parametrize("name", HELD)
def test_names_the_variable_and_never_what_it_holds(name: str) -> None:
    (one,) = found(CHECK, {TaskDefinitions: [task(name, {"PLAIN": "yes"}, HELD[name])]})
    ((variable, value),) = HELD[name].items()
    assert one.summary == f"{name} holds what looks like a secret in c1.{variable}"
    assert one.resource.endswith(f":task-definition/{name}"), "it lasts over revisions"
    assert value not in repr(one)


@pytest.mark.moto
def test_on_moto() -> None:
    def made(client: Any, family: str, *values: str) -> str:
        for value in values:
            container = {
                "name": "web",
                "memory": 128,
                "image": "shop/web",
                "environment": [{"name": "DB_PASSWORD", "value": value}],
            }
            client("ecs").register_task_definition(family=family, containerDefinitions=[container])
        return family

    spot(
        CHECK,
        lambda client: [made(client, "checkout", "/prod/db/1", "Tr0ub4dor")],
        lambda client: made(client, "repaired", "Tr0ub4dor", "/prod/db/password1"),
    )
