"""Which operations a piece of code can call: those it spells, like "ec2:DescribeVolumes".

Every call is a value with its operation spelled out, so reading the code tells them all. What
`ApiCalled` names is only listened for, and is left out; so is who is not AWS.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from steadyhand.source import NOT_AWS

SPELLED = re.compile(r"[a-z0-9-]+:[A-Z][A-Za-z0-9]+")
LISTENED = "ApiCalled"


def operations_in(files: Iterable[Path], within: str | None = None) -> frozenset[str]:
    """The operations that these Python files spell; `within`: in calls of that name alone."""
    found: set[str] = set()
    for file in files:
        tree = ast.parse(file.read_bytes())
        parts = [tree] if within is None else _called(tree, within)
        found.update(name for part in parts for name in _spelled(part))
    return frozenset(found)


def _called(tree: ast.AST, name: str) -> list[ast.AST]:
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
    return [node for node in calls if isinstance(node.func, ast.Name) and node.func.id == name]


def _spelled(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == LISTENED:
        return
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        if SPELLED.fullmatch(node.value) and node.value.partition(":")[0] not in NOT_AWS:
            yield node.value
        return
    for child in ast.iter_child_nodes(node):
        yield from _spelled(child)
