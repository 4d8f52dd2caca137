"""Writes the pages that are generated from the checks: `python -m steadyhand.catalogue.docs [--check]`.

With `--check` nothing is written; pages that are not current are named, and the exit code is 1.
"""

from __future__ import annotations

import ast
import inspect
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import MISSING, Field, fields
from itertools import pairwise
from pathlib import Path
from typing import Any, get_type_hints

from steadyhand.catalogue import discovery as catalogue
from steadyhand.check import Check
from steadyhand.model.knobs import limits
from steadyhand.source import Source
from steadyhand.triggers import (
    AlarmChanged,
    AlarmConfigured,
    ApiCalled,
    ConfigChanged,
    Every,
    ServiceEvent,
    Trigger,
)

STEERED = re.compile(r"^(Steered by|At worst): ((?:.+\n)+?)(?=At worst: |\n)", re.MULTILINE)
"""Both answers of a runbook."""

ROOT = Path(__file__).resolve().parents[2]
MADE = "<!-- Made by `make docs` from the check's own file. Change that, not this. -->"


def pages() -> dict[Path, str]:
    """Every generated page: its place in the repository, and its text."""
    checks = catalogue.load()
    folder = Path("docs/runbooks")
    made = {folder / f"{check.id}.md": runbook(check) for check in checks}
    whole = {Path("docs/checks.md"): overview(checks), Path("docs/worst-cases.md"): worst(checks)}
    return made | whole


def overview(checks: Iterable[Check]) -> str:
    """One table of all checks."""
    rows = [
        f"| [{check.id}](runbooks/{check.id}.md) | {check.category} | {first_line(check)} "
        f"| {check.severity} | {check.risk} |"
        for check in sorted(checks, key=lambda check: (check.category, check.id))
    ]
    head = [
        "| check | category | what it finds | severity | risk of the fix |",
        "|---|---|---|---|---|",
    ]
    words = (
        "`safe` fixes may run by themselves where `steadyhand.toml` says `auto`; `approval` waits "
        "for a person; `advice` has no fix of ours, only a runbook."
    )
    return "\n".join([MADE, "", f"# The {len(rows)} checks", "", words, "", *head, *rows, ""])


def worst(checks: Iterable[Check]) -> str:
    """Who can steer each check, and what the permits of those that write reach at worst: for a person to read."""
    acting: list[str] = []
    telling: list[str] = []
    for check in sorted(checks, key=lambda check: check.id):
        said = dict(STEERED.findall(check.runbook))
        cells = [" ".join(one.split()).replace("|", "\\|") for one in said.values()]
        row = f"| [{check.id}](runbooks/{check.id}.md) | {' | '.join(cells)} |"
        (acting if check.writes else telling).append(row)
    words = (
        "If a check's own plan were wrong, its permissions would still reach no further than this: every call "
        "keeps the shape of its permit. Read it before you let a check act, and again when a release changes it."
    )
    head = ["| check | steered by | at worst |", "|---|---|---|"]
    only = ["| check | steered by |", "|---|---|"]
    parts = [MADE, "", "# What checks could do at worst", "", words, ""]
    parts += [f"## The {len(acting)} that may change something", "", *head, *acting, ""]
    parts += [f"## The {len(telling)} that only tell", "", *only, *telling, ""]
    return "\n".join(parts)


def runbook(check: Check) -> str:
    """The page of one check: what a person reads at three in the morning."""
    title, _, rest = check.runbook.strip().partition("\n")
    facts = {
        "Check": f"`{check.id}` ({check.category})",
        "If nobody acts": check.consequence,
        "Severity": str(check.severity),
        "Risk of the fix": str(check.risk),
        "Wakes": "; ".join(woken(check.wakes)),
        "Reads": ", ".join(f"`{action}`" for action in permissions(check.reads)),
        "May do": ", ".join(f"`{action}`" for action in writes(check)) or "nothing",
        "Known elsewhere as": ", ".join(check.peers) or "nothing",
    }
    table = ["| | |", "|---|---|", *(f"| {name} | {said} |" for name, said in facts.items())]
    told = re.sub(r"\n+(Undo|Steered by|At worst):", r"\n\n\1:", rest.rstrip())
    parts = [MADE, "", f"# {title}", told, "", *table, "", *knobs(check)]
    return "\n".join(parts).rstrip() + "\n"


def first_line(check: Check) -> str:
    """What it finds, in a sentence."""
    return check.runbook.strip().partition("\n")[0]


def permissions(sources: Iterable[Source[Any]]) -> list[str]:
    """The IAM actions that reading takes, parents included."""
    found: dict[str, None] = {}
    for source in sources:
        found |= dict.fromkeys(permissions(source.parents))
        found |= dict.fromkeys(source.permissions)
    return list(found)


def writes(check: Check) -> list[str]:
    """The IAM actions that its fixes and their undos take."""
    return list(dict.fromkeys(one.action for permit in check.writes for one in permit.all))


def woken(triggers: Iterable[Trigger]) -> Iterator[str]:
    """Each trigger in a few words."""
    for trigger in triggers:
        match trigger:
            case Every(period):
                yield f"every {period.total_seconds() / 3600:g} hours"
            case ApiCalled(action):
                yield f"`{action}` is called"
            case ServiceEvent(source, detail_type):
                yield f"{source} says “{detail_type}”"
            case ConfigChanged(resource_type):
                yield f"AWS Config records a change of {resource_type}"
            case AlarmChanged(namespace, metric):
                yield f"an alarm on {namespace} {metric} fires"
            case AlarmConfigured(namespace, metric):
                yield f"an alarm on {namespace} {metric} is made, changed or deleted"


def knobs(check: Check) -> list[str]:
    """What the owner may turn, with its default and its words."""
    said = words(type(check))
    hints = get_type_hints(type(check), include_extras=True)
    rows = [
        f"| `{knob.name}` | `{default(knob)}` | {limits(hints[knob.name])} "
        f"| {said.get(knob.name, '')} |"
        for knob in fields(check)  # type: ignore[arg-type]  # every Check is made a dataclass
    ]
    if not rows:
        return []
    head = ["## Knobs", "", f"In `steadyhand.toml` under `[checks.{check.id}]`.", ""]
    return [*head, "| knob | default | range | meaning |", "|---|---|---|---|", *rows]


def default(knob: Field[Any]) -> Any:
    """What it is if the owner says nothing."""
    return knob.default if knob.default_factory is MISSING else knob.default_factory()


def words(kind: type[Check]) -> Mapping[str, str]:
    """The sentence below each knob in the source, of a kind of checks that it is one of too."""
    said: dict[str, str] = {}
    for one in reversed(kind.__mro__):
        if issubclass(one, Check):
            said |= own_words(one)
    return said


def own_words(kind: type[Check]) -> Mapping[str, str]:
    """Those of one class."""
    (body,) = (
        node.body
        for node in ast.parse(inspect.getsource(sys.modules[kind.__module__])).body
        if isinstance(node, ast.ClassDef) and node.name == kind.__name__
    )
    return {
        knob.target.id: " ".join(said.value.value.split())
        for knob, said in pairwise(body)
        if isinstance(knob, ast.AnnAssign)
        and isinstance(knob.target, ast.Name)
        and isinstance(said, ast.Expr)
        and isinstance(said.value, ast.Constant)
        and isinstance(said.value.value, str)
    }


def stale() -> list[Path]:
    """Pages that are not what would be written now, and pages nobody writes any more."""
    made = pages()
    old = [path for path, text in made.items() if _read(ROOT / path) != text]
    left = [path.relative_to(ROOT) for path in (ROOT / "docs/runbooks").glob("*.md")]
    return old + [path for path in left if path not in made]


def _read(path: Path) -> str:
    return path.read_text() if path.exists() else ""


def main() -> int:
    """Write the pages, or say which are not current."""
    old = stale()
    if "--check" in sys.argv[1:]:
        for path in old:
            sys.stderr.write(f"{path} is not current: run `make docs`\n")
        return int(bool(old))
    made = pages()
    for path in old:
        target = ROOT / path
        if path not in made:
            target.unlink()
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(made[path])
    return 0


if __name__ == "__main__":
    sys.exit(main())
