"""Anything in any order: events lost, doubled and late, people, rivals, clocks, sweeps, faults.

A Hypothesis state machine over one subject. At the end of each schedule everything calms down, and
then the ledger says what is true, a person's word stands, no stranger's value was overwritten, and
sweeps alone would have come to the same state.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from steadyhand.model import STEADYHAND, ChangeState
from tests.trust.lab import OTHER, PERSON, account, straight, tried
from tests.trust.scenes import Scene, scene
from tests.trust.slow import Slow
from tests.trust.walk import FAULTS, Fault

RIVAL = "arn:aws:iam::123456789012:user/rival"
Hand = Callable[[Scene], None]


@dataclass(frozen=True)
class Rival:
    """What somebody else does by hand: back to what it was, or to something else that is right."""

    back: Hand
    other: Hand


def logs(days: int | None) -> Hand:
    def by_hand(here: Scene) -> None:
        client = here.world.client("logs")
        if days is None:
            client.delete_retention_policy(logGroupName="/app")
        else:
            client.put_retention_policy(logGroupName="/app", retentionInDays=days)

    return by_hand


def status(name: str) -> Hand:
    def by_hand(here: Scene) -> None:
        client = here.world.client("s3")
        client.put_bucket_versioning(
            Bucket="acme-tfstate", VersioningConfiguration={"Status": name}
        )

    return by_hand


def retention(days: int) -> Hand:
    def by_hand(here: Scene) -> None:
        client = here.world.client("rds")
        client.modify_db_instance(
            DBInstanceIdentifier="orders", BackupRetentionPeriod=days, ApplyImmediately=True
        )

    return by_hand


RIVALS: Mapping[str, Rival] = {
    "endless_logs": Rival(logs(None), logs(30)),
    "bucket_versioning_off": Rival(status("Suspended"), status("Enabled")),
    "rds_backups_off": Rival(retention(1), retention(21)),
}


class Anything(RuleBasedStateMachine):
    """One subject's life."""

    played = 0
    slow = False

    def __init__(self) -> None:
        super().__init__()
        type(self).played += 1
        self.around = account(Slow() if self.slow else None)
        self.world = self.around.__enter__()
        self.strange: Any = None
        self.word = ""
        self.since = 0

    @initialize(name=st.sampled_from(sorted(RIVALS)))
    def begins(self, name: str) -> None:
        self.here = scene(name, self.world)
        self.before = self.here.truth()

    def does(self, job: Callable[[], object]) -> str:
        out = tried(job)
        assert not out.startswith("crash"), out
        return out

    @rule(times=st.integers(1, 3))
    def an_event(self, times: int) -> None:
        for _ in range(times):
            self.does(self.here.event)

    @rule()
    def an_echo(self) -> None:
        self.does(self.here.echo)

    @rule()
    def a_sweep(self) -> None:
        self.does(self.here.sweep)

    @rule(minutes=st.sampled_from([1, 6, 20, 90]))
    def time(self, minutes: int) -> None:
        self.world.clock.turn(minutes=minutes)

    @rule(
        at=st.integers(1, 12), kind=st.sampled_from(FAULTS), job=st.sampled_from(["event", "sweep"])
    )
    def a_fault(self, at: int, kind: str, job: str) -> None:
        self.world.hook = Fault(self.world, at, kind)
        self.does(getattr(self.here, job))
        self.world.hook = straight

    @rule(stop=st.booleans())
    def the_switch(self, stop: bool) -> None:
        self.world.stop = "somebody stopped it" if stop else ""

    @precondition(lambda self: self.world.changes())
    @rule(at=st.integers(0, 9), kind=st.sampled_from(FAULTS))
    def a_person_undoes(self, at: int, kind: str) -> None:
        change = self.world.changes()[-1]
        self.world.hook = Fault(self.world, at, kind)
        out = self.does(lambda: self.here.undo(change, OTHER))
        self.world.hook = straight
        if out == "ok":
            self.word = change.id

    @rule()
    def a_person_fixes(self) -> None:
        if self.here.findings() and self.does(lambda: self.here.fix(PERSON)) == "ok":
            self.word = ""

    @rule(back=st.booleans(), tells=st.booleans())
    def a_rival(self, back: bool, tells: bool) -> None:
        rival = RIVALS[self.here.check.id]
        (rival.back if back else rival.other)(self.here)
        self.strange = None if back else self.here.truth()
        if tells:
            self.does(lambda: self.here.event(by=RIVAL))

    def teardown(self) -> None:
        try:
            if hasattr(self, "here"):
                self.calm()
        finally:
            self.around.__exit__(None, None, None)

    def calm(self) -> None:
        """No faults and no strangers any more, and the schedule comes."""
        world, here = self.world, self.here
        world.stop, world.hook = "", straight
        for _ in range(3):
            here.settle()
            world.clock.turn(minutes=30)
            assert not here.sweep().troubles
        here.settle()
        assert not [one for one in world.changes() if one.state.moves], "stuck"
        assert not world.claims(), "a part is claimed for ever"
        assert not world.unrecorded, world.unrecorded
        last = world.changes()[-1:]
        truth, calls = here.truth(), len(world.mutations)
        if last and last[0].state is ChangeState.VERIFIED and here.wrong():
            held = [row.get("held", "") for row in world.rows() if row["sk"].startswith("finding#")]
            assert any(held), "it is wrong again, and nobody says why nothing is done"
        word = [one for one in world.changes() if one.id == self.word]
        if word and word[0].state is ChangeState.UNDONE:
            later = [one for one in world.changes() if one.at > word[0].at]
            assert not [one for one in later if one.by == STEADYHAND], (
                "a person's word does not stand"
            )
        assert not here.sweep().troubles
        assert here.event().troubles == []
        here.settle()
        assert here.truth() == truth, "it never comes to rest"
        assert len(world.mutations) == calls, "another event or sweep changed something more"


def play(schedules: int, start: int = 0, steps: int = 9, *, slow: bool = False) -> int:
    """So many schedules, always the same; raises with the shortest one that breaks anything."""

    class Played(Anything):
        played = 0

    Played.slow = slow
    seed(start)(Played)
    run_state_machine_as_test(
        Played,
        settings=settings(
            max_examples=schedules, stateful_step_count=steps, deadline=None, database=None,
            suppress_health_check=list(HealthCheck),
            phases=(Phase.generate, Phase.shrink) if schedules < 100 else (Phase.generate,),
        ),
    )  # fmt: skip
    return Played.played
