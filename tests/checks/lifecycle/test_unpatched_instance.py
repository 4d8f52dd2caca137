"""Machines that lack patches. moto knows no patch states: recorded answers, and a Systems Manager of its own."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from steadyhand.checks.lifecycle.unpatched_instance import (
    DOCUMENT,
    UNREACHED,
    UnpatchedInstance,
    runs,
)
from steadyhand.engine.changes.actor import Overreach
from steadyhand.engine.event_index import woken_by
from steadyhand.engine.survey import Survey
from steadyhand.engine.wakes import index
from steadyhand.model import Answer, Call, ChangeState, Risk, Severity
from steadyhand.sources.ssm import ManagedInstances, PatchStates
from tests.checks.recorded import Recorded, spot
from tests.trust.lab import World, account
from tests.trust.scenes import Planting, scene
from tests.verbs import NOW, found, permit, planned

CHECK = UnpatchedInstance()
STATELESS = (
    "Systems Manager runs a command wherever its agent answers, whatever EC2 says of the instance"
)
ID = "i-0123456789abcdef0"
EVENT = ("ssm:SendCommand", {"DocumentName": DOCUMENT, "InstanceIds": [ID]})


def instance(name: str, ping: str = "Online") -> dict[str, Any]:
    return {"InstanceId": name, "PingStatus": ping, "ResourceType": "EC2Instance"}


def state(name: str, age: int = 1, **counts: int) -> tuple[str, dict[str, Any]]:
    at = NOW - timedelta(days=age)
    known = {
        "InstanceId": name,
        "PatchGroup": "all",
        "BaselineId": "pb-0123456789abcdef0",
        "Operation": "Scan",
    }
    return name, known | {"OperationStartTime": at, "OperationEndTime": at} | counts


BAD = {
    ManagedInstances: [
        instance(ID),
        instance("i-grave"),
        instance("i-lost", "ConnectionLost"),
        instance("i-reboots"),
        instance("i-unknown"),
        instance("i-old"),
    ],
    PatchStates: [
        state(ID, MissingCount=1),
        state("i-grave", MissingCount=3, FailedCount=2, SecurityNonCompliantCount=1),
        state("i-lost", MissingCount=2),
        state("i-reboots", InstalledPendingRebootCount=2),
        state("i-old", age=90),
    ],
}
GOOD = {
    ManagedInstances: [instance("i-good"), instance("i-away", "Inactive"), instance("mi-office")],
    PatchStates: [state("i-good", InstalledCount=80), state("i-away"), state("mi-office", MissingCount=9)],
}  # fmt: skip
PLANS = {
    ID: "Install", "i-grave": "Install", "i-lost": "", "i-reboots": "", "i-unknown": "Scan", "i-old": "",
}  # fmt: skip


def test_says_what_is_missing() -> None:
    said = {one.key: (one.summary, one.severity) for one in found(CHECK, BAD)}
    assert said == {
        ID: (f"{ID} lacks 1 patch", Severity.MEDIUM),
        "i-grave": (
            "i-grave lacks 5 patches, critical or security ones among them", Severity.HIGH,
        ),
        "i-lost": (
            f"i-lost lacks 2 patches; it is {UNREACHED}",
            Severity.MEDIUM,
        ),
        "i-reboots": ("i-reboots waits for a reboot with 2 patches", Severity.MEDIUM),
        "i-unknown": ("i-unknown: nobody ever looked which patches it lacks", Severity.LOW),
        "i-old": (
            "i-old: the last look which patches it lacks was on 25 August 2026", Severity.LOW,
        ),
    }  # fmt: skip


@pytest.mark.parametrize("name", PLANS)
def test_installs_without_a_reboot_or_looks_and_never_by_itself(name: str) -> None:
    (one,) = (one for one in found(CHECK, BAD) if one.key == name)
    steps = planned(CHECK, one)
    does = [step.do.params["Parameters"]["Operation"] for step in steps]
    assert does == ([[PLANS[name]]] if PLANS[name] else [])
    assert all(step.undo is None for step in steps)
    assert CHECK.risk_of(one) is (Risk.APPROVAL if steps else Risk.ADVICE)


@pytest.mark.parametrize(
    "more",
    [
        {"DocumentName": "AWS-RunShellScript"},
        {"Parameters": {"Operation": ["Install"], "RebootOption": ["RebootIfNeeded"]}},
        {"Parameters": {"Operation": ["Install"], "InstallOverrideList": ["s3://theirs/list"]}},
        {"InstanceIds": [ID, "i-other"]},
        {"Targets": [{"Key": "tag:env", "Values": ["production"]}]},
    ],
)
def test_no_other_command_is_ever_sent(more: dict[str, Any]) -> None:
    call = runs(ID, "Install")
    with pytest.raises(Overreach):
        permit(CHECK, Call(call.action, {**call.params, **more}))


@pytest.mark.parametrize(("document", "wakes"), [(DOCUMENT, True), ("AWS-RunShellScript", False)])
def test_only_commands_about_patches_wake(document: str, wakes: bool) -> None:
    event = json.loads(Path("events/unpatched_instance.json").read_text("utf-8"))
    event["detail"]["requestParameters"]["documentName"] = document
    assert list(woken_by(event, index([CHECK])).woken) == ([ID] if wakes else [])


def answers(count: int) -> Any:
    """So many instances, each of which lacks a patch; 50 ids a call, as the API's reference says."""
    ids = [f"i-{n}" for n in range(count)]

    def informed(params: Any) -> Answer:
        wanted = {one for said in params.get("Filters", ()) for one in said["Values"]}
        return {
            "InstanceInformationList": [instance(one) for one in ids if not wanted or one in wanted]
        }

    def states(params: Any) -> Answer:
        assert 1 <= len(params["InstanceIds"]) <= 50
        return {
            "InstancePatchStates": [state(one, MissingCount=1)[1] for one in params["InstanceIds"]]
        }

    return {"ssm:DescribeInstanceInformation": informed, "ssm:DescribeInstancePatchStates": states}


def test_sweep_and_event_find_the_same() -> None:
    spot(CHECK, answers(3), ["i-0", "i-1", "i-2"])


def test_a_thousand_instances_cost_twenty_calls() -> None:
    aws = Recorded(answers(1000))
    assert len(list(Survey([CHECK], aws, NOW))) == 1000
    assert aws.counts["ssm:DescribeInstancePatchStates"] == 20


class Patching:
    """Systems Manager of one instance: a command runs for its time, and then what it did shows.

    docs.aws.amazon.com/systems-manager/latest/userguide/monitor-commands.html
    """

    def __init__(self, world: World, takes: timedelta = timedelta(), *, works: bool = True) -> None:
        self.world, self.takes, self.works, self.missing = world, takes, works, 2
        self.until = world.clock.at
        for name in (
            *("DescribeInstanceInformation", "DescribeInstancePatchStates"),
            *("ListCommands", "SendCommand"),
        ):
            world.answers[f"ssm:{name}"] = getattr(self, name)

    def DescribeInstanceInformation(self, _: Any) -> Answer:  # noqa: N802 - AWS's name
        return {"InstanceInformationList": [instance(ID)]}

    def DescribeInstancePatchStates(self, _: Any) -> Answer:  # noqa: N802 - AWS's name
        over = self.sent and self.world.clock.at >= self.until
        missing = 0 if over and self.works else self.missing
        return {"InstancePatchStates": [state(ID, MissingCount=missing)[1]]}

    def ListCommands(self, _: Any) -> Answer:  # noqa: N802 - AWS's name
        command = {"CommandId": "c-1", "DocumentName": DOCUMENT, "Status": "InProgress"}
        return {"Commands": [command] if self.world.clock.at < self.until else []}

    def SendCommand(self, _: Any) -> Answer:  # noqa: N802 - AWS's name
        self.sent, self.until = True, self.world.clock.at + self.takes
        return {"Command": {"CommandId": "c-1", "DocumentName": DOCUMENT, "Status": "Pending"}}

    sent = False


def plant(world: World) -> str:
    Patching(world)
    return ID


def lacking(world: World) -> int:
    said = world.answers["ssm:DescribeInstancePatchStates"]({"InstanceIds": [ID]})
    return int(said["InstancePatchStates"][0]["MissingCount"])


PLANTING = Planting(plant=plant, truth=lacking, fixed=lambda missing: missing == 0)


@pytest.mark.moto
@pytest.mark.parametrize("works", [True, False])
def test_a_command_of_two_hours_is_waited_for_and_one_that_fails_is_told(works: bool) -> None:
    with account() as world:
        here = scene(CHECK.id, world)
        Patching(world, timedelta(hours=2), works=works)
        change = here.fix("ann")
        assert change.state is ChangeState.DOING
        here.settle(60)
        (last,) = world.changes()
        sent = [one for one in world.mutations if one.action == "ssm:SendCommand"]
        if works:
            assert (last.state, len(sent)) == (ChangeState.VERIFIED, 1)
        else:
            assert (last.state, len(sent)) == (ChangeState.FAILED, 3)
            assert last.reason == "sent 3 times without effect"
