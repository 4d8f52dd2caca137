"""The fix that takes AWS longest: a database becomes private, after a person approved, and public again."""

from __future__ import annotations

import time
from functools import partial

from tests.verify.data import instance, is_available, seen
from tests.verify.plants import DATABASE
from tests.verify.rows import SETTLED, SWEEP, Row, command, sweep
from tests.verify.sandbox import NotSeen, Sandbox

CHECK = "public_rds_instance"
MODIFIED = 900.0
"""Seconds that RDS may take to modify the smallest database."""


def database(sandbox: Sandbox) -> str:
    """How long RDS takes from a yes to a private address, and that the undo is believed only when it is so."""
    name = instance(sandbox, "database", PubliclyAccessible=True, BackupRetentionPeriod=0)

    def is_public() -> bool:
        return bool(seen(sandbox, name)["PubliclyAccessible"])

    sandbox.until("the database", partial(is_available, sandbox, name), DATABASE)
    sweep(sandbox)

    def found() -> str:
        every = sandbox.ledger.records()
        ids = [
            one.finding.id for one in every if (one.finding.check, one.finding.key) == (CHECK, name)
        ]
        return ids[0] if ids else ""

    finding = sandbox.until(f"the finding of {name}", found, SWEEP)
    began = time.monotonic()
    command(sandbox, "approve", finding, "--yes")
    sandbox.until("the private address", lambda: not is_public(), MODIFIED)
    took = time.monotonic() - began
    (change,) = [one for one in sandbox.ledger.changes() if one.finding.id == finding]

    def rests() -> bool:
        now = sandbox.ledger.change(change.id)
        return now is not None and not now.state.moves

    sandbox.until(f"the end of {change.id}", rests, SETTLED)
    command(sandbox, "undo", change.id)
    sandbox.until("the public address", is_public, MODIFIED)
    ended = sandbox.ledger.change(change.id)
    if ended is None or ended.reason:
        raise NotSeen(f"{change.id}: {ended and ended.reason}")
    return f"private {took:.0f} s after the yes, and public again after the undo"


ROW = Row("a database becomes private, and is put back", database, 0.05)
