"""The fix of a finding as `aws` commands, to read or to run yourself.

Nothing is run. The undo stands below as comments, so the output is a script; so does the change of your code
that would do instead, where a check knows it.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from typing import Annotated

from typer import Argument, Option

from steadyhand.aws import cli_command
from steadyhand.cli.lookup import known
from steadyhand.cli.options import Here
from steadyhand.cli.output.shape import Shape
from steadyhand.engine.scan import Found
from steadyhand.formats.words import tame
from steadyhand.ledger import codec
from steadyhand.reference.secrets import redacted

INDENT = re.compile(r"[-+]? *")


def command(
    here: Here,
    finding: Annotated[str, Argument(metavar="FINDING", help="Its id: fi-1a2b3c4d5e.")],
    check: Annotated[
        list[str] | None, Option("--check", metavar="ID", help="Only look with this check.")
    ] = None,
    output: Annotated[Shape, Option("--output", "-o", help="How to write it.")] = Shape.TEXT,
) -> int:
    """Print it."""
    one = known(here, finding, check or ()).found
    if output is Shape.JSON:
        sys.stdout.write(json.dumps(_json(one), indent=2) + "\n")
    else:
        sys.stdout.writelines(f"{line}\n" for line in script(one))
    return 0


def script(one: Found) -> Iterator[str]:
    """A shell script: the plan, and the way back as comments."""
    finding = one.finding
    yield f"# {tame(finding.summary)}"
    patch = one.check.patch(finding)
    if not one.plan and not patch:
        yield "# There is no plan for it: this one is for a person."
        yield from (f"# {line}".rstrip() for line in one.check.runbook.strip().splitlines()[1:])
        return
    if one.plan:
        yield f"# {finding.id}, plan {codec.plan_hash(one.plan)}, fix: {one.risk}"
        yield from _calls(one)
    if patch:
        yield (
            "# Or change your code, and deploy it:"
            if one.plan
            else "# Change your code, and deploy it:"
        )
        yield _comment("\n".join(map(_line, redacted(patch).splitlines())))


def _calls(one: Found) -> Iterator[str]:
    region = one.finding.region
    for step in one.plan:
        yield cli_command.folded(step.do, region)
    yield "# undo:"
    for step in reversed(one.plan):
        yield _comment(cli_command.folded(step.undo, region) if step.undo else "no way back")


def _line(said: str) -> str:
    """A line of a diff, harmless, and as far indented as it was."""
    indent = INDENT.match(said)
    head = indent[0] if indent else ""
    return head + tame(said[len(head) :])


def _comment(said: str) -> str:
    return "\n".join(f"# {line}" for line in said.splitlines())


def _json(one: Found) -> dict[str, object]:
    from steadyhand.formats.schema import step_out  # noqa: PLC0415

    region = one.finding.region
    return {
        "finding": one.finding.id,
        "risk": one.risk,
        "plan_hash": codec.plan_hash(one.plan),
        "plan": [step_out(step).model_dump() for step in one.plan],
        "commands": [cli_command.command(step.do, region) for step in one.plan],
        "undo": [
            cli_command.command(step.undo, region) if step.undo else None
            for step in reversed(one.plan)
        ],
        "patch": one.check.patch(one.finding),
    }
