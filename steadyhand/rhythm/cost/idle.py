"""What Steadyhand itself costs in a month in which nothing happens, at list prices and without free tiers.

The quantities of `reference/idle.json` are counted in the synthesised stacks (`stacks/cost.py`): for
the smallest installation, and how much more each choice of steadyhand.toml and each further region
is. Prices are those of `reference/prices.json`, by region.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from steadyhand.model import priced
from steadyhand.reference.dated import Cost, dated
from steadyhand.rhythm.core.money import shares
from steadyhand.settings.values import Settings

WORDS: Mapping[str, tuple[str, ...]] = {
    "alarms": ("cloudwatch.alarm", "cloudwatch.composite_alarm"),
    "queues that are polled": ("sqs.request",),
    "metrics": ("cloudwatch.metric",),
    "questions that are billed": ("ce.request", "cloudwatch.metric_read"),
    "functions": ("lambda.request", "lambda.gb_second", "scheduler.invocation"),
    "ledger, pages and logs": (
        "dynamodb.read",
        "dynamodb.write",
        "dynamodb.stored.gb_month",
        "dynamodb.recovery.gb_month",
        "s3.put",
        "s3.stored.gb_month",
        "logs.ingested.gb",
    ),
    "mails": ("ses.mail",),
    "AWS Config": ("config.evaluation", "config.item"),
}
"""What people read, and the prices behind it."""


@dataclass(frozen=True, slots=True)
class Item:
    """One line of it: what is paid for, and how much a month."""

    what: str
    cost: Cost


def quantities(settings: Settings) -> Mapping[str, float]:
    """How much of everything that has a price, with the choices of these settings."""
    counted: dict[str, float] = {}
    table: Mapping[str, Mapping[str, float]] = dated("idle")["quantities"]
    for choice, times in chosen(settings):
        for name, how_much in table.get(choice, {}).items():
            counted[name] = counted.get(name, 0.0) + times * how_much
    return counted


def chosen(settings: Settings) -> Iterator[tuple[str, int]]:
    """The choices that cost something, and how often."""
    home = settings.home or next(iter(settings.regions), "")
    yield "smallest", 1
    yield "region", len(set(settings.regions) - {home})
    yield "mail", len(settings.mail_to) if settings.mail_from else 0
    yield {"create": "recorder", "exists": "rules"}.get(settings.recorder, ""), 1
    yield "tickets" if settings.tickets else "", 1


def idle(settings: Settings, region: str) -> list[Item]:
    """Each line of an idle month to the cent, the dearest first. They add up to `total`."""
    used = quantities(settings)
    items = []
    for what, names in WORDS.items():
        cost = Cost(region)
        for name in names:
            cost = cost.add(name, used.get(name, 0.0))
        items.append(Item(what, cost))
    known = [one.cost.usd or 0.0 for one in items]
    cents = shares(known, total(settings, region).usd or sum(known), 2)
    told = [
        one if one.cost.usd is None else Item(one.what, replace(one.cost, usd=usd))
        for one, usd in zip(items, cents, strict=True)
    ]
    shown = [one for one in told if one.cost.usd != 0]
    return sorted(shown, key=lambda one: -(one.cost.usd or 0.0))


def total(settings: Settings, region: str) -> Cost:
    """All of it."""
    cost = Cost(region)
    for name, how_much in sorted(quantities(settings).items()):
        cost = cost.add(name, how_much)
    return cost


def sentence(settings: Settings, region: str) -> str:
    """What a person reads: "$2.83 a month at list prices where nothing happens: alarms $1.10, …"."""
    lines = [f"{one.what} {priced(one.cost.usd)}" for one in idle(settings, region) if one.cost.usd]
    whole = f"{total(settings, region)} at list prices where nothing happens"
    return f"{whole}: {', '.join(lines)}" if lines else whole
