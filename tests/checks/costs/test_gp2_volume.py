"""Disks of gp2 that gp3 does the same for, for less."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from moto import mock_aws

from steadyhand.account import Account
from steadyhand.catalogue import discovery as catalogue
from steadyhand.checks.costs.gp2_volume import Gp2Volume, as_fast, see_kind
from steadyhand.engine.changes.refused import Refused
from steadyhand.engine.reconcile import Reconciler
from steadyhand.model import ChangeState, Finding, Risk, Seen
from steadyhand.settings.values import Settings
from steadyhand.sources.ebs import COOL_DOWN, VolumeChanges
from steadyhand.sources.ec2 import Volumes
from tests.canonical import ACCOUNT, REGION
from tests.checks.recorded import spot
from tests.reconcilers import Clock, reconciler, table
from tests.trust.lab import World
from tests.trust.scenes import Planting
from tests.verbs import NOW, client, fix_and_undo, found, planned, silent

CHECK = Gp2Volume()
RARE = "a made-up volume lies on an Outpost, or has no size"
HARMLESS = "what saves less is changed in the same way, and back"


def disk(name: str, size: int = 500, **more: Any) -> dict[str, Any]:
    known = {"VolumeId": name, "State": "in-use", "VolumeType": "gp2", "Size": size}
    place = {"CreateTime": NOW - timedelta(days=400)}
    return known | place | {"Iops": 3 * size} | more


def changed(name: str, state: str, hours: float) -> dict[str, Any]:
    began = NOW - timedelta(hours=hours)
    return {"VolumeId": name, "ModificationState": state, "StartTime": began}


BAD = {
    Volumes: [
        disk("vol-data", Tags=[{"Key": "Name", "Value": "data"}]),
        disk("vol-idle", State="available"),
        disk("vol-large", 8000),
        disk("vol-hundred", 100, AvailabilityZone=f"{REGION}b"),
        disk("vol-cools"),
        disk("vol-long-ago"),
        disk("vol-modifying"),
        disk("vol-optimizing"),
    ],
    VolumeChanges: [
        changed("vol-cools", "completed", 2),
        changed("vol-long-ago", "completed", 6),
        changed("vol-modifying", "modifying", 0.1),
        changed("vol-optimizing", "optimizing", 9),
    ],
}
GOOD = {
    Volumes: [
        disk("vol-new", VolumeType="gp3"),
        disk("vol-fast", VolumeType="io1"),
        disk("vol-small", 8),
        disk("vol-as-dear", 250),
        disk("vol-outpost", OutpostArn=f"arn:aws:outposts:{REGION}:{ACCOUNT}:outpost/op-1"),
        disk("vol-local-zone", AvailabilityZone=f"{REGION}-ham-1a"),
    ]
}


def by_name() -> dict[str, Finding]:
    return {one.key: one for one in found(CHECK, BAD)}


def test_says_what_it_saves_at_the_same_speed() -> None:
    """In eu-central-1 gp2 is 11.9 cents a GB, gp3 9.52, and 4.8 for each MiB a second above 125."""
    told = by_name()
    assert told["vol-data"].summary == "vol-data (500 GB) is gp2; as fast a gp3 saves $5.90 a month"
    assert told["vol-data"].usd_per_month == 5.9
    assert told["vol-hundred"].usd_per_month == 2.24


SPEEDS = {
    1: (3000, 128), 170: (3000, 128), 171: (3000, 250), 1000: (3000, 250), 1001: (3003, 250),
    5333: (15_999, 250), 5334: (16_000, 250), 16_384: (16_000, 250),
}  # fmt: skip


@pytest.mark.parametrize("size", SPEEDS)
def test_the_speed_is_that_of_gp2_at_its_size(size: int) -> None:
    """Three operations a GiB from 100 to 16,000, 128 MiB a second up to 170 GiB and 250 above
    (docs.aws.amazon.com/ebs/latest/userguide/general-purpose.html)."""
    assert as_fast(size) == dict(zip(("Iops", "Throughput"), SPEEDS[size], strict=True))


def test_what_would_cost_as_much_is_not_told_however_low_the_bar() -> None:
    findings = found(Gp2Volume(cents=0), GOOD)
    assert [one.key for one in findings] == ["vol-small"]


def test_nobody_pays_dollars_there() -> None:
    china = Account(
        ACCOUNT,
        "cn-north-1",
        {Volumes: [disk("v", AvailabilityZone="cn-north-1a")], VolumeChanges: []},
    )
    assert list(CHECK.find(china, NOW)) == []


def test_is_safe_and_its_undo_is_what_was() -> None:
    (step,) = planned(CHECK, by_name()["vol-large"])
    assert step.do.params == {
        "VolumeId": "vol-large",
        "VolumeType": "gp3",
        "Iops": 16_000,
        "Throughput": 250,
    }
    assert step.undo
    assert step.undo.params == {"VolumeId": "vol-large", "VolumeType": "gp2"}
    assert step.not_before is None
    assert CHECK.risk_of(by_name()["vol-large"]) is Risk.SAFE


def test_after_a_change_the_plan_says_from_when_aws_takes_it() -> None:
    told = by_name()
    (step,) = planned(CHECK, told["vol-cools"])
    assert step.not_before == NOW + timedelta(hours=4)
    assert planned(CHECK, told["vol-long-ago"])[0].not_before is None


@pytest.mark.parametrize("state", ["modifying", "optimizing"])
def test_while_aws_is_at_it_there_is_no_plan(state: str) -> None:
    """It must be completed first (API_ModifyVolume), which takes up to a day."""
    finding = by_name()[f"vol-{state}"]
    assert planned(CHECK, finding) == []
    assert finding.summary.endswith(f"; it is {state}: wait until AWS is done with it")


def seen(volume: dict[str, Any], change: dict[str, Any]) -> Seen:
    look = see_kind("v")
    next(look)
    look.send([volume])
    with pytest.raises(StopIteration) as end:
        look.send([change])
    shown: Seen = end.value.value
    return shown


def test_what_is_optimizing_is_in_force_and_takes_no_other_change() -> None:
    """docs.aws.amazon.com/ebs/latest/userguide/monitoring-volume-modifications.html"""
    now = disk("v", VolumeType="gp3", Iops=3000, Throughput=250)
    one = seen(now, changed("v", "optimizing", 1))
    assert (one.moving, one.value) == ("", {"VolumeType": "gp3", "Iops": 3000, "Throughput": 250})
    assert one.not_before == NOW - timedelta(hours=1) + COOL_DOWN
    assert seen(disk("v"), changed("v", "modifying", 0)).moving == "modifying"
    assert seen(disk("v", 600), changed("v", "failed", 9)).value == seen(disk("v"), {}).value


def test_sweep_and_event_find_the_same() -> None:
    every = [*BAD[Volumes], *GOOD[Volumes]]

    def volumes(params: Any) -> Any:
        wanted = params.get("VolumeIds")
        return {"Volumes": [one for one in every if not wanted or one["VolumeId"] in wanted]}

    def changes(params: Any) -> Any:
        wanted = [one["Values"][0] for one in params.get("Filters", ())]
        told = BAD[VolumeChanges]
        return {
            "VolumesModifications": [one for one in told if not wanted or one["VolumeId"] in wanted]
        }

    said = {"ec2:DescribeVolumes": volumes, "ec2:DescribeVolumesModifications": changes}
    spot(CHECK, said, [one["VolumeId"] for one in BAD[Volumes]])


def test_without_a_disk_of_gp2_nobody_asks_for_changes() -> None:
    said = {"ec2:DescribeVolumes": lambda _: {"Volumes": [disk("v", VolumeType="gp3")]}}
    spot(CHECK, said, [])


# On moto, which keeps every change, and the time of each.


def plant(make: Any, size: int = 500) -> str:
    made = make("ec2").create_volume(AvailabilityZone=f"{REGION}a", Size=size, VolumeType="gp2")
    return str(made["VolumeId"])


def kinds(world: World) -> Any:
    found = world.client("ec2").describe_volumes()["Volumes"]
    return [[one["Size"], one["VolumeType"]] for one in found]


def cooled(world: World) -> str:
    """The crash matrix is about faults: here every cool-down is over at once."""

    def earlier(answer: Any) -> None:
        for one in answer["VolumesModifications"]:
            one["StartTime"] -= COOL_DOWN

    world.touch["ec2:DescribeVolumesModifications"] = earlier
    return plant(world.client)


PLANTING = Planting(
    plant=cooled,
    truth=kinds,
    fixed=lambda said: said == [[500, "gp3"]],
)


@pytest.mark.moto
def test_on_moto() -> None:
    fix_and_undo(
        CHECK,
        lambda client: [plant(client), plant(client, 6000)],
        lambda client: plant(client, 8),
        now=datetime.now(UTC),
    )


@pytest.mark.moto
def test_the_undo_waits_for_its_time_and_nothing_is_sent_before() -> None:
    with mock_aws():
        table()
        clock = Clock()
        here, volume = reconciler(Settings(), clock), plant(client)
        (check,) = catalogue.load([CHECK.id])
        here.sweep([check])
        (record,) = here.ledger.records()
        change = here.fix(check, record, "ann")
        assert change.state is ChangeState.VERIFIED
        waiting = here.undo(change, "ann")
        assert waiting.state is ChangeState.UNDOING
        assert waiting.attempts == 0
        assert waiting.waits.startswith("AWS takes no further change of it before ")
        clock.turn(hours=5)
        before = asked(here)
        assert here.ledger.due(clock.at) == [], "the schedule has nothing to look at until then"
        assert here.settle(change.id).changes == [waiting], "nor has a message that comes too early"
        assert asked(here) == before, "and EC2 is asked nothing"
        here.sweep([check])
        assert kind(volume) == "gp3"
        clock.turn(hours=1, minutes=1)
        assert here.ledger.due(clock.at) == [change.id]
        here.sweep([check])
        here.sweep([check])
        done = here.ledger.change(change.id)
        assert done is not None
        assert (done.state, done.waits, done.reason) == (ChangeState.UNDONE, "", "")
        assert kind(volume) == "gp2"


def asked(here: Reconciler) -> dict[str, int]:
    """How often EC2 was asked what."""
    counts: dict[str, int] = here.aws.counts  # type: ignore[attr-defined]
    return {name: count for name, count in counts.items() if name.startswith("ec2:")}


@pytest.mark.moto
def test_what_somebody_changed_just_now_is_left_until_its_time() -> None:
    with mock_aws():
        table()
        clock = Clock()
        here, volume = reconciler(Settings(), clock), plant(client, 400)
        client("ec2").modify_volume(VolumeId=volume, Size=500)
        (check,) = catalogue.load([CHECK.id])
        here.sweep([check])
        (record,) = here.ledger.records()
        with pytest.raises(Refused) as refused:
            here.fix(check, record, "ann")
        assert refused.value.held.guardrail == "cooling"
        assert kind(volume) == "gp2"
        clock.turn(hours=6, minutes=1)
        assert here.fix(check, record, "ann").state is ChangeState.VERIFIED


def kind(volume: str) -> str:
    (one,) = client("ec2").describe_volumes(VolumeIds=[volume])["Volumes"]
    return str(one["VolumeType"])


def test_the_owner_says_what_is_worth_it() -> None:
    silent(Gp2Volume(cents=100_000), BAD)


def test_says_which_machines_have_it_now() -> None:
    """DescribeVolumes names who had it and who gets it, too: `VolumeAttachment.State`."""
    states = ("attached", "attaching", "detaching", "detached", "busy")
    every = [{"InstanceId": f"i-{state}", "State": state} for state in states]
    alone = {"State": "attached", "AssociatedResource": "arn:aws:ecs:x"}
    facts = {Volumes: [disk("vol-1", Attachments=[*every, alone]), disk("vol-2")]}
    first, second = found(CHECK, facts)
    assert first.evidence["used_by"] == ["i-attached"]
    assert "used_by" not in second.evidence
