"""Let a finding, a resource or a check be, until a day, for a reason.

Every exemption ends. It is written into the ledger with your name; nothing else changes.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from rich.text import Text
from typer import Argument, Option

from steadyhand.catalogue import discovery as catalogue
from steadyhand.cli import client, door
from steadyhand.cli.errors import Misused
from steadyhand.cli.options import Here
from steadyhand.cli.output import result
from steadyhand.cli.session import FINDING, Session, now, open_session, reading
from steadyhand.cli.terminal import out, text
from steadyhand.settings.local_date import day_of, until_in
from steadyhand.settings.nearest import unknown


def command(
    here: Here,
    scope: Annotated[
        str, Argument(metavar="FINDING|RESOURCE|CHECK", help="An id, an ARN, or a check's id.")
    ],
    until: Annotated[str, Option("--until", metavar="DATE", help="The last day: 2027-01-31.")],
    because: Annotated[str, Option("--because", metavar="REASON", help="Why it may stay.")],
) -> int:
    """Write it down."""
    if not because.strip():
        raise Misused("an exemption needs a reason", "--because REASON")
    zone = client.settings(here).time_zone
    ends = day(until, zone)
    session = open_session(here)
    with reading(session.aws.region):
        whole = meant(session, scope)
    with result.refusing(whole):
        word = {"scope": whole, "until": ends.isoformat(), "because": because.strip()}
        count = int(door.ask(session, "exempt", **word)["wrote"])
    console = out()
    last = day_of(ends, zone)
    until_day = f"{last.day} {last:%B %Y}"
    console.print(
        Text.assemble(("✓ ", "auto"), ("Exempt ", "h"), text(f"until {until_day}: {whole}"))
    )
    console.print(f"[m]{count} open finding{'' if count == 1 else 's'} concerned.[/]")
    return 0


def day(said: str, zone: str) -> datetime:
    """The end of a day in the owner's time zone, which is still to come."""
    try:
        ends = until_in(said, zone)
    except ValueError:
        raise Misused(f"{said} is no date; write one like 2027-01-31", "--until DATE") from None
    if ends <= now():
        raise Misused(f"{said} is over; an exemption ends in the future", "--until DATE")
    return ends


def meant(session: Session, scope: str) -> str:
    """The scope in full, if the ledger knows a finding that it is about."""
    if scope.startswith(FINDING):
        return session.record(scope).finding.id
    if scope in catalogue.places():
        return scope
    known = [one.finding for one in session.ledger.records()]
    if scope.startswith("arn:"):
        if not any(one.resource == scope for one in known):
            raise Misused(f"the ledger has no finding about {scope}", "steadyhand scan")
        return scope
    resources = sorted({one.resource for one in known if scope in {one.resource, one.key}})
    if len(resources) != 1:
        said = f"{scope} could be {', '.join(resources)}" if resources else ""
        raise Misused(said or unknown(scope, catalogue.names(), "finding, resource or check"))
    return resources[0]
