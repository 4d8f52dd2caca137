"""Queues that hand out a message again while it is worked on."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest

from steadyhand.checks.jobs.short_visibility_timeout import ShortVisibilityTimeout
from steadyhand.sources.lambda_ import EventSourceMappings, FunctionVersions
from steadyhand.sources.sqs import QueueAttributes
from tests.canonical import REGION
from tests.trust.lab import World
from tests.trust.scenes import Planting
from tests.verbs import fix_and_undo, found, planned

CHECK = ShortVisibilityTimeout()
RARE = "Made-up functions feed no queue."
URL = f"https://sqs.{REGION}.amazonaws.com/123456789012/"
QUEUE = f"arn:aws:sqs:{REGION}:123456789012:"
FUNCTION = f"arn:aws:lambda:{REGION}:123456789012:function:"


def queue(name: str, seconds: int | None = 30) -> tuple[str, dict[str, str]]:
    said = {"QueueArn": QUEUE + name}
    return URL + name, said | ({} if seconds is None else {"VisibilityTimeout": str(seconds)})


def reads(name: str, function: str = "pay", **more: Any) -> dict[str, Any]:
    known = {"UUID": name, "EventSourceArn": QUEUE + name, "FunctionArn": FUNCTION + function}
    return known | {"State": "Enabled"} | more


FUNCTIONS = [
    {"FunctionName": "pay", "Version": "$LATEST", "Timeout": 30},
    {"FunctionName": "pay", "Version": "7", "Timeout": 60},
    {"FunctionName": "long", "Version": "$LATEST", "Timeout": 900},
    {"FunctionName": "quick"},
]
BAD = {
    QueueAttributes: [
        queue("short"), queue("window", 180), queue("version", 180), queue("alias", 179),
        queue("long", 5399), queue("default", None),
    ],
    EventSourceMappings: [
        reads("short"),
        reads("short", "quick"),
        reads("window", MaximumBatchingWindowInSeconds=20),
        reads("version", "pay:7"),
        reads("alias", "pay:prod"),
        reads("long", "long"),
        reads("default"),
    ],
    FunctionVersions: FUNCTIONS,
}  # fmt: skip
GOOD = {
    QueueAttributes: [
        queue("enough", 180), queue("nobody", 0), queue("asleep", 0), queue("other", 0),
        queue("quick", 18), queue("longest", 43200),
    ],
    EventSourceMappings: [
        reads("enough"),
        reads("asleep", State="Disabled"),
        reads("other", EventSourceArn="arn:aws:kinesis:eu-central-1:123456789012:stream/other"),
        reads("quick", "quick"),
        reads("nobody", "gone"),
        reads("longest", "long", MaximumBatchingWindowInSeconds=300),
        {"UUID": "x", "State": "Enabled"},
    ],
    FunctionVersions: FUNCTIONS,
}  # fmt: skip


def test_says_which_functions_take_from_it() -> None:
    assert found(CHECK, BAD)[0].evidence["used_by"] == ["pay", "quick"]


def test_says_how_long_and_for_whom() -> None:
    assert [one.summary for one in found(CHECK, BAD)] == [
        "short hides a message for 30 seconds; pay may need 180",
        "window hides a message for 180 seconds; pay may need 200",
        "version hides a message for 180 seconds; pay may need 360",
        "alias hides a message for 179 seconds; pay may need 180",
        "long hides a message for 5399 seconds; long may need 5400",
        "default hides a message for 30 seconds; pay may need 180",
    ]


def test_sets_one_attribute_alone() -> None:
    (step,) = planned(CHECK, found(CHECK, BAD)[0])
    assert step.undo
    assert step.do.params["Attributes"] == {"VisibilityTimeout": "180"}
    assert step.undo.params["Attributes"] == {"VisibilityTimeout": "30"}


def plant(client: Any) -> str:
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as made:
        made.writestr("a.py", "")
    role = client("iam").create_role(RoleName="pay", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    client("lambda").create_function(
        FunctionName="pay", Runtime="python3.13", Role=role, Handler="a.b", Timeout=30,
        Code={"ZipFile": code.getvalue()},
    )  # fmt: skip
    url = client("sqs").create_queue(QueueName="orders")["QueueUrl"]
    client("lambda").create_event_source_mapping(
        FunctionName="pay", EventSourceArn=QUEUE + "orders"
    )
    return str(url)


def attributes(world: World) -> dict[str, str]:
    said = world.client("sqs").get_queue_attributes(QueueUrl=URL + "orders", AttributeNames=["All"])
    names = ("VisibilityTimeout", "DelaySeconds", "MessageRetentionPeriod")
    return {name: said["Attributes"][name] for name in names}


def delay(seconds: int) -> Any:
    return lambda world: world.client("sqs").set_queue_attributes(
        QueueUrl=URL + "orders", Attributes={"DelaySeconds": str(seconds)}
    )


PLANTING = Planting(
    plant=lambda world: plant(world.client),
    truth=attributes,
    fixed=lambda said: said["VisibilityTimeout"] == "180",
    beside=[(delay(9), delay(0))],
)


@pytest.mark.moto
def test_on_moto() -> None:
    fix_and_undo(CHECK, lambda client: [plant(client)])
