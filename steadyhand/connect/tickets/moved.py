"""Tickets whose item is called otherwise now: a finding's environment changed, and with it the item.

An item's name is made of its check and its environment. Where people give a resource another
environment, the findings are in another item: the ticket goes with them, and so does the last word
that a person said about where it waits.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from steadyhand.connect.tickets import links as states
from steadyhand.connect.tickets.links import Link, Overtaken, Page, Store
from steadyhand.model import Note
from steadyhand.rhythm.backlog import moves
from steadyhand.rhythm.backlog.items import Item, items_of
from steadyhand.rhythm.core.facts import Facts

NAMES = ("", "production", "staging", "development", "test", "sandbox", "shared")
"""Environments to try where a link is older than the memory of what it was about."""


def about(item: Item) -> Mapping[str, Any]:
    """What a link remembers of its item, so that it is found again under another name."""
    rows = sorted(one.finding.id for one in (*item.open, *(one for one, _ in item.over)))
    return {"check": item.check, "findings": tuple(rows[: moves.MOST])}


def rehomed(
    facts: Facts, pages: dict[str, Page], ledger: Store, now: datetime
) -> tuple[Facts, list[Page]]:
    """The facts with the moves of items that are called otherwise now; their pages go with them.

    The second answer are pages of tickets whose findings are in an item that has its own ticket.
    """
    items = {one.id: one for one in items_of(facts, ended=True)}
    stray: list[Page] = []
    for name, page in sorted(pages.items()):
        link = page.link if name.startswith("it-") and name not in items else None
        if link is None or not is_ticket(link):
            continue
        found = heir(name, link, items, facts)
        if found is None:
            continue
        there = pages.get(found.id)
        if there and there.link and there.link.number:
            stray.append(page)
            continue
        heir_page = there or Page(found.id, ledger, now)
        try:
            heir_page.write(replace(link, **about(found)))
            page.write(replace(link, state=states.MOVED))
        except Overtaken:
            continue
        pages[found.id] = heir_page
        facts = with_move(facts, name, found.id, ledger)
    return facts, stray


def is_ticket(link: Link) -> bool:
    """Is it a link to an issue that is still its own?"""
    return bool(link.number) and link.state not in {states.MOVED, states.DELETED}


def heir(name: str, link: Link, items: Mapping[str, Item], facts: Facts) -> Item | None:
    """The item that its findings are in now: where most of them are, else the only one of its check."""
    checks = {one.check for one in items.values()}
    check = link.check or next(
        (
            one
            for one in sorted(checks)
            for env in NAMES
            if moves.item_id(facts.account, one, env) == name
        ),
        "",
    )
    alike = [one for one in items.values() if one.check == check]
    known = set(link.findings)

    def shared(one: Item) -> int:
        return len(known & set(about(one)["findings"]))

    best = max(alike, key=lambda one: (shared(one), one.id), default=None)
    if best and shared(best):
        return best
    return alike[0] if len(alike) == 1 and not known else None


def with_move(facts: Facts, old: str, new: str, ledger: Store) -> Facts:
    """A person's last move of the old item, said of the new one."""
    notes = [one for one in facts.notes.get(moves.KIND, ()) if one.name.partition("#")[0] == old]
    if not notes:
        return facts
    last = max(notes, key=lambda one: one.at)
    note = Note(kind=moves.KIND, name=f"{new}#{last.at.isoformat()}", at=last.at, said=last.said)
    ledger.note(note)
    every = [*facts.notes.get(moves.KIND, ()), note]
    return replace(facts, notes={**facts.notes, moves.KIND: every})
