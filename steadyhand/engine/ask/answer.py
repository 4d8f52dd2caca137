"""What the door answers, as JSON, and how the command reads it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from steadyhand.engine.changes.refused import Refused
from steadyhand.engine.outcome import Outcome, Trouble
from steadyhand.ledger import codec
from steadyhand.ledger.change_rows import change_in, change_row
from steadyhand.model import Change, Held, Unknown


def denied(why: str, said: str) -> dict[str, Any]:
    """Nobody was let in."""
    return {"denied": {"why": why, "said": said}}


def refused(no: Refused) -> dict[str, Any]:
    """A guardrail says no."""
    held = [no.held.guardrail, no.held.reason]
    return {"refused": {"held": held, "difference": codec.plain(no.difference)}}


def refusal(said: Mapping[str, Any]) -> Refused:
    """The inverse of `refused`."""
    return Refused(Held(*said["held"]), codec.rich(said["difference"]))


def changed(change: Change, now: datetime) -> dict[str, Any]:
    """What became of a change."""
    return {"change": change_out(change, now)}


def change_out(change: Change, now: datetime) -> dict[str, Any]:
    """A change as the ledger has it, without a seal: nobody acts on an answer."""
    row = change_row(change, change.finding.account, now, b"")
    return {name: value for name, value in row.items() if name != "mac"}


def outcome(found: Outcome, now: datetime) -> dict[str, Any]:
    """What came of a look."""
    said = {
        "findings": [codec.finding_out(one) for one in found.findings],
        "changes": [change_out(one, now) for one in found.changes],
        "unknown": [[one.check, one.region, one.reason] for one in found.unknown],
        "held": {name: [held.guardrail, held.reason] for name, held in found.held.items()},
        "troubles": [[one.subject, one.reason] for one in found.troubles],
    }
    return {"outcome": said}


def outcome_in(said: Mapping[str, Any]) -> Outcome:
    """The inverse of `outcome`."""
    return Outcome(
        findings=[codec.finding_in(one) for one in said["findings"]],
        changes=[change_in(one) for one in said["changes"]],
        unknown=[Unknown(*one) for one in said["unknown"]],
        held={name: Held(*held) for name, held in said["held"].items()},
        troubles=[Trouble(*one) for one in said["troubles"]],
    )
