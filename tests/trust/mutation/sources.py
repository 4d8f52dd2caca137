"""Mutants of a module's source, each tried against the tests that must notice it.

A small mutator of our own: one comparison turned, one `and` made `or`, one `not` left out, one
number or truth changed, one reason not returned. Every mutant lives in a fork of its own, so its
tests see it under every name by which they imported it.
"""

from __future__ import annotations

import ast
import importlib
import os
import signal
import types
from collections.abc import Iterator, Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, settings

TURNED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Lt: ast.GtE, ast.GtE: ast.Lt, ast.Gt: ast.LtE,
    ast.LtE: ast.Gt, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
EDGES: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
}  # fmt: skip


QUIETLY = (
    "-x", "-q", "-p", "no:cacheprovider",
    "-W", "ignore::pytest.PytestAssertRewriteWarning",
)  # fmt: skip
"""How tests run in a fork: what was imported before it, hypothesis and the tests, is not written anew."""


LONGEST = 180
"""Seconds: a mutant that never ends was noticed."""


def variants(node: ast.AST) -> Iterator[ast.AST]:
    """Each other way to say one node."""
    if isinstance(node, ast.Compare):
        for table in (TURNED, EDGES):
            if type(node.ops[0]) in table:
                other = deepcopy(node)
                other.ops[0] = table[type(node.ops[0])]()
                yield other
    if isinstance(node, ast.BoolOp):
        other_op = deepcopy(node)
        other_op.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        yield other_op
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield deepcopy(node.operand)
    if isinstance(node, ast.Return) and node.value and not is_none(node.value):
        yield ast.Return(ast.Constant(None))
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        yield ast.Constant(node.value + 1)


def is_none(node: ast.AST) -> bool:
    """Does it say None already?"""
    return isinstance(node, ast.Constant) and node.value is None


class Swap(ast.NodeTransformer):
    """Puts one variant in the place of one node."""

    def __init__(self, at: int, which: int) -> None:
        self.at, self.which, self.seen, self.line = at, which, -1, 0

    def visit(self, node: ast.AST) -> ast.AST:
        self.seen += 1
        if self.seen == self.at:
            self.line = getattr(node, "lineno", 0)
            return list(variants(node))[self.which]
        visited: ast.AST = self.generic_visit(node)
        return visited


def functions(module: str) -> dict[str, ast.FunctionDef]:
    """The functions and methods of a module as source, by their qualified names.

    Without those that ask `super()`: their code hangs on their class, and lives in no other place.
    """
    path = Path(importlib.import_module(module).__file__ or "")
    found: dict[str, ast.FunctionDef] = {}
    for one in ast.parse(path.read_text()).body:
        inner = one.body if isinstance(one, ast.ClassDef) else [one]
        prefix = f"{one.name}." if isinstance(one, ast.ClassDef) else ""
        for node in inner:
            if isinstance(node, ast.FunctionDef) and "super()" not in ast.unparse(node):
                found[f"{prefix}{node.name}"] = node
    return found


def in_order(function: ast.FunctionDef) -> list[ast.AST]:
    """The nodes in the order in which `Swap` meets them."""
    met: list[ast.AST] = []

    class Meet(ast.NodeVisitor):
        def visit(self, node: ast.AST) -> None:
            met.append(node)
            self.generic_visit(node)

    Meet().visit(function)
    return met


def mutants(module: str) -> list[tuple[str, int, int]]:
    """Each as its function, the place in it, and which variant."""
    return [
        (name, at, which)
        for name, function in functions(module).items()
        for at, node in enumerate(in_order(function))
        for which in range(len(list(variants(node))))
    ]


def described(module: str, mutant: tuple[str, int, int]) -> str:
    """Which line says what instead."""
    name, at, which = mutant
    node = in_order(functions(module)[name])[at]
    return f"{name}: {ast.unparse(node)} → {ast.unparse(list(variants(node))[which])}"


def survives(module: str, mutant: tuple[str, int, int] | None, tests: Sequence[str]) -> bool:
    """Do all the tests pass with the mutant in place, or with none? In a fork: nothing else sees it."""
    import pytest

    child = os.fork()
    if not child:
        code = 0
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(LONGEST)
        try:
            quiet = os.open(os.devnull, os.O_WRONLY)
            os.dup2(quiet, 1)
            os.dup2(quiet, 2)
            if mutant:
                put_in(module, mutant)
            code = int(pytest.main([*QUIETLY, *tests]))
        except BaseException:  # noqa: BLE001 - whatever ends it, it was noticed
            code = 1
        os._exit(min(code, 100))
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status) == 0


def put_in(module: str, mutant: tuple[str, int, int]) -> None:
    """The function goes on under its old name, with the mutant's code."""
    name, at, which = mutant
    function = functions(module)[name]
    function.decorator_list = []
    changed = ast.fix_missing_locations(Swap(at, which).visit(function))
    space = vars(importlib.import_module(module))
    made: dict[str, types.FunctionType] = {}
    future = "from __future__ import annotations\n"
    exec(compile(future + ast.unparse(changed), module, "exec"), space, made)
    code, new = there(space, name), made[function.name]
    code.__code__, code.__kwdefaults__ = new.__code__, new.__kwdefaults__


def there(space: dict[str, Any], name: str) -> types.FunctionType:
    """The function of that qualified name, below whatever decorates it."""
    owner, _, last = name.rpartition(".")
    found: Any = vars(space[owner])[last] if owner else space[last]
    found = getattr(found, "fget", None) or getattr(found, "__func__", None) or found
    while hasattr(found, "__wrapped__"):
        found = found.__wrapped__
    assert isinstance(found, types.FunctionType), name
    return found


def preload(tests: Sequence[str]) -> None:
    """Import what the tests import, once: every mutant is forked from here.

    Hypothesis generates fewer examples then, and looks for no shorter ones: that one fails is enough.
    """
    settings.register_profile(
        "mutants", max_examples=30, derandomize=True, phases=(Phase.explicit, Phase.generate), database=None,
        deadline=None, suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    settings.load_profile("mutants")
    for one in tests:
        importlib.import_module(one.removesuffix(".py").replace("/", "."))
