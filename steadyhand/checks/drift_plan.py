"""The steps that set a drifted resource back, and how CloudFormation's own comparison sees it meanwhile."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import timedelta
from typing import Any

from steadyhand.model import Call, Finding, Look, Part, Read, Seen, Step
from steadyhand.reference.drift import Property, Type, setters, types
from steadyhand.sources.drift import ResourceNow
from steadyhand.sources.drift_context import WHOLES

SETTLES = timedelta(minutes=3)


def steps(finding: Finding) -> list[Step]:
    """All that is needed, or none: half a revert hides the rest."""
    said = finding.evidence
    kind = types().get(said["type"])
    rows = {row.path: row for row in kind.properties} if kind else {}
    wanted = []
    for one in said["properties"]:
        row = rows.get(one["property"])
        if row is None or one["template"] is None or "unreadable" in one:
            return []
        wanted.append((row, one["template"], one["now"]))
    if kind and any(row.whole for row, _, _ in wanted):
        return list(as_one(finding, kind, [(row, template) for row, template, _ in wanted]))
    made = []
    for row, template, now in wanted:
        do = row.call(said["physical"], template)
        if do is None:
            return []
        made.append(
            Step(
                owns=Part(finding.resource, row.owned, look_at(said, row)),
                makes=template,
                do=do,
                undo=row.call(said["physical"], now),
                settles=SETTLES,
            )
        )
    return made


def as_one(finding: Finding, kind: Type, wanted: Iterable[tuple[Property, Any]]) -> Iterator[Step]:
    """One call that sends every setting anew: those as they are, with the template's values among them.

    It owns them all, so whoever changed another one meanwhile is not overwritten.
    """
    said, whole = finding.evidence, kind.whole
    before = said.get("settings")
    if whole is None or not before:
        return
    after = before | {row.field: row.sent(template) for row, template in wanted}
    if whole.loses(after):
        return
    named = {setters()[whole.set].on: said["physical"]}
    yield Step(
        owns=Part(finding.resource, "every setting", look_at_all(said, kind)),
        makes=whole.spelled(after),
        do=Call(whole.set, named | after),
        undo=Call(whole.set, named | before),
        settles=SETTLES,
    )


def is_other(one: Mapping[str, Any], physical: str) -> bool:
    """Is it deleted, or another resource by now?"""
    now = one.get("PhysicalResourceId")
    return one.get("StackResourceDriftStatus") == "DELETED" or bool(now and now != physical)


def look_at(said: Mapping[str, Any], row: Property) -> Callable[[], Look]:
    """How CloudFormation's own comparison sees one property now.

    It is gone where that says DELETED, or another resource; an answer without either was no comparison.
    """

    def look() -> Look:
        for one in (yield Read(ResourceNow, f"{said['stack_id']} {said['logical']}")):
            if is_other(one, said["physical"]):
                return Seen(identity=None)
            if one.get("StackResourceDriftStatus") in ("MODIFIED", "IN_SYNC") and one.get(
                "PhysicalResourceId"
            ):
                value = row.value(json.loads(one.get("ActualProperties") or "{}"))
                return Seen(value=value, identity=said["physical"])
        return Seen(identity=said["physical"], moving="not compared")

    return look


def look_at_all(said: Mapping[str, Any], kind: Type) -> Callable[[], Look]:
    """All settings of a resource that is sent as one; those that the call would lose are none of ours."""

    def look() -> Look:
        for one in (yield Read(ResourceNow, f"{said['stack_id']} {said['logical']}")):
            if is_other(one, said["physical"]):
                return Seen(identity=None)
        for item in (yield Read(WHOLES[kind.name], said["physical"])):
            if kind.whole and (lost := kind.whole.loses(item)):
                return Seen(value={"lost": lost}, identity=said["physical"])
            value = kind.whole.spelled(kind.whole.settings(item)) if kind.whole else None
            return Seen(value=value, identity=said["physical"])
        return Seen(identity=None)

    return look
