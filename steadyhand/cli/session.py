"""What a person's command reads through: the deployed ledger. What it wants done goes through `door`.

Without a ledger entry nothing is changed, so without a deployed Steadyhand a person is refused too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

from steadyhand.aws import client as aws
from steadyhand.catalogue import discovery as catalogue
from steadyhand.check import Check
from steadyhand.cli import client
from steadyhand.cli.errors import CliError, Misused, NotAllowed
from steadyhand.cli.options import Here
from steadyhand.engine.scan import Found
from steadyhand.ledger.table import Ledger
from steadyhand.model import Change, ReadFailed, Record
from steadyhand.settings.deployed import TABLE
from steadyhand.settings.nearest import unknown
from steadyhand.settings.values import Settings

DEPLOY = "steadyhand deploy; `steadyhand doctor` says what is missing"
NO_TABLE = "ResourceNotFoundException"
FINDING, CHANGE = "fi-", "ch-"
Meant = TypeVar("Meant", Record, Found)


def now() -> datetime:
    """The clock of the command line."""
    return datetime.now(UTC)


@dataclass(frozen=True, kw_only=True)
class Session:
    """What a person's word goes through: where the ledger lies, and what the owner decided."""

    aws: aws.Botocore
    ledger: Ledger
    decided: Settings

    def check(self, name: str) -> Check:
        """The check of a finding, with the owner's knobs."""
        if name not in catalogue.places():
            raise CliError(unknown(name, catalogue.names(), "check"), "steadyhand checks")
        (check,) = catalogue.load([name], self.decided.knobs)
        return check

    def record(self, name: str) -> Record:
        """What the ledger knows of a finding, by its id or how the id begins."""
        with reading(self.aws.region):
            found = recorded(self.ledger, name)
        if found is None:
            raise NotAllowed(f"the ledger has no finding {name}", "steadyhand scan")
        return found

    def change(self, name: str) -> Change:
        """One change, by its id."""
        if not name.startswith(CHANGE):
            raise Misused(f"{name} is no change; its id begins with {CHANGE}")
        with reading(self.aws.region):
            found = self.ledger.change(name)
        if found is None:
            raise NotAllowed(f"the ledger has no change {name}")
        return found


def open_session(here: Here) -> Session:
    """A session on the account's ledger, in its home region."""
    decided = client.settings(here)
    there = client.connect_home(here, decided)
    return Session(aws=there, ledger=Ledger(there, TABLE), decided=decided)


@contextmanager
def reading(region: str) -> Iterator[None]:
    """A ledger that is not there: nothing to act on, and nothing to show."""
    try:
        yield
    except ReadFailed as failed:
        if failed.code != NO_TABLE:
            raise
        said = f"nothing is deployed in {region}, so there is no ledger"
        raise NotAllowed(said, DEPLOY) from failed


def recorded(ledger: Ledger, name: str) -> Record | None:
    """One finding by its id, or by how the id begins if that means only one."""
    if not name.startswith(FINDING):
        raise Misused(f"{name} is no finding; its id begins with {FINDING}", "steadyhand scan")
    if len(name) == len(FINDING) + 10:
        return ledger.record(name)
    found = [one for one in ledger.records() if one.finding.id.startswith(name)]
    return the_only(name, found)


def the_only(name: str, found: Sequence[Meant]) -> Meant | None:
    """The one that is meant; `Misused` where it could be several."""
    if len(found) > 1:
        ids = sorted(one.finding.id for one in found)
        raise Misused(f"{name} could be {', '.join(ids[:4])}")
    return found[0] if found else None
