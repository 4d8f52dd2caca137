"""The checks there are, and the runbook of each.

Without an id all of them by category; with one, what it looks for, what it reads, what it
may change, and what you can set in steadyhand.toml.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import MISSING, Field, fields
from typing import Annotated, Any

from rich.console import Console
from rich.padding import Padding
from rich.text import Text
from typer import Argument, Option

from steadyhand.check import Check
from steadyhand.cli import client
from steadyhand.cli.choice import chosen
from steadyhand.cli.options import Here
from steadyhand.cli.output import details
from steadyhand.cli.output.shape import Shape
from steadyhand.cli.terminal import columns, out, text
from steadyhand.formats.words import public, title
from steadyhand.model import Risk
from steadyhand.triggers import Every

FIXED = {Risk.SAFE: "safe fix", Risk.APPROVAL: "asks first", Risk.ADVICE: "by hand"}


def command(
    here: Here,
    check: Annotated[str | None, Argument(metavar="ID", help="One check.")] = None,
    output: Annotated[Shape, Option("--output", "-o", help="How to write it.")] = Shape.TEXT,
) -> int:
    """List them, or tell of one."""
    found = chosen(client.settings(here), [check] if check else ())
    if output is Shape.JSON:
        sys.stdout.write(json.dumps([described(one) for one in found], indent=2) + "\n")
    elif check:
        show(out(), found[0])
    else:
        listed(out(), found)
    return 0


def listed(console: Console, checks: Sequence[Check]) -> None:
    """One line each, by category."""
    by_category: dict[str, list[Check]] = defaultdict(list)
    for check in checks:
        by_category[check.category].append(check)
    console.print(f"[h]{len(checks)} checks.[/]")
    width = max(len(check.id) for check in checks)
    for category, found in sorted(by_category.items()):
        console.print(f"\n[h]{category.title()}[/]")
        table = columns(width, None, 10)
        for check in found:
            table.add_row(check.id, text(title(check), "m"), FIXED[check.risk])
        console.print(Padding(table, (0, 0, 0, 2)))
    details.then(
        console, (f"steadyhand checks {checks[0].id}", "its runbook, and what you can set")
    )


def show(console: Console, check: Check) -> None:
    """The runbook, then what it touches."""
    first, _, rest = check.runbook.strip().partition("\n")
    console.print(text(first), style="h")
    console.print()
    details.prose(console, rest)
    said = described(check)
    console.print("\n[h]Facts[/]")
    details.facts(
        console,
        [
            ("check", f"{check.id} ({check.category})"),
            ("severity", check.severity),
            ("fix", FIXED[check.risk]),
            ("if nobody acts", check.consequence),
            ("wakes", "; ".join(said["wakes"])),
            ("reads", ", ".join(said["reads"])),
            ("may change", ", ".join(said["writes"]) or "nothing"),
            ("like", ", ".join(check.peers)),
        ],
    )
    console.print("\n[h]Settings[/]")
    details.line(console, Text(f"  [checks.{check.id}]"))
    console.print('  mode = "observe"    [m]or propose, approve, auto[/]')
    for name, value in said["knobs"].items():
        details.line(console, Text(f"  {name} = {toml(value)}"))


def described(check: Check) -> dict[str, Any]:
    """One check as JSON."""
    return {
        "id": check.id,
        "category": check.category,
        "title": title(check),
        "severity": check.severity,
        "risk": check.risk,
        "resource_type": check.resource_type,
        "is_global": check.is_global,
        "consequence": check.consequence,
        "wakes": [_wakes(trigger) for trigger in check.wakes],
        "reads": sorted({name for source in check.reads for name in source.permissions}),
        "writes": sorted({permit.action for permit in check.writes}),
        "peers": list(check.peers),
        "knobs": {knob.name: public(_default(knob)) for knob in fields(as_dataclass(check))},
        "runbook": check.runbook.strip(),
    }


def as_dataclass(check: Check) -> Any:
    """Every check is one; the type checker cannot see it."""
    return check


def toml(value: Any) -> str:
    """A value as steadyhand.toml has it."""
    if isinstance(value, dict):
        inner = ", ".join(f"{_key(name)} = {toml(one)}" for name, one in value.items())
        return f"{{ {inner} }}" if inner else "{}"
    if isinstance(value, list):
        return f"[{', '.join(map(toml, value))}]"
    return json.dumps(value, ensure_ascii=False)


def _key(name: str) -> str:
    bare = name.replace("-", "").replace("_", "")
    return name if bare.isascii() and bare.isalnum() else json.dumps(name, ensure_ascii=False)


def _default(knob: Field[Any]) -> Any:
    return knob.default_factory() if knob.default_factory is not MISSING else knob.default


def _wakes(trigger: Any) -> str:
    if isinstance(trigger, Every):
        hours = trigger.period.total_seconds() / 3600
        return f"every {hours:g} hours" if hours < 48 else f"every {hours / 24:g} days"
    for name in ("action", "detail_type", "resource_type", "name"):
        if said := getattr(trigger, name, ""):
            return str(said)
    return type(trigger).__name__
