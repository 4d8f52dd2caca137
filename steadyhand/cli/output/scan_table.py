"""A scan in the terminal: the verdict, the lanes, what was not read, what to do next."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from steadyhand.cli.errors import Exit
from steadyhand.cli.output import details as told
from steadyhand.cli.terminal import aws_said, columns, day, dollars, mark, out, text
from steadyhand.engine.scan import Found, ScanResult
from steadyhand.formats.names import short_name, what
from steadyhand.formats.words import title
from steadyhand.model import Lane, Mode, Risk, Unknown
from steadyhand.settings.values import Settings

WHY = {Lane.NOW: "stability", Lane.NEXT: "security", Lane.LATER: "scale and cost"}
MANY = 4
"""Findings of one check in one lane that still stand one by one."""

NUMBERS = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine")
ENDINGS = {
    Exit.INCOMPLETE: "exit 4: incomplete, see “Not read”",
    Exit.FINDINGS: "exit 3: something was found",
}


def show(result: ScanResult, decided: Settings, name: str, code: Exit, *, fold: bool) -> None:
    """Print it. With `fold`, many findings of one check are one line."""
    console = out()
    console.print(text(f"{name} · reads only", "m"))
    console.print(text(", ".join(result.regions), "m"))
    console.print()
    console.print(verdict(result), style="h")
    if result.found:
        console.print("[m]● waits for you   ✓ we do it ourselves   ○ planned[/]")
    ids = short_ids(result)
    for lane in Lane:
        rows = result.in_lane(lane)
        if rows:
            console.print(f"\n[h]{lane.title()}[/] [m]{WHY[lane]}[/]")
            console.print(
                Padding(_lane(rows, decided, ids, result.started_at, fold=fold), (0, 0, 0, 2))
            )
    _unread(console, result.unknown)
    _sums(console, result)
    _next(console, result, ids)
    if code in ENDINGS:
        console.print(ENDINGS[code], style="m")


def verdict(result: ScanResult) -> str:
    """12 findings. Three belong to now, five we can fix when you say so."""
    if not result.found:
        seen = "in what we could read" if result.unknown else "found"
        return f"No time bombs {seen}."
    count = len(result.found)
    first = f"{count} finding{'s' if count > 1 else ''}."
    now = len(result.in_lane(Lane.NOW))
    ours = sum(bool(one.plan) for one in result.found)
    parts = []
    if now:
        parts.append(f"{numbered(now)} belong{'s' if now == 1 else ''} to now")
    if ours:
        many = "All" if ours == count and count > 1 else numbered(ours)
        said = f"{many} can be fixed with a word from you"
        parts.append(said[:1].lower() + said[1:] if parts else said)
    return f"{first} {', '.join(parts)}." if parts else first


def numbered(count: int) -> str:
    """Three; 12."""
    return NUMBERS[count] if count < len(NUMBERS) else str(count)


def state(one: Found, decided: Settings) -> str:
    """Who does it: Steadyhand by itself, you with a word, or somebody some day."""
    mode = decided.mode(one.check.id, decided.environment(one.finding))
    if not one.plan or mode is Mode.OBSERVE:
        return "planned"
    return "automatic" if mode is Mode.AUTO and one.risk is Risk.SAFE else "you"


def short_ids(result: ScanResult) -> dict[str, str]:
    """How an id begins, as far as it takes to tell it from the others: fi-31c0."""
    ids = [one.finding.id for one in result.found]
    for length in range(7, 13):
        short = {name: name[:length] for name in ids}
        if len(set(short.values())) == len(ids):
            return short
    return {name: name for name in ids}


def _lane(
    rows: Sequence[Found], decided: Settings, ids: dict[str, str], now: datetime, *, fold: bool
) -> Table:
    groups = list(_groups(rows, fold=fold))
    widest = max(len(_name(group)) for group in groups)
    dated = max(len(day(_date(group), now)) for group in groups)
    paid = 6 if any(_cost(group) for group in groups) else 0
    table = columns(
        *([dated] if dated else []),
        min(max(widest, 10), 19),
        None,
        *([paid] if paid else []),
        7,
        11,
    )
    for group in groups:
        first = group[0]
        alone = len(group) == 1
        said = what(first.finding) if alone else title(first.check).rstrip(".")
        cells = [text(_name(group), "bold"), text(said)]
        if dated:
            cells.insert(0, Text(day(_date(group), now)))
        if paid:
            cells.append(Text(dollars(_cost(group)), justify="right"))
        table.add_row(
            *cells,
            Text(ids[first.finding.id][:8] if alone else "", "m"),
            mark(state(first, decided)),
        )
    return table


def _groups(rows: Sequence[Found], *, fold: bool) -> Iterator[list[Found]]:
    """Rows one by one, but many of one check together."""
    by_check = defaultdict(list)
    for row in rows:
        by_check[row.check.id].append(row)
    told = set()
    for row in rows:
        group = by_check[row.check.id]
        if not fold or len(group) <= MANY:
            yield [row]
        elif row.check.id not in told:
            told.add(row.check.id)
            yield group


def _name(group: Sequence[Found]) -> str:
    return short_name(group[0].finding) if len(group) == 1 else f"{len(group)} findings"


def _date(group: Sequence[Found]) -> datetime | None:
    return min(
        (one.finding.detonates_at for one in group if one.finding.detonates_at), default=None
    )


def _cost(group: Sequence[Found]) -> float:
    return sum(one.finding.usd_per_month or 0 for one in group)


def _unread(console: Console, unknown: Sequence[Unknown]) -> None:
    """One line a reason: what could not be read, and which checks are blind for it."""
    by_reason: dict[str, list[str]] = defaultdict(list)
    for one in unknown:
        by_reason[aws_said(one.reason)].append(one.check)
    if by_reason:
        console.print("\n[act]?[/] [h]Not read[/]")
    for reason, checks in by_reason.items():
        names = sorted(set(checks))
        is_are = "is" if len(names) == 1 else "are"
        console.print(Padding(text(f"{reason}"), (0, 0, 0, 2)))
        console.print(Padding(text(f"so {', '.join(names)} {is_are} unknown", "m"), (0, 0, 0, 4)))


def _sums(console: Console, result: ScanResult) -> None:
    parts = [f"{len(result.passed())} checks passed"]
    if loud := len(result.loud()):
        parts.append(f"{loud} found something")
    if blind := len(result.blind()):
        parts.append(f"{blind} {'is' if blind == 1 else 'are'} unknown")
    console.print(f"\n[m]{', '.join(parts)}.[/]")
    console.print(f"[m]{result.calls} calls in {result.seconds:.1f} s.[/]")


def _next(console: Console, result: ScanResult, ids: dict[str, str]) -> None:
    then = []
    order = [one for lane in Lane for one in result.in_lane(lane)]
    if order:
        first = order[0].finding
        then.append((f"steadyhand show {ids[first.id]}", "the first: evidence, plan, undo"))
        then.append(("steadyhand scan --output html", "all of it as a page"))
    elif result.unknown:
        then.append(("steadyhand doctor", "what is missing"))
    else:
        then.append(("steadyhand checks", "what was looked for"))
    told.then(console, *then)
