"""What it costs as it runs now, before credits; and the five largest things that run away or are noisy."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from steadyhand.model import Record, priced
from steadyhand.rhythm.backlog.items import Item
from steadyhand.rhythm.core import words
from steadyhand.rhythm.core.bill import Bill
from steadyhand.rhythm.core.figures import Figure, Line
from steadyhand.rhythm.core.money import DOLLARS, decimals_of, signed
from steadyhand.rhythm.first.facts import FirstFacts
from steadyhand.rhythm.first.parts import Row, Rows, cut

DAYS = 30
GROWN = 25.0
"""Dollars a month by which a service must have grown to be worth a row."""
HALF = 14
LIKE_ONE_DAY: Line = ("only if every day were like that one",)
"""What is said of a price that one day makes: it is no part of what the month costs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """`rate` is dollars a month as it runs now, gross; None where there is no bill.

    `top` is the sum of the five rows that are shown; `spike` what of it would only be so if every
    day were like one that ran high, and is no part of the rate.
    """

    rate: Figure | None
    is_billed: bool
    basis: str
    credits: Figure | None
    unread: str
    rows: Rows
    top: Figure | None
    spike: Figure | None = None


def money_of(first: FirstFacts, items: tuple[Item, ...]) -> Money:
    """From the bill of the last 30 whole days, findings with a price, and loud logs."""
    bill, unread = first.facts.bill, first.facts.bill_unread
    rows = sorted(
        [*wasted(items), *noisy(first), *(grown(bill, items) if bill else ())],
        key=lambda one: (-one[0], one[1].name),
    )
    top, is_one = rows[:5], bill is None or bill.currency == DOLLARS
    shown = cut(
        "money",
        [(row, ids) for _, row, ids in rows],
        none="Nothing that costs more than it should was seen.",
    )
    high = [(usd, ids) for usd, row, ids in top if row.note == LIKE_ONE_DAY]
    spike = sum(usd for usd, _ in high)
    made = Money(
        spike=Figure("money.spike", priced(spike), tuple(name for _, ids in high for name in ids))
        if high
        else None,
        rate=None,
        is_billed=False,
        basis="",
        credits=None,
        unread=words.clean(unread),
        rows=shown,
        top=Figure(
            "money.top",
            priced(sum(usd for usd, _, _ in top)),
            tuple(dict.fromkeys(name for _, _, ids in top for name in ids)),
        )
        if top and is_one
        else None,
    )
    if bill is None:
        return made
    daily = bill.daily(bill.first, bill.last)
    billed = [day for day, usd in enumerate(daily) if usd]
    days = len(daily) - billed[0] if billed else 0
    rate = sum(daily) * DAYS / days if days else 0.0
    credit = bill.credited(bill.first, bill.last)
    return Money(
        rate=Figure("money.rate", words.money(rate, bill.currency), (bill.id,)),
        is_billed=days > 0,
        basis=f"the last {words.plural(days, 'day')}",
        credits=Figure("money.credits", words.money(credit, bill.currency), (bill.id,))
        if credit > 0.5
        else None,
        unread="",
        rows=made.rows,
        top=made.top,
        spike=made.spike,
    )


Priced = tuple[float, Row, tuple[str, ...]]
"""Dollars a month, or what the bill is in, to its smallest coin; how it is read; its rows."""


def wasted(items: tuple[Item, ...]) -> list[Priced]:
    """What findings say they cost."""
    made = []
    for one in items:
        usd = one.usd_per_month or 0
        if usd >= 1:
            where = words.clean(one.environment, 30)
            note: Line = (
                f"{words.plural(len(one.ids), 'place')} in {where}, as its check estimates",
            )
            if all(is_one_day(record) for record in one.open):
                note = LIKE_ONE_DAY
            row = Row(
                name=one.what.rstrip("."),
                note=note,
                value=Figure(f"money.{one.id}", priced(usd), one.ids),
                command=f"steadyhand show {one.ids[0]}",
            )
            made.append((usd, row, one.ids))
    return made


def is_one_day(record: Record) -> bool:
    """Is its price that of one day that ran high, times the days of a month?"""
    return "usual" in record.finding.evidence


def noisy(first: FirstFacts) -> list[Priced]:
    """Logs by what is written into them."""
    return [
        (
            round(one.usd, 2),
            Row(
                name=f"Log group {words.clean(one.name, words.NAME)}",
                note=(f"{one.gigabytes:,.0f} GB written in 30 days, at list price",),
                value=Figure(f"money.{one.id}", priced(one.usd), (one.id,)),
            ),
            (one.id,),
        )
        for one in first.seen.logs
    ]


def grown(bill: Bill, items: tuple[Item, ...]) -> list[Priced]:
    """Services that cost clearly more in the last two weeks than in the two before.

    One whose jump is a finding is told there.
    """
    middle, begin = bill.last - timedelta(days=HALF), bill.last - timedelta(days=2 * HALF)
    if begin < bill.first or not bill.is_whole(begin, bill.last):
        return []
    now, then = bill.between(middle, bill.last), bill.between(begin, middle)
    made: list[Priced] = []
    for service, usd in now.items():
        coins = decimals_of(bill.currency)
        more = round((usd - then.get(service, 0)) * DAYS / HALF, coins)
        if more >= GROWN and not any(service in one.what for one in items):
            row = Row(
                name=f"{words.clean(service, words.NAME)} grew",
                note=(f"since {_day(middle)}, against the two weeks before",),
                value=Figure(
                    f"money.grown.{service}", signed(more, coins, bill.currency), (bill.id,)
                ),
            )
            made.append((more, row, (bill.id,)))
    return made


def _day(on: date) -> str:
    return words.day(on)
