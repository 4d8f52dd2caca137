"""Leave the account: stop, export, delete the stacks, say what stays.

First it shows what goes and what stays, and asks; --dry-run ends there. Then the kill switch says
stop, the ledger, the backlog and the documents are written into a folder of yours, and the stacks are
deleted. Table and buckets stay, and a later `steadyhand deploy` adopts them.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer
from typer import Option

from steadyhand.cli import client
from steadyhand.cli.errors import CliError, Misused, NotAllowed
from steadyhand.cli.leaving import export, stacks
from steadyhand.cli.leaving.remains import Remains, ends, remains
from steadyhand.cli.leaving.stacks import Deployed
from steadyhand.cli.options import Here
from steadyhand.cli.output.backlog import as_json, as_markdown
from steadyhand.cli.session import NO_TABLE, Session, now, open_session
from steadyhand.cli.status import from_ledger
from steadyhand.engine.changes.kill_switch import GO, LASTS
from steadyhand.formats.words import tame
from steadyhand.model import Call, Change, ReadFailed
from steadyhand.rhythm.backlog.items import items_of
from steadyhand.settings import private
from steadyhand.settings.deployed import TABLE, reports

STOP = "uninstalled"
OBEYED = timedelta(seconds=LASTS + 10)
"""After so long every function has seen that the switch says stop."""

PATIENCE, OFTEN = 300.0, 10.0
"""Seconds that changes under way get to end, and between two looks."""

NOWHERE = frozenset({"NoSuchBucket", NO_TABLE})


def command(
    here: Here,
    dry_run: Annotated[
        bool, Option("--dry-run", help="Only say what would go and what stays.")
    ] = False,
    yes: Annotated[bool, Option("--yes", help="Do not ask.")] = False,
    out: Annotated[
        Path | None, Option("--out", metavar="DIR", help="Where everything is written to.")
    ] = None,
    unfinished: Annotated[
        bool, Option("--unfinished", help="Leave changes under way as they are.")
    ] = False,
) -> int:
    """Say, ask, stop, take along, delete, say what stays."""
    session = open_session(here)
    aws = session.aws
    found = stacks.deployed(aws, client.enabled(aws))
    told = list(remains(aws, session.decided, found, aws.account))
    _announce(session, found)
    if dry_run or not found.stacks:
        _stays(told)
        return 0
    if locked := [one.name for one in found.stacks if one.is_protected]:
        said = f"{locked[0]} is protected from deletion, so nothing was changed"
        raise NotAllowed(
            said,
            f"aws cloudformation update-termination-protection --no-enable-termination-protection --stack-name {locked[0]}",
        )
    _agreed(aws.account, yes=yes)
    folder = export.Folder(out or Path(f"steadyhand-{aws.account}-{now():%Y-%m-%d}"))
    try:
        private.folder(folder.top)
        _stop(session)
        if not unfinished:
            _settled(session)
        _take_along(session, folder)
        for stack in found.stacks:
            stacks.delete(aws, stack, _tell)
        told = list(remains(aws, session.decided, found, aws.account))
        export.what_stays(folder, told)
    except (export.NotExported, private.NotPrivate) as wrong:
        raise NotAllowed(str(wrong), "steadyhand uninstall --out DIR") from wrong
    except stacks.NotDeleted as failed:
        raise CliError(str(failed), "fix that, then again: steadyhand uninstall") from failed
    _stays(told)
    sys.stdout.write(
        f"Steadyhand is gone from this account. Everything it knew is in {folder.top}\n"
    )
    return 0


def _announce(session: Session, found: Deployed) -> None:
    """What would be deleted, and what cannot be known."""
    account = session.aws.account
    head = f"What goes from {account}:"
    if not found.stacks:
        head = f"No stack of Steadyhand is in {account}, as far as was looked."
    said = [
        f"stack {one.name} in {one.region}: {one.resources - len(one.kept)} resources ({one.status})"
        for one in found.stacks
    ]
    said += ends(session.decided) if found.stacks else ()
    said += [
        f"not looked at: {region} ({code}); a stack there would stay"
        for region, code in found.unread
    ]
    _list(head, map(tame, said))


def _stays(told: Sequence[Remains]) -> None:
    _list("What stays, and how to remove it:", export.lines(told))


def _list(head: str, lines: Iterable[str]) -> None:
    sys.stdout.write("\n".join([head, *(f"  {one}" for one in lines)]) + "\n\n")


def _agreed(account: str, *, yes: bool) -> None:
    """A person said yes, by the account's number."""
    if yes:
        return
    if not sys.stdin.isatty():
        raise Misused("nobody is there to answer", "steadyhand uninstall --yes")
    said = str(typer.prompt(f"Type {account} to uninstall", default="", show_default=False))
    if said.strip() != account:
        raise NotAllowed("that is not the account's number; nothing was changed")


def _stop(session: Session) -> None:
    """Nothing begins any more. Waits until every function has seen it."""
    aws, name = session.aws, session.decided.stop_parameter
    try:
        there = aws.ask(Call("ssm:GetParameter", {"Name": name}))["Parameter"]
    except ReadFailed as failed:
        if failed.code != "ParameterNotFound":
            raise
        return  # what cannot be read says stop
    since = now() - there["LastModifiedDate"]
    if str(there["Value"]).strip().lower() == GO:
        value = {"Name": name, "Type": "String", "Value": STOP, "Overwrite": True}
        aws.ask(Call("ssm:PutParameter", value))
        _tell(f"{name} says {STOP}: nothing begins any more")
        since = timedelta()
    if since < OBEYED:
        aws.wait((OBEYED - since).total_seconds())


def _settled(session: Session) -> None:
    """No change is half done; `NotAllowed` names those that still are after a while."""
    left = PATIENCE
    while moving := [one.id for one in _changes(session) if one.state.moves]:
        if left <= 0:
            raise NotAllowed(
                f"still under way: {', '.join(moving[:4])}; everything stands still, nothing was deleted",
                "the same again later, or with --unfinished; to go on instead: "
                f"aws ssm put-parameter --name {session.decided.stop_parameter} --type String --value go --overwrite",
            )
        _tell(f"waiting for {len(moving)} changes under way")
        session.aws.wait(OFTEN)
        left -= OFTEN


def _changes(session: Session) -> list[Change]:
    """Every change; none where there is no ledger."""
    with _there():
        return session.ledger.changes()
    return []


def _take_along(session: Session, folder: export.Folder) -> None:
    """Everything it knew, into files."""
    aws = session.aws
    bucket = reports(aws.account, aws.region)
    with _there():
        _tell(f"{export.documents(folder, aws, bucket)} documents from {bucket}")
    with _there():
        _tell(f"{export.ledger(folder, aws)} rows of the table {TABLE}")
        known = from_ledger(session)
        items = list(items_of(known.facts))
        folder.write("backlog.json", json.dumps(as_json(items, known), indent=2) + "\n")
        folder.write("backlog.md", as_markdown(items, known, every=True) + "\n")
        _tell(f"{len(items)} items of the backlog")
        _tell(f"the way back of {export.way_back(folder, _changes(session))} changes")


@contextmanager
def _there() -> Iterator[None]:
    """What is not there is not taken along."""
    try:
        yield
    except ReadFailed as failed:
        if failed.code not in NOWHERE:
            raise
        _tell(f"not there: {failed.reason}")


def _tell(said: str) -> None:
    typer.echo(tame(said), err=True)
