"""An account full of time bombs: a small team's, made up, planted through the AWS API alone.

Nothing is pretended that AWS could not be made to say: what only time can make old (a key, a
volume, a snapshot) is as young as it is, and the demo's settings lower those checks' ages.

What belongs to one check lies with that check, as `Check.demo`. Here is what several share.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from steadyhand.catalogue import discovery as catalogue
from steadyhand.demo.planted import (
    bill,
    buckets,
    certificates,
    databases,
    guards,
    machines,
    mailbox,
    open_ports,
    people,
    shared,
    work,
)
from steadyhand.model.planting import (
    Bomb,
    Ground,
    Healthy,
    Known,
    Thing,
    Things,
    Unshown,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

PLANTS: tuple[Callable[[Ground], Things], ...] = (
    open_ports.plant,
    buckets.plant,
    databases.plant,
    machines.plant,
    work.plant,
    people.plant,
    certificates.plant,
    shared.plant,
    guards.plant,
    mailbox.plant,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Planted:
    """What there is to find, what there is to leave alone, and what the story comes back to."""

    bombs: tuple[Bomb, ...]
    healthy: tuple[Healthy, ...]
    known: Mapping[str, str]
    unshown: tuple[Unshown, ...] = ()

    @property
    def resources(self) -> int:
        """How many things were planted; two bombs may lie in one."""
        return len({bomb.key for bomb in self.bombs}) + len(self.healthy)

    @property
    def priya(self) -> dict[str, str]:
        """Her access key."""
        return {
            "AccessKeyId": self.known["priya"],
            "SecretAccessKey": self.known["priya's secret"],
        }

    @property
    def checks(self) -> int:
        """How many checks have something to find."""
        return len({bomb.check for bomb in self.bombs})


def plant(ground: Ground, tell: Callable[[int], None] = lambda _: None) -> Planted:
    """Plant everything. `tell` hears how many things there are so far."""
    things: list[Thing] = []
    for thing in _things(ground):
        things.append(thing)
        tell(len(things))
    return Planted(
        bombs=tuple(one for one in things if isinstance(one, Bomb)),
        healthy=tuple(one for one in things if isinstance(one, Healthy)),
        known={one.name: one.key for one in things if isinstance(one, Known)},
        unshown=tuple(one for one in things if isinstance(one, Unshown)),
    )


def _things(ground: Ground) -> Iterator[Thing]:
    for sow in PLANTS:
        yield from sow(ground)
    yield from bill.plant()
    for check in catalogue.load():
        yield from check.demo(ground)
