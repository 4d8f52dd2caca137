"""The function context, made once at cold start: clients, ledger, reconcilers, event index."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from steadyhand.aws.client import Botocore, session
from steadyhand.catalogue import discovery as catalogue
from steadyhand.check import Check
from steadyhand.engine.actor import Actor
from steadyhand.engine.event_index import Wake, index
from steadyhand.engine.kill_switch import Switch
from steadyhand.engine.reconcile import Reconciler, in_force
from steadyhand.ledger.table import Ledger
from steadyhand.settings.deployed import Deployed

ROOT = Path(__file__).resolve().parent.parent


def now() -> datetime:
    """The one clock of the functions."""
    return datetime.now(UTC)


@cache
def deployed() -> Deployed:
    """The settings that the stack put into this function's environment."""
    return Deployed.from_variables(os.environ)


@cache
def home(*, workers: bool = False) -> Botocore:
    """The client of the home region, where ledger, kill switch and actor role live."""
    models = os.environ.get("STEADYHAND_MODELS")
    return Botocore(
        deployed().home,
        session=session(str(ROOT / models) if models else None),
        identity=deployed().actor,
        workers=workers,
    )


@cache
def ledger() -> Ledger:
    """The ledger."""
    return Ledger(home(), deployed().table)


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
        ledger=ledger(),
        settings=deployed().settings,
        actor=Actor(aws=here, role=deployed().actor, clock=now),
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
    return index(catalogue.load())


@cache
def check(name: str) -> Check:
    """One check, with the owner's knobs."""
    return catalogue.load([name], deployed().settings.knobs)[0]
