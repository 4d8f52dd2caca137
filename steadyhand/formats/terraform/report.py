"""What `terraform plan -refresh-only -json` and `terraform show -json PLAN` say of drift: text to values.

The first is a stream of messages that names resources and no values, the second an object with both sides
of each. "Machine-readable UI" and "JSON output format" of Terraform's internals hold both; of a major
version that they do not know nothing is read. OpenTofu writes the same. A state is refused: it holds secrets.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

ADDRESS = re.compile(r"[^\x00-\x1f\x7f-\x9f\ud800-\udfff]{1,1024}")
INDEX = re.compile(r"\[(?:\d+|\"(?:[^\"\\]|\\.)*\")\]")
CHANGED = ("update", "delete", "replace")
"""Actions that are a drift. One that moved, or whose provider writes it otherwise, is as it was; a deposed object
was replaced already, waits to be destroyed, and is nothing that the code speaks of."""

REFRESHES = ("refresh_start", "refresh_complete")
MAJOR = "1"
STATE = "is a state, which holds secrets and is not read; give the plan: terraform show -json PLAN"
NEITHER = "is neither `terraform plan -refresh-only -json` nor `terraform show -json PLAN` of Terraform or OpenTofu"


class NotAReport(Exception):
    """What was given is nothing of Terraform's that tells of drift. The message is a clause about it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """One resource of Terraform that is no longer as its state says.

    `before` and `after` are None where the report tells no values. `secret_before` and `secret_after`
    mirror them with True where a value is sensitive. `id` is the provider's. `written` are the
    configuration's expressions by attribute, None where it is not in the report.
    """

    address: str
    type: str
    action: str
    id: str = ""
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None
    secret_before: Any = False
    secret_after: Any = False
    written: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What was read. `missing` says why there may be drift that it does not tell of."""

    drifts: tuple[Drift, ...]
    missing: tuple[str, ...] = ()
    ids: Mapping[str, str] = field(default_factory=dict)


def read(text: str) -> Report:
    """A report in either form. `NotAReport` in one clause."""
    try:
        said = _json(text)
    except ValueError:
        return _stream(text)
    except RecursionError:
        raise NotAReport("is nested too deep to be Terraform's") from None
    if not isinstance(said, dict):
        raise NotAReport(NEITHER)
    return _stream(text) if "@level" in said else _plan(said)


def _json(text: str) -> Any:
    def no_number(said: str) -> Any:
        raise ValueError(f"{said} is no JSON")

    return json.loads(text, parse_constant=no_number)


def _stream(text: str) -> Report:
    """Messages, one a line. Whoever writes a log into the same file writes lines that are none."""
    drifts: list[Drift] = []
    ids: dict[str, str] = {}
    missing: list[str] = []
    kinds = set[str]()
    for message in _messages(text):
        kind = message.get("type")
        kinds.add(kind if isinstance(kind, str) else "")
        if kind == "version":
            _major(message.get("ui"))
        elif kind == "resource_drift":
            drifts += _of_message(_object(message, "change"))
        elif kind in REFRESHES:
            hook = _object(message, "hook")
            address = _address(_object(hook, "resource").get("addr"))
            if isinstance(hook.get("id_value"), str):
                ids[address] = hook["id_value"]
        elif kind == "diagnostic" and _object(message, "diagnostic").get("severity") == "error":
            summary = str(_object(message, "diagnostic").get("summary"))
            missing.append(f"Terraform failed: {' '.join(summary.split())[:200]}")
    if "version" not in kinds:
        raise NotAReport(NEITHER)
    if not missing:
        missing += _unread(kinds)
    return Report(drifts=tuple(drifts), missing=tuple(missing), ids=ids)


def _unread(kinds: set[str]) -> Iterator[str]:
    """Why messages of these kinds alone may leave drift untold."""
    if "change_summary" not in kinds:
        yield "the report ends before Terraform did"
    elif not kinds & {*REFRESHES, "resource_drift"}:
        yield "Terraform looked at no resource, as with -refresh=false"


def _messages(text: str) -> Iterator[Mapping[str, Any]]:
    for line in text.split("\n"):
        try:
            said = _json(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(said, dict) and "@level" in said:
            yield said


def _of_message(change: Mapping[str, Any]) -> Iterator[Drift]:
    resource = _object(change, "resource")
    if change.get("action") in CHANGED:
        yield Drift(
            address=_address(resource.get("addr")),
            type=_word(resource.get("resource_type")),
            action=change["action"],
        )


def _plan(said: Mapping[str, Any]) -> Report:
    """A plan's object."""
    if "lineage" in said or ("values" in said and "planned_values" not in said):
        raise NotAReport(STATE)
    if not {"format_version", "planned_values", "configuration"} <= said.keys():
        raise NotAReport(NEITHER)
    _major(said["format_version"])
    drifts = said.get("resource_drift", [])
    if not isinstance(drifts, list):
        raise NotAReport(NEITHER)
    missing = list[str]()
    if said.get("errored") is True:
        missing.append("Terraform failed while it planned")
    elif said.get("complete") is False:
        missing.append("the plan is of a part of the code, as with -target")
    found = chain.from_iterable(_of_plan(one, said["configuration"]) for one in drifts)
    return Report(drifts=tuple(found), missing=tuple(missing))


def _of_plan(said: Any, configuration: Any) -> Iterator[Drift]:
    if not isinstance(said, dict):
        raise NotAReport(NEITHER)
    change = _object(said, "change")
    actions = change.get("actions")
    if not isinstance(actions, list) or said.get("mode") == "data" or said.get("deposed"):
        return
    action = "replace" if len(actions) > 1 else next(iter(actions), "")
    if action not in CHANGED:
        return
    before, after = (_values(change.get(side)) for side in ("before", "after"))
    address = _address(said.get("address"))
    known = (after or before or {}).get("id")
    yield Drift(
        address=address,
        type=_word(said.get("type")),
        action=action,
        id=known if isinstance(known, str) else "",
        before=before,
        after=after,
        secret_before=change.get("before_sensitive", False),
        secret_after=change.get("after_sensitive", False),
        written=expressions(configuration, address),
    )


def expressions(configuration: Any, address: str) -> Mapping[str, Any] | None:
    """What the configuration says of a resource, by attribute; None where it is not found."""
    parts = INDEX.sub("", address).split(".")
    here = configuration.get("root_module") if isinstance(configuration, dict) else None
    while parts[0] == "module" and len(parts) > 2:
        calls = here.get("module_calls") if isinstance(here, dict) else None
        call = calls.get(parts[1]) if isinstance(calls, dict) else None
        here, parts = call.get("module") if isinstance(call, dict) else None, parts[2:]
    name = ".".join(parts)
    listed = here.get("resources") if isinstance(here, dict) else None
    for one in listed if isinstance(listed, list) else ():
        if isinstance(one, dict) and one.get("address") == name:
            found = one.get("expressions", {})
            return found if isinstance(found, dict) else None
    return None


def _object(said: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = said.get(name)
    if not isinstance(found, dict):
        raise NotAReport(f"has a message or resource without its {name}")
    return found


def _values(said: Any) -> Mapping[str, Any] | None:
    if said is not None and not isinstance(said, dict):
        raise NotAReport(NEITHER)
    return said


def _address(said: Any) -> str:
    if not isinstance(said, str) or not ADDRESS.fullmatch(said):
        raise NotAReport("names a resource by what is no address")
    return said


def _word(said: Any) -> str:
    if not isinstance(said, str) or not re.fullmatch(r"\w{1,128}", said, re.ASCII):
        raise NotAReport("names a resource's type by what is none")
    return said


def _major(version: Any) -> None:
    major = version.partition(".")[0] if isinstance(version, str) else ""
    if major not in ("0", MAJOR):
        raise NotAReport("is of a version of Terraform's format that is not known here")
