"""The function context, made once at cold start: clients, ledger, reconcilers, event index."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from steadyhand.aws.client import Botocore, session
from steadyhand.catalogue import discovery as catalogue
from steadyhand.check import Check
from steadyhand.engine.changes.actor import Actor
from steadyhand.engine.changes.kill_switch import Switch
from steadyhand.engine.changes.worker import in_force
from steadyhand.engine.event_index import Wake
from steadyhand.engine.reconcile import Reconciler
from steadyhand.ledger.seal import Seal
from steadyhand.ledger.table import Ledger
from steadyhand.model import GLOBAL, Call, ReadFailed, Unknown
from steadyhand.settings.deployed import REACT, Deployed

ROOT = Path(__file__).resolve().parent.parent
SOON = timedelta(hours=1)


def now() -> datetime:
    """The one clock of the functions."""
    return datetime.now(UTC)


@cache
def deployed() -> Deployed:
    """The settings that the stack put into this function's environment."""
    return Deployed.from_variables(os.environ)


def is_watched(region: str) -> bool:
    """Did the owner name this region? Nothing is looked at or changed in another."""
    return region in {deployed().home, *deployed().settings.regions}


@cache
def home(*, workers: bool = False) -> Botocore:
    """The client of the home region, where ledger, kill switch and actor role live."""
    models = os.environ.get("STEADYHAND_MODELS")
    return Botocore(
        deployed().home,
        session=session(str(ROOT / models) if models else None),
        identity=deployed().actor,
        workers=workers,
        roles=deployed().roles,
        tokens=deployed().tokens,
    )


@cache
def ledger() -> Ledger:
    """The ledger."""
    return Ledger(home(), deployed().table)


@cache
def sealed_ledger() -> Ledger:
    """The ledger for those who change something: it seals what it writes, and acts on nothing else."""
    return Ledger(home(), deployed().table, Seal(home()))


def take_unreadable() -> list[str]:
    """What the ledgers of this process could not read since they were last asked: a sentence for each row."""
    made = [one() for one in (ledger, sealed_ledger) if one.cache_info().currsize]
    return list(dict.fromkeys(row for one in made for row in one.take_unreadable()))


def remind(name: str, region: str, at: datetime) -> None:
    """Have the function that reacts look again then, at a change or a finding: a delayed message.

    SQS delays for a quarter of an hour at most; whoever looks too early asks again. Where it fails,
    the next sweep looks.
    """
    seconds = (at - now()).total_seconds()
    said = {"settle": name, "region": deployed().home if region == GLOBAL else region}
    try:
        home().ask(
            Call(
                "sqs:SendMessage",
                {
                    "QueueUrl": react_queue(),
                    "MessageBody": json.dumps(said),
                    "DelaySeconds": int(min(900, max(30, seconds))),
                },
            )
        )
    except ReadFailed:
        return


def look_later(unseen: Iterable[Unknown]) -> None:
    """Have what cannot be seen for now looked at again then; what a sweep sees as soon is left to it."""
    for one in unseen:
        if one.until and one.concerns and one.until - now() < SOON:
            remind(f"{one.check} {one.concerns}", one.region, one.until)


@cache
def react_queue() -> str:
    """The address of the queue of the function that reacts."""
    return str(home().ask(Call("sqs:GetQueueUrl", {"QueueName": REACT}))["QueueUrl"])


@cache
def reconciler(region: str, *, workers: bool = False) -> Reconciler:
    """All that is needed to look after one region. With `workers`, lists are read in parallel."""
    aws_client = home()
    here = (
        aws_client.with_(region=region, workers=workers)
        if workers or region != aws_client.region
        else aws_client
    )
    return Reconciler(
        aws=here,
        ledger=sealed_ledger(),
        settings=deployed().settings,
        actor=Actor(aws=here, role=deployed().actor, clock=now),
        checks=check,
        remind=remind,
        stopped=Switch(aws_client, deployed().settings.stop_parameter),
        exemptions=in_force(ledger(), now),
        now=now,
    )


@cache
def wakes() -> Sequence[Wake]:
    """The event index: written down when the function was built, else made anew."""
    written = ROOT / "event_index.json"
    if written.exists():
        made: list[Wake] = json.loads(written.read_text())
        return made
    from steadyhand.engine.wakes import index  # noqa: PLC0415 - a built function has it written down

    return index(catalogue.load())


@cache
def check(name: str) -> Check:
    """One check, with the owner's knobs."""
    return catalogue.load([name], deployed().settings.knobs)[0]
