"""What was held as too early is looked at when its time has come, and not hours later by a sweep."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from steadyhand.engine.again import again
from steadyhand.engine.outcome import Outcome
from steadyhand.engine.reconcile import Reconciler
from steadyhand.model import FindingStatus, ReadFailed
from tests.checks.deploys.formation import QUEUE
from tests.trust.lab import World, account
from tests.trust.scenes import Scene, scene

pytestmark = pytest.mark.moto


@pytest.fixture(scope="module")
def drifted() -> Iterator[Scene]:
    """A queue that differs, of which CloudTrail's history shows nobody yet: an event may take 15 minutes."""
    with account() as world:
        made = scene("resource_drift", world)
        world.answers["cloudtrail:LookupEvents"] = lambda _: {"Events": []}
        yield made


def worker(drifted: Scene, reminded: list[tuple[str, str, datetime]]) -> Reconciler:
    here = drifted.world.worker(drifted.check)
    return replace(here, remind=lambda *said: reminded.append(said))


def record(world: World) -> str:
    (one,) = [row for row in world.rows() if row["sk"].startswith("finding#")]
    return str(one["id"])


def test_it_is_looked_at_when_the_time_that_was_told_has_come(drifted: Scene) -> None:
    """For a quarter of an hour CloudTrail may yet show who; in production, whoever it was has an hour.

    Each counts from when it was first seen, not from the last look, else it would be so for ever.
    """
    world, said = drifted.world, list[tuple[str, str, datetime]]()
    first = world.clock.at
    outcome = worker(drifted, said).on_event([drifted.check], drifted.key)
    for reason, minutes in (("nobody knows yet", 15), ("60 minutes", 60)):
        (held,) = outcome.held.values()
        assert reason in held.reason
        name, region, at = said[-1]
        assert (name, region) == (record(world), "eu-central-1")
        assert timedelta(0) <= first + timedelta(minutes=minutes) - at < timedelta(seconds=30)
        world.clock.at = at - timedelta(seconds=9)
        assert again(worker(drifted, said), name).held == {name: held}
        assert said[-1] == (name, region, at), "who looks too early asks for the same time again"
        assert world.mutations == []
        world.clock.at = at
        outcome = again(worker(drifted, said), name)
    (change,) = outcome.changes
    assert change.by == "steadyhand"
    drifted.settle()
    assert not drifted.wrong()
    assert len(said) == 4


def refuse(_: object) -> None:
    raise ReadFailed("ValidationError", "the stack does not exist in a state for that")


def test_what_is_open_no_more_or_nothing_we_know_is_not_looked_at(drifted: Scene) -> None:
    here = drifted.world.worker(drifted.check)
    known = here.ledger.record(record(drifted.world))
    assert known
    assert known.status is not FindingStatus.OPEN
    for name in (known.finding.id, "fi-0000000000"):
        outcome = again(here, name)
        assert (outcome.findings, outcome.changes, outcome.troubles) == ([], [], [])


def test_what_is_changed_while_its_stack_is_deployed_is_looked_at_when_that_is_over(
    drifted: Scene,
) -> None:
    """AWS compares only stacks at rest, and no sweep takes what it did not see for gone."""
    world, said = drifted.world, list[tuple[str, str, datetime]]()
    world.client("sqs").set_queue_attributes(QueueUrl=QUEUE, Attributes={"VisibilityTimeout": "30"})
    here, stack = worker(drifted, said), world.answers["cloudformation:DescribeStacks"]
    listed = world.answers["cloudformation:ListStacks"]
    detect = world.answers["cloudformation:DetectStackResourceDrift"]

    def status(now: str) -> None:
        calm = now == "UPDATE_COMPLETE"
        world.answers |= {
            "cloudformation:DescribeStacks": lambda params: {
                "Stacks": [one | {"StackStatus": now} for one in stack(params)["Stacks"]]
            },
            "cloudformation:ListStacks": lambda params: {
                "StackSummaries": [one | {"StackStatus": now} for one in listed(params)["StackSummaries"]]
            },
            "cloudformation:DetectStackResourceDrift": detect if calm else refuse,
        }  # fmt: skip

    status("UPDATE_IN_PROGRESS")
    outcome = here.on_event([drifted.check], drifted.key)
    (unseen,) = outcome.unknown
    assert unseen.reason == "Orders of shop-dev could not be compared: it is update in progress"
    assert unseen.until
    assert unseen.until > world.clock.at
    status("UPDATE_COMPLETE")
    world.clock.at = unseen.until
    outcome = again(here, f"{unseen.check} {unseen.concerns}")
    assert list(outcome.held) == [record(world)]
    status("UPDATE_IN_PROGRESS")
    outcome = here.sweep([drifted.check])
    assert (outcome.gone, outcome.findings) == ([], [])
    assert [one.reason for one in outcome.unknown] == [
        "shop-dev could not be compared: it is update in progress"
    ]
    known = here.ledger.record(record(world))
    assert known
    assert known.status is FindingStatus.OPEN
    assert again(here, "resource_drift of nothing") == Outcome()
