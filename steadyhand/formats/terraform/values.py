"""What differs between the two sides of a resource of Terraform, and the lines that would adopt what is there."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from steadyhand.reference.secrets import REDACTED, redacted

COMPUTED = frozenset(
    {"arn", "etag", "id", "last_modified", "latest_restorable_time", "owner_id", "tags_all"}
)
"""Attributes that the provider computes and nobody configures."""

SECRET = re.compile(
    r"passw|secret|token|credential|private|user_data|environment|variables|connection|certificate"
    r"|(^|_)key($|_)|(^|_)value($|_)|content|body",
    re.IGNORECASE,
)
"""Names of attributes whose values may be secret though nobody marked them; `value` is a parameter's."""

LONGEST = 200
DEEPEST = 20


class Difference(NamedTuple):
    """One attribute that differs. `is_kept`: may its values be shown?"""

    path: str
    before: Any
    after: Any
    is_kept: bool


def differences(
    before: Any, after: Any, secret_before: Any = False, secret_after: Any = False
) -> Iterator[Difference]:
    """What differs, attribute by attribute and as deep as both sides are objects."""
    for name in sorted({*_keys(before), *_keys(after)} - COMPUTED):
        sides = (_at(before, name), _at(after, name))
        marks = (_at(secret_before, name, secret_before), _at(secret_after, name, secret_after))
        yield from _within(name, sides, marks, DEEPEST)


def _within(
    path: str, sides: tuple[Any, Any], marks: tuple[Any, Any], deep: int
) -> Iterator[Difference]:
    before, after = sides
    if _is_same(before, after):
        return
    if isinstance(before, dict) and isinstance(after, dict) and deep:
        for name in sorted({*before, *after}):
            below = (before.get(name), after.get(name))
            marked = (_at(marks[0], name, marks[0]), _at(marks[1], name, marks[1]))
            yield from _within(f"{path}.{name}", below, marked, deep - 1)
        return
    is_secret = any(map(is_marked, marks)) or SECRET.search(path)
    is_kept = not is_secret and all(map(_is_plain, sides))
    yield Difference(path, before if is_kept else None, after if is_kept else None, is_kept)


def _is_same(one: Any, other: Any) -> bool:
    """As JSON: True is not 1."""
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def _keys(said: Any) -> list[str]:
    return list(said) if isinstance(said, dict) else []


def _at(said: Any, name: str, otherwise: Any = None) -> Any:
    """What stands below; where a mark of secrecy is for all of it, that."""
    return said.get(name) if isinstance(said, dict) else otherwise


def is_marked(marks: Any) -> bool:
    """Is anything below marked? What is no mark counts as one."""
    if isinstance(marks, dict):
        return any(map(is_marked, marks.values()))
    if isinstance(marks, list):
        return any(map(is_marked, marks))
    return marks not in (None, False)


def _is_plain(said: Any) -> bool:
    """Is it a value that one line holds, and no secret by its shape?"""
    if isinstance(said, list):
        return len(said) <= 10 and all(not isinstance(one, list) and _is_plain(one) for one in said)
    if isinstance(said, str):
        return len(said) <= LONGEST and said.isprintable() and REDACTED not in redacted(said)
    return said is None or isinstance(said, bool | int | float)


def adopted(address: str, found: list[Difference], written: Mapping[str, Any] | None) -> str:
    """The attributes with the live values, as a diff of the configuration; what cannot be a line is a comment."""
    lines = list(_lines(found, written or {}))
    return "\n".join([f"# {address}", *lines]) if lines else ""


def _lines(found: list[Difference], written: Mapping[str, Any]) -> Iterator[str]:
    for one in found:
        name, _, below = one.path.partition(".")
        expression = written.get(name)
        references = expression.get("references") if isinstance(expression, dict) else None
        if not one.is_kept:
            yield f"# {one.path}: its value is not kept"
        elif isinstance(references, list) and references:
            source = str(references[0])
            shown = source if re.fullmatch(r"[\w.\[\]\"-]{1,100}", source) else "an expression"
            yield f"# {one.path} comes from {shown}; there it is {hcl(one.after)}"
        elif below and "." in below:
            yield f"# {one.path} is {hcl(one.after)}"
        else:
            label = f"{name}[{json.dumps(below)}]" if below else name
            if one.before is not None:
                yield f"- {label} = {hcl(one.before)}"
            if one.after is not None:
                yield f"+ {label} = {hcl(one.after)}"


def hcl(value: Any) -> str:
    """A value as HCL writes it: JSON's spelling, with templates taken literally."""
    return json.dumps(value, ensure_ascii=False).replace("${", "$${").replace("%{", "%%{")
