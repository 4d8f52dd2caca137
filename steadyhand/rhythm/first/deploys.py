"""How code reaches production, whether there is a way back, and what only one person has touched."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from steadyhand.rhythm.core import words
from steadyhand.rhythm.core.figures import Figure, counted
from steadyhand.rhythm.first.facts import FirstFacts, Path
from steadyhand.rhythm.first.parts import Row, Rows, cut, named, of

PATHS = 6
TRAIL = "cloudtrail:LookupEvents"
KEYS = "iam:GetCredentialReport"
MACHINES = ("github", "gitlab", "deploy", "pipeline", "codebuild", "jenkins", "cdk", "terraform")
"""Words in an identity's name by which it is a program that deploys, and no person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deploys:
    """The paths, and whether one can go back."""

    paths: Rows
    back: tuple[Row, ...]
    count: Figure


def deploys_of(first: FirstFacts) -> Deploys:
    """Paths that CloudTrail saw in 90 days, busiest first."""
    facts, paths = first.facts, first.seen.paths
    rows = []
    for one in paths:
        last = words.day(facts.period.local(one.last).date(), facts.period.year)
        some = ("at least " if one.is_cut else "") + words.plural(one.count, "deploy")
        note = f"{one.what}, last on {last}" + (f": {named(short(one.on))}" if one.on else "")
        value = Figure(f"deploys.{one.id}", some, (one.id,))
        rows.append((Row(name=who(one), note=(note,), value=value), [one.id]))
    unread = "CloudTrail could not be read everywhere." if first.seen.missed(TRAIL) else ""
    none = "CloudTrail saw no deploy in 90 days."
    made = cut("deploys", rows, most=PATHS, none="" if unread else none)
    return Deploys(
        paths=Rows(rows=made.rows, folded=made.folded, none=made.none, unread=unread),
        back=tuple(back(first)),
        count=counted("deploys", [one.id for one in paths], "path"),
    )


def who(path: Path) -> str:
    """Whom a person would name."""
    said = words.clean(path.by, words.NAME)
    return f"{said}, by hand" if is_person(path) else said


def is_person(path: Path) -> bool:
    """A user, or a role that no program is known by; never a service of AWS."""
    if path.kind not in {"IAMUser", "AssumedRole", "Root", "SAMLUser", "IdentityCenterUser"}:
        return False
    return not any(one in path.by.lower() for one in MACHINES)


def short(names: Iterable[str]) -> list[str]:
    """The last part of what may be ARNs, each once."""
    return sorted({one.rpartition(":")[2].rpartition("/")[2] for one in names})


def back(first: FirstFacts) -> Iterator[Row]:
    """Is there something to roll back to?"""
    services = [one for one in first.seen.things if one.rolls_back is not None]
    if services:
        able = [one.id for one in services if one.rolls_back]
        yield Row(
            name="ECS services that roll back by themselves",
            note=("the others stay broken until a person deploys again",),
            value=of("deploys.ecs", able, [one.id for one in services]),
        )
    known = first.seen.versions or {}
    by_arn = {one.arn: one for one in first.seen.things}
    asked = [by_arn[arn] for arn in sorted(known) if arn in by_arn]
    if asked:
        able = [one.id for one in asked if known[one.arn]]
        yield Row(
            name="Deployed functions that keep an older version",
            note=("without one, the way back is to build the old code again",),
            value=of("deploys.versions", able, [one.id for one in asked]),
        )


def knowledge_of(first: FirstFacts) -> Rows:
    """What one identity alone deployed in 90 days, and whose keys open the account."""
    workers: dict[str, dict[str, list[Path]]] = defaultdict(lambda: defaultdict(list))
    for path in first.seen.paths:
        for on in path.on:
            workers[short([on])[0]][path.by].append(path)
    alone: dict[str, list[str]] = defaultdict(list)
    for on, known in workers.items():
        (one, paths), *others = known.items()
        if not others and any(is_person(path) for path in paths):
            alone[one].append(on)
    rows = []
    for by, names in sorted(alone.items(), key=lambda pair: (-len(pair[1]), pair[0])):
        ids = [path.id for path in first.seen.paths if path.by == by]
        note = f"nobody else deployed {named(sorted(names))} in 90 days"
        value = Figure(f"knowledge.{by}", words.plural(len(names), "place"), tuple(ids))
        rows.append((Row(name=words.clean(by, words.NAME), note=(note,), value=value), ids))
    rows += keys(first)
    missed = first.seen.missed(TRAIL, KEYS)
    unread = "Not everything that shows it could be read." if missed else ""
    none = "We saw nothing that hangs on one person. What people know, no API tells."
    made = cut("knowledge", rows, none="" if unread else none)
    return Rows(rows=made.rows, folded=made.folded, none=made.none, unread=unread)


def keys(first: FirstFacts) -> Iterator[tuple[Row, list[str]]]:
    """Access keys that belong to people or to nobody any more: they last until somebody ends them."""
    for one in first.seen.holders:
        value = counted(f"knowledge.keys.{one.user}", [one.id] * one.keys, "access key")
        note = "a key has no second owner; a role would"
        name = words.clean(one.user, words.NAME)
        yield Row(name=name, note=(note,), value=value), [one.id]
