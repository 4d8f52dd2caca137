"""The work that waits, in three lanes, and why it waits where it does.

Without words the lanes; with an item (it-1a2b3c4d5e) its sum, its findings and the next step.
`move ITEM now|next|later --because REASON` is your word: it is kept, with your name, until you
move it again. From the ledger where Steadyhand is deployed, else by looking.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated

from rich.text import Text
from typer import Argument, Option

from steadyhand.cli import door
from steadyhand.cli.errors import Exit, Misused
from steadyhand.cli.options import Here
from steadyhand.cli.output import result
from steadyhand.cli.output.backlog import as_json, as_markdown, show, show_one
from steadyhand.cli.session import open_session, reading
from steadyhand.cli.status import account_status, from_ledger
from steadyhand.cli.terminal import out, text
from steadyhand.model import Lane
from steadyhand.rhythm.backlog.items import Item, items_of
from steadyhand.settings.nearest import unknown

MOVE = "move"
ITEM = "it-"


class Output(StrEnum):
    """How the backlog is written."""

    TABLE = "table"
    JSON = "json"
    MARKDOWN = "markdown"


def command(
    here: Here,
    words: Annotated[
        list[str] | None,
        Argument(metavar="[ITEM | move ITEM now|next|later]", help="One item, or your word."),
    ] = None,
    because: Annotated[str, Option("--because", metavar="REASON", help="Why you move it.")] = "",
    every: Annotated[bool, Option("--all", help="Not only the first seven of a lane.")] = False,
    output: Annotated[Output, Option("--output", "-o", help="How to write it.")] = Output.TABLE,
) -> int:
    """Show the lanes or one item, or move one."""
    said = list(words or ())
    if said and said[0] == MOVE:
        return move(here, said[1:], because.strip())
    if because:
        raise Misused(
            "--because belongs to a move", "steadyhand backlog move ITEM LANE --because …"
        )
    if len(said) > 1:
        raise Misused(f"{said[1]} is too much; one item, or move", "steadyhand backlog --help")
    known = account_status(here)
    items = items_of(known.facts)
    chosen = [the_item(said[0], items)] if said else list(items)
    if output is Output.JSON:
        sys.stdout.write(json.dumps(as_json(chosen, known), indent=2) + "\n")
    elif output is Output.MARKDOWN:
        sys.stdout.write(as_markdown(chosen, known, every=every or bool(said)) + "\n")
    elif said:
        show_one(out(), chosen[0])
    else:
        show(out(), chosen, known, every=every)
    return Exit.INCOMPLETE if known.unknown else Exit.CLEAN


def move(here: Here, said: Sequence[str], because: str) -> int:
    """A person's word, written into the ledger. Nothing else changes."""
    if len(said) != 2:
        raise Misused(
            "a move needs an item and a lane", "steadyhand backlog move ITEM LANE --because …"
        )
    name, wanted = said
    lanes = [one.value for one in Lane]
    if wanted not in lanes:
        raise Misused(
            unknown(wanted, lanes, "lane"), f"steadyhand backlog move {name} now --because …"
        )
    if not because:
        raise Misused("a move needs a reason", "--because REASON")
    session = open_session(here)
    with reading(session.aws.region):
        item = the_item(name, items_of(from_ledger(session).facts, ended=True))
    with result.refusing(item.id):
        door.ask(session, "move", item=item.id, lane=wanted, because=because)
    console = out()
    console.print(
        Text.assemble(("✓ ", "auto"), (f"Moved to {wanted.capitalize()} ", "h"), text(item.what))
    )
    if item.rule.value != wanted:
        console.print(f"[m]By the rule it would be in {item.rule.value.capitalize()}.[/]")
    console.print("[m]It stays there until you move it again; if its day is near, we say so.[/]")
    return 0


def the_item(name: str, items: Sequence[Item]) -> Item:
    """The one of this id, or whose id begins so."""
    if not name.startswith(ITEM):
        raise Misused(f"{name} is no item; its id begins with {ITEM}", "steadyhand backlog")
    found = [one for one in items if one.id.startswith(name)]
    if not found:
        raise Misused(f"there is no item {name} (any more)", "steadyhand backlog")
    if len(found) > 1:
        raise Misused(f"{name} could be {', '.join(sorted(one.id for one in found)[:4])}")
    return found[0]
