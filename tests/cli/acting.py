"""Databases that are public, sweeps and fixes, as commands are given."""

from __future__ import annotations

from steadyhand.aws.client import Botocore
from steadyhand.catalogue import discovery as catalogue
from steadyhand.cli.session import now
from steadyhand.engine.changes.actor import Actor
from steadyhand.engine.changes.kill_switch import Switch
from steadyhand.engine.reconcile import Reconciler
from steadyhand.ledger.seal import Seal
from steadyhand.ledger.table import Ledger
from steadyhand.settings.deployed import ACTOR, TABLE
from tests.cli.deployed import ACCOUNT, DEPLOYED, INES, OPERATED
from tests.cli.terminal import REGION, Output
from tests.reconcilers import check_named, models


def engine() -> Reconciler:
    """The engine that is deployed."""
    aws = Botocore(REGION, session=models(), identity=INES, workers=False)
    settings, actor = DEPLOYED.settings or OPERATED, f"arn:aws:iam::{ACCOUNT}:role/{ACTOR}"
    ledger = Ledger(aws, TABLE, Seal(aws))
    return Reconciler(
        aws=aws,
        ledger=ledger,
        settings=settings,
        actor=Actor(aws=aws, role=actor, clock=now),
        checks=check_named,
        stopped=Switch(aws, settings.stop_parameter),
        exemptions=ledger.exemptions,
        now=now,
    )


def sweep() -> dict[str, str]:
    """Fill the ledger, as the deployed sweep does: finding ids by check."""
    outcome = engine().sweep(catalogue.load(["open_admin_ports", "public_rds_instance"]))
    return {one.check: one.id for one in outcome.findings}


def refused(said: Output, *words: str) -> None:
    """A guardrail, or the door, said no, in these words."""
    assert (said.code, said.out) == (5, ""), said
    assert all(word in said.err for word in words), said.err
