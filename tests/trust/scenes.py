"""What each check with a plan fixes, planted in an account: by construction, none is left out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache
from importlib import import_module
from typing import Any

from steadyhand.catalogue import discovery
from steadyhand.check import Check
from steadyhand.engine.survey import Survey
from steadyhand.ledger.table import Ledger
from steadyhand.model import Change, Finding, Risk
from tests import canonical
from tests.reconcilers import KEY, TABLE
from tests.trust.lab import HOME, OTHER, PERSON, World

Plant = Callable[[World], str]
Truth = Callable[[World], Any]
Touch = Callable[[World], object]


@dataclass(frozen=True, kw_only=True)
class Planting:
    """How a check's subject is planted. `days`: how much later somebody looks. `truth`: the owned
    parts as a person sees them; else all that the check reads. `beside`: what somebody else does to
    the same resource and takes back, each as the two calls of a client."""

    plant: Plant
    beside: Sequence[tuple[Touch, Touch]] = ()
    days: float = 0
    knobs: Mapping[str, Any] = field(default_factory=dict)
    truth: Truth | None = None
    fixed: Callable[[Any], bool] | None = None


@cache
def fixing() -> tuple[str, ...]:
    """The checks of the catalogue that have a plan."""
    every = discovery.load()
    return tuple(one.id for one in every if type(one).plan is not Check.plan)


@cache
def plantings() -> Mapping[str, Planting]:
    """All of them: each check's from its own test file, or from the modules beside this one."""
    from tests.trust import planted_data, planted_network

    own = {
        name: planting
        for name, place in discovery.places().items()
        if (planting := getattr(proof(place), "PLANTING", None))
    }
    return planted_data.PLANTINGS | planted_network.PLANTINGS | own


def proof(place: str) -> Any:
    """The test file of a check, by its category and name with a dot between."""
    category, _, name = place.rpartition(".")
    return import_module(f"tests.checks.{category}.test_{name}")


@dataclass(frozen=True, kw_only=True)
class Scene:
    """One subject in one account that a check has something against."""

    world: World
    check: Check
    key: str
    planting: Planting
    risk: Risk = Risk.ADVICE

    @property
    def safe(self) -> bool:
        """Would it be fixed without asking?"""
        return self.risk is Risk.SAFE

    def findings(self) -> list[Finding]:
        """What is wrong with it in truth."""
        with self.world.unseen() as aws:
            found = list(Survey([self.check], aws, self.world.clock.at, only=self.key))
        return [one for one in found if isinstance(one, Finding)]

    def truth(self) -> Any:
        """The part of the account that this is about, as a person sees it."""
        if self.planting.truth:
            return self.planting.truth(self.world)
        with self.world.unseen() as aws:
            return canonical.state(self.check, aws, self.world.clock.at)

    def wrong(self) -> bool:
        """Is it still as the check does not want it?"""
        if self.planting.fixed:
            return not self.planting.fixed(self.truth())
        return bool(self.findings())

    def written(self) -> None:
        """A sweep has seen and remembered it; nothing was done."""
        with self.world.unseen():
            here = self.world.worker(self.check)
            careful = replace(here, settings=replace(here.settings, modes={}))
            for _ in range(3):  # a report may not be ready at the first look
                outcome = careful.on_event([self.check], self.key)
                assert not outcome.troubles, outcome.troubles
                if self.world.rows():
                    return
            raise AssertionError(f"nobody wrote it down: {outcome}")

    def fix(self, person: str = "") -> Any:
        """By an event where it is safe, else because a person says so."""
        here = self.world.worker(self.check)
        if self.safe and not person:
            return here.on_event([self.check], self.key)
        with self.world.unseen() as aws:
            ledger = Ledger(aws.elsewhere(HOME), TABLE, lambda: KEY)
            (record,) = [one for one in ledger.records() if one.finding.key == self.key]
        return here.fix(self.check, record, person or PERSON)

    def undo(self, change: Change, person: str = OTHER) -> Any:
        """Because a person says so."""
        return self.world.worker(self.check).undo(change.id, person)

    def event(self, by: str = "", session: str = "") -> Any:
        """Something happened to it."""
        here = self.world.worker(self.check)
        return here.on_event([self.check], self.key, by=by, session=session)

    def sweep(self) -> Any:
        """The schedule looks at everything."""
        return self.world.worker(self.check).sweep([self.check])

    def echo(self) -> Any:
        """The event that our own last call makes."""
        last = self.world.changes()
        return self.event(session=last[-1].id if last else "")

    def settle(self, rounds: int = 14) -> None:
        """Let everything arrive that is on its way: the schedule comes every quarter of an hour."""
        for _ in range(rounds):
            waits = self.world.slow and self.world.slow.waits
            if not waits and not any(one.state.moves for one in self.world.changes()):
                return
            self.world.clock.turn(minutes=15)
            if self.world.slow:
                self.world.slow.land(self.world.clock.at)
            self.world.worker(self.check).settle()


def scene(name: str, world: World) -> Scene:
    """Planted, seen and remembered; from here on, everything is up to the engine."""
    planting = plantings()[name]
    (check,) = discovery.load([name], {name: planting.knobs})
    key = planting.plant(world)
    if planting.days:
        world.clock.at = datetime.now(UTC)
        world.clock.turn(days=planting.days)
    made = Scene(world=world, check=check, key=key, planting=planting)
    made.written()
    (found,) = made.findings()
    return replace(made, risk=check.risk_of(found))
