"""The backlog in the terminal, as Markdown and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from steadyhand.catalogue.lanes import MEANING
from steadyhand.cli.output import details as told
from steadyhand.cli.status import AccountStatus, blind
from steadyhand.cli.terminal import MARKED, columns, dollars, mark, text
from steadyhand.formats.words import code, markdown, moment, public
from steadyhand.model import Lane
from steadyhand.rhythm.backlog.effort import brief
from steadyhand.rhythm.backlog.items import Item, Task
from steadyhand.rhythm.backlog.lanes import VISIBLE
from steadyhand.rhythm.core import words
from steadyhand.rhythm.core.facts import Facts
from steadyhand.rhythm.core.handling import Handled, handled

BOXES = 20
"""Findings of an item that the terminal shows."""
LISTED = 50
"""Findings of an item that Markdown lists."""


def show(console: Console, items: Sequence[Item], known: AccountStatus, *, every: bool) -> None:
    """The verdict, then lane by lane: what, since when, what it takes, and who does it."""
    console.print(verdict(items), style="h")
    if not known.is_remembered:
        at = f", {known.seen_at:%-d %B, %H:%M} UTC" if known.seen_at else ""
        console.print(f"[m]Nothing is deployed, so this is what the last scan found{at}.[/]")
    for lane in Lane:
        mine = [one for one in items if one.lane is lane]
        if mine:
            console.print(f"\n[h]{lane.title()}[/] [m]{MEANING[lane]}[/]")
            shown = mine if every else mine[:VISIBLE]
            for one in shown:
                console.print(Padding(row(one, known.facts), (0, 0, 0, 2)))
            if rest := len(mine) - len(shown):
                console.print(f"  [m]And {rest} more: steadyhand backlog --all[/]")
    if names := blind(known):
        console.print(f"\n[act]?[/] [h]Not read[/] [m]{', '.join(names)}[/]")
    if items:
        first = items[0].id
        told.then(
            console,
            (f"steadyhand backlog {first}", "why it is first, and its findings"),
            (f"steadyhand backlog move {first} later --because REASON", ""),
        )
    else:
        told.then(console, ("steadyhand checks", "what is looked for"))


def verdict(items: Sequence[Item]) -> str:
    """12 items. 3 in Now, one is overdue."""
    if not items:
        return "Nothing waits."
    now = sum(one.lane is Lane.NOW for one in items)
    late = sum(bool(one.overdue) for one in items)
    said = f"{words.plural(len(items), 'item')}. {now or 'None'} in Now"
    return f"{said}, {late} overdue." if late else f"{said}."


def row(one: Item, facts: Facts) -> Any:
    """Two lines: what and who, then its id, where, how many, how old, what it takes."""
    table = columns(None, MARKED)
    table.add_row(text(one.what.rstrip("."), "bold"), mark(state(one, facts)))
    table.add_row(Text.assemble((f"{one.id} · ", "m"), *details(one, facts)), "")
    return table


def details(one: Item, facts: Facts) -> Iterator[Text]:
    """The muted line below an item."""
    days = max(0, (facts.period.until - one.since).days)
    said = [
        one.environment,
        f"{len(one.ids):,} of them" if len(one.ids) > 1 else "",
        day_of(one, facts),
        f"{words.plural(days, 'day')} old" if days else "new",
        brief(*one.hours),
        f"{dollars(one.usd_per_month)} a month" if one.usd_per_month else "",
        f"moved by {one.moved.by}" if one.moved else "",
    ]
    yield text(" · ".join(part for part in said if part), "m")
    if one.overdue:
        yield Text(f" · overdue by {words.plural(one.overdue, 'day')}", "act")
    if one.warning:
        yield Text(f" · {one.warning}", "act")


def state(one: Item, facts: Facts) -> Handled:
    """Who takes care of the most urgent of it."""
    return handled(one.open[0], facts) if one.open else Handled.PLANNED


def day_of(one: Item, facts: Facts) -> str:
    """When the next of it happens."""
    when = one.detonates_at
    return words.short_day(facts.period.local(when).date(), facts.period.year) if when else ""


def show_one(console: Console, one: Item) -> None:
    """One item: why it waits where it does, its findings, the next step."""
    console.print(text(one.what), style="h")
    console.print(f"[m]{one.id} · {one.lane.value.capitalize()}[/]\n")
    for said in one.reasons:
        for line in told.wrapped(said, console.width):
            told.line(console, text(line))
    console.print(f"\n[h]Findings[/] [m]{len(one.ids)} open[/]")
    for task in one.checklist[:BOXES]:
        table = columns(6, None, 13)
        table.add_row(task.state, text(task.said), text(task.finding, "m"))
        console.print(Padding(table, (0, 0, 0, 2)))
    if rest := max(0, len(one.checklist) - BOXES):
        console.print(f"  [m]And {rest} more: steadyhand backlog {one.id} -o json[/]")
    first = one.open[0].finding.id if one.open else one.checklist[0].finding
    told.then(
        console,
        (f"steadyhand plan {first}", "what would be done, and its undo"),
        (f"steadyhand checks {one.check}", "the runbook"),
    )


def as_markdown(items: Sequence[Item], known: AccountStatus, *, every: bool) -> str:
    """Lanes as headings, items as boxes; nothing in it mentions or links anything."""
    return "\n".join(_markdown(items, known, every=every))


def _markdown(items: Sequence[Item], known: AccountStatus, *, every: bool) -> Iterator[str]:
    yield f"# Backlog of {known.facts.account}"
    yield ""
    yield verdict(items)
    for lane in Lane:
        mine = [one for one in items if one.lane is lane]
        if not mine:
            continue
        yield from ("", f"## {lane.title()}: {MEANING[lane]}", "")
        shown = mine if every else mine[:VISIBLE]
        for one in shown:
            yield from _item(one, known.facts)
        if rest := len(mine) - len(shown):
            yield f"\nAnd {rest} more: `steadyhand backlog --all --output markdown`."
    if names := blind(known):
        yield from ("", f"Not read: {', '.join(code(one) for one in names)}.")


def _item(one: Item, facts: Facts) -> Iterator[str]:
    where = f" ({markdown(one.environment)})" if one.environment else ""
    on = day_of(one, facts)
    said = [
        code(one.id),
        f"due {on}" if on else "",
        brief(*one.hours),
        f"{dollars(one.usd_per_month)} a month" if one.usd_per_month else "",
        f"overdue by {words.plural(one.overdue, 'day')}" if one.overdue else "",
    ]
    yield f"* **{markdown(one.what.rstrip('.'))}**{where} · {' · '.join(p for p in said if p)}"
    for reason in one.reasons:
        yield f"  {markdown(reason)}"
    if len(one.checklist) > 1:
        for task in one.checklist[:LISTED]:
            box = " " if task.state == "open" else "x"
            yield f"  * [{box}] {code(task.finding)} {markdown(task.said)}"
        if rest := max(0, len(one.checklist) - LISTED):
            yield f"  * … and {rest} more"


def as_json(items: Sequence[Item], known: AccountStatus) -> dict[str, Any]:
    """All of it, for programs."""
    return {
        "schema_version": "1",
        "account": known.facts.account,
        "from_ledger": known.is_remembered,
        "items": [_json(one, known.facts) for one in items],
        "unknown": list(blind(known)),
    }


def _json(one: Item, facts: Facts) -> dict[str, Any]:
    move = one.moved
    return {
        "id": one.id,
        "check": one.check,
        "environment": one.environment,
        "what": one.what,
        "lane": one.lane,
        "lane_by_rule": one.rule,
        "handled": handled(one.open[0], facts) if one.open else None,
        "score": one.score.value,
        "factors": [
            {"name": f.name, "value": f.value, "because": f.why} for f in one.score.factors
        ],
        "reasons": list(one.reasons),
        "moved": {
            "lane": move.lane,
            "by": move.by,
            "because": move.because,
            "at": moment(move.at),
        }
        if move
        else None,
        "warning": one.warning,
        "effort_hours": list(one.hours),
        "usd_per_month": one.usd_per_month,
        "first_seen": moment(one.first_seen),
        "due": moment(one.due),
        "overdue_days": one.overdue,
        "detonates_at": moment(one.detonates_at),
        "findings": [_task(task) for task in one.checklist],
    }


def _task(task: Task) -> dict[str, Any]:
    said: dict[str, Any] = public(
        {
            "id": task.finding,
            "resource": task.resource,
            "region": task.region,
            "summary": task.said,
            "state": task.state,
            "detonates_at": task.detonates_at,
        }
    )
    return said
