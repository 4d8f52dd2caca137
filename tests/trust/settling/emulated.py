"""The crash matrix's scenes on the emulator in slow mode: one running account, planted as the demo's is.

What one case does is taken back after it (`emulator.pace`), so every case finds the account as it
was planted.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from multiprocessing.util import Finalize
from typing import Any

from emulator.launcher import Emulator
from emulator.pace import Pace, slowly
from steadyhand.aws.wire import to_one_host
from steadyhand.catalogue import discovery
from steadyhand.check import Check
from steadyhand.demo import account as demo
from steadyhand.demo import commands
from steadyhand.demo.planted import bill
from steadyhand.engine.survey import Survey
from steadyhand.model import Answer, Call, Exemption, Finding
from steadyhand.model.planting import Ground
from steadyhand.settings import file as settings_file
from tests import canonical
from tests.reconcilers import ROLE, TABLE
from tests.trust.lab import HOME, PERSON, Clients, World, is_read
from tests.trust.scenes import Scene, fixing, plantings

FOREVER = datetime(2999, 1, 1, tzinfo=UTC)
SUSPENDED = '{"Status": "Suspended"}'
"""What a bucket that once had versioning says instead of nothing: its check's undo says so."""

TIMES = re.compile(
    r"writer=Caller\(.*?, through='\w*'\)"
    r"|datetime\.(datetime|timedelta)\([^()]*(\([^()]*\))?[^()]*\)"
    r"|\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d[+.\d:]*"
)
"""When something was and who wrote it last: no undo takes that back."""

BY_VALUE = {
    "acm_expiring", "idle_elastic_ip", "kms_key_pending_deletion", "secret_pending_deletion",
    "unattached_volume",
}  # fmt: skip
"""What comes back under another id or date is compared as the check's planting does."""

NOT_CARRIED: Mapping[str, str] = {
    "gp2_volume": "ModifyVolume knows no throughput",
    "no_impact_alarm": "load balancers have no id as AWS gives them",
    "public_rds_cluster_snapshot": "no cluster's snapshot can be shared",
    "public_snapshot": "whether snapshots may be shared is not told",
    "rds_storage_filling": "the storage of a database has no metric of its own",
    "unpatched_instance": "Systems Manager knows no instance and no patch",
}
"""The fixes that the emulator cannot carry, and what it lacks; moto carries them in `tests/trust/walk.py`."""


@dataclass
class Distant:
    """The emulator's slow mode, as the lab knows a slow AWS."""

    pace: Pace
    told: datetime
    wrote: bool = False

    @property
    def waits(self) -> bool:
        """May anything be on its way?"""
        return self.wrote or self.pace.waits

    def land(self, now: datetime) -> None:
        """What is due shows."""
        self.pace.turn(now)
        self.told, self.wrote = now, False

    def ask(self, call: Call, go: Callable[[], Answer], now: datetime) -> Answer:
        """It is there that a call is slow; what the time is, it is told by the second."""
        if now - self.told >= timedelta(seconds=1):
            self.land(now)
        self.wrote = self.wrote or not is_read(call.action)
        return go()


@dataclass(frozen=True)
class Grounds:
    """A running account with time bombs in it: their keys, by check."""

    aws: Emulator
    bombs: Mapping[str, Sequence[str]]
    knobs: Mapping[str, Mapping[str, Any]]
    clients: Clients

    @contextmanager
    def scene(self, name: str) -> Iterator[Scene]:
        """One that a check has something against and a plan for, in slow mode; the check's others are exempt.

        The demo's, or what the check's own planting makes where the demo has none.
        """
        client = self.clients("dynamodb", HOME)
        with suppress(client.exceptions.ResourceNotFoundException):
            client.delete_table(TableName=TABLE)
        world = World(None, self.clients, self.aws.account)
        (check,) = discovery.load([name], self.knobs)
        with slowly(self.aws, world.clock.at, back=True) as pace:
            keys = list(self.bombs.get(name, ()))
            mine = with_plan(check, world, keys)
            planting = plantings()[name]
            if mine is None:
                check, mine = planted_anew(name, world, pace)
            else:
                planting = replace(planting, fixed=None)
            if name not in BY_VALUE:
                truth = partial(everything, check)
                planting = replace(planting, truth=truth, fixed=None)
            with world.unseen() as aws:
                every = found(Survey([check], aws, world.clock()))
            world.exempt = [
                Exemption(
                    scope=one.id, until=FOREVER, because="another case", by=PERSON, at=world.clock()
                )
                for one in every
                if one.id != mine.id
            ]
            world.slow = Distant(pace, world.clock.at)
            made = Scene(
                world=world, check=check, key=mine.key, planting=planting, risk=check.risk_of(mine)
            )
            made.written()
            yield made


def with_plan(check: Check, world: World, keys: Iterable[str]) -> Finding | None:
    """The first of these that a check has a plan for."""
    with world.unseen() as aws:
        for key in keys:
            for one in found(Survey([check], aws, world.clock(), only=key)):
                if any(True for _ in check.plan(one)):
                    return one
    return None


def planted_anew(name: str, world: World, pace: Pace) -> tuple[Check, Finding]:
    """What a check's own planting makes, once all of it shows."""
    planting = plantings()[name]
    key = planting.plant(world)
    world.clock.turn(days=planting.days, hours=2)
    pace.turn(world.clock.at)
    (check,) = discovery.load([name], {name: planting.knobs})
    mine = with_plan(check, world, [key]) or with_plan(check, world, [key])
    assert mine is not None, f"{name} finds nothing in what its planting makes"
    return check, mine


def found(seen: Iterable[object]) -> list[Finding]:
    """What of an answer are findings."""
    return [one for one in seen if isinstance(one, Finding)]


def everything(check: Check, world: World) -> dict[str, str]:
    """All that a check reads and the emulator can be asked, as a person sees it."""
    read = dict[str, str]()
    with world.unseen() as aws:
        for source in check.reads:
            if not source.is_history:
                with suppress(AssertionError):  # nobody emulates it
                    items = canonical.look(source, aws, world.clock.at)
                    read[source.operation] = canonical.canonical(source, items)
    return {name: TIMES.sub("", said).replace(SUSPENDED, "{}") for name, said in read.items()}


def carried() -> list[str]:
    """The checks with a plan whose fix the emulator can carry."""
    return [name for name in fixing() if name not in NOT_CARRIED]


@contextmanager
def setting(name: str, slow: bool) -> Iterator[Scene]:
    """A check's scene, for the crash matrix. AWS is always slow here."""
    assert slow
    with grounds().scene(name) as here:
        yield here


@cache
def grounds() -> Grounds:
    """The account, started and planted once for a process, and gone with it."""
    staying = ExitStack()
    Finalize(None, staying.close, exitpriority=1)  # a forked process runs no atexit
    aws = staying.enter_context(Emulator.start())

    @cache
    def clients(service: str, region: str = aws.region) -> Any:
        made = aws.client(service, region)
        made.meta.events.register_first("request-created.s3-control", to_one_host)
        return made

    now = datetime.now(UTC)
    ground = Ground(client=clients, account=aws.account, region=aws.region, now=now)
    planted = demo.plant(ground)
    aws.bill(list(bill.days(now)))
    trust = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    role = ROLE.rpartition("/")[2]
    clients("iam").create_role(RoleName=role, AssumeRolePolicyDocument=document)
    allowed = {"Effect": "Allow", "Action": "backup:*", "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
    clients("iam").put_role_policy(
        RoleName=ground.name("backup-new"), PolicyName="granted", PolicyDocument=policy
    )
    bombs = dict[str, list[str]]()
    for one in planted.bombs:
        bombs.setdefault(one.check, []).append(one.key)
    knobs = settings_file.read(commands.SETTINGS).knobs
    return Grounds(aws, {name: bombs[name] for name in fixing() if name in bombs}, knobs, clients)
