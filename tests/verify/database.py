"""The fix that takes AWS longest: a database becomes private, after a person approved, and public again."""

from __future__ import annotations

import secrets
import time

from tests.verify.plants import TAGS
from tests.verify.rows import SETTLED, SWEEP, NotTried, Row, command, sweep
from tests.verify.sandbox import NotSeen, Sandbox

CHECK = "public_rds_instance"
MADE, MODIFIED = 1500.0, 900.0
"""Seconds that RDS may take to make the smallest database, and to modify it."""


def database(sandbox: Sandbox) -> str:
    """How long RDS takes from a yes to a private address, and that the undo is believed only when it is so."""
    rds, name = sandbox.client("rds"), sandbox.named("database")
    if not any(one["IsDefault"] for one in sandbox.client("ec2").describe_vpcs()["Vpcs"]):
        raise NotTried("the account has no default VPC")

    def remove() -> None:
        rds.delete_db_instance(
            DBInstanceIdentifier=name, SkipFinalSnapshot=True, DeleteAutomatedBackups=True
        )

    sandbox.removing(f"database {name}", remove)
    rds.create_db_instance(
        DBInstanceIdentifier=name,
        DBInstanceClass="db.t4g.micro",
        Engine="postgres",
        AllocatedStorage=20,
        MasterUsername="verifying",
        MasterUserPassword=secrets.token_hex(16),
        PubliclyAccessible=True,
        BackupRetentionPeriod=0,
        Tags=TAGS,
    )

    def is_public() -> bool:
        (found,) = rds.describe_db_instances(DBInstanceIdentifier=name)["DBInstances"]
        return bool(found["PubliclyAccessible"])

    def is_available() -> bool:
        (found,) = rds.describe_db_instances(DBInstanceIdentifier=name)["DBInstances"]
        return bool(found["DBInstanceStatus"] == "available")

    sandbox.until("the database", is_available, MADE)
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
