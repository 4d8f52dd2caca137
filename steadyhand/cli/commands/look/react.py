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
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

from typer import Argument, Option

from steadyhand.check import Check
from steadyhand.cli import client, door
from steadyhand.cli.choice import chosen
from steadyhand.cli.envelope import Foreign, events
from steadyhand.cli.errors import CliError, Exit
from steadyhand.cli.options import Here
from steadyhand.cli.output import result
from steadyhand.cli.session import Session, now, open_session
from steadyhand.cli.terminal import err, text
from steadyhand.engine import event_index
from steadyhand.engine.ask.answer import outcome_in
from steadyhand.engine.outcome import Outcome
from steadyhand.engine.scan import judged
from steadyhand.engine.survey import Survey
from steadyhand.engine.wakes import index
from steadyhand.model import Finding
from steadyhand.settings.values import Settings
from steadyhand.sources import keys
from steadyhand.triggers import EVERY, ConfigChanged

REGION = re.compile(r"^[a-z]{2}(-[a-z]+)+-\d$")


@dataclass
class Woken:
    """Who was woken to look where, and why the rest was ignored. Keys by region.

    `delivered` says of each event that wakes somebody whether the deployed rules would bring it.
    """

    subjects: dict[tuple[str, str], list[str]] = field(default_factory=lambda: defaultdict(list))
    ignored: list[str] = field(default_factory=list)
    delivered: list[str] = field(default_factory=list)

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
    said = read(event)
    woken = wake(said, list(checks.values()))
    outcome = Outcome()
    if woken.subjects:
        session = open_session(here)
        woken = wake(said, list(checks.values()), session.aws.account)
        for (region, key), names in woken.subjects.items():
            where = client.one_region(here) or region or session.aws.region
            on_event(session, where, [checks[name] for name in names], key, outcome, apply=apply)
    tell(woken, outcome, checks, decided)
    return Exit.INCOMPLETE if outcome.unknown else Exit.CLEAN


def read(file: Path) -> Any:
    """The event in a file: UTF-8 or UTF-16, with the mark or without it that Windows writes first."""
    try:
        return json.loads(sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes())
    except OSError as error:
        raise CliError(f"{file} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise CliError(f"{file} is not JSON: {error}") from error
    except RecursionError:
        raise CliError(f"{file} is nested too deep to be an event") from None


def wake(said: Any, checks: Iterable[Check], account: str = "") -> Woken:
    """Whom an event wakes, in whatever it is wrapped. With `account`, only if it is of this one."""
    all_checks = list(checks)
    entries = index(all_checks)
    woken = Woken()
    for event in events(said):
        if isinstance(event, Foreign):
            woken.ignored.append(event.reason)
            continue
        try:
            woken_now = event_index.woken_by(event, entries, account)
        except event_index.MalformedEvent as malformed:
            woken.ignored.append(str(malformed))
            continue
        by_type = {} if woken_now.woken else by_resource_type(event, all_checks, account)
        found = woken_now.woken or by_type
        if not found and woken_now.ignored:
            woken.ignored.append(woken_now.ignored)
        for key, names in found.items():
            region = woken_now.regions.get(key) or region_of(event)
            mine = woken.subjects[region, key]
            mine += [name for name in names if name not in mine]
        if found:
            woken.delivered.append(
                delivered(event, as_it_came=is_bare(said, event) and not by_type)
            )
    return woken


def is_bare(said: Any, event: Mapping[str, Any]) -> bool:
    """Is it as EventBridge has it, alone or in a list, and not inside something else?"""
    return any(one is event for one in (said if isinstance(said, list) else [said]))


def delivered(event: Mapping[str, Any], *, as_it_came: bool) -> str:
    """What the deployed rules would do with it."""
    kind = f"{event['detail-type']} of {event['source']}"
    if as_it_came:
        return f"The deployed rule for {kind} would bring it."
    return f"As it came, no deployed rule would bring it; as {kind} on the event bus one would."


def by_resource_type(
    event: Mapping[str, Any], checks: Iterable[Check], account: str
) -> dict[str, list[str]]:
    """Whom a change wakes that somebody else's Config rule told us of."""
    detail = event["detail"]
    key, of_type = detail.get("resourceId"), detail.get("resourceType")
    if event["source"] != "aws.config" or not isinstance(key, str) or not key:
        return {}
    place = keys.Place(account, region_of(event))
    found: dict[str, list[str]] = defaultdict(list)
    for check in checks:
        for wake in check.wakes:
            if not isinstance(wake, ConfigChanged) or wake.resource_type != of_type:
                continue
            kind = wake.kind if wake.typed else check.reads[0].root.kind
            with suppress(keys.NotAKey, keys.NotOurs):
                known = keys.canonical(kind, key, place)
                found[f"{wake.resource_type} {known}" if wake.typed else known].append(check.id)
    return found


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
        for one in Survey(checks, there, now(), only=None if key == EVERY else key):
            if isinstance(one, Finding):
                outcome.findings.append(one)
            else:
                outcome.unknown.append(one)
        return
    names = [one.id for one in checks]
    with result.refusing(key):
        said = door.ask(session, "react", region=region, key=key, checks=names)
    woken_now = outcome_in(said["outcome"])
    outcome.findings += woken_now.findings
    outcome.changes += woken_now.changes
    outcome.unknown += woken_now.unknown
    outcome.held |= woken_now.held
    outcome.troubles += woken_now.troubles


def tell(woken: Woken, outcome: Outcome, checks: Mapping[str, Check], decided: Settings) -> None:
    """The result on stdout, what stood in the way on stderr."""
    from steadyhand.formats.schema import react_out  # noqa: PLC0415

    ignored = "; ".join(dict.fromkeys(woken.ignored)) if not woken.subjects else None
    found = [judged(checks[one.check], one, now(), decided) for one in outcome.findings]
    said = react_out(woken.checks, found, outcome.changes, ignored, decided)
    sys.stdout.write(said.model_dump_json(indent=2, ensure_ascii=True) + "\n")
    console = err()
    for sentence in dict.fromkeys(woken.delivered):
        console.print(text(sentence))
    for finding, held in outcome.held.items():
        console.print(text(f"{finding} is not touched: {held.reason} ({held.guardrail})."))
    for trouble in outcome.troubles:
        console.print(text(f"{trouble.subject}: {trouble.reason}"))
    for one in outcome.unknown:
        console.print(text(f"{one.check} in {one.region} is unknown: {one.reason}"))
