"""A scan in the terminal: the verdict, the groups, what was not read, what to do next.

Every finding says how grave it is, its name, what it is, where it is, what it costs and who takes care
of it: on one line where there is room, on two where there is not. No name is cut.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from rich.cells import cell_len
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from steadyhand.catalogue.lanes import MEANING
from steadyhand.cli.errors import Exit
from steadyhand.cli.output import details as told
from steadyhand.cli.output.group_by import GroupBy
from steadyhand.cli.scans.scan_store import Difference
from steadyhand.cli.terminal import MARKED, aws_said, columns, day, dollars, mark, out, text
from steadyhand.engine.scan import Found, ScanResult
from steadyhand.formats.handling import handled_of
from steadyhand.formats.words import title
from steadyhand.model import Lane, Severity, Unknown, monthly
from steadyhand.model.names import short_name, what
from steadyhand.rhythm.core.handling import Handled
from steadyhand.rhythm.core.words import plural
from steadyhand.settings.values import Settings

MANY = 4
"""Findings of one check in one group that still stand one by one."""

ROOMY = 110
"""From so many columns on a finding is one line."""

PLACES = 34
"""The most columns that environment and region take; what is wider goes on below."""

NUMBERS = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine")
ENDINGS = {
    Exit.INCOMPLETE: "exit 4: incomplete, see “Not read”",
    Exit.FINDINGS: "exit 3: something was found",
}
GRAVE = frozenset({Severity.CRITICAL, Severity.HIGH})


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """How it is shown. `fold`: many findings of one check are one line."""

    code: Exit
    fold: bool = True
    by: GroupBy = GroupBy.LANE
    exempt: int = 0
    hidden: int = 0
    difference: Difference | None = None


def show(result: ScanResult, name: str, view: View) -> None:
    """Print it."""
    console, decided = out(), result.settings
    console.print(text(f"{name} · reads only", "m"))
    console.print(text(", ".join(result.regions), "m"))
    console.print()
    console.print(verdict(result), style="h")
    for said in beside(view):
        console.print(text(said, "m"))
    ids = short_ids(result)
    for heading, note, rows in grouped(result, view.by):
        cost = dollars(monthly(one.finding for one in rows))
        said = " · ".join(
            part for part in (note, f"{len(rows):,}", cost and f"{cost} a month") if part
        )
        console.print(Text.assemble("\n", text(heading, "h"), " ", text(said, "m")))
        table = _table(rows, decided, ids, result.started_at, fold=view.fold, width=console.width)
        console.print(Padding(table, (0, 0, 0, 2)))
    _unread(console, result.unknown)
    _sums(console, result)
    _next(console, result, ids)
    if view.code in ENDINGS:
        console.print(ENDINGS[view.code], style="m")


def beside(view: View) -> Iterator[str]:
    """What changed since the last scan, and what is not shown."""
    changed = view.difference
    if changed and (changed.new or changed.gone):
        since = f" since {changed.since:%-d %B, %H:%M} UTC" if changed.since else ""
        yield f"{len(changed.new):,} new, {len(changed.gone):,} gone{since}."
    if view.exempt:
        yield f"{view.exempt:,} exempt."
    if view.hidden:
        yield f"{view.hidden:,} not asked for."


def grouped(result: ScanResult, by: GroupBy) -> Iterator[tuple[str, str, list[Found]]]:
    """Heading, note and findings of each group, the gravest first."""
    if by is GroupBy.LANE:
        for lane in Lane:
            if rows := result.in_lane(lane):
                yield lane.title(), MEANING[lane], rows
        return
    groups: dict[str, list[Found]] = defaultdict(list)
    for one in result.found:
        groups[_group(one, by, result.settings)].append(one)
    for name, rows in groups.items():
        yield name, "", rows


def _group(one: Found, by: GroupBy, decided: Settings) -> str:
    if by is GroupBy.CHECK:
        return one.check.id
    if by is GroupBy.SEVERITY:
        return one.finding.severity.capitalize()
    return decided.environment(one.finding) if by is GroupBy.ENVIRONMENT else one.finding.region


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


def short_ids(result: ScanResult) -> dict[str, str]:
    """How an id begins, as far as it takes to tell it from the others: fi-31c0."""
    ids = [one.finding.id for one in result.found]
    for length in range(7, 13):
        short = {name: name[:length] for name in ids}
        if len(set(short.values())) == len(ids):
            return short
    return {name: name for name in ids}


def _table(
    rows: Sequence[Found],
    decided: Settings,
    ids: dict[str, str],
    now: datetime,
    *,
    fold: bool,
    width: int,
) -> Table:
    groups = list(_groups(rows, fold=fold))
    is_roomy = width >= ROOMY
    widest = max([7, *(len(dollars(_cost(group))) for group in groups)])
    told_by = max(map(len, ids.values()))
    where = min(PLACES, max(26, *(cell_len(_places(group, decided)) for group in groups)))
    table = (
        columns(8, None, where, widest, MARKED, told_by)
        if is_roomy
        else columns(8, None, widest, MARKED)
    )
    if is_roomy:
        table.columns[2].no_wrap, table.columns[2].overflow = False, "fold"
    for group in groups:
        first, alone = group[0], len(group) == 1
        worst = group[0].finding.severity
        on = day(_date(group), now)
        said = what(first.finding) if alone else title(first.check).rstrip(".")
        thing = Text.assemble(text(_name(group), "bold"), " ", text(said))
        if on:
            thing.append_text(Text(f" · {on}", "bold"))
        place = text(_places(group, decided), "m")
        severity = Text(worst, "act" if worst in GRAVE else "")
        money = Text(dollars(_cost(group)), justify="right")
        who = mark(_who(group, decided))
        name = Text(ids[first.finding.id] if alone else "", "m")
        if is_roomy:
            table.add_row(severity, thing, place, money, who, name)
        else:
            table.add_row(severity, thing, money, who)
            table.add_row("", place if not alone else Text.assemble(place, " · ", name), "", "")
    return table


def _who(group: Sequence[Found], decided: Settings) -> Handled:
    """Who takes care of all of them; of several ways, the one that needs a person."""
    ways = {handled_of(one, decided) for one in group}
    order = (Handled.YOU, Handled.HAND, Handled.LEFT, Handled.AUTO, Handled.PLANNED)
    return next(one for one in order if one in ways)


def _places(group: Sequence[Found], decided: Settings) -> str:
    """Where they are: environments, then regions."""
    environments = list(dict.fromkeys(decided.environment(one.finding) for one in group))
    regions = list(dict.fromkeys(one.finding.region for one in group))
    return f"{', '.join(environments)} · {', '.join(regions)}"


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
    return monthly(one.finding for one in group)


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
    parts = [f"{plural(len(result.passed()), 'check')} passed"]
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
        then.append(("steadyhand scan --all", "every finding on its own"))
        then.append(("steadyhand scan --out report.html", "all of it as a page"))
    elif result.unknown:
        then.append(("steadyhand doctor", "what is missing"))
    else:
        then.append(("steadyhand checks", "what was looked for"))
    told.then(console, *then)
