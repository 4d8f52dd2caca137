"""Event patterns, derived from the event index. Values; no CDK.

One pattern for each source and detail-type, more where one would be longer than EventBridge takes.
A call that failed changed nothing, so it is left out.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from steadyhand.engine.event_index import ALARM, CLOUDTRAIL, Wake

LONGEST = 2048
"""Characters of a pattern that EventBridge takes."""

LONGEST_NAME = 64
Pattern = Mapping[str, Any]


def patterns(wakes: Iterable[Wake]) -> dict[str, Pattern]:
    """The patterns that match these events and nothing else, by a name for their rule."""
    grouped: dict[tuple[str, str], list[Mapping[str, list[str]]]] = defaultdict(list)
    for wake in wakes:
        grouped[wake["source"], wake["detail_type"]].append(wake["where"])
    named: dict[str, Pattern] = {}
    for (source, detail_type), wheres in sorted(grouped.items()):
        made = [one for where in narrowed(wheres) for one in fitting(source, detail_type, where)]
        for number, pattern in enumerate(made, 1):
            named[named_for(source, detail_type, number if len(made) > 1 else 0)] = pattern
    return named


def alarms() -> Pattern:
    """Every alarm of the account, when it changes its state."""
    return {"source": ["aws.cloudwatch"], "detail-type": [ALARM]}


def narrowed(wheres: Iterable[Mapping[str, list[str]]]) -> list[dict[str, list[str]]]:
    """Fewer ways to say the same: those that differ in one field alone become one."""
    made: list[dict[str, list[str]]] = []
    every = list(wheres)
    for where in every:
        if not where:
            return [{}]
        if any(is_within(where, other) for other in every):
            continue
        for one in made:
            if one.keys() == where.keys():
                other = [field for field in one if {*one[field]} != {*where[field]}]
                if len(other) <= 1:
                    one.update({field: sorted({*one[field], *where[field]}) for field in other})
                    break
        else:
            made.append({field: sorted(said) for field, said in where.items()})
    return sorted(made, key=lambda one: (len(one), *one))


def is_within(where: Mapping[str, list[str]], other: Mapping[str, list[str]]) -> bool:
    """Does the other one, which asks for less, match all that this one matches?"""
    return other.keys() < where.keys() and all({*where[name]} <= {*other[name]} for name in other)


def fitting(source: str, detail_type: str, where: Mapping[str, list[str]]) -> Iterator[Pattern]:
    """One pattern, or halves of it until each is short enough."""
    pattern = pattern_of(source, detail_type, where)
    if len(json.dumps(pattern, separators=(",", ":"))) <= LONGEST:
        yield pattern
        return
    field = max(where, key=lambda name: len(where[name]))
    middle = len(where[field]) // 2
    if not middle:
        raise ValueError(f"{source} {detail_type}: one value of {field} is too long for a rule")
    for half in (where[field][:middle], where[field][middle:]):
        yield from fitting(source, detail_type, {**where, field: half})


def pattern_of(source: str, detail_type: str, where: Mapping[str, list[str]]) -> Pattern:
    """As EventBridge takes it."""
    detail: dict[str, Any] = {}
    if detail_type == CLOUDTRAIL:
        detail["eventSource"] = [f"{source.removeprefix('aws.')}.amazonaws.com"]
        detail["errorCode"] = [{"exists": False}]
    for path, said in where.items():
        *above, last = path.split(".")
        inner = detail
        for name in above:
            inner = inner.setdefault(name, {})
        inner[last] = [{"prefix": one[:-1]} if one.endswith("*") else one for one in said]
    narrow = {"detail": detail} if detail else {}
    return {"source": [source], "detail-type": [detail_type], **narrow}


def named_for(source: str, detail_type: str, number: int) -> str:
    """A name that tells an owner what matches: "ec2-calls", "acm-certificate-approaching-expiration"."""
    who = source.removeprefix("aws.")
    what = "calls" if detail_type == CLOUDTRAIL else detail_type.lower().removeprefix(f"{who} ")
    words = re.sub(r"[^a-z0-9]+", "-", f"{who} {what}")
    last = f"-{number}" if number else ""
    return words[: LONGEST_NAME - len("steadyhand-") - len(last)].strip("-") + last
