"""What may be set back where a stack's resource was changed by hand, from drift.toml: one row a property."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from steadyhand.model import Call
from steadyhand.reference.cloudtrail import event_name
from steadyhand.reference.dated import DATA
from steadyhand.reference.resent import Whole
from steadyhand.reference.written import as_number, is_hidden, is_on, leaf, plain_object

BRACE = re.compile(r"\{(\w+)(:last|:path)?\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Setter:
    """One call that sets something: the parameter that takes the physical id, and how its event names it.

    `key` is where CloudTrail's request parameters name the resource, `permission` how IAM spells the
    call where that is another.
    """

    action: str
    on: str
    key: str
    permission: str | None = None

    @property
    def event(self) -> str:
        """The call as CloudTrail spells it, with the client's name."""
        client, _, name = self.action.partition(":")
        return f"{client}:{event_name(client, name)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Property:
    """One reviewed property. `path` is dotted, as the template nests it.

    `at` is the parameter that takes the value; without it the call itself is the value, and
    `otherwise` that for off. `unset` is that for no value. `whole`: `set` sends all of the resource
    anew, and the property is one field of that. `absent` are a read and the error that says there is no value.
    """

    type: str
    path: str
    holds: str
    set: str
    safe: str
    at: str = ""
    unset: str = ""
    otherwise: str = ""
    beside: Mapping[str, Any] = field(default_factory=dict)
    as_text: bool = False
    owners: tuple[str, ...] = ()
    door: bool = False
    part: str = ""
    whole: bool = False
    absent: tuple[str, ...] = ()

    @property
    def field(self) -> str:
        """What it is called where all of a resource is sent."""
        return self.at or self.path

    @property
    def unsets(self) -> bool:
        """Can it be made to have no value again?"""
        return self.whole or bool(self.unset)

    @property
    def owned(self) -> str:
        """What a step that sets it owns, by the words of every check that sets the same."""
        return self.part or self.path

    @property
    def actions(self) -> tuple[str, ...]:
        """Every call that may set it."""
        return tuple(filter(None, dict.fromkeys((self.set, self.unset, self.otherwise))))

    def covers(self, pointer: str) -> bool:
        """Is a difference at this JSON pointer (`/A/B`) one of this property?"""
        own = "/" + self.path.replace(".", "/")
        return pointer == own or pointer.startswith(f"{own}/")

    def value(self, properties: Mapping[str, Any]) -> Any:
        """Its value among a resource's properties, as JSON of one spelling; None: there is none."""
        found: Any = properties
        for name in self.path.split("."):
            found = found.get(name) if isinstance(found, Mapping) else None
        return self.spelled(found)

    def is_same(self, template: Mapping[str, Any], actual: Mapping[str, Any]) -> bool:
        """Do both sides say one value, in whatever spelling? A list of these has no order."""
        try:
            said, there = self.value(template), self.value(actual)
        except ValueError:
            return False
        if self.holds == "list" and said and there:
            return sorted(map(json.dumps, said)) == sorted(map(json.dumps, there))
        return said is not None and bool(said == there)

    def spelled(self, value: Any) -> Any:
        """A value in one spelling, however a template or a service wrote it. `ValueError`: it is none."""
        if value is None:
            return None
        if is_hidden(value):
            raise ValueError(f"{self.path} is not told")
        if self.holds in ("document", "list"):
            said = json.loads(value) if isinstance(value, str) else value
            fits = isinstance(said, dict if self.holds == "document" else list)
        elif self.holds == "decimal":
            said = as_number(value)
            fits = said is not None
        elif self.holds == "object":
            said = plain_object(json.loads(value) if isinstance(value, str) else value)
            fits = isinstance(said, dict)
        elif self.holds == "text":
            said = str(value)
            fits = isinstance(value, str | int | float)
        else:
            said = leaf(value)
            fits = type(said) is (bool if self.holds == "flag" else int)
        if not fits or is_hidden(said):
            raise ValueError(f"{self.path} is no {self.holds}")
        return said

    def is_safe(self, drifted: Any, template: Any) -> bool:
        """May it go from what it is to what the template says, without asking?"""
        if self.safe == "always":
            return True
        if self.safe == "up":
            return drifted is not None and template is not None and template > drifted
        return self.safe == "on" and is_on(template)

    def call(self, physical: str, value: Any) -> Call | None:
        """The call that makes the property this value; None: there is none."""
        if value is None:
            name = self.unset
        elif self.otherwise and not is_on(value):
            name = self.otherwise
        else:
            name = self.set
        if not name:
            return None
        setter = setters()[name]
        on: Any = [physical] if setter.on.endswith("Names") else physical
        params: dict[str, Any] = {setter.on: on}
        if name == self.set and self.at:
            params |= self.beside
            place = params
            *outer, last = self.at.split(".")
            for step in outer:
                place = place.setdefault(step, {})
            place[last] = self.sent(value)
        return Call(name, params, setter.permission)

    def sent(self, value: Any) -> Any:
        """A value as the call takes it."""
        if self.holds == "decimal":
            return float(value)
        if not self.as_text or isinstance(value, str):
            return value
        return json.dumps(value, sort_keys=True, separators=(",", ":"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Type:
    """A resource type, what comparing it reads, and what of it may be set back.

    `recorded`: AWS Config records it, and names a resource by what `kind` can read. `whole` is the call
    that sends all of it, where some property has no other. `hides`: a resource's own policy can deny a
    read, and then it looks as if there were no value. `probed` is the parameter by which each of `reads`
    can be tried on one resource.
    """

    name: str
    arn_form: str
    kind: str
    reads: tuple[str, ...]
    properties: tuple[Property, ...]
    without: tuple[str, ...] = ()
    blind: tuple[str, ...] = ()
    recorded: bool = False
    whole: Whole | None = None
    hides: bool = False
    probed: str = ""

    def arn(self, physical: str, *, partition: str, region: str, account: str) -> str:
        """The ARN of one resource, by its physical id."""
        known = {"partition": partition, "region": region, "account": account, "id": physical}

        def fill(brace: re.Match[str]) -> str:
            said = known[brace[1]]
            if brace[2] == ":last":
                return re.split("[/:]", said)[-1]
            return said.lstrip("/") if brace[2] else said

        return BRACE.sub(fill, self.arn_form)

    def row(self, pointer: str) -> Property | None:
        """The row that covers a difference, if one does."""
        return next((one for one in self.properties if one.covers(pointer)), None)

    def is_blind(self, pointer: str) -> bool:
        """Does a read that we never get hide what is at this pointer?"""
        return pointer.strip("/").partition("/")[0] in self.blind


@cache
def table() -> Mapping[str, Any]:
    """The file as it is."""
    return tomllib.loads((DATA / "drift.toml").read_text("utf-8"))


@cache
def setters() -> Mapping[str, Setter]:
    """Every call of the table, by its name."""
    return {name: Setter(action=name, **said) for name, said in table()["calls"].items()}


@cache
def types() -> Mapping[str, Type]:
    """Every type of the table, by its name."""
    return {name: Type(**read(name, said)) for name, said in table()["types"].items()}


def read(name: str, said: Mapping[str, Any]) -> dict[str, Any]:
    """One type of the file, as `Type` takes it."""
    as_text = said.get("sends") == "text"
    rows = [
        Property(
            type=name,
            path=path,
            holds=row["is"],
            set=row["set"] if "set" in row else said["whole"]["set"],
            at=row.get("at", "" if "set" in row else path),
            whole="set" not in row,
            beside=row.get("with", {}),
            as_text=as_text,
            owners=tuple(row.get("owners", ())),
            absent=tuple(row.get("absent", ())),
            **{
                one: row[one]
                for one in ("safe", "unset", "otherwise", "door", "part")
                if one in row
            },
        )
        for path, row in said["properties"].items()
    ]
    return {
        "name": name,
        "arn_form": said["arn"],
        "kind": said.get("kind", ""),
        "reads": tuple(said["reads"]),
        "without": tuple(said.get("without", ())),
        "blind": tuple(said.get("blind", ())),
        "recorded": name in table()["recorded"],
        "properties": tuple(rows),
        "hides": said.get("hides", False),
        "probed": said.get("probed", ""),
        "whole": whole(said["whole"]) if "whole" in said else None,
    }


def whole(said: Mapping[str, Any]) -> Whole:
    """The call that sends all of a resource, from the file."""
    return Whole(
        set=said["set"],
        fields=tuple(said["fields"]),
        shown=tuple(said["shown"]),
        only=said.get("only", {}),
        documents=tuple(said.get("documents", ())),
    )


def properties() -> Iterator[Property]:
    """Every row."""
    for one in types().values():
        yield from one.properties
