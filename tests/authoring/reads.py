"""What is read of a service already, and as what: `make reads OF=rds`; of which services, without a name."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from steadyhand.source import Datapoints, Each, Many, Measured, Metric, Report, Source
from tests.checks.sentences import name_of

SOURCES = Path(__file__).resolve().parents[2] / "steadyhand" / "sources"
KINDS: tuple[tuple[type[Source[Any]], str], ...] = (
    (Datapoints, "numbers with their times"),
    (Metric, "numbers"),
    (Many, "many at a time"),
    (Each, "per item"),
    (Report, "report"),
    (Source, "list"),
)


def services() -> Iterator[str]:
    """The files that declare a read, each with its first line."""
    for file in sorted(SOURCES.glob("*.py")):
        if declared(file.stem):
            yield f"{file.stem}: {first_line(file)}"


def declared(service: str) -> dict[str, Source[Any]]:
    """The sources of one file, by their names there."""
    here = documented(SOURCES / f"{service}.py")
    said = vars(import_module(f"steadyhand.sources.{service}"))
    return {name: said[name] for name in here if isinstance(said.get(name), Source)}


def documented(file: Path) -> dict[str, str]:
    """Every name that a file assigns, with the words below it."""
    found: dict[str, str] = {}
    body = ast.parse(file.read_text("utf-8")).body
    for node, below in zip(body, [*body[1:], None], strict=True):
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        is_text = isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant)
        words = str(below.value.value) if is_text else ""  # type: ignore[union-attr]
        found |= {one.id: words for one in targets if isinstance(one, ast.Name)}
    return found


def first_line(file: Path) -> str:
    """What a file says of itself."""
    return (ast.get_docstring(ast.parse(file.read_text("utf-8"))) or "").partition("\n")[0]


def told(service: str) -> Iterator[str]:
    """One line a source: its name, its kind, of what, what is asked, and the words below it."""
    words = documented(SOURCES / f"{service}.py")
    for name, source in declared(service).items():
        kind = next(said for of, said in KINDS if isinstance(source, of))
        of = " and ".join(name_of(parent) for parent in source.parents)
        what = source.operation
        if isinstance(source, Measured):
            what = f"{source.namespace} {source.metric or source.math}"
        line = f"{name}: {kind}{of and f' of {of}'}, {what}"
        yield f"{line}. {words[name].partition(chr(10))[0]}" if words[name] else line


def main(service: str) -> int:
    """Print it; 2 where nothing is read of it yet."""
    if not service:
        sys.stdout.write("\n".join([*services(), ""]))
        return 0
    if not (SOURCES / f"{service}.py").exists():
        sys.stderr.write(
            f"nothing is read of {service} yet: a source is a value, in steadyhand/sources/{service}.py\n"
        )
        return 2
    sys.stdout.write("\n".join([*told(service), ""]))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else ""))
