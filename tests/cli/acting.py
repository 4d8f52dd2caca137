"""Databases that are public, sweeps and fixes, as commands are given."""

from __future__ import annotations

from steadyhand.catalogue import discovery as catalogue
from steadyhand.cli.options import Here
from steadyhand.cli.session import open_session
from tests.cli.terminal import REGION, Output


def sweep() -> dict[str, str]:
    """Fill the ledger, as the deployed sweep does: finding ids by check."""
    reconciler = open_session(Here()).reconciler(REGION)
    outcome = reconciler.sweep(catalogue.load(["open_admin_ports", "public_rds_instance"]))
    return {one.check: one.id for one in outcome.findings}


def refused(said: Output, *words: str) -> None:
    assert (said.code, said.out) == (5, ""), said
    assert all(word in said.err for word in words), said.err
