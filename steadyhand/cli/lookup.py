"""One finding by its id: from the ledger where one is deployed, else from the last scan, else by looking."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from steadyhand.cli import client
from steadyhand.cli.choice import chosen
from steadyhand.cli.errors import DENIED, CliError, Misused
from steadyhand.cli.options import Here
from steadyhand.cli.progress import watched
from steadyhand.cli.scans import scan_store
from steadyhand.cli.session import FINDING, NO_TABLE, Session, now, open_session, recorded, the_only
from steadyhand.engine.scan import Found, judged, scan
from steadyhand.model import ReadFailed, Record


@dataclass(frozen=True, kw_only=True)
class Known:
    """A finding, and what the ledger remembers of it, if there is one."""

    found: Found
    record: Record | None
    session: Session


def known(here: Here, name: str, checks: Sequence[str]) -> Known:
    """The finding of this id, or whose id begins so. Reads only."""
    if not name.startswith(FINDING):
        raise Misused(f"{name} is no finding; its id begins with {FINDING}", "steadyhand scan")
    session = open_session(here)
    record = _remembered(session, name)
    if record:
        found = judged(session.check(record.finding.check), record.finding, now(), session.decided)
        return Known(found=found, record=record, session=session)
    kept = None if checks else _kept(session, name)
    return Known(found=kept or _seen(here, session, name, checks), record=None, session=session)


def _kept(session: Session, name: str) -> Found | None:
    """From the last scans of this account, the latest first."""
    for whole in (False, True):
        seen = scan_store.last(session.aws.account, session.decided, whole=whole)
        if seen and (
            found := the_only(name, [one for one in seen.found if one.finding.id.startswith(name)])
        ):
            return found
    return None


def _remembered(session: Session, name: str) -> Record | None:
    try:
        return recorded(session.ledger, name)
    except ReadFailed as failed:
        if failed.code == NO_TABLE or any(said in failed.code for said in DENIED):
            return None
        raise


def _seen(here: Here, session: Session, name: str, checks: Sequence[str]) -> Found:
    wanted = chosen(session.decided, checks)
    with watched() as watch:
        result = scan(
            wanted, client.connect_all(here, session.decided), now, watch, session.decided
        )
    found = the_only(name, [one for one in result.found if one.finding.id.startswith(name)])
    if found:
        return found
    blind = len(result.blind())
    said = f"; {blind} checks could not see everything" if blind else ""
    raise CliError(f"there is no finding {name} (any more){said}", "steadyhand scan")
