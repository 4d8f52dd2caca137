"""Ids are asked for together where AWS takes many, and each is answered, refused or unknown by itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from steadyhand.model import Call, Finding, ReadFailed, Unknown
from steadyhand.source import Many
from steadyhand.sources.ec2 import Volumes
from tests.engine.paper import DENIED, Late, Paper, Plain, survey

GONE = ReadFailed("InvalidInstanceId", "some of these are gone")
PATCHES: Many[Any] = Many(
    operation="ssm:DescribeInstancePatchStates",
    items="InstancePatchStates",
    of=Volumes,
    full=50,
    ask_all=lambda keys: {"InstanceIds": list(keys)},
    whose=lambda state: str(state["InstanceId"]),
    gone=frozenset({"InvalidInstanceId"}),
    refused="Refused",
)
"""docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribeInstancePatchStates.html: at most 50 ids."""


class Unpatched(Plain):
    """The states are its subject, or context of volumes."""

    reads = (PATCHES,)


class Joined(Plain):
    """The same as context: what was not answered is not found."""

    reads = (Volumes, PATCHES)

    def find(self, account: Any, now: Any) -> Any:
        del now
        known = dict(account[PATCHES])
        for volume in account[Volumes]:
            key = volume["VolumeId"]
            if key in known:
                yield self.finding(account, resource=key, key=key, summary="is known")


def volumes(count: int) -> dict[str, Any]:
    return {"Volumes": [{"VolumeId": f"v-{n}"} for n in range(count)]}


def states(call: Call) -> Mapping[str, Any]:
    """All but those whose id ends in 7, of which AWS says nothing."""
    asked = call.params["InstanceIds"]
    return {"InstancePatchStates": [{"InstanceId": one} for one in asked if not one.endswith("7")]}


def sizes(aws: Paper) -> list[int]:
    return [len(one.params["InstanceIds"]) for one in aws.asked if "InstanceIds" in one.params]


@pytest.mark.parametrize("kind", [Paper, Late])
@pytest.mark.parametrize("count", [0, 1, 50, 51, 120])
def test_so_many_to_a_call_and_no_more_calls_than_that(kind: type[Paper], count: int) -> None:
    aws = kind(DescribeVolumes=volumes(count), DescribeInstancePatchStates=states)
    found = survey(aws, Unpatched(), Joined())
    expected = {f"v-{n}" for n in range(count) if n % 10 != 7}
    assert sorted(one.key for one in found if isinstance(one, Finding)) == sorted([*expected] * 2)
    assert not [one for one in found if isinstance(one, Unknown)]
    assert sorted(sizes(aws), reverse=True) == [50] * (count // 50) + [count % 50] * bool(
        count % 50
    )


def test_an_error_about_some_ids_leaves_the_others_known() -> None:
    """AWS answers none of them where one is gone."""
    lost = {"v-3", "v-41"}

    def told(call: Call) -> Mapping[str, Any]:
        if lost & set(call.params["InstanceIds"]):
            raise GONE
        return {"InstancePatchStates": [{"InstanceId": one} for one in call.params["InstanceIds"]]}

    aws = Paper(DescribeVolumes=volumes(50), DescribeInstancePatchStates=told)
    found = survey(aws, Joined())
    assert {getattr(one, "key", one) for one in found} == {f"v-{n}" for n in range(50)} - lost
    assert len(sizes(aws)) <= 1 + 2 * 2 * 6


def test_an_id_that_a_good_answer_refuses_is_unknown_and_no_other() -> None:
    def told(call: Call) -> Mapping[str, Any]:
        asked = call.params["InstanceIds"]
        good = [{"InstanceId": one} for one in asked if one != "v-2"]
        return {"InstancePatchStates": good, "Refused": ["v-2"]}

    found = survey(Paper(DescribeVolumes=volumes(5), DescribeInstancePatchStates=told), Joined())
    assert {one.key for one in found if isinstance(one, Finding)} == {"v-0", "v-1", "v-3", "v-4"}
    assert [one.concerns for one in found if isinstance(one, Unknown)] == ["v-2"]


@pytest.mark.parametrize("broken", [DENIED, {"InstancePatchStates": [{"nothing": 1}]}])
def test_what_failed_as_a_whole_is_unknown_for_each(broken: Any) -> None:
    found = survey(Paper(DescribeVolumes=volumes(60), DescribeInstancePatchStates=broken), Joined())
    assert not [one for one in found if isinstance(one, Finding)]
    assert {one.concerns for one in found if isinstance(one, Unknown)} == {
        f"v-{n}" for n in range(60)
    }


def test_an_event_asks_about_its_own_id_alone() -> None:
    aws = Paper(DescribeVolumes=volumes(60), DescribeInstancePatchStates=states)
    (one,) = survey(aws, Unpatched(), only="v-4")
    assert isinstance(one, Finding)
    assert one.key == "v-4"
    assert sizes(aws) == [1]
    assert survey(aws, Unpatched(), only="v-17") == []
