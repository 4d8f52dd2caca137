"""What runs: the environments, what the internet reaches, what keeps data and how it is saved, whose it is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from steadyhand.catalogue.lanes import PRODUCTION
from steadyhand.model import Severity
from steadyhand.rhythm.core import words
from steadyhand.rhythm.core.figures import Figure, counted
from steadyhand.rhythm.first.facts import FirstFacts, Thing
from steadyhand.rhythm.first.map import Map, map_of
from steadyhand.rhythm.first.parts import Row, Rows, cut, named, of, share

MAPS = 3
"""Environments that are drawn; a further one is counted."""
STORES = 7
GRAVE = frozenset({Severity.CRITICAL, Severity.HIGH})
FILES = "S3"
"""Where deleting one file loses that file, and not everything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """One environment, drawn where there is room for it and something to see; else `names` are told."""

    name: str
    count: Figure
    kinds: str
    names: str
    map: Map | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Everything that runs.

    `lost` are the stores that nobody could bring back; `unsaved` says the same of the first of them.
    """

    environments: tuple[Environment, ...]
    facts: tuple[Row, ...]
    unsaved: Rows
    stores: tuple[Thing, ...]
    lost: tuple[Thing, ...]
    count: Figure


def run_of(first: FirstFacts) -> Run:
    """What runs, production first, then the largest."""
    things = first.seen.things
    groups: dict[str, list[Thing]] = defaultdict(list)
    for one in things:
        groups[one.environment].append(one)
    order = sorted(groups, key=lambda name: (name != PRODUCTION, -len(groups[name]), name))
    bombs = bombs_by_arn(first)
    stores = tuple(one for one in things if one.holds)
    bare = [one for one in stores if one.is_saved is False]
    bare.sort(key=lambda one: (one.environment != PRODUCTION, one.arn))
    lost = tuple(one for one in bare if one.kind != FILES)
    drawn = {name: telling(name, groups[name], bombs) for name in order[:MAPS]}
    drawn |= dict.fromkeys(order[MAPS:])
    return Run(
        environments=tuple(
            Environment(
                name=words.clean(name, words.NAME),
                count=counted(f"run.{name}", [one.id for one in groups[name]], "resource"),
                kinds=kinds(groups[name]),
                names=named(one.name for one in groups[name]) if drawn[name] is None else "",
                map=drawn[name],
            )
            for name in order
        ),
        facts=tuple(rows(first, things, stores)),
        unsaved=cut(
            "run.unsaved",
            [
                (
                    Row(
                        name=words.clean(one.name, words.NAME),
                        note=(
                            f"{one.says}, {words.clean(one.environment, 30)}, backups: {one.backup}",
                        ),
                    ),
                    [one.id],
                )
                for one in lost
            ],
            most=STORES,
        ),
        stores=stores,
        lost=lost,
        count=counted("run", [one.id for one in things], "resource"),
    )


def telling(name: str, things: Sequence[Thing], bombs: Mapping[str, Sequence[str]]) -> Map | None:
    """Its map, where that shows more than its names would."""
    drawn = map_of(name, things, bombs)
    return drawn if drawn and drawn.is_telling else None


def bombs_by_arn(first: FirstFacts) -> dict[str, list[str]]:
    """What section 5 speaks of, by resource: grave findings and dated ones, those of parts too."""
    found: dict[str, list[str]] = defaultdict(list)
    for record in first.facts.open_at(first.facts.period.until):
        finding = record.finding
        if finding.severity not in GRAVE and finding.detonates_at is None:
            continue
        for arn in {finding.resource, str(finding.evidence.get("parent", ""))}:
            if arn:
                found[arn].append(finding.id)
    return found


def kinds(things: Sequence[Thing]) -> str:
    """How many of each kind, most first."""
    counts: dict[str, int] = defaultdict(int)
    for one in things:
        counts[one.kind] += 1
    return ", ".join(f"{n:,} {kind}" for kind, n in sorted(counts.items(), key=lambda p: -p[1]))


def rows(first: FirstFacts, things: Sequence[Thing], stores: Sequence[Thing]) -> list[Row]:
    """The numbers below the map."""
    every = [one.id for one in things]
    by_name: Mapping[str, list[str]] = {
        "open": [one.id for one in things if one.is_open],
        "owned": [one.id for one in things if one.owner],
    }
    made = [
        Row(
            name="Open to the internet",
            note=(named([one.name for one in things if one.is_open]),),
            value=Figure("run.open", f"{len(by_name['open']):,}", tuple(by_name["open"])),
        )
    ]
    files = [one for one in stores if one.kind == FILES]
    if stores := [one for one in stores if one.kind != FILES]:
        saved = [one.id for one in stores if one.is_saved]
        unsure = [one for one in stores if one.is_saved is None]
        note = f"{len(unsure):,} could not be read" if unsure else "no restore has been tried yet"
        made.append(
            Row(
                name="Data stores that can be brought back",
                note=(note,),
                value=of("run.saved", saved, [one.id for one in stores]),
            )
        )
    if bare := [one for one in files if one.is_saved is False]:
        made.append(
            Row(
                name="Buckets where a deleted file is gone",
                note=(named([one.name for one in bare]),),
                value=of("run.bare", [one.id for one in bare], [one.id for one in files]),
            )
        )
    if every:
        owners = sorted({one.owner for one in things if one.owner})
        blind = first.seen.missed(
            "cloudformation:ListStackResources", "resourcegroupstaggingapi:GetResources"
        )
        note = "at least; not all of it could be read" if blind else named(owners)
        made.append(
            Row(
                name="Owned by infrastructure as code",
                note=(note or "no stack and no tool's tag was seen",),
                value=share("run.owned", by_name["owned"], every),
            )
        )
    return made
