"""What an event would make us do; with --apply, do it.

EVENT.json is any event that AWS could deliver: as EventBridge, SQS, SNS or a Config rule
sends it; `-` reads it from stdin. It is only a hint: what is judged is the resource as
it is now. Without --apply nothing is changed.
"""

from __future__ import annotations

import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

from typer import Argument, Option

from steadyhand.check import Check
from steadyhand.cli import client
from steadyhand.cli.choice import chosen
from steadyhand.cli.envelope import Foreign, events
from steadyhand.cli.errors import CliError, Exit
from steadyhand.cli.options import Here
from steadyhand.cli.session import Session, now, open_session, reading
from steadyhand.cli.terminal import err, text
from steadyhand.engine import event_index
from steadyhand.engine.reconcile import Outcome
from steadyhand.engine.scan import judged
from steadyhand.engine.survey import Survey
from steadyhand.model import Finding
from steadyhand.triggers import ConfigChanged

REGION = re.compile(r"^[a-z]{2}(-[a-z]+)+-\d$")


@dataclass
class Woken:
    """Who was woken to look where, and why the rest was ignored. Keys by region."""

    subjects: dict[tuple[str, str], list[str]] = field(default_factory=lambda: defaultdict(list))
    ignored: list[str] = field(default_factory=list)

    @property
    def checks(self) -> list[str]:
        """Every check that was woken."""
        return sorted({name for names in self.subjects.values() for name in names})


def command(
    here: Here,
    event: Annotated[Path, Argument(metavar="EVENT.json", help="The file; - is stdin.")],
    apply: Annotated[bool, Option("--apply", help="Do what may be done.")] = False,
) -> int:
    """Find whom it wakes, look, and say what came of it."""
    decided = client.settings(here)
    checks = {check.id: check for check in chosen(decided)}
    woken = wake(read(event), list(checks.values()))
    outcome = Outcome()
    if woken.subjects:
        session = open_session(here)
        for (region, key), names in woken.subjects.items():
            where = client.one_region(here) or region or session.aws.region
            on_event(session, where, [checks[name] for name in names], key, outcome, apply=apply)
    tell(woken, outcome, checks)
    return Exit.INCOMPLETE if outcome.unknown else Exit.CLEAN


def read(file: Path) -> Any:
    """The event in a file."""
    try:
        text = sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8")
        return json.loads(text)
    except OSError as error:
        raise CliError(f"{file} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise CliError(f"{file} is not JSON: {error}") from error


def wake(said: Any, checks: Iterable[Check]) -> Woken:
    """Whom an event wakes, in whatever it is wrapped."""
    all_checks = list(checks)
    entries = event_index.index(all_checks)
    woken = Woken()
    for event in events(said):
        if isinstance(event, Foreign):
            woken.ignored.append(event.reason)
            continue
        try:
            woken_now = event_index.woken_by(event, entries)
        except event_index.Malformed as malformed:
            woken.ignored.append(str(malformed))
            continue
        keys = woken_now.woken or by_resource_type(event, all_checks)
        if not keys and woken_now.ignored:
            woken.ignored.append(woken_now.ignored)
        for key, names in keys.items():
            mine = woken.subjects[region_of(event), key]
            mine += [name for name in names if name not in mine]
    return woken


def by_resource_type(event: Mapping[str, Any], checks: Iterable[Check]) -> dict[str, list[str]]:
    """Whom a change wakes that somebody else's Config rule told us of."""
    detail = event["detail"]
    key = detail.get("resourceId")
    wake_of_type = ConfigChanged(str(detail.get("resourceType")))
    if event["source"] != "aws.config" or not isinstance(key, str) or not key:
        return {}
    names = [check.id for check in checks if wake_of_type in check.wakes]
    return {key: names} if names else {}


def region_of(event: Mapping[str, Any]) -> str:
    """Where it happened; nothing, if it names no region."""
    said = event.get("region")
    return said if isinstance(said, str) and REGION.match(said) else ""


def on_event(
    session: Session,
    region: str,
    checks: list[Check],
    key: str,
    outcome: Outcome,
    *,
    apply: bool,
) -> None:
    """Look again, there; with `apply`, do what may be done."""
    if not apply:
        there = session.aws if region == session.aws.region else session.aws.elsewhere(region)
        for one in Survey(checks, there, now(), only=key):
            if isinstance(one, Finding):
                outcome.findings.append(one)
            else:
                outcome.unknown.append(one)
        return
    with reading(session.aws.region):
        woken_now = session.reconciler(region).on_event(checks, key)
    outcome.findings += woken_now.findings
    outcome.changes += woken_now.changes
    outcome.unknown += woken_now.unknown
    outcome.held |= woken_now.held


def tell(woken: Woken, outcome: Outcome, checks: Mapping[str, Check]) -> None:
    """The result on stdout, what stood in the way on stderr."""
    from steadyhand.formats.schema import react_out  # noqa: PLC0415

    ignored = "; ".join(dict.fromkeys(woken.ignored)) if not woken.subjects else None
    found = [judged(checks[one.check], one, now()) for one in outcome.findings]
    said = react_out(woken.checks, found, outcome.changes, ignored)
    sys.stdout.write(said.model_dump_json(indent=2, ensure_ascii=True) + "\n")
    console = err()
    for finding, held in outcome.held.items():
        console.print(text(f"{finding} is not touched: {held.reason} ({held.guardrail})."))
    for one in outcome.unknown:
        console.print(text(f"{one.check} in {one.region} is unknown: {one.reason}"))
