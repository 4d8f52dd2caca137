"""Security and patching: what is getting old. How long ports stood open is told by `exposure`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from steadyhand.rhythm.core import words
from steadyhand.rhythm.core.facts import Facts
from steadyhand.rhythm.core.figures import Figure
from steadyhand.rhythm.core.measured import Aged, Host, Measured
from steadyhand.rhythm.reviews.reliability import gaps_told

SECTION = "security"


@dataclass(frozen=True, slots=True, kw_only=True)
class Oldest:
    """The one that is longest as it is: its name, a note, and how long."""

    name: str
    note: str
    age: Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class Security:
    """Each is None where it was not read, or where there is none, which `none` says."""

    key: Oldest | None
    secret: Oldest | None
    host: Oldest | None
    unpatched: Figure | None
    none: tuple[str, ...]
    gaps: Figure | None


def security_of(facts: Facts) -> Security | None:
    """None where nothing was measured, as in a week."""
    measured = facts.measured
    if measured is None:
        return None
    key = oldest("security.key", measured.keys, facts)
    secret = oldest("security.secret", measured.secrets, facts)
    none = [
        said
        for said, is_none in (
            ("No user has an access key.", measured.keys == ()),
            ("No secret is kept in Secrets Manager.", measured.secrets == ()),
            ("Systems Manager manages no host, so we see no patches.", measured.managed == 0),
        )
        if is_none
    ]
    return Security(
        key=key,
        secret=secret,
        host=unpatched(measured.hosts[0], facts, measured) if measured.hosts else None,
        unpatched=patched(measured),
        none=tuple(none),
        gaps=gaps_told(SECTION, measured),
    )


def oldest(name: str, found: Sequence[Aged] | None, facts: Facts) -> Oldest | None:
    """The first of those that existed when the period ended."""
    for one in found or ():
        if one.since < facts.period.until:
            place = words.clean(one.region, words.NAME)
            return Oldest(
                name=words.clean(one.name, words.NAME),
                note=place,
                age=age(name, one.since, facts),
            )
    return None


def age(name: str, since: datetime, facts: Facts) -> Figure:
    """How old at the period's end, in days."""
    days = max(0, (facts.period.until - since).days)
    return Figure(name, words.plural(days, "day"), (facts.measured.id,) if facts.measured else ())


def unpatched(host: Host, facts: Facts, measured: Measured) -> Oldest:
    """The host whose patches are longest missing, as far as anybody looked."""
    if host.at is None:
        said = Figure("security.host", "never scanned", (measured.id,))
        return Oldest(name=words.clean(host.name, words.NAME), note="", age=said)
    note = "since it was last patched" if host.was_patched else "since it was last scanned"
    return Oldest(
        name=words.clean(host.name, words.NAME), note=note, age=age("security.host", host.at, facts)
    )


def patched(measured: Measured) -> Figure | None:
    """How many hosts lack patches, of how many that are managed."""
    if not measured.managed:
        return None
    said = f"{measured.lacking:,} of {measured.managed:,}"
    return Figure("security.unpatched", said, (measured.id,))
