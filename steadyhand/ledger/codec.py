"""Values as JSON text and back: what the ledger keeps, and what is compared.

Times become {"$at": …}, bytes {"$bytes": …}, a value filled in later {"$ref": …}, a call {"$call": …}.
Names that begin with $ are ours: a user's own get one more, so whatever they call a tag survives.
"""

from __future__ import annotations

import base64
import hashlib
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import date, datetime
from typing import Any

from steadyhand.model import Call, Finding, Params, Ref, Severity, Step, WrittenStep


def plain(value: Any) -> Any:
    """A value with nothing in it but what JSON knows."""
    if value is None or isinstance(value, (str, int, float)):
        return value
    if isinstance(value, Mapping):
        return {escaped(str(key)): plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(inner) for inner in value]
    if isinstance(value, date):
        return {"$at": value.isoformat()}
    if isinstance(value, bytes):
        return {"$bytes": base64.b64encode(value).decode()}
    if isinstance(value, Ref):
        return {"$ref": [value.step, value.name]}
    if isinstance(value, Call):
        permission = [value.permission] if value.permission else []
        return {"$call": [value.action, plain(value.params), *permission]}
    if isinstance(value, Iterable):
        return [plain(inner) for inner in value]
    raise TypeError(f"{type(value).__name__} has no place in the ledger")


def escaped(name: str) -> str:
    """A user's name for something, told from ours."""
    return f"${name}" if name[:1] == "$" else name


def rich(value: Any) -> Any:
    """The inverse of `plain`."""
    if isinstance(value, list):
        return [rich(inner) for inner in value]
    if not isinstance(value, dict):
        return value
    if len(value) == 1:
        if "$at" in value:
            return datetime.fromisoformat(value["$at"])
        if "$bytes" in value:
            return base64.b64decode(value["$bytes"])
        if "$ref" in value:
            return Ref(*value["$ref"])
        if "$call" in value:
            action, params, *permission = value["$call"]
            return Call(action, rich(params), *permission)
    return {key[1:] if key[:1] == "$" else key: rich(inner) for key, inner in value.items()}


SHORTEST = json.JSONEncoder(separators=(",", ":"), sort_keys=True, ensure_ascii=False)
ASCII = json.JSONEncoder(separators=(",", ":"), sort_keys=True)


def written(said: Any) -> str:
    """The shortest JSON text of what is plain already; half a character is spelled out."""
    found = SHORTEST.encode(said)
    try:
        found.encode()
    except UnicodeEncodeError:
        return ASCII.encode(said)
    return found


def text(value: Any) -> str:
    """The shortest JSON text; the same value gives the same text."""
    return written(plain(value))


def value(said: str) -> Any:
    """What `text` was given, with tuples as lists."""
    return rich(json.loads(said))


def digest(value: Any) -> str:
    """A short name for a value."""
    return hashlib.sha256(text(value).encode()).hexdigest()[:16]


# Findings, calls and steps.

PARTS = tuple(field.name for field in fields(Finding))


def finding_out(finding: Finding) -> dict[str, Any]:
    """A finding as a JSON object."""
    pairs = ((name, getattr(finding, name)) for name in PARTS)
    return {name: value if type(value) is str else plain(value) for name, value in pairs}


def finding_in(said: Mapping[str, Any]) -> Finding:
    """The inverse of `finding_out`."""
    known = {name: rich(said[name]) for name in PARTS if name in said}
    return sound(Finding(**(known | {"severity": Severity(known["severity"])})))


def sound(finding: Finding) -> Finding:
    """The finding, if its fields are what all take them for; else `ValueError` or `TypeError`."""
    due, usd = finding.detonates_at, finding.usd_per_month
    texts = (
        finding.check,
        finding.account,
        finding.region,
        finding.resource,
        finding.resource_type,
    )
    named = (finding.key, finding.name, finding.summary)
    if not all(type(one) is str for one in (*texts, *named)):
        raise ValueError("a field of the finding is no text")
    if due is not None and not (isinstance(due, datetime) and due.tzinfo and 1 < due.year < 9999):
        raise ValueError("the finding's date is none")
    if usd is not None and not (type(usd) in (int, float) and math.isfinite(usd)):
        raise ValueError("the finding's cost is no number")
    if not isinstance(finding.evidence, Mapping):
        raise TypeError("the finding's evidence is no table")
    if not (finding.tags is None or isinstance(finding.tags, Mapping)):
        raise TypeError("the finding's tags are no table")
    return finding


def call_out(call: Call | None) -> dict[str, Any] | None:
    """A call as {"action", "params"}, and its permission where IAM spells it otherwise."""
    if call is None:
        return None
    said: dict[str, Any] = {"action": call.action, "params": plain(call.params)}
    return said | ({"permission": call.permission} if call.permission else {})


def call_in(said: Mapping[str, Any] | None) -> Call | None:
    """The inverse of `call_out`."""
    if said is None:
        return None
    params: Params = rich(said["params"])
    return Call(said["action"], params, said.get("permission"))


def steps_out(steps: Sequence[Step | WrittenStep]) -> list[dict[str, Any]]:
    """A plan as a list of {"do", "undo"}."""
    return [{"do": call_out(step.do), "undo": call_out(step.undo)} for step in steps]


def plan_hash(steps: Sequence[Step | WrittenStep]) -> str:
    """What an approval is bound to. Empty where there is no plan."""
    return digest(steps_out(steps)) if steps else ""
