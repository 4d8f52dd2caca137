"""The line of a template that says a property's value, and that line with another value, as a diff.

Only values that stand in one line are found: what is computed, or spread over several, is for a person.
The diff shows the changed lines alone, for beside them may stand what nobody should read.
"""

from __future__ import annotations

import json
import re
from difflib import unified_diff
from typing import Any

LINE = re.compile(r"^(?P<indent>\s*)(?P<name>\"[^\"]+\"|[\w:.-]+)\s*:(?P<rest>.*)$")
SCALAR = re.compile(
    r"^(?P<before>\s*)(?P<value>\"[^\"]*\"|'[^']*'|[\w./:-]+)(?P<after>,?\s*(#.*)?)$"
)
NUMBER = re.compile(r"-?(0|[1-9]\d{0,14})")
TEXT = re.compile(r"[A-Za-z/]([\w./:-]*[\w./-])?", re.ASCII)
WORDS = {"true", "false", "yes", "no", "on", "off", "y", "n", "null"}
"""What YAML 1.1 takes for something else than text where it is bare: yaml.org/type/bool.html."""

COMPUTED = re.compile(r"^\s*(!|\{|\[|[|>]|$)")


def adopted(body: str, logical: str, path: str, value: Any) -> str:
    """A unified diff that makes the template say `value` at a dotted path; empty where there is no line."""
    lines = body.splitlines()
    where = find(lines, ["Resources", logical, "Properties", *path.split(".")])
    if where is None or isinstance(value, dict | list) or value is None:
        return ""
    if isinstance(value, str) and not value.isprintable():
        return ""  # it would be several lines, or another one than it looks
    told = LINE.match(lines[where])
    if told is None or COMPUTED.match(told["rest"]):
        return ""
    said = SCALAR.match(told["rest"])
    if said is None:
        return ""
    start = len(lines[where]) - len(told["rest"])
    new = f"{lines[where][:start]}{said['before']}{written(said['value'], value)}{said['after']}"
    changed = [*lines[:where], new, *lines[where + 1 :]]
    diff = unified_diff(
        lines, changed, f"template/{logical}", f"template/{logical}", n=0, lineterm=""
    )
    return "\n".join(diff)


def find(lines: list[str], path: list[str]) -> int | None:
    """The number of the line that names the last of nested keys, by their indentation."""
    depth, here = -1, 0
    for name in path:
        found = child(lines, here, depth, name)
        if found is None:
            return None
        here, depth = found + 1, indent_of(lines[found])
    return here - 1


def child(lines: list[str], start: int, depth: int, name: str) -> int | None:
    """A key directly below the block that begins at `start` and whose own key is indented `depth`."""
    level: int | None = None
    for number in range(start, len(lines)):
        told = LINE.match(lines[number])
        if not lines[number].strip() or lines[number].lstrip().startswith("#"):
            continue
        indent = indent_of(lines[number])
        if indent <= depth and lines[number].strip() not in ("{", "}", "},"):
            return None
        if told is None or indent <= depth:
            continue
        level = indent if level is None else level
        if indent == level and told["name"].strip('"') == name:
            return number
    return None


def indent_of(line: str) -> int:
    """How far a line is indented."""
    return len(line) - len(line.lstrip())


def written(old: str, value: Any) -> str:
    """A value as the line wrote the old one: in its quotes, or bare where that says the same."""
    quote = old[:1] if old[:1] in ("'", '"') else ""
    if not isinstance(value, str):
        return f"{quote}{json.dumps(value)}{quote}"
    if quote == "'":
        return "'" + value.replace("'", "''") + "'"
    if not quote and any(bare(old, form) and bare(value, form) for form in (NUMBER, TEXT)):
        return value
    return json.dumps(value, ensure_ascii=False)


def bare(text: str, form: re.Pattern[str]) -> bool:
    """May it stand without quotes, as a number or as text?"""
    return form.fullmatch(text) is not None and text.lower() not in WORDS
