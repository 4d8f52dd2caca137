"""What Steadyhand says below a ticket: when it closes it, opens it again, or asks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from steadyhand.model import GLOBAL, FindingStatus, Record
from steadyhand.rhythm.backlog.items import EXEMPT, Item
from steadyhand.rhythm.core.facts import Facts
from steadyhand.rhythm.tickets.content import day
from steadyhand.rhythm.tickets.marks import code

SHOWN = 5
"""How many of those that are open again are named."""

STAYS = timedelta(days=90)
"""How long a "won’t fix" exempts. Every exemption ends."""

LONGEST_LOOK = timedelta(minutes=15)
"""How long a sweep lasts at most; what it ends with may have been read at its beginning."""

OVER = {
    FindingStatus.FIXED.value: "Fixed: nothing of it is open any more.",
    FindingStatus.GONE.value: "Gone: what this was about is no longer there.",
}


def closed(item: Item, facts: Facts) -> str:
    """Why it is closed by us."""
    if item.state == EXEMPT:
        return exempted(item, facts)
    return f"{OVER[item.state]} If it comes back, this ticket opens again."


def exempted(item: Item, facts: Facts, by: str = "") -> str:
    """Until when it may stay."""
    who = f", as {code(by)} said" if by else ""
    return (
        f"Exempt until {day(ends_of(item), facts)}{who}. Until then nothing is said of it; after "
        "that day, this ticket opens again if it is still there."
    )


def again(item: Item, facts: Facts) -> str:
    """Why it is open again."""
    ended = [one.exempt_until for one in item.open if one.exempt_until]
    if ended and len(ended) == len(item.open):
        why = f"The exemption ended on {day(max(ended), facts)}, and it is still there:"
    else:
        count = len(item.open)
        why = f"It is back: {count:,} of it {'is' if count == 1 else 'are'} open."
    return "\n".join([why, "", *rows(item)])


def still(item: Item, looked: datetime, facts: Facts, wont_fix: str) -> str:
    """A person closed it as done; the account says otherwise. Said once, with the evidence."""
    return "\n".join(
        [
            f"This was closed as done. Seen again on {moment(looked, facts)}, and still there:",
            "",
            *rows(item),
            "",
            f"If it is to stay, {wont_fix}: that exempts it for {STAYS.days} days.",
        ]
    )


def asked(item: Item, looked: datetime, facts: Facts, wont_fix: str) -> str:
    """The second time it is only asked; the ticket stays closed."""
    return "\n".join(
        [
            f"Closed as done once more, and still there on {moment(looked, facts)}:",
            "",
            *rows(item),
            "",
            "This stays closed now, and waits in the backlog. Is it to be done? Then open it again.",
            f"Is it to stay? Then {wont_fix}.",
        ]
    )


def rows(item: Item) -> Iterator[str]:
    """The first of those that are open."""
    for task in item.checklist[: min(SHOWN, len(item.open))]:
        yield f"- {code(task.said)} · `{task.finding}`"
    if len(item.open) > SHOWN:
        yield f"- And {len(item.open) - SHOWN:,} more."


def ends_of(item: Item) -> datetime:
    """When the first of its exemptions ends. What is not exempt any more says nothing."""
    return min(one.exempt_until for one, state in item.over if state == EXEMPT and one.exempt_until)


def looked_at(item: Item, since: datetime, facts: Facts) -> datetime | None:
    """When something of it was seen again, in a look that surely began after `since`."""
    times = [at for record in item.open if (at := _seen(record, facts)) > since + LONGEST_LOOK]
    return max(times, default=None)


def _seen(record: Record, facts: Facts) -> datetime:
    """When the last look ended that could see it: a sweep, or what wrote it down."""
    finding = record.finding
    looks = [
        sweep.at
        for sweep in facts.sweeps
        if finding.check in sweep.checks
        and finding.region in (sweep.region, GLOBAL)
        and not any(check == finding.check for check, _, _ in sweep.unknown)
    ]
    return max([*looks, record.changed_at])


def moment(at: datetime, facts: Facts) -> str:
    """A day and a time on the owner's clock: "23 November 2026, 14:05 (Europe/Dublin)"."""
    return f"{day(at, facts)}, {facts.period.local(at):%H:%M} ({facts.period.zone})"
