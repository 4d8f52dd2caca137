"""A bill as the ledger keeps it: one row of DynamoDB, which holds 400 kB."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import astuple, replace
from datetime import date
from typing import Any

from steadyhand.ledger import codec
from steadyhand.ledger.typed import typed
from steadyhand.rhythm.core.bill import SMALL, Bill, ChangeEvent, Lookup, Meter
from steadyhand.rhythm.core.money import DOLLARS
from steadyhand.rhythm.core.split import Metered, Parts, parts_of

ROOM = 300_000
"""Bytes of text for one bill, well below what a row holds."""
KEPT = (600, 300, 100, 30, 0)
"""How many usage types keep their own row: as many as there is room for."""


def fitted(bill: Bill) -> Bill:
    """The bill with its smallest usage types folded, so that the ledger can keep it.

    What is read of it later is the same as what is read now.
    """
    tried = (with_usage(bill, most) for most in KEPT)
    return next((one for one in tried if size(one) <= ROOM), with_usage(bill, 0))


def size(bill: Bill) -> int:
    """How many bytes of text it is."""
    return len(codec.text(bill_out(bill)).encode("utf-8", "surrogatepass"))


def with_usage(bill: Bill, most: int) -> Bill:
    """With so many usage types of their own; the others by service, as far as it has days."""
    tail: dict[str, Parts] = {}
    for one in bill.usage[most:]:
        name = one.service if one.service in bill.services else SMALL
        tail[name] = tail.get(name, Parts()) + parts_of(one)
    rounded = {name: Parts(*out(tail[name])) for name in sorted(tail)}
    return replace(bill, usage=bill.usage[:most], tail=rounded)


def out(parts: Parts) -> list[float]:
    """The parts as numbers, in their order, to a hundredth of a cent."""
    return [round(usd, 4) for usd in astuple(parts)]


def bill_out(bill: Bill) -> dict[str, Any]:
    """A bill as the ledger keeps it. What there is not is not written down."""
    said: dict[str, Any] = {
        "first": bill.first.isoformat(),
        "services": {name: list(usd) for name, usd in bill.services.items()},
        "credits": list(bill.credits),
        "estimated": bill.is_estimated,
    }
    usage: dict[str, list[Any]] = {}
    for one in bill.usage:
        row = [one.kind, one.before, one.now, one.before_quantity, one.now_quantity, one.unit]
        usage.setdefault(one.service, []).append(row)
    more = {
        "usage": usage,
        "tail": {name: out(parts) for name, parts in bill.tail.items()},
        "band": list(bill.band or ()),
        "lookups": {name: lookup_out(one) for name, one in bill.lookups.items()},
        "meters": {
            name: [one.first.isoformat(), list(one.quantity), one.unit, one.usd]
            for name, one in bill.meters.items()
        },
        "unread": dict(bill.unread),
    }
    own: dict[str, Any] = {} if bill.own is None else {"own": bill.own}
    if bill.currency != DOLLARS:
        own["currency"] = bill.currency
    return said | {name: value for name, value in more.items() if value} | own


def lookup_out(one: Lookup) -> list[Any]:
    """What CloudTrail said, in short."""

    def deeds(all_of: tuple[ChangeEvent, ...]) -> list[list[Any]]:
        return [[d.day.isoformat(), d.by, d.action, d.count, d.on] for d in all_of]

    day = one.day.isoformat() if one.day else ""
    return [day, deeds(one.deeds), deeds(one.deployed), one.unread, one.cut]


def lookup_in(said: list[Any]) -> Lookup:
    """The inverse of `lookup_out`."""

    def deeds(rows: list[list[Any]]) -> tuple[ChangeEvent, ...]:
        return tuple(
            ChangeEvent(day=date.fromisoformat(day), by=by, action=action, count=count, on=on)
            for day, by, action, count, on in rows
        )

    day, done, deployed, unread, cut = said
    return Lookup(
        day=date.fromisoformat(day) if day else None,
        deeds=deeds(done),
        deployed=deeds(deployed),
        unread=unread,
        cut=cut,
    )


def bill_in(name: str, said: Mapping[str, Any]) -> Bill:
    """The inverse of `bill_out`; an error where it is none. An older one had days only, and lacks the rest."""
    usage = [
        Metered(
            service=service,
            kind=kind,
            before=before,
            now=now,
            before_quantity=before_quantity,
            now_quantity=now_quantity,
            unit=unit,
        )
        for service, rows in said.get("usage", {}).items()
        for kind, before, now, before_quantity, now_quantity, unit in rows
    ]
    usage.sort(key=lambda one: (-max(abs(one.before), abs(one.now)), one.service, one.kind))
    band = said.get("band")
    found = Bill(
        id=name,
        first=date.fromisoformat(said["first"]),
        services={service: tuple(usd) for service, usd in said["services"].items()},
        credits=tuple(said["credits"]),
        is_estimated=bool(said["estimated"]),
        usage=tuple(usage),
        tail={service: Parts(*parts) for service, parts in said.get("tail", {}).items()},
        band=(band[0], band[1]) if band else None,
        lookups={service: lookup_in(one) for service, one in said.get("lookups", {}).items()},
        meters={
            meter: Meter(
                first=date.fromisoformat(first), quantity=tuple(quantity), unit=unit, usd=usd
            )
            for meter, (first, quantity, unit, usd) in said.get("meters", {}).items()
        },
        own=said.get("own"),
        currency=str(said.get("currency", DOLLARS)),
        unread=dict(said.get("unread", {})),
    )
    if {len(usd) for usd in found.services.values()} - {len(found.credits)}:
        raise ValueError("the days of this bill are not the same for all")
    return typed(found)
